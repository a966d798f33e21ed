"""All verdicts that hold, with what the screen said then: what the score is measured against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from hunter.store.tables import JUDGEMENTS, SUSPECTS
from hunter.types import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One verdict that holds; `score` and `rules` are those that the reviewer saw."""

    brand: str
    platform: str
    native_id: str
    verdict: Verdict
    score: float
    rules: str
    at: datetime
    version: int | None
    brand_digest: str | None  # the brand as the suspect was judged by; None: it is no suspect any more


def all_held(c: Connection) -> Iterator[Held]:
    """The newest verdict on each brand and account that was not withdrawn, oldest first. Streams."""
    withdrawn = select(JUDGEMENTS.c.withdraws).where(JUDGEMENTS.c.withdraws.is_not(None))
    standing = select(JUDGEMENTS).where(JUDGEMENTS.c.withdraws.is_(None), JUDGEMENTS.c.id.not_in(withdrawn)).subquery()
    newest = select(func.max(standing.c.id)).group_by(standing.c.brand, standing.c.platform, standing.c.native_id)
    same = [JUDGEMENTS.c[name] == SUSPECTS.c[name] for name in ("brand", "platform", "native_id")]
    question = select(JUDGEMENTS, SUSPECTS.c.brand_digest).select_from(JUDGEMENTS.outerjoin(SUSPECTS, and_(*same)))
    for row in c.execute(question.where(JUDGEMENTS.c.id.in_(newest)).order_by(JUDGEMENTS.c.id)):
        yield Held(
            brand=row.brand,
            platform=row.platform,
            native_id=row.native_id,
            verdict=Verdict(row.verdict),
            score=row.saw_score,
            rules=row.saw_rules,
            at=row.at,
            version=row.saw_version,
            brand_digest=row.brand_digest,
        )


def case_scores(c: Connection, since: datetime) -> list[float]:
    """The highest score of each case whose first suspect was seen at `since` or later, highest first."""
    first = func.min(SUSPECTS.c.first_seen_at)
    best = func.max(SUSPECTS.c.score)
    asked = select(best).where(SUSPECTS.c.sampled.is_(False)).group_by(SUSPECTS.c.case_id).having(first >= since)
    return sorted(c.scalars(asked), reverse=True)


def first_seen(c: Connection) -> datetime | None:
    """When the first suspect of this store was seen."""
    moment: datetime | None = c.scalar(select(func.min(SUSPECTS.c.first_seen_at)))
    return moment
