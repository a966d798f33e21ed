"""Brings the queue in order after a run or a decision: who stands for a case, and who is one of far too many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, case, func, select, update

from hunter.store import runs
from hunter.store.batches import chunks
from hunter.store.suspects import Status
from hunter.store.tables import RUN_EVENTS, SUSPECTS

WAITING = (Status.OPEN.value, Status.CAME_BACK.value)
FLOOD = 60  # new rows of one brand in one run; more is a flood
SHOWN = 20  # rows of a flood that keep their place: of each kind the first ones, then the second ones, …
HELD_BACK = 60.0  # bits taken off the others: they come after everything that is not part of a flood


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """Far too many new suspects of one brand in one run."""

    brand: str
    run: int
    rows: int  # that wait in the queue


def arrange(c: Connection, *, at: datetime, cases: Sequence[int] | None = None) -> list[Flood]:
    """Settles which suspects stand for their case (all cases, or the given ones) and holds floods back.

    Of the members of a case with the same status the highest ranked one stands for all of them in the queue, and
    the highest ranked one of each platform where the queue shows that platform only. Floods are held back when all
    is arranged; they are returned, and a new one is noted as an event of its run.
    """
    if cases is not None:
        for part in chunks(sorted(set(cases))):
            _choose(c, SUSPECTS.c.case_id.in_(part))
        return []
    _choose(c, None)
    floods = find_floods(c)
    _hold_back(c, floods)
    for flood in floods:
        _note(c, flood, at)
    return floods


def find_floods(c: Connection) -> list[Flood]:
    """Runs that brought more waiting rows of one brand than anybody reads."""
    size = func.count()
    question = select(SUSPECTS.c.brand, SUSPECTS.c.first_run, size).where(_waits()).having(size > FLOOD)
    question = question.group_by(SUSPECTS.c.first_run, SUSPECTS.c.brand).order_by(SUSPECTS.c.first_run)
    return [Flood(brand=row[0], run=row[1], rows=row[2]) for row in c.execute(question)]


def _waits() -> ColumnElement[bool]:
    return (SUSPECTS.c.stands_here > 0) & SUSPECTS.c.status.in_(WAITING)


def _base() -> ColumnElement[float]:
    """The rank without what a flood took off."""
    return SUSPECTS.c.rank + SUSPECTS.c.crowding


def _choose(c: Connection, where: ColumnElement[bool] | None) -> None:
    order = (_base().desc(), SUSPECTS.c.id.desc())
    everywhere = {"partition_by": (SUSPECTS.c.case_id, SUSPECTS.c.status)}
    here = {"partition_by": (SUSPECTS.c.case_id, SUSPECTS.c.status, SUSPECTS.c.platform)}
    places = select(
        SUSPECTS.c.id,
        SUSPECTS.c.stands_for.label("for_before"),
        SUSPECTS.c.stands_here.label("here_before"),
        _count_if_first(order, everywhere).label("for_now"),
        _count_if_first(order, here).label("here_now"),
    )
    if where is not None:
        places = places.where(where)
    placed = places.subquery()
    moved = (placed.c.for_before != placed.c.for_now) | (placed.c.here_before != placed.c.here_now)
    question = select(placed.c.id, placed.c.for_now, placed.c.here_now).where(moved)
    rows = [{"number": row.id, "all": row.for_now, "here": row.here_now} for row in c.execute(question)]
    _update(c, rows, stands_for=bindparam("all"), stands_here=bindparam("here"))


def _count_if_first(order: tuple[Any, ...], window: dict[str, Any]) -> ColumnElement[int]:
    return case((func.row_number().over(order_by=order, **window) == 1, func.count().over(**window)), else_=0)


def _hold_back(c: Connection, floods: Iterable[Flood]) -> None:
    """Gives each row of a flood its turn: the best of each kind first. Rows of no flood get back what was taken."""
    kind = func.row_number().over(
        partition_by=(SUSPECTS.c.brand, SUSPECTS.c.first_run, SUSPECTS.c.crowd),
        order_by=(_base().desc(), SUSPECTS.c.id),
    )
    for flood in floods:
        same = (SUSPECTS.c.first_run == flood.run) & (SUSPECTS.c.brand == flood.brand)
        places = select(SUSPECTS.c.id, SUSPECTS.c.crowding, _base().label("base"), kind.label("place"))
        placed = places.where(same, _waits()).subquery()
        turns = select(placed).order_by(placed.c.place, placed.c.base.desc(), placed.c.id)
        rows = []
        for turn, row in enumerate(c.execute(turns)):
            off = 0.0 if turn < SHOWN else HELD_BACK
            if off != row.crowding:
                rows.append({"number": row.id, "off": off, "new_rank": row.base - off})
        _update(c, rows, crowding=bindparam("off"), rank=bindparam("new_rank"))
    held = {(flood.brand, flood.run) for flood in floods}
    free = select(SUSPECTS.c.id, SUSPECTS.c.brand, SUSPECTS.c.first_run, _base().label("base"))
    free = free.where(SUSPECTS.c.crowding > 0, _waits())
    rows = [
        {"number": row.id, "off": 0.0, "new_rank": row.base}
        for row in c.execute(free)
        if (row.brand, row.first_run) not in held
    ]
    _update(c, rows, crowding=bindparam("off"), rank=bindparam("new_rank"))


def _update(c: Connection, rows: list[dict[str, Any]], **values: Any) -> None:
    if rows:
        c.execute(update(SUSPECTS).where(SUSPECTS.c.id == bindparam("number")).values(**values), rows)


def _note(c: Connection, flood: Flood, at: datetime) -> None:
    question = select(RUN_EVENTS.c.detail).where(RUN_EVENTS.c.run_id == flood.run, RUN_EVENTS.c.kind == "flood")
    if all(detail.get("brand") != flood.brand for detail in c.scalars(question)):
        detail = {"brand": flood.brand, "rows": flood.rows, "shown": SHOWN}
        runs.note(c, flood.run, "flood", detail, at=at)
