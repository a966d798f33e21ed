"""The numbers of the review: what waits, what was decided when, how long it took, and how often the score was wrong."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, func, select

from hunter.store.tables import JUDGEMENTS, SUSPECTS
from hunter.types import Verdict

WEEKS = 12
NEWEST = 5000  # decisions that the time to decision is taken from
BANDS = 10
CLEARED = (Verdict.UNRELATED.value, Verdict.OFFICIAL.value, Verdict.PARODY.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Seven days, and how many verdicts were given in them that still hold or were replaced."""

    begins: datetime
    decided: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Verdicts in force on suspects whose score on the screen was from `low` to `high`."""

    low: float
    high: float
    impersonation: int
    cleared: int  # unrelated, official or parody: the score was a false alarm

    @property
    def false_alarms(self) -> float | None:
        """Their share; None where nothing was decided."""
        decided = self.impersonation + self.cleared
        return self.cleared / decided if decided else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """From first seen to the verdict that holds, over the newest decisions."""

    decisions: int
    median: timedelta
    slow: timedelta  # nine of ten were faster


def decided_by_week(c: Connection, now: datetime) -> list[Week]:
    """The last weeks, oldest first; the last one ends now."""
    given = case((JUDGEMENTS.c.withdraws.is_(None), 1), else_=0)  # no condition: the index on `at` is the right one
    weeks = []
    for back in range(WEEKS, 0, -1):
        begins = now - timedelta(weeks=back)
        question = select(func.sum(given)).where(JUDGEMENTS.c.at >= begins)
        question = question.where(JUDGEMENTS.c.at < begins + timedelta(weeks=1))
        weeks.append(Week(begins=begins, decided=c.scalar(question) or 0))
    return weeks


def time_to_decision(c: Connection) -> Delay | None:
    """How long suspects waited for the verdict that holds; None where nothing was decided."""
    question = select(SUSPECTS.c.first_seen_at, JUDGEMENTS.c.at).join(
        JUDGEMENTS, SUSPECTS.c.verdict_id == JUDGEMENTS.c.id
    )
    rows = c.execute(question.order_by(JUDGEMENTS.c.id.desc()).limit(NEWEST)).all()
    waited = sorted(max(row[1] - row[0], timedelta()) for row in rows)
    if not waited:
        return None
    median = timedelta(seconds=statistics.median(w.total_seconds() for w in waited))
    return Delay(decisions=len(waited), median=median, slow=waited[int(len(waited) * 0.9)])


def false_alarms_by_band(c: Connection) -> list[Band]:
    """The bands of the score from low to high, with what people decided."""
    band = case(*((JUDGEMENTS.c.saw_score >= low / BANDS, low) for low in range(BANDS - 1, 0, -1)), else_=0)
    question = select(band.label("band"), JUDGEMENTS.c.verdict, func.count())
    question = question.select_from(SUSPECTS.join(JUDGEMENTS, SUSPECTS.c.verdict_id == JUDGEMENTS.c.id))
    question = question.where(SUSPECTS.c.verdict_id.is_not(None))
    rows = c.execute(question.group_by("band", JUDGEMENTS.c.verdict))
    found = {(number, verdict): count for number, verdict, count in rows}
    return [
        Band(
            low=number / BANDS,
            high=(number + 1) / BANDS,
            impersonation=found.get((number, Verdict.IMPERSONATION.value), 0),
            cleared=sum(found.get((number, verdict), 0) for verdict in CLEARED),
        )
        for number in range(BANDS)
    ]
