"""Suspects: one a brand and account, with what was found, where it stands, and what happened to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select

from hunter.store.batches import chunks
from hunter.store.rows import finding_of
from hunter.store.tables import SUSPECT_EVENTS, SUSPECTS
from hunter.types import Finding

HUNTER = "hunter"  # the actor of what no person did
# Who moves on is a row of the queue of its own, until the end of the run arranges the cases anew.
ALONE = {"stands_for": 1, "stands_here": 1}


class Status(StrEnum):
    """Where a suspect stands."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    TAKEDOWN_REQUESTED = "takedown_requested"
    GONE = "gone"  # two looks, a day or more apart, found it missing
    CAME_BACK = "came_back"
    DISMISSED = "dismissed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """One suspect as it stands."""

    id: int
    brand: str
    account_id: int
    case_id: int
    platform: str
    native_id: str
    handle: str
    display_name: str | None
    picture: str | None
    score: float
    bits: float
    rank: float
    reason: str
    findings: tuple[Finding, ...]
    rules: str
    brand_digest: str | None
    version_id: int  # the profile version that was judged
    status: Status
    status_at: datetime
    assignee: str | None
    sampled: bool
    first_seen_at: datetime
    last_seen_at: datetime
    first_run: int
    last_run: int
    changed_run: int | None
    changed_at: datetime | None
    verdict: str | None
    verdict_id: int | None
    verdict_at: datetime | None
    changed_since_verdict: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a suspect."""

    id: int
    suspect_id: int
    run: int | None
    at: datetime
    actor: str
    act: str
    before: str | None
    after: str | None
    detail: dict[str, Any]


def get(c: Connection, number: int) -> Suspect | None:
    """One suspect by its number."""
    return next(iter(_read(c, select(SUSPECTS).where(SUSPECTS.c.id == number))), None)


def of_accounts(c: Connection, accounts: Iterable[int]) -> dict[int, dict[str, Suspect]]:
    """Account -> brand -> suspect, for those accounts that are suspects: they must be judged again when they change."""
    found: dict[int, dict[str, Suspect]] = {}
    for part in chunks(sorted(set(accounts))):
        for suspect in _read(c, select(SUSPECTS).where(SUSPECTS.c.account_id.in_(part))):
            found.setdefault(suspect.account_id, {})[suspect.brand] = suspect
    return found


def known(c: Connection, platform: str) -> list[tuple[str, str]]:
    """(native id, latest handle) of all suspects of a platform that are not closed: every run looks at them again."""
    question = select(SUSPECTS.c.native_id, SUSPECTS.c.handle).distinct()
    question = question.where(SUSPECTS.c.platform == platform, SUSPECTS.c.status != Status.CLOSED.value)
    return [(row.native_id, row.handle) for row in c.execute(question.order_by(SUSPECTS.c.native_id))]


def page(
    c: Connection,
    *,
    status: Status | None = None,
    brand: str | None = None,
    platform: str | None = None,
    min_score: float = 0.0,
    after: tuple[float, int] | None = None,
    limit: int = 50,
) -> list[Suspect]:
    """One page of suspects, highest rank first; `after` is the (rank, id) of the last one of the page before."""
    question = select(SUSPECTS)
    for column, wanted in ((SUSPECTS.c.status, status), (SUSPECTS.c.brand, brand), (SUSPECTS.c.platform, platform)):
        if wanted is not None:
            question = question.where(column == str(wanted))
    if min_score > 0:
        question = question.where(SUSPECTS.c.score >= min_score)
    if after is not None:
        rank, number = after
        question = question.where(or_(SUSPECTS.c.rank < rank, and_(SUSPECTS.c.rank == rank, SUSPECTS.c.id < number)))
    return _read(c, question.order_by(SUSPECTS.c.rank.desc(), SUSPECTS.c.id.desc()).limit(limit))


def of_run(c: Connection, run: int) -> dict[str, list[int]]:
    """What a run found: new, changed, gone, came_back, reopened, sampled -> numbers of suspects, in order."""
    question = select(SUSPECT_EVENTS.c.act, SUSPECT_EVENTS.c.suspect_id).where(SUSPECT_EVENTS.c.run_id == run)
    found: dict[str, list[int]] = {}
    for row in c.execute(question.order_by(SUSPECT_EVENTS.c.id)):
        found.setdefault(row.act, []).append(row.suspect_id)
    return found


def events(c: Connection, number: int) -> list[Event]:
    """What happened to a suspect, oldest first."""
    question = select(SUSPECT_EVENTS).where(SUSPECT_EVENTS.c.suspect_id == number).order_by(SUSPECT_EVENTS.c.id)
    return [
        Event(run=row["run_id"], **{name: row[name] for name in Event.__dataclass_fields__ if name != "run"})
        for row in c.execute(question).mappings()
    ]


def counts(c: Connection) -> dict[tuple[str, Status], int]:
    """(brand, status) -> how many."""
    question = select(SUSPECTS.c.brand, SUSPECTS.c.status, func.count()).group_by(SUSPECTS.c.brand, SUSPECTS.c.status)
    return {(row[0], Status(row[1])): row[2] for row in c.execute(question)}


def event_row(suspect: int, run: int, at: datetime, act: str, **more: Any) -> dict[str, Any]:
    """A row of `suspect_events` about what a run saw; beside `before` and `after` all words go into its detail."""
    before, after = more.pop("before", None), more.pop("after", None)
    row = {"suspect_id": suspect, "run_id": run, "at": at, "actor": HUNTER, "act": act}
    return {**row, "before": before, "after": after, "detail": more}


def suspect_of(row: dict[str, Any]) -> Suspect:
    """A row of `suspects` as a `Suspect`."""
    fields = {name: row[name] for name in Suspect.__dataclass_fields__}
    fields["findings"] = tuple(finding_of(kept) for kept in row["findings"])
    fields["status"] = Status(row["status"])
    fields["changed_since_verdict"] = tuple(row["changed_since_verdict"] or ())
    return Suspect(**fields)


def _read(c: Connection, question: Select[Any]) -> list[Suspect]:
    return [suspect_of(dict(row)) for row in c.execute(question).mappings()]
