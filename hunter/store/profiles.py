"""Accounts read back: as they are now, as they were, what their history says, and the bytes that prove it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from hunter.store import pictures
from hunter.store.batches import chunks
from hunter.store.rows import capture_of, profile_of
from hunter.store.tables import ACCOUNTS, CAPTURES, PROBE_CAPTURES, PROBES, PROFILE_VERSIONS
from hunter.types import Capture, Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One dated version of a profile. `changed` names the identity fields that differ from the version before."""

    id: int
    account_id: int
    run: int
    seen_at: datetime
    profile: Profile
    changed: tuple[str, ...]


def account_id(c: Connection, platform: str, native_id: str) -> int | None:
    """The store's number of an account; `native_id` as in `rows.native_id_of`."""
    same = (ACCOUNTS.c.platform == platform) & (ACCOUNTS.c.native_id == native_id)
    return c.scalar(select(ACCOUNTS.c.id).where(same))


def find(c: Connection, platform: str, name: str) -> int | None:
    """The account with this native id, else the one that was last seen with this handle."""
    by_id = account_id(c, platform, name)
    if by_id is not None:
        return by_id
    same = (ACCOUNTS.c.platform == platform) & (ACCOUNTS.c.handle == name.removeprefix("@"))
    return c.scalar(select(ACCOUNTS.c.id).where(same).order_by(ACCOUNTS.c.last_seen_at.desc()).limit(1))


def versions(c: Connection, ids: Iterable[int]) -> dict[int, Version]:
    """Versions by their numbers, with their pictures."""
    found: dict[int, Version] = {}
    for part in chunks(sorted(set(ids))):
        found |= {v.id: v for v in _read(c, PROFILE_VERSIONS.c.id.in_(part))}
    return found


def current(c: Connection, account: int) -> Version | None:
    """The account as it was last seen."""
    return next(iter(_read(c, PROFILE_VERSIONS.c.id == ACCOUNTS.c.version_id, ACCOUNTS.c.id == account)), None)


def history(c: Connection, account: int) -> list[Version]:
    """All versions of an account, oldest first."""
    return _read(c, PROFILE_VERSIONS.c.account_id == account)


def captures(c: Connection, version: int) -> list[Capture]:
    """The answers that show a version, oldest first; their bytes lie in the vault."""
    question = (
        select(CAPTURES)
        .distinct()
        .join(PROBE_CAPTURES, PROBE_CAPTURES.c.capture_id == CAPTURES.c.id)
        .join(PROBES, PROBES.c.id == PROBE_CAPTURES.c.probe_id)
        .join(PROFILE_VERSIONS, PROFILE_VERSIONS.c.account_id == PROBES.c.account_id)
        .where(PROFILE_VERSIONS.c.id == version, PROBES.c.version_id == version)
        .order_by(CAPTURES.c.fetched_at, CAPTURES.c.id)
    )
    return [capture_of(row) for row in c.execute(question).mappings()]


def _read(c: Connection, *where: Any) -> list[Version]:
    both = PROFILE_VERSIONS.join(ACCOUNTS, ACCOUNTS.c.id == PROFILE_VERSIONS.c.account_id)
    account = [column.label(f"a_{column.name}") for column in ACCOUNTS.c]
    question = select(PROFILE_VERSIONS, *account).select_from(both).where(*where).order_by(PROFILE_VERSIONS.c.id)
    rows = c.execute(question).mappings().all()
    held = pictures.known(c, [row["picture"] for row in rows if row["picture"]])
    return [
        Version(
            id=row["id"],
            account_id=row["account_id"],
            run=row["run_id"],
            seen_at=row["seen_at"],
            profile=profile_of(
                {column.name: row[f"a_{column.name}"] for column in ACCOUNTS.c}, dict(row), held.get(row["picture"])
            ),
            changed=tuple(row["changed"]),
        )
        for row in rows
    ]
