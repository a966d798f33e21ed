"""Legal holds: what they name is not purged until somebody releases them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from hunter.errors import UsageError
from hunter.store import audit
from hunter.store.tables import ACCOUNTS, HOLDS


def add(c: Connection, platform: str, native_id: str, *, reason: str, by: str, at: datetime) -> int:
    """Puts a hold on an account; its number."""
    row = {"platform": platform, "native_id": native_id, "reason": reason, "by": by, "at": at}
    number = int(c.execute(insert(HOLDS).values(row).returning(HOLDS.c.id)).scalar_one())
    audit.append(c, actor=by, act="hold", object=f"hold:{number}", at=at)
    return number


def release(c: Connection, number: int, *, by: str, at: datetime) -> None:
    """Ends a hold. Raises UsageError where there is none in force."""
    still = (HOLDS.c.id == number) & HOLDS.c.released_at.is_(None)
    if not c.execute(update(HOLDS).where(still).values(released_at=at, released_by=by)).rowcount:
        raise UsageError(f"there is no hold {number} in force", advice="hunter purge holds")
    audit.append(c, actor=by, act="release_hold", object=f"hold:{number}", at=at)


def in_force(c: Connection) -> list[dict[str, Any]]:
    """All holds that are in force, oldest first."""
    rows = c.execute(select(HOLDS).where(HOLDS.c.released_at.is_(None)).order_by(HOLDS.c.id)).mappings()
    return [dict(row) for row in rows]


def of_account(c: Connection, platform: str, native_id: str) -> list[str]:
    """The reasons of the holds in force on an account; [] when it may be purged."""
    same = (HOLDS.c.platform == platform) & (HOLDS.c.native_id == native_id) & HOLDS.c.released_at.is_(None)
    return list(c.scalars(select(HOLDS.c.reason).where(same).order_by(HOLDS.c.id)))


def held_accounts(c: Connection) -> set[int]:
    """The accounts that a hold names."""
    same = (ACCOUNTS.c.platform == HOLDS.c.platform) & (ACCOUNTS.c.native_id == HOLDS.c.native_id)
    return set(c.scalars(select(ACCOUNTS.c.id).join(HOLDS, same).where(HOLDS.c.released_at.is_(None))))
