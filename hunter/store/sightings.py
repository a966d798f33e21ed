"""Keeps what was seen: probes with captures, one row an account, a version each time who it says it is changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, tuple_, update

from hunter.store import pictures
from hunter.store.batches import chunks, insert_new, keyed_hashes, reserve
from hunter.store.rows import IDENTITY, capture_row, digest, identity_of, native_id_of
from hunter.store.tables import ACCOUNTS, CAPTURES, FORGOTTEN, PROBE_CAPTURES, PROBES, PROFILE_VERSIONS
from hunter.types import Outcome, Probe, Profile

Key = tuple[str, str]  # platform, native id


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What became of one probe in the store. `profile` is None where none was seen."""

    probe_id: int
    account_id: int | None = None
    version_id: int | None = None
    new: bool = False  # an account that was never seen, not even by what is left of one that was forgotten
    changed: tuple[str, ...] = ()  # identity fields that differ from the version before
    profile: Profile | None = None  # as it is kept: a picture that was not fetched again is the known one


@dataclass(frozen=True, slots=True)
class _Known:
    """What the store holds of an account before a batch."""

    account_id: int
    version_id: int | None
    identity: dict[str, Any]


def save(c: Connection, run: int, probes: Sequence[Probe], *, at: datetime) -> list[Sighting]:
    """Keeps a batch of probes, all or nothing with its transaction; one `Sighting` a probe, in the same order.

    Saving the same batch again adds probes, but neither accounts nor versions. Of several probes that found the
    same account the last one speaks. An absent handle counts against the account that last had it, once a run.
    """
    seen = {_key(p.profile): p.profile for p in probes if p.profile and p.outcome is Outcome.PRESENT}
    known = _known(c, seen)
    bare = [known[key] for key, profile in seen.items() if profile.picture is None and key in known]
    held = pictures.known(c, [k.identity["picture"] for k in bare if k.identity["picture"]])
    profiles = {key: _with_known_picture(profile, known.get(key), held) for key, profile in seen.items()}
    shown = {key: p.picture for key, p in profiles.items() if p.picture}
    unseen = [p for key, p in shown.items() if key not in known or known[key].identity["picture"] != p.sha256]
    pictures.save(c, unseen, at=at)
    _add_accounts(c, run, {k: p for k, p in profiles.items() if k not in known}, at)
    fresh = set(profiles) - set(known)
    known |= _known(c, fresh)
    new = fresh - _recall(c, fresh)
    versions, changes = _add_versions(c, run, profiles, known, at)
    _update_accounts(c, run, profiles, known, versions, at)
    _count_absences(c, run, probes, at)
    ids = _add_probes(c, run, probes, known, versions, at)
    sightings = []
    for probe, probe_id in zip(probes, ids, strict=True):
        if probe.profile is None or probe.outcome is not Outcome.PRESENT:
            sightings.append(Sighting(probe_id=probe_id))
            continue
        key = _key(probe.profile)
        sightings.append(
            Sighting(
                probe_id=probe_id,
                account_id=known[key].account_id,
                version_id=versions[key],
                new=key in new,
                changed=changes.get(key, ()),
                profile=profiles[key],
            )
        )
    return sightings


def _key(profile: Profile) -> Key:
    return profile.platform, native_id_of(profile)


def _known(c: Connection, keys: Iterable[Key]) -> dict[Key, _Known]:
    found: dict[Key, _Known] = {}
    latest = ACCOUNTS.outerjoin(PROFILE_VERSIONS, PROFILE_VERSIONS.c.id == ACCOUNTS.c.version_id)
    columns = [PROFILE_VERSIONS.c[name].label(f"v_{name}") for name in IDENTITY]
    question = select(ACCOUNTS.c.platform, ACCOUNTS.c.native_id, ACCOUNTS.c.id, ACCOUNTS.c.version_id, *columns)
    for part in chunks(keys):
        where = tuple_(ACCOUNTS.c.platform, ACCOUNTS.c.native_id).in_(part)
        for row in c.execute(question.select_from(latest).where(where)).mappings():
            identity = {name: row[f"v_{name}"] for name in IDENTITY}
            found[row["platform"], row["native_id"]] = _Known(row["id"], row["version_id"], identity)
    return found


def _with_known_picture(profile: Profile, known: _Known | None, held: dict[str, Any]) -> Profile:
    """A picture that is shown but was not fetched this time is the one that we know: silence is no change."""
    if profile.picture is None and profile.avatar_url and known and known.identity["picture"] in held:
        return replace(profile, picture=held[known.identity["picture"]])
    return profile


def _recall(c: Connection, fresh: set[Key]) -> set[Key]:
    """Those that were seen before and forgotten as innocent; being kept again, they need no hash any more."""
    keys = dict(zip(keyed_hashes(c, fresh), fresh, strict=True))
    found: set[Key] = set()
    for part in chunks(sorted(keys)):
        recalled = list(c.scalars(select(FORGOTTEN.c.key).where(FORGOTTEN.c.key.in_(part))))
        c.execute(delete(FORGOTTEN).where(FORGOTTEN.c.key.in_(recalled)))
        found |= {keys[key] for key in recalled}
    return found


def _add_accounts(c: Connection, run: int, profiles: dict[Key, Profile], at: datetime) -> None:
    rows = [
        {
            "platform": platform,
            "native_id": native_id,
            "handle": profile.handle,
            "first_seen_at": at,
            "last_seen_at": at,
            "first_run": run,
            "last_run": run,
            "absent_looks": 0,
        }
        for (platform, native_id), profile in profiles.items()
    ]
    insert_new(c, ACCOUNTS, rows, ["platform", "native_id"])


def _add_versions(
    c: Connection, run: int, profiles: dict[Key, Profile], known: dict[Key, _Known], at: datetime
) -> tuple[dict[Key, int], dict[Key, tuple[str, ...]]]:
    """Writes a version for each account that is new or says something else; all current versions, and the changes."""
    versions: dict[Key, int] = {}
    changes: dict[Key, tuple[str, ...]] = {}
    rows: list[dict[str, Any]] = []
    by_account: dict[int, Key] = {}
    for key, profile in profiles.items():
        before, now = known[key], identity_of(profile)
        if before.version_id is not None:
            changed = tuple(name for name in IDENTITY if before.identity[name] != now[name])
            if not changed:
                versions[key] = before.version_id
                continue
            changes[key] = changed
        by_account[before.account_id] = key
        row = {**now, "account_id": before.account_id, "run_id": run, "seen_at": at}
        rows.append({**row, "digest": digest(now), "changed": list(changes.get(key, ()))})
    for row, number in zip(rows, reserve(c, PROFILE_VERSIONS, len(rows)) if rows else (), strict=True):
        row["id"] = versions[by_account[row["account_id"]]] = number
    if rows:
        c.execute(insert(PROFILE_VERSIONS), rows)
    return versions, changes


def _update_accounts(
    c: Connection,
    run: int,
    profiles: dict[Key, Profile],
    known: dict[Key, _Known],
    versions: dict[Key, int],
    at: datetime,
) -> None:
    volatile = ("url", "avatar_url", "joined", "followers", "following", "posts")
    names = ("handle", *volatile, "version_id")
    told: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    back = {"absent_looks": 0, "absent_since": None, "absent_at": None, "absent_run": None, "absent_why": None}
    statement = (
        update(ACCOUNTS)
        .where(ACCOUNTS.c.id == bindparam("account"))
        .values(**told, **back, last_seen_at=at, last_run=run)
    )
    rows = []
    for key, profile in profiles.items():
        row = {f"new_{name}": getattr(profile, name) for name in ("handle", *volatile)}
        rows.append({**row, "account": known[key].account_id, "new_version_id": versions[key]})
    if rows:
        c.execute(statement, rows)


def _count_absences(c: Connection, run: int, probes: Sequence[Probe], at: datetime) -> None:
    """An account that was seen in this very run under another handle is not absent: it was renamed."""
    missing = {(p.platform, p.handle): p.why for p in probes if p.outcome is Outcome.ABSENT}
    if not missing:
        return
    same = or_(ACCOUNTS.c.handle == bindparam("asked"), ACCOUNTS.c.native_id == bindparam("asked"))
    statement = (
        update(ACCOUNTS)
        .where(ACCOUNTS.c.platform == bindparam("at_platform"), same, ACCOUNTS.c.last_run != run)
        .where(or_(ACCOUNTS.c.absent_run.is_(None), ACCOUNTS.c.absent_run != run))
        .values(absent_looks=ACCOUNTS.c.absent_looks + 1, absent_at=at, absent_run=run, absent_why=bindparam("why"))
    )
    rows = [{"at_platform": platform, "asked": handle, "why": why} for (platform, handle), why in missing.items()]
    c.execute(statement, rows)
    first = (ACCOUNTS.c.absent_run == run) & ACCOUNTS.c.absent_since.is_(None)
    c.execute(update(ACCOUNTS).where(first).values(absent_since=at))


def _add_probes(
    c: Connection, run: int, probes: Sequence[Probe], known: dict[Key, _Known], versions: dict[Key, int], at: datetime
) -> list[int]:
    ids = reserve(c, PROBES, len(probes))
    rows = []
    for number, probe in zip(ids, probes, strict=True):
        key = _key(probe.profile) if probe.profile and probe.outcome is Outcome.PRESENT else None
        row = {
            "id": number,
            "run_id": run,
            "platform": probe.platform,
            "handle": probe.handle,
            "outcome": probe.outcome.value,
        }
        row |= {"why": probe.why, "at": max((p.fetched_at for p in probe.captures), default=at)}
        rows.append(
            {**row, "account_id": known[key].account_id if key else None, "version_id": versions[key] if key else None}
        )
    if rows:
        c.execute(insert(PROBES), rows)
        _add_captures(c, probes, ids)
    return ids


def _add_captures(c: Connection, probes: Sequence[Probe], ids: Sequence[int]) -> None:
    rows = {(p.sha256, p.url, p.fetched_at): capture_row(p) for probe in probes for p in probe.captures}
    if not rows:
        return
    insert_new(c, CAPTURES, list(rows.values()), ["sha256", "url", "fetched_at"])
    numbers: dict[tuple[str, str, datetime], int] = {}
    for part in chunks({sha256 for sha256, _, _ in rows}):
        question = select(CAPTURES.c.sha256, CAPTURES.c.url, CAPTURES.c.fetched_at, CAPTURES.c.id)
        for row in c.execute(question.where(CAPTURES.c.sha256.in_(part))):
            numbers[row.sha256, row.url, row.fetched_at] = row.id
    links = {
        (probe_id, numbers[p.sha256, p.url, p.fetched_at])
        for probe, probe_id in zip(probes, ids, strict=True)
        for p in probe.captures
    }
    insert_new(
        c,
        PROBE_CAPTURES,
        [{"probe_id": probe, "capture_id": capture} for probe, capture in sorted(links)],
        ["probe_id", "capture_id"],
    )
