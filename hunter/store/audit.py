"""The log over everything that people decide or delete: each line holds the SHA-256 of the line before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from hunter.store.rows import canonical, utc_text
from hunter.store.tables import AUDIT, AUDIT_ANCHORS

FIRST = "0" * 64  # the line before the first one
_FIELDS = ("seq", "prev", "at", "actor", "act", "object", "object_sha256")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The newest line of the log: how many there are, and the digest that the next one will hold."""

    seq: int
    digest: str


def append(c: Connection, *, actor: str, act: str, object: str, at: datetime, object_sha256: str | None = None) -> Head:
    """Adds a line. `object` names a row ("judgement:17"), never a person or content: the log outlives every purge."""
    if c.dialect.name == "postgresql":
        # Appending is one at a time: SQLite's writer lock sees to it there.
        c.exec_driver_sql("LOCK TABLE audit IN EXCLUSIVE MODE")
    before = head(c)
    row = {"seq": before.seq + 1, "prev": before.digest, "at": utc_text(at), "actor": actor, "act": act}
    row |= {"object": object, "object_sha256": object_sha256}
    digest = hashlib.sha256(line_of(row).encode("ascii")).hexdigest()
    c.execute(insert(AUDIT).values(**row, digest=digest))
    return Head(seq=before.seq + 1, digest=digest)


def line_of(row: Mapping[str, Any]) -> str:
    """One line of `audit.jsonl`, without newline: the canonical JSON that the next line's `prev` is taken over."""
    return canonical({name: row[name] for name in _FIELDS})


def head(c: Connection) -> Head:
    """The newest line; of an empty log seq 0 and 64 zeros."""
    row = c.execute(select(AUDIT.c.seq, AUDIT.c.digest).order_by(AUDIT.c.seq.desc()).limit(1)).first()
    return Head(seq=row.seq, digest=row.digest) if row else Head(seq=0, digest=FIRST)


def lines(c: Connection, *, after: int = 0) -> Iterator[str]:
    """The log as lines of `audit.jsonl`, in order; streams."""
    question = select(AUDIT).where(AUDIT.c.seq > after).order_by(AUDIT.c.seq)
    for row in c.execution_options(yield_per=1000).execute(question).mappings():
        yield line_of(dict(row))


def verify(c: Connection) -> list[str]:
    """What is wrong with the log, in words; [] when every line follows from the one before and every anchor holds."""
    faults: list[str] = []
    anchors: dict[int, list[str]] = {}
    for anchor in c.execute(select(AUDIT_ANCHORS.c.seq, AUDIT_ANCHORS.c.head).order_by(AUDIT_ANCHORS.c.seq)):
        anchors.setdefault(anchor.seq, []).append(anchor.head)
    seq, prev = 0, FIRST
    for row in c.execution_options(yield_per=1000).execute(select(AUDIT).order_by(AUDIT.c.seq)).mappings():
        if row["seq"] != seq + 1:
            faults.append(f"line {row['seq']} follows line {seq}: lines are missing")
        if row["prev"] != prev:
            faults.append(f"line {row['seq']} does not follow from the line before it")
        digest = hashlib.sha256(line_of(dict(row)).encode("ascii")).hexdigest()
        if digest != row["digest"]:
            faults.append(f"line {row['seq']} was changed")
        if any(noted != digest for noted in anchors.pop(row["seq"], [])):
            faults.append(f"line {row['seq']} is not the one that was noted as the head")
        seq, prev = row["seq"], digest
    faults += [f"line {missing} was noted as the head and is not there" for missing in anchors if missing]
    return faults


def anchor(c: Connection, *, at: datetime, how: str, token: bytes | None = None) -> Head:
    """Notes the present head as known elsewhere: in a bag, at a time-stamp authority. Later cutting it off shows."""
    now = head(c)
    c.execute(insert(AUDIT_ANCHORS).values(seq=now.seq, head=now.digest, at=at, how=how, token=token))
    return now
