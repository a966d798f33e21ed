"""Suspects that are gone: found missing by two runs that really looked, a day or more apart."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from hunter.store.suspects import ALONE, Status, event_row
from hunter.store.tables import ACCOUNTS, SUSPECT_EVENTS, SUSPECTS

LOOKS = 2
APART = timedelta(hours=24)


def mark_gone(c: Connection, run: int, *, at: datetime) -> list[int]:
    """Suspects that this run found missing, not for the first time and a day or more after the first; their numbers.

    A refused or failed look is no look. Dismissed and closed ones are left alone.
    """
    left_alone = [s.value for s in (Status.GONE, Status.DISMISSED, Status.CLOSED)]
    question = (
        select(SUSPECTS.c.id, SUSPECTS.c.status, ACCOUNTS.c.absent_since, ACCOUNTS.c.absent_why)
        .join(ACCOUNTS, ACCOUNTS.c.id == SUSPECTS.c.account_id)
        .where(ACCOUNTS.c.absent_run == run, ACCOUNTS.c.absent_looks >= LOOKS)
        .where(ACCOUNTS.c.absent_since <= at - APART, SUSPECTS.c.status.not_in(left_alone))
        .order_by(SUSPECTS.c.id)
    )
    gone = c.execute(question).all()
    for row in gone:
        values = {"status": Status.GONE.value, "status_at": at, "status_before_gone": row.status, **ALONE}
        c.execute(update(SUSPECTS).where(SUSPECTS.c.id == row.id).values(values))
        detail = {"why": row.absent_why, "missing_since": row.absent_since.isoformat()}
        event = event_row(row.id, run, at, "gone", before=row.status, after=Status.GONE.value, **detail)
        c.execute(insert(SUSPECT_EVENTS).values(event))
    return [row.id for row in gone]
