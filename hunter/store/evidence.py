"""Sealed bags as the store knows them, and the lines of the log that belong into one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, or_, select, update

from hunter.store.batches import chunks
from hunter.store.tables import AUDIT, BAGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Bag:
    """One sealed bag, wherever it lies now."""

    id: int
    suspect_id: int | None
    brand: str
    platform: str
    native_id: str
    name: str
    path: str
    tagmanifest_sha256: str
    audit_head: str
    sealed_at: datetime
    sealed_by: str
    signed: bool
    stamp: str  # "stamped" | "unstamped"
    stamp_expires_at: datetime | None  # of the latest stamp that is about to fall, None where that is unknown
    detail: Mapping[str, Any]


def add_bag(c: Connection, bag: Mapping[str, Any]) -> int:
    """Keeps a bag that was just sealed: the fields of `Bag` without `id`. Its number."""
    return int(c.execute(insert(BAGS).values(dict(bag)).returning(BAGS.c.id)).scalar_one())


def get_bag(c: Connection, *, digest: str) -> Bag | None:
    """The bag with this SHA-256 of its tag manifest."""
    return next(iter(_read(c, select(BAGS).where(BAGS.c.tagmanifest_sha256 == digest))), None)


def bags_of_suspect(c: Connection, suspect: int) -> list[Bag]:
    """All bags of a suspect, oldest first."""
    return _read(c, select(BAGS).where(BAGS.c.suspect_id == suspect))


def bags_of_account(c: Connection, platform: str, native_id: str) -> list[Bag]:
    """All bags about an account, oldest first; they stay known when its other rows are purged."""
    return _read(c, select(BAGS).where(BAGS.c.platform == platform, BAGS.c.native_id == native_id))


def bags_to_stamp(c: Connection, *, before: datetime) -> list[Bag]:
    """Bags that have no time stamp yet, and those whose authority's certificate ends before `before`."""
    ends = BAGS.c.stamp_expires_at.is_not(None) & (BAGS.c.stamp_expires_at < before)
    return _read(c, select(BAGS).where(or_(BAGS.c.stamp == "unstamped", ends)))


def set_stamp(c: Connection, number: int, *, stamp: str, expires_at: datetime | None, path: str) -> None:
    """What became of stamping a bag again, and where it lies now."""
    values = {"stamp": stamp, "stamp_expires_at": expires_at, "path": path}
    c.execute(update(BAGS).where(BAGS.c.id == number).values(**values))


def log_lines(c: Connection, objects: Sequence[str]) -> list[dict[str, Any]]:
    """The log's lines about these objects ("suspect:3", "judgement:17", …), in order, each with its own digest."""
    found: list[dict[str, Any]] = []
    for part in chunks(sorted(set(objects))):
        question = select(AUDIT).where(AUDIT.c.object.in_(part)).order_by(AUDIT.c.seq)
        found += [dict(row) for row in c.execute(question).mappings()]
    return sorted(found, key=lambda row: int(row["seq"]))


def _read(c: Connection, question: Select[Any]) -> list[Bag]:
    rows = c.execute(question.order_by(BAGS.c.id)).mappings()
    return [Bag(**{name: row[name] for name in Bag.__dataclass_fields__}) for row in rows]
