"""Deletes accounts with all that is known of them; what is left is hashes, counts, and who did it and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, func, insert, select, tuple_, update

from hunter.store import alerts, audit, remnants
from hunter.store.batches import chunks, keyed_hash
from hunter.store.rows import digest, utc_text
from hunter.store.tables import (
    ACCOUNTS,
    ALLOWANCES,
    BAGS,
    CASE_KEYS,
    CASES,
    HOLDS,
    JUDGEMENTS,
    PROBES,
    PROFILE_VERSIONS,
    SUBMISSIONS,
    SUSPECT_EVENTS,
    SUSPECTS,
    TOMBSTONES,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What one purge deleted, by table, and what it had to leave."""

    accounts: int
    counts: Mapping[str, int]
    kept_captures: int = 0  # answers that also show somebody whose case goes on


def delete_accounts(
    c: Connection, accounts: Collection[int], *, by: str, why: str, at: datetime, named: bool = True
) -> Purged:
    """Deletes accounts with their versions, probes, suspects, judgements and submissions, inside this transaction.

    Bytes that nothing else needs are noted for removal from the vault, see `remnants`. `named` accounts leave a
    tombstone each (keyed hash, hashes of the versions) and are taken out of alerts and notes that quote them;
    the others, innocents that grew old, leave counts only.
    """
    counts: Counter[str] = Counter()
    kept = 0
    for part in chunks(sorted(accounts)):
        rows = [dict(row) for row in c.execute(select(ACCOUNTS).where(ACCOUNTS.c.id.in_(part))).mappings()]
        if named:
            c.execute(insert(TOMBSTONES), [_tombstone(c, row, by=by, why=why, at=at) for row in rows])
            words = {row["handle"] for row in rows} | {row["native_id"] for row in rows}
            counts.update(remnants.delete_quotes(c, words))
        nameless = _nameless_probes(c, part)
        pictures = remnants.pictures_of(c, part)
        captures = remnants.captures_of(c, part, nameless)
        for probes in chunks(nameless):
            counts["probes"] += c.execute(delete(PROBES).where(PROBES.c.id.in_(probes))).rowcount
        counts.update(_delete_rows(c, part, rows, at))
        deleted, shared = remnants.delete_captures(c, captures, at=at)
        counts["captures"] += deleted
        kept += shared
        counts["pictures"] += remnants.delete_pictures(c, pictures, at=at)
    _delete_empty_cases(c)
    told = {"counts": dict(counts), "why": why, "at": utc_text(at)}
    number = len(accounts)
    audit.append(c, actor=by, act="purge", object=f"accounts:{number}", object_sha256=digest(told), at=at)
    return Purged(accounts=number, counts={name: n for name, n in counts.items() if n}, kept_captures=kept)


def delete_unseen(c: Connection, platform: str, native_id: str, *, bags: bool) -> None:
    """What may be kept about an account that no crawl has seen: judgements, allowances, ended holds, and bags."""
    for table in (JUDGEMENTS, ALLOWANCES, BAGS) if bags else (JUDGEMENTS, ALLOWANCES):
        same = (table.c.platform == platform) & (table.c.native_id == native_id)
        if table is JUDGEMENTS:
            c.execute(update(JUDGEMENTS).where(same).values(withdraws=None))
        c.execute(delete(table).where(same))
    ended = (HOLDS.c.platform == platform) & (HOLDS.c.native_id == native_id) & HOLDS.c.released_at.is_not(None)
    c.execute(delete(HOLDS).where(ended))


def _tombstone(c: Connection, account: Mapping[str, Any], *, by: str, why: str, at: datetime) -> dict[str, Any]:
    own = PROFILE_VERSIONS.c.account_id == account["id"]
    versions = list(c.scalars(select(PROFILE_VERSIONS.c.digest).where(own).order_by(PROFILE_VERSIONS.c.id)))
    probes = c.scalar(select(func.count()).select_from(PROBES).where(PROBES.c.account_id == account["id"]))
    subject = keyed_hash(c, account["platform"], account["native_id"])
    row = {"at": at, "by": by, "subject": subject, "why": why, "hashes": versions}
    return {**row, "counts": {"versions": len(versions), "probes": probes}}


def _nameless_probes(c: Connection, accounts: list[int]) -> list[int]:
    """Looks that found nobody under a handle of one of the accounts: they name it, and only they know so."""
    question = select(ACCOUNTS.c.platform, PROFILE_VERSIONS.c.handle, ACCOUNTS.c.native_id)
    question = question.join(ACCOUNTS, ACCOUNTS.c.id == PROFILE_VERSIONS.c.account_id)
    names: set[tuple[str, str]] = set()
    for row in c.execute(question.where(ACCOUNTS.c.id.in_(accounts)).distinct()):
        names |= {(row.platform, row.handle), (row.platform, row.native_id)}
    found: list[int] = []
    for part in chunks(sorted(names)):
        same = tuple_(PROBES.c.platform, PROBES.c.handle).in_(part)
        found += c.scalars(select(PROBES.c.id).where(same, PROBES.c.account_id.is_(None)))
    return found


def _delete_rows(c: Connection, accounts: list[int], rows: list[dict[str, Any]], at: datetime) -> dict[str, int]:
    names = [(row["platform"], row["native_id"]) for row in rows]
    suspects = select(SUSPECTS.c.id).where(SUSPECTS.c.account_id.in_(accounts))
    subject = tuple_(JUDGEMENTS.c.platform, JUDGEMENTS.c.native_id).in_(names)
    c.execute(update(JUDGEMENTS).where(subject).values(withdraws=None))
    c.execute(update(BAGS).where(BAGS.c.suspect_id.in_(suspects)).values(suspect_id=None))
    remnants.doom_receipts(c, accounts, at=at)
    alerts.forget(c, list(c.scalars(suspects)))
    deletions = {
        "submissions": delete(SUBMISSIONS).where(SUBMISSIONS.c.suspect_id.in_(suspects)),
        "suspect_events": delete(SUSPECT_EVENTS).where(SUSPECT_EVENTS.c.suspect_id.in_(suspects)),
        "suspects": delete(SUSPECTS).where(SUSPECTS.c.account_id.in_(accounts)),
        "judgements": delete(JUDGEMENTS).where(subject),
        "allowances": delete(ALLOWANCES).where(tuple_(ALLOWANCES.c.platform, ALLOWANCES.c.native_id).in_(names)),
        "probes": delete(PROBES).where(PROBES.c.account_id.in_(accounts)),
        "versions": delete(PROFILE_VERSIONS).where(PROFILE_VERSIONS.c.account_id.in_(accounts)),
        "accounts": delete(ACCOUNTS).where(ACCOUNTS.c.id.in_(accounts)),
    }
    return {name: c.execute(statement).rowcount for name, statement in deletions.items()}


def _delete_empty_cases(c: Connection) -> None:
    empty = ~exists().where(SUSPECTS.c.case_id == CASES.c.id)
    gone = list(c.scalars(select(CASES.c.id).where(empty)))
    for part in chunks(gone):
        c.execute(delete(CASE_KEYS).where(CASE_KEYS.c.case_id.in_(part)))
        c.execute(delete(CASES).where(CASES.c.id.in_(part)))
