"""What a decision does to a suspect: verdict, undo, status, assignee. Each leaves an event behind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from hunter.errors import UsageError
from hunter.store import audit, judgements, suspects
from hunter.store.arrangement import arrange
from hunter.store.assessments import status_for
from hunter.store.rows import IDENTITY
from hunter.store.suspects import Status, Suspect
from hunter.store.tables import JUDGEMENTS, PROFILE_VERSIONS, SUSPECT_EVENTS, SUSPECTS
from hunter.types import Judgement, Verdict

# Statuses that a person may set; gone and came_back are seen, not decided.
SETTABLE = (Status.OPEN, Status.CONFIRMED, Status.TAKEDOWN_REQUESTED, Status.DISMISSED, Status.CLOSED)


def decide(
    c: Connection,
    number: int,
    verdict: Verdict,
    *,
    by: str,
    at: datetime,
    note: str = "",
    version: int | None = None,
    saw: tuple[float, str] | None = None,
    batch: str | None = None,
) -> int:
    """Appends a verdict on a suspect and moves it: impersonation confirms, unsure leaves it open, the others dismiss.

    `version` is the profile version on the screen: where the account changed meanwhile, the verdict is about what was
    seen, and what changed stays marked. `saw` is the score and rules on the screen. Returns the judgement's number.
    """
    kept, case = _decide(c, number, verdict, by=by, at=at, note=note, version=version, saw=saw, batch=batch)
    arrange(c, at=at, cases=[case])
    return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A suspect as it stood on somebody's screen."""

    number: int
    version: int
    score: float
    rules: str


def decide_all(
    c: Connection, shown: Iterable[Shown], verdict: Verdict, *, by: str, at: datetime, note: str = "", batch: str
) -> list[int]:
    """One verdict on many suspects, to be undone in one go by `batch`; the judgements' numbers."""
    done = [
        _decide(
            c, one.number, verdict,
            by=by, at=at, note=note, version=one.version, saw=(one.score, one.rules), batch=batch,
        )
        for one in shown
    ]  # fmt: skip
    arrange(c, at=at, cases=[case for _, case in done])
    return [kept for kept, _ in done]


def _decide(
    c: Connection,
    number: int,
    verdict: Verdict,
    *,
    by: str,
    at: datetime,
    note: str,
    version: int | None,
    saw: tuple[float, str] | None,
    batch: str | None,
) -> tuple[int, int]:
    suspect = _get(c, number)
    judgement = Judgement(
        brand=suspect.brand,
        platform=suspect.platform,
        native_id=suspect.native_id,
        verdict=verdict,
        by=by,
        at=at,
        note=note,
        saw=saw or (suspect.score, suspect.rules),
    )
    kept = judgements.add(c, judgement, version=version or suspect.version_id, batch=batch)
    _settle(c, suspect, by=by, at=at)
    return kept, suspect.case_id


def withdraw(c: Connection, judgement: int, *, by: str, at: datetime, note: str = "") -> int:
    """Takes a verdict back: the one before it holds again, else the suspect is open. The number of the withdrawal."""
    number, case = _withdraw(c, judgement, by=by, at=at, note=note)
    arrange(c, at=at, cases=[case] if case else [])
    return number


def _withdraw(c: Connection, judgement: int, *, by: str, at: datetime, note: str = "") -> tuple[int, int | None]:
    kept = judgements.get(c, judgement)
    if kept is None:
        raise UsageError(f"there is no verdict {judgement}")
    was = kept.judgement
    back = Judgement(
        brand=was.brand,
        platform=was.platform,
        native_id=was.native_id,
        verdict=was.verdict,
        by=by,
        at=at,
        note=note,
        saw=was.saw,
        withdraws=judgement,
    )
    number = judgements.add(c, back, version=kept.saw_version)
    same = (SUSPECTS.c.brand == was.brand) & (SUSPECTS.c.platform == was.platform)
    found = c.scalar(select(SUSPECTS.c.id).where(same, SUSPECTS.c.native_id == was.native_id))
    if found is None:
        return number, None
    suspect = _get(c, found)
    _settle(c, suspect, by=by, at=at)
    return number, suspect.case_id


def withdraw_batch(c: Connection, batch: str, *, by: str, at: datetime) -> list[int]:
    """Takes back all verdicts that were given in one go and still hold; the numbers of what was withdrawn."""
    gone = select(JUDGEMENTS.c.withdraws).where(JUDGEMENTS.c.withdraws.is_not(None))
    question = select(JUDGEMENTS.c.id).where(JUDGEMENTS.c.batch == batch, JUDGEMENTS.c.withdraws.is_(None))
    numbers = list(c.scalars(question.where(JUDGEMENTS.c.id.not_in(gone)).order_by(JUDGEMENTS.c.id)))
    touched = [_withdraw(c, number, by=by, at=at)[1] for number in numbers]
    arrange(c, at=at, cases=[case for case in touched if case])
    return numbers


def set_status(c: Connection, number: int, status: Status, *, by: str, at: datetime, why: str = "") -> None:
    """Moves a suspect on: takedown requested, closed, open again. Raises UsageError for what only a run can see."""
    suspect = _get(c, number)
    if status not in SETTABLE:
        raise UsageError(f"{status} is what a run sees, it cannot be set")
    if status is not suspect.status:
        _move(c, suspect, {"status": status.value, "status_at": at}, "status", by=by, at=at, why=why)
        audit.append(c, actor=by, act=f"status_{status.value}", object=f"suspect:{number}", at=at)
        arrange(c, at=at, cases=[suspect.case_id])


def assign(c: Connection, numbers: Sequence[int], assignee: str | None, *, by: str, at: datetime) -> None:
    """Gives suspects to somebody, or back to everybody."""
    for number in numbers:
        suspect = _get(c, number)
        if suspect.assignee != assignee:
            row = _event(suspect, "assigned", by, at) | {"before": suspect.assignee, "after": assignee}
            c.execute(update(SUSPECTS).where(SUSPECTS.c.id == number).values(assignee=assignee))
            c.execute(insert(SUSPECT_EVENTS).values(row))


def _get(c: Connection, number: int) -> Suspect:
    suspect = suspects.get(c, number)
    if suspect is None:
        raise UsageError(f"there is no suspect {number}", advice="hunter suspects list")
    return suspect


def _settle(c: Connection, suspect: Suspect, *, by: str, at: datetime) -> None:
    """Brings a suspect's row in line with the verdict that holds now. Gone stays gone: no verdict brings it back."""
    subject = (suspect.brand, suspect.platform, suspect.native_id)
    kept = judgements.in_force(c, [subject]).get(subject)
    status = status_for(kept.judgement.verdict) if kept else Status.OPEN
    row = c.execute(select(PROFILE_VERSIONS).where(PROFILE_VERSIONS.c.id == suspect.version_id)).mappings().first()
    changed = judgements.changed_since(kept, {name: row[name] for name in IDENTITY}) if kept and row else []
    values: dict[str, Any] = {
        "verdict": kept.judgement.verdict.value if kept else None,
        "verdict_id": kept.id if kept else None,
        "verdict_at": kept.judgement.at if kept else None,
        "changed_since_verdict": changed or None,
    }
    if suspect.status is Status.GONE and status is not Status.DISMISSED:
        values |= {"status": suspect.status.value, "status_before_gone": status.value}
    elif suspect.status is Status.TAKEDOWN_REQUESTED and status is Status.CONFIRMED:
        values |= {"status": suspect.status.value}
    else:
        values |= {"status": status.value, "status_at": at}
    verdict = kept.judgement.verdict.value if kept else None
    _move(c, suspect, values, "verdict", by=by, at=at, verdict=verdict, judgement=kept.id if kept else None)


def _event(suspect: Suspect, act: str, by: str, at: datetime, **detail: Any) -> dict[str, Any]:
    return {"suspect_id": suspect.id, "run_id": None, "at": at, "actor": by, "act": act, "detail": detail}


def _move(
    c: Connection, suspect: Suspect, values: dict[str, Any], act: str, *, by: str, at: datetime, **d: Any
) -> None:
    row = _event(suspect, act, by, at, **d) | {"before": suspect.status.value, "after": values["status"]}
    c.execute(update(SUSPECTS).where(SUSPECTS.c.id == suspect.id).values(**values))
    c.execute(insert(SUSPECT_EVENTS).values(row))
