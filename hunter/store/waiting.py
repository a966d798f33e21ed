"""What waits for somebody: submissions past their date, alerts that could not be sent, bags without a stamp."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, func, select

from hunter.store import submissions
from hunter.store.tables import ALERTS, BAGS


def overdue_submissions(c: Connection, *, at: datetime) -> int:
    """How many submissions should have been looked at again by now, or are about an account that came back."""
    return len(submissions.overdue(c, at))


def failed_alerts(c: Connection) -> int:
    """How many alerts failed, those that are still tried again included."""
    return _count(c, ALERTS, (ALERTS.c.state == "failed") | ((ALERTS.c.state == "waiting") & (ALERTS.c.attempts > 0)))


def unstamped_bags(c: Connection) -> int:
    """How many sealed bags have no time stamp yet."""
    return _count(c, BAGS, BAGS.c.stamp == "unstamped")


def _count(c: Connection, table: Table, where: ColumnElement[bool]) -> int:
    return c.scalar(select(func.count()).select_from(table).where(where)) or 0
