"""The queue as it is read: one page of it, what it can be narrowed by, and what is waiting; paged by keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, and_, func, or_, select

from hunter.matching.skeleton import fold
from hunter.store.suspects import Status
from hunter.store.tables import RUN_EVENTS, RUNS, SUSPECTS

LONGEST_SEARCH = 100  # characters
_SHOWN = (
    "id", "case_id", "brand", "platform", "native_id", "handle", "display_name", "picture", "score", "bits", "rank",
    "reason", "rules", "version_id", "status", "assignee", "sampled", "first_seen_at", "last_seen_at", "first_run",
    "changed_run", "verdict", "verdict_id", "stands_for", "stands_here",
)  # fmt: skip


class Place(NamedTuple):
    """Where a row stands in the queue; the next page begins after it."""

    rank: float
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows of the queue; what is not said does not narrow."""

    statuses: tuple[Status, ...]
    brand: str | None = None
    platform: str | None = None
    min_score: float = 0.0
    since: datetime | None = None  # first seen or changed at this moment or later
    assignee: str | None = None
    words: str = ""  # a part of the handle or name; then every account is a row of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the queue."""

    id: int
    case_id: int
    brand: str
    platform: str
    native_id: str
    handle: str
    display_name: str | None
    picture: str | None  # SHA-256
    score: float
    bits: float
    rank: float
    reason: str
    rules: str
    version_id: int
    status: str
    assignee: str | None
    sampled: bool
    first_seen_at: datetime
    last_seen_at: datetime
    first_run: int
    changed_run: int | None
    verdict: str | None
    verdict_id: int | None
    stands_for: int
    stands_here: int
    changed_since_verdict: tuple[str, ...]

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.rank, self.id)


def page(c: Connection, wanted: Wanted, *, after: Place | None = None, limit: int = 50) -> list[Row]:
    """The rows from a place on, highest rank first. One index each status; only the rows shown are read whole."""
    found: list[Place] = []
    for status in wanted.statuses:
        question = select(SUSPECTS.c.rank, SUSPECTS.c.id).where(SUSPECTS.c.status == status.value, *_narrow(wanted))
        if after is not None:
            question = question.where(_beyond(after))
        question = question.order_by(_order(wanted).desc(), SUSPECTS.c.id.desc()).limit(limit)
        found += [Place(row.rank, row.id) for row in c.execute(question)]
    numbers = [place.number for place in sorted(found, reverse=True)[:limit]]
    rows = rows_of(c, numbers)
    return [rows[number] for number in numbers if number in rows]


def rows_of(c: Connection, numbers: list[int]) -> dict[int, Row]:
    """Rows by the numbers of their suspects."""
    columns = [SUSPECTS.c[name] for name in (*_SHOWN, "changed_since_verdict")]
    rows = c.execute(select(*columns).where(SUSPECTS.c.id.in_(numbers))).mappings()
    return {row["id"]: _row(dict(row)) for row in rows}


def neighbours(c: Connection, place: Place, wanted: Wanted) -> tuple[int | None, int | None]:
    """The suspects before and after a place in the queue."""
    before: list[Place] = []
    for status in wanted.statuses:
        question = select(SUSPECTS.c.rank, SUSPECTS.c.id).where(SUSPECTS.c.status == status.value, *_narrow(wanted))
        tie = and_(SUSPECTS.c.rank == place.rank, SUSPECTS.c.id > place.number)
        above = and_(SUSPECTS.c.rank >= place.rank, or_(SUSPECTS.c.rank > place.rank, tie))
        nearest = question.where(above).order_by(SUSPECTS.c.rank, SUSPECTS.c.id).limit(1)
        before += [Place(row.rank, row.id) for row in c.execute(nearest)]
    after = page(c, wanted, after=place, limit=1)
    return (min(before).number if before else None, after[0].id if after else None)


def counts(c: Connection) -> dict[Status, int]:
    """Status -> how many rows the queue has of it."""
    question = select(SUSPECTS.c.status, func.count()).where(SUSPECTS.c.stands_for > 0).group_by(SUSPECTS.c.status)
    return {Status(row[0]): row[1] for row in c.execute(question)}


def brands(c: Connection) -> list[str]:
    """The brands that have suspects."""
    return list(_distinct(c, SUSPECTS.c.brand))


def platforms(c: Connection) -> list[str]:
    """The platforms that have suspects."""
    return list(_distinct(c, SUSPECTS.c.platform))


def assignees(c: Connection) -> list[str]:
    """Those who took suspects."""
    return list(_distinct(c, SUSPECTS.c.assignee))


def newest_run(c: Connection) -> int | None:
    """The newest run that ended: what it saw first is new."""
    newest: int | None = c.scalar(select(func.max(RUNS.c.id)).where(RUNS.c.ended_at.is_not(None)))
    return newest


def noted_floods(c: Connection, *, runs: int = 5) -> list[Mapping[str, Any]]:
    """The floods of the newest runs, newest first: run, brand, rows, shown."""
    newest = c.scalar(select(func.max(RUNS.c.id))) or 0
    question = select(RUN_EVENTS.c.run_id, RUN_EVENTS.c.detail).where(
        RUN_EVENTS.c.run_id > newest - runs, RUN_EVENTS.c.kind == "flood"
    )
    rows = c.execute(question.order_by(RUN_EVENTS.c.id.desc()))
    return [{"run": row.run_id, **row.detail} for row in rows]


def _distinct(c: Connection, column: Column[Any]) -> Iterator[str]:
    """The values of an indexed column, each by one step in the index instead of a walk over all rows."""
    value = c.scalar(select(func.min(column)))
    while value is not None:
        yield value
        value = c.scalar(select(func.min(column)).where(column > value))


def _beyond(place: Place) -> ColumnElement[bool]:
    tie = and_(SUSPECTS.c.rank == place.rank, SUSPECTS.c.id < place.number)
    return and_(SUSPECTS.c.rank <= place.rank, or_(SUSPECTS.c.rank < place.rank, tie))


def _order(wanted: Wanted) -> ColumnElement[float]:
    """The rank; in a search as an expression, so that SQLite looks for the words first and sorts what it found."""
    return SUSPECTS.c.rank + 0.0 if wanted.words.strip() else SUSPECTS.c.rank.expression


def _narrow(wanted: Wanted) -> list[ColumnElement[bool]]:
    narrowed: list[ColumnElement[bool]] = []
    words = wanted.words.strip()[:LONGEST_SEARCH]
    if words:
        either = {words.casefold(), fold(words).text} - {""}
        narrowed.append(or_(*(SUSPECTS.c.search.contains(one, autoescape=True) for one in sorted(either))))
    elif wanted.platform:
        narrowed.append(SUSPECTS.c.stands_here > 0)
    else:
        narrowed.append(SUSPECTS.c.stands_for > 0)
    for column, value in (
        (SUSPECTS.c.brand, wanted.brand),
        (SUSPECTS.c.platform, wanted.platform),
        (SUSPECTS.c.assignee, wanted.assignee),
    ):
        if value:
            narrowed.append(column == value)
    if wanted.min_score > 0:
        narrowed.append(SUSPECTS.c.score >= wanted.min_score)
    if wanted.since is not None:
        narrowed.append(or_(SUSPECTS.c.first_seen_at >= wanted.since, SUSPECTS.c.changed_at >= wanted.since))
    return narrowed


def _row(row: Mapping[str, Any]) -> Row:
    fields = {name: row[name] for name in _SHOWN}
    return Row(**fields, changed_since_verdict=tuple(row["changed_since_verdict"] or ()))
