from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, delete, insert, update

from hunter.store import Store, audit
from hunter.store.tables import AUDIT

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def write(store: Store, number: int = 5) -> audit.Head:
    with store.write() as c:
        for n in range(number):
            head = audit.append(c, actor="Ann \ud800 Ää", act="verdict", object=f"judgement:{n}", at=NOON)
    return head


def test_each_line_holds_the_hash_of_the_line_before(store: Store) -> None:
    head = write(store)
    with store.read() as c:
        lines = list(audit.lines(c))
        assert audit.head(c) == head and audit.verify(c) == []
    prev = "0" * 64
    for seq, line in enumerate(lines, 1):
        told = json.loads(line)
        assert line == json.dumps(told, sort_keys=True, separators=(",", ":")), "canonical"
        assert line.isascii() and (told["seq"], told["prev"], told["at"]) == (seq, prev, "2026-03-01T12:00:00.123Z")
        prev = hashlib.sha256(line.encode()).hexdigest()
    assert head.digest == prev


def test_an_empty_log_is_whole(store: Store) -> None:
    with store.read() as c:
        assert audit.verify(c) == [] and audit.head(c) == audit.Head(seq=0, digest="0" * 64)


def forge(c: Connection) -> None:
    """An insider who knows how: changes a line and computes all digests after it anew."""
    rows = [dict(row) for row in c.execute(AUDIT.select().order_by(AUDIT.c.seq)).mappings()]
    prev = "0" * 64
    for row in rows:
        row["actor"] = "nobody" if row["seq"] == 2 else row["actor"]
        row["prev"] = prev
        row["digest"] = prev = hashlib.sha256(audit.line_of(row).encode()).hexdigest()
    c.execute(delete(AUDIT))
    c.execute(insert(AUDIT), rows)


@pytest.mark.parametrize(
    "tamper, told",
    [
        (lambda c: c.execute(update(AUDIT).where(AUDIT.c.seq == 2).values(actor="nobody")), "line 2 was changed"),
        (lambda c: c.execute(delete(AUDIT).where(AUDIT.c.seq == 3)), "line 4 follows line 2"),
        (lambda c: c.execute(update(AUDIT).where(AUDIT.c.seq == 4).values(prev="f" * 64)), "line 4 does not follow"),
        (lambda c: c.execute(delete(AUDIT).where(AUDIT.c.seq == 5)), "line 5 was noted as the head and is not there"),
        (forge, "line 5 is not the one that was noted as the head"),
    ],
)
def test_tampering_shows(store: Store, tamper: Callable[[Connection], object], told: str) -> None:
    write(store)
    with store.write() as c:
        audit.anchor(c, at=NOON, how="bag EV-1")
        tamper(c)
    with store.read() as c:
        assert any(told in fault for fault in audit.verify(c))
