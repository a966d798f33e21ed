"""Which accounts have been kept long enough: innocents, suspects that nobody decided about, dismissed, closed ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, or_, select

from hunter.store import allowances
from hunter.store.batches import chunks, insert_new, keyed_hashes
from hunter.store.rows import IDENTITY
from hunter.store.suspects import Status
from hunter.store.tables import ACCOUNTS, FORGOTTEN, JUDGEMENTS, PROFILE_VERSIONS, SUSPECTS

_DECIDED_AWAY = (Status.DISMISSED.value,)
_WAITING = (Status.OPEN.value, Status.CAME_BACK.value, Status.GONE.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """What was last touched before these moments has been kept long enough; None: is kept."""

    innocent: datetime | None
    undecided: datetime | None
    dismissed: datetime | None
    closed: datetime | None


def innocent(c: Connection, deadlines: Deadlines) -> set[int]:
    """Accounts that are no suspects and that nobody ever judged, last seen before the deadline."""
    if deadlines.innocent is None:
        return set()
    judged = exists().where(
        JUDGEMENTS.c.platform == ACCOUNTS.c.platform, JUDGEMENTS.c.native_id == ACCOUNTS.c.native_id
    )
    suspected = exists().where(SUSPECTS.c.account_id == ACCOUNTS.c.id)
    question = select(ACCOUNTS.c.id).where(ACCOUNTS.c.last_seen_at < deadlines.innocent, ~suspected, ~judged)
    return set(c.scalars(question))


def outdated(c: Connection, deadlines: Deadlines) -> dict[int, str]:
    """Account -> why it is due, for accounts all of whose suspects are due: undecided, dismissed or closed for long."""
    due = _due(deadlines)
    if not due:
        return {}
    number, all_of_them = func.count(), select(SUSPECTS.c.account_id, func.count().label("n"))
    totals = all_of_them.group_by(SUSPECTS.c.account_id).subquery()
    question = select(SUSPECTS.c.account_id, func.min(SUSPECTS.c.status)).join(
        totals, totals.c.account_id == SUSPECTS.c.account_id
    )
    question = question.where(or_(*due)).group_by(SUSPECTS.c.account_id, totals.c.n).having(number == totals.c.n)
    return {row[0]: f"{row[1]}, kept long enough" for row in c.execute(question)}


def remember_dismissed(c: Connection, accounts: Iterable[int]) -> list[dict[str, Any]]:
    """What an allowance needs of each dismissed suspect of these accounts, read before they are deleted."""
    found: list[dict[str, Any]] = []
    for part in chunks(accounts):
        question = (
            select(SUSPECTS.c.brand, SUSPECTS.c.platform, SUSPECTS.c.native_id, SUSPECTS.c.verdict, *_identity())
            .join(ACCOUNTS, ACCOUNTS.c.id == SUSPECTS.c.account_id)
            .join(PROFILE_VERSIONS, PROFILE_VERSIONS.c.id == ACCOUNTS.c.version_id)
            .where(SUSPECTS.c.account_id.in_(part), SUSPECTS.c.status.in_(_DECIDED_AWAY))
        )
        found += [dict(row) for row in c.execute(question).mappings()]
    return found


def allow_dismissed(c: Connection, remembered: Iterable[Mapping[str, Any]], *, by: str, at: datetime) -> int:
    """Keeps of purged dismissed suspects who they are and why they are fine, while they stay who they were."""
    number = 0
    for row in remembered:
        subject = (row["brand"], row["platform"], row["native_id"])
        reason = f"dismissed as {row['verdict'] or 'fine'}, details purged"
        identity = {name: row[f"v_{name}"] for name in IDENTITY}
        allowances.add(c, subject, reason=reason, by=by, at=at, identity=identity)
        number += 1
    return number


def forget(c: Connection, accounts: Iterable[int], *, until: datetime, at: datetime) -> None:
    """Keeps a keyed hash of accounts that are about to be deleted, and drops the hashes whose time is over."""
    c.execute(delete(FORGOTTEN).where(FORGOTTEN.c.until < at))
    for part in chunks(sorted(accounts)):
        question = select(ACCOUNTS.c.platform, ACCOUNTS.c.native_id).where(ACCOUNTS.c.id.in_(part))
        keys = keyed_hashes(c, [(row.platform, row.native_id) for row in c.execute(question)])
        rows = [{"key": key, "forgotten_at": at, "until": until} for key in keys]
        insert_new(c, FORGOTTEN, rows, ["key"])


def deadlines(at: datetime, *, innocent_days: int, open_days: int, dismissed_days: int, closed_years: int) -> Deadlines:
    """The moments before which things have been kept long enough; a number of 0 keeps closed cases for good."""
    return Deadlines(
        innocent=at - timedelta(days=innocent_days),
        undecided=at - timedelta(days=open_days),
        dismissed=at - timedelta(days=dismissed_days),
        closed=at - timedelta(days=round(closed_years * 365.25)) if closed_years else None,
    )


def _identity() -> list[ColumnElement[Any]]:
    return [PROFILE_VERSIONS.c[name].label(f"v_{name}") for name in IDENTITY]


def _due(deadlines: Deadlines) -> list[ColumnElement[bool]]:
    touched = func.coalesce(SUSPECTS.c.changed_at, SUSPECTS.c.first_seen_at)
    undecided = and_(SUSPECTS.c.status.in_(_WAITING), SUSPECTS.c.verdict.is_(None))
    due: list[ColumnElement[bool]] = []
    if deadlines.undecided is not None:
        due.append(and_(undecided, touched < deadlines.undecided, SUSPECTS.c.status_at < deadlines.undecided))
    if deadlines.innocent is not None:
        due.append(and_(undecided, SUSPECTS.c.sampled.is_(True), touched < deadlines.innocent))
    if deadlines.dismissed is not None:
        due.append(and_(SUSPECTS.c.status.in_(_DECIDED_AWAY), SUSPECTS.c.status_at < deadlines.dismissed))
    if deadlines.closed is not None:
        due.append(and_(SUSPECTS.c.status == Status.CLOSED.value, SUSPECTS.c.status_at < deadlines.closed))
    return due
