"""Deletes what was kept long enough, or all about one account: rows, bytes, and what is left of them in the files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hunter.errors import UsageError
from hunter.operations.lock import only_run
from hunter.settings import Settings
from hunter.store import Store, ages, arrangement, evidence, holds, purges, remnants, subjects, upkeep
from hunter.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeReport:
    """What a purge did, or would do (`rehearsed`), and what it left for people."""

    rehearsed: bool
    accounts: int = 0
    by_reason: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)  # table -> rows
    vault_files: int = 0
    kept_captures: int = 0  # answers that are proof in somebody else's case
    held: tuple[str, ...] = ()  # reasons of legal holds that stopped it
    bags: tuple[str, ...] = ()  # evidence bags and other files that still hold the account: for people to delete
    copies: tuple[str, ...] = ()  # copies of the store beside it, made before migrations

    @property
    def complete(self) -> bool:
        """Whether nothing is left for people to do."""
        return not (self.held or self.bags or self.copies or self.kept_captures)


def purge_expired(
    store: Store, vault: Vault, settings: Settings, *, by: str, at: datetime, rehearse: bool = False
) -> PurgeReport:
    """Deletes what the settings `keep_…` say was kept long enough. Raises Locked during a run, UsageError on hold."""
    _check_hold(settings)
    limits = ages.deadlines(
        at,
        innocent_days=settings.keep_innocent_days,
        open_days=settings.keep_open_days,
        dismissed_days=settings.keep_dismissed_days,
        closed_years=settings.keep_closed_years,
    )
    with only_run(store):
        with store.read() as c:
            kept = holds.held_accounts(c)
            innocent = ages.innocent(c, limits)
            due = ages.outdated(c, limits)
        held = tuple(f"account {number} is under legal hold" for number in sorted(kept & (innocent | set(due))))
        innocent -= kept
        due = {number: why for number, why in due.items() if number not in kept}
        by_reason: dict[str, int] = {"innocent, kept long enough": len(innocent)} if innocent else {}
        for why in due.values():
            by_reason[why] = by_reason.get(why, 0) + 1
        done = PurgeReport(rehearsed=rehearse, accounts=len(innocent) + len(due), by_reason=by_reason, held=held)
        if rehearse:
            return done
        with store.write() as c:
            until = at + timedelta(days=settings.keep_innocent_days)
            ages.forget(c, innocent, until=until, at=at)
            remembered = ages.remember_dismissed(c, due)
            bags = [bag.path for account in due for bag in _bags_of_account(c, account)]
            parts = []
            if innocent:
                parts.append(purges.delete_accounts(c, innocent, by=by, why="innocent", at=at, named=False))
            if due:
                parts.append(purges.delete_accounts(c, due, by=by, why="kept long enough", at=at))
            ages.allow_dismissed(c, remembered, by=by, at=at)
            arrangement.arrange(c, at=at)
        return _finish(store, vault, done, parts, bags)


def purge_subject(
    store: Store,
    vault: Vault,
    settings: Settings,
    subject: str,
    *,
    by: str,
    at: datetime,
    why: str,
    rehearse: bool = False,
) -> PurgeReport:
    """Deletes everything about `platform:id` (or its handle). A legal hold on it stops that and is told.

    Raises UsageError for an account that the store does not know, Locked during a run.
    """
    _check_hold(settings)
    platform, native_id = _read_subject(store, subject)
    with only_run(store):
        with store.read() as c:
            held = tuple(holds.of_account(c, platform, native_id))
            account = subjects.account_of(c, platform, native_id)
            known = subjects.report(c, platform, native_id)
            bags = [bag.path for bag in evidence.bags_of_account(c, platform, native_id)]
        counts = {name: len(rows) for name, rows in known.items() if isinstance(rows, list) and rows}
        reason = {why: 1 if account else 0}
        done = PurgeReport(rehearsed=rehearse, accounts=1 if account else 0, by_reason=reason, counts=counts, held=held)
        if held or rehearse:
            return replace(done, bags=tuple(bags), rehearsed=True)
        with store.write() as c:
            removed = purges.delete_accounts(c, [account] if account else [], by=by, why=why, at=at)
            purges.delete_unseen(c, platform, native_id, bags=not any(Path(bag).exists() for bag in bags))
            arrangement.arrange(c, at=at)
        return _finish(store, vault, done, [removed], bags)


def report_subject(store: Store, vault: Vault, subject: str) -> dict[str, Any]:
    """Everything that is held about `platform:id` (or its handle), ready for JSON; tells which bytes are kept."""
    platform, native_id = _read_subject(store, subject)
    with store.read() as c:
        found = subjects.report(c, platform, native_id)
        found["bags"] = [{**bag, "there": Path(bag["path"]).exists()} for bag in found["bags"]]
    for capture in found["captures"]:
        capture["held"] = vault.has(capture["sha256"])
    return found


def remove_bytes(store: Store, vault: Vault) -> int:
    """Takes out of the vault what purges noted, a killed one's too; how many files."""
    with store.write() as c:
        gone = sum(vault.delete(sha256) for sha256 in remnants.removals(c))
        remnants.strike_off(c)
    return gone


def _finish(
    store: Store, vault: Vault, done: PurgeReport, parts: Iterable[purges.Purged], bags: Iterable[str]
) -> PurgeReport:
    counts: dict[str, int] = {}
    kept = 0
    for part in parts:
        kept += part.kept_captures
        for name, number in part.counts.items():
            counts[name] = counts.get(name, 0) + number
    files = remove_bytes(store, vault)
    if counts:
        upkeep.compact(store)
    there = tuple(path for path in bags if Path(path).exists())
    copies = sorted(store.path.parent.glob(f"{store.path.name}.before-*")) if store.path else []
    told = tuple(str(path) for path in copies)
    return replace(done, counts=counts, vault_files=files, kept_captures=kept, bags=there, copies=told)


def _check_hold(settings: Settings) -> None:
    if settings.hold:
        raise UsageError("the setting `hold` keeps everything: nothing was purged", advice="see your legal team")


def _read_subject(store: Store, subject: str) -> tuple[str, str]:
    platform, colon, name = subject.partition(":")
    if not colon or not platform or not name:
        raise UsageError(f"{subject!r} names no account", advice="as in bluesky:did:plc:abc or bluesky:acme.example")
    with store.read() as c:
        native_id = subjects.find(c, platform, name)
        if native_id is None:
            raise UsageError(f"nothing is known of {name} on {platform}", advice="give its own number or a handle")
    return platform, native_id


def _bags_of_account(c: Any, account: int) -> list[evidence.Bag]:
    known = subjects.names_of(c, account)
    return evidence.bags_of_account(c, *known) if known else []
