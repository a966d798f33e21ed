"""Alerts: queued once a run and route, waiting until they are taken, given up after too many attempts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from hunter.store.tables import ALERTS, RUNS, SUSPECT_EVENTS

MOST_ATTEMPTS = 10
_EMPTIED = "Accounts of this run were purged before this could be sent. What is left: hunter suspects list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One message to one route."""

    id: int
    run: int | None
    kind: str  # digest
    route: str  # short digest of the route's URL
    route_shown: str  # the route with its secrets masked
    title: str
    body: str
    state: str  # waiting | sent | failed
    attempts: int
    created_at: datetime
    not_before: datetime | None
    sent_at: datetime | None
    last_error: str | None


def queue(
    c: Connection,
    *,
    run: int,
    routes: Iterable[tuple[str, str]],
    title: str,
    body: str,
    at: datetime,
    not_before: datetime | None = None,
) -> int:
    """Queues a run's digest for each route (digest and masked URL) that does not have it yet; how many were queued."""
    known = set(c.scalars(select(ALERTS.c.route).where(ALERTS.c.run_id == run, ALERTS.c.kind == "digest")))
    common = {"run_id": run, "kind": "digest", "title": title, "body": body, "state": "waiting", "attempts": 0}
    rows = [
        {**common, "route": route, "route_shown": shown, "created_at": at, "not_before": not_before}
        for route, shown in routes
        if route not in known
    ]
    if rows:
        c.execute(insert(ALERTS), rows)
    return len(rows)


def due(c: Connection, at: datetime) -> list[Alert]:
    """What waits and may be sent now, oldest first."""
    ready = or_(ALERTS.c.not_before.is_(None), ALERTS.c.not_before <= at)
    return _read(c, ALERTS.c.state == "waiting", ready)


def outstanding(c: Connection) -> list[Alert]:
    """What was not delivered: it waits, or was given up and nothing reached that route since; oldest first."""
    reached = {
        row.route: row.id
        for row in c.execute(select(ALERTS.c.route, ALERTS.c.id).where(ALERTS.c.state == "sent").order_by(ALERTS.c.id))
    }
    return [a for a in _read(c, ALERTS.c.state != "sent") if a.state == "waiting" or a.id > reached.get(a.route, 0)]


def mark_sent(c: Connection, numbers: Iterable[int], at: datetime) -> None:
    """Records that these were taken by their route; their text, which names accounts, is not kept."""
    change = {"state": "sent", "sent_at": at, "attempts": ALERTS.c.attempts + 1, "last_error": None, "body": ""}
    c.execute(update(ALERTS).where(ALERTS.c.id.in_(list(numbers))).values(change))


def mark_failed(c: Connection, numbers: Iterable[int], why: str, *, give_up: bool = False) -> None:
    """Records a failed attempt; after ten, or with `give_up`, they are tried no more."""
    for number in numbers:
        attempts = c.execute(select(ALERTS.c.attempts).where(ALERTS.c.id == number)).scalar_one() + 1
        state = "failed" if give_up or attempts >= MOST_ATTEMPTS else "waiting"
        change = {"state": state, "attempts": attempts, "last_error": why} | ({"body": ""} if state == "failed" else {})
        c.execute(update(ALERTS).where(ALERTS.c.id == number).values(change))


def forget(c: Connection, suspects: Sequence[int]) -> None:
    """Empties waiting messages about runs in which something happened to these suspects: they name them."""
    runs = select(SUSPECT_EVENTS.c.run_id).where(SUSPECT_EVENTS.c.suspect_id.in_(suspects))
    c.execute(update(ALERTS).where(ALERTS.c.run_id.in_(runs)).values(body=_EMPTIED))


def newest_run(c: Connection) -> int | None:
    """The newest run that ended: what a digest is about where nothing else is said."""
    return c.scalar(select(RUNS.c.id).where(RUNS.c.ended_at.is_not(None)).order_by(RUNS.c.id.desc()).limit(1))


def _read(c: Connection, *where: Any) -> list[Alert]:
    names = [name for name in Alert.__dataclass_fields__ if name != "run"]
    rows = c.execute(select(ALERTS).where(*where).order_by(ALERTS.c.id)).mappings()
    return [Alert(run=row["run_id"], **{name: row[name] for name in names}) for row in rows]
