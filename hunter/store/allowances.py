"""Accounts that are fine, agreed while reviewing or left over from a purge; the brand file has its own list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select, tuple_, update

from hunter.errors import UsageError
from hunter.store import audit
from hunter.store.batches import chunks, keyed_hash
from hunter.store.judgements import Subject
from hunter.store.rows import canonical, digest
from hunter.store.tables import ALLOWANCES


def add(
    c: Connection,
    subject: Subject,
    *,
    reason: str,
    by: str,
    at: datetime,
    handle: str | None = None,
    until: date | None = None,
    identity: Mapping[str, Any] | None = None,
) -> int:
    """Allows an account for a brand until a day; its number. With `identity` it holds only while nothing changes."""
    brand, platform, native_id = subject
    row: dict[str, Any] = {"brand": brand, "platform": platform, "native_id": native_id, "handle": handle}
    row |= {"reason": reason, "until": until, "by": by, "at": at}
    row["identity"] = keyed_hash(c, "identity", canonical(identity)) if identity is not None else None
    number = int(c.execute(insert(ALLOWANCES).values(row).returning(ALLOWANCES.c.id)).scalar_one())
    told = digest({**row, "at": at.isoformat(), "until": until.isoformat() if until else None})
    audit.append(c, actor=by, act="allow", object=f"allowance:{number}", object_sha256=told, at=at)
    return number


def withdraw(c: Connection, number: int, *, by: str, at: datetime) -> None:
    """Takes an allowance back. Raises UsageError where there is none in force."""
    still = (ALLOWANCES.c.id == number) & ALLOWANCES.c.withdrawn_at.is_(None)
    done = c.execute(update(ALLOWANCES).where(still).values(withdrawn_at=at, withdrawn_by=by))
    if not done.rowcount:
        raise UsageError(f"there is no allowance {number} in force")
    audit.append(c, actor=by, act="withdraw_allowance", object=f"allowance:{number}", at=at)


def in_force(c: Connection, subjects: Mapping[Subject, Mapping[str, Any]], *, at: datetime) -> frozenset[Subject]:
    """Those subjects (with who they say they are) that an allowance covers on that day."""
    found = set()
    for row in _rows(c, subjects, at):
        subject = row["brand"], row["platform"], row["native_id"]
        same = row["identity"] in (None, keyed_hash(c, "identity", canonical(subjects[subject])))
        if same:
            found.add(subject)
    return frozenset(found)


def _rows(c: Connection, subjects: Iterable[Subject], at: datetime) -> list[dict[str, Any]]:
    key = tuple_(ALLOWANCES.c.brand, ALLOWANCES.c.platform, ALLOWANCES.c.native_id)
    rows: list[dict[str, Any]] = []
    for part in chunks(sorted(subjects)):
        question = select(ALLOWANCES).where(key.in_(part), ALLOWANCES.c.withdrawn_at.is_(None))
        question = question.where(or_(ALLOWANCES.c.until.is_(None), ALLOWANCES.c.until >= at.date()))
        rows += [dict(row) for row in c.execute(question).mappings()]
    return rows
