"""What a reviewer reads about one suspect: its looks over time, what was decided, and who else is in the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from hunter.store import judgements
from hunter.store.queue import Row, rows_of
from hunter.store.rows import IDENTITY
from hunter.store.tables import ACCOUNTS, ALLOWANCES, JUDGEMENTS, PROFILE_VERSIONS, SUSPECTS
from hunter.types import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One dated look of an account: the identity fields, as they were."""

    id: int
    seen_at: datetime
    handle: str
    display_name: str | None
    bio: str | None
    links: tuple[str, ...]
    verified_by: tuple[str, ...]
    picture: str | None  # SHA-256

    @property
    def identity(self) -> dict[str, Any]:
        """The identity fields as verdicts and allowances hold them."""
        fields = {name: getattr(self, name) for name in IDENTITY}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What an account tells beside its identity; the latest that was seen."""

    id: int
    url: str | None
    joined: datetime | None
    followers: int | None
    following: int | None
    posts: int | None
    first_seen_at: datetime
    last_seen_at: datetime
    version_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One line of the list of decisions."""

    id: int
    suspect: int | None  # None: the suspect is no longer in the store
    handle: str | None
    brand: str
    platform: str
    native_id: str
    verdict: str
    by: str
    at: datetime
    note: str
    saw_score: float
    saw_rules: str
    saw_version: int | None
    batch: str | None
    withdraws: int | None
    withdrawn_by: str | None  # who took it back, if anybody did
    withdrawn_at: datetime | None


def account(c: Connection, number: int) -> Account | None:
    """One account by the store's number for it."""
    columns = [ACCOUNTS.c[name] for name in Account.__dataclass_fields__]
    row = c.execute(select(*columns).where(ACCOUNTS.c.id == number)).mappings().first()
    return Account(**row) if row else None


def versions(c: Connection, account: int, *, limit: int = 20) -> list[Version]:
    """The newest looks of an account, newest first."""
    question = select(PROFILE_VERSIONS).where(PROFILE_VERSIONS.c.account_id == account)
    return _versions(c, question.order_by(PROFILE_VERSIONS.c.id.desc()).limit(limit))


def version(c: Connection, number: int) -> Version | None:
    """One look by its number."""
    return next(iter(_versions(c, select(PROFILE_VERSIONS).where(PROFILE_VERSIONS.c.id == number))), None)


def count_versions(c: Connection, account: int) -> int:
    """How many looks of an account are kept."""
    question = select(func.count()).select_from(PROFILE_VERSIONS).where(PROFILE_VERSIONS.c.account_id == account)
    return c.scalar(question) or 0


def members(c: Connection, case: int, *, limit: int = 25) -> list[Row]:
    """The highest ranked suspects of a case."""
    question = select(SUSPECTS.c.id).where(SUSPECTS.c.case_id == case)
    question = question.order_by(SUSPECTS.c.rank.desc(), SUSPECTS.c.id.desc()).limit(limit)
    numbers = list(c.scalars(question))
    rows = rows_of(c, numbers)
    return [rows[number] for number in numbers]


def count_members(c: Connection, case: int) -> dict[str, int]:
    """Status -> how many suspects of a case have it."""
    question = select(SUSPECTS.c.status, func.count()).where(SUSPECTS.c.case_id == case).group_by(SUSPECTS.c.status)
    return {row[0]: row[1] for row in c.execute(question)}


def alike(c: Connection, number: int, *, here: bool = False, limit: int | None = None) -> list[int]:
    """The suspects that one row of the queue stands for, itself first: same case and status, `here`: same platform."""
    row = c.execute(select(SUSPECTS).where(SUSPECTS.c.id == number)).mappings().first()
    if row is None:
        return []
    question = select(SUSPECTS.c.id).where(SUSPECTS.c.case_id == row["case_id"], SUSPECTS.c.status == row["status"])
    if here:
        question = question.where(SUSPECTS.c.platform == row["platform"])
    question = question.where(SUSPECTS.c.id != number).order_by(SUSPECTS.c.rank.desc(), SUSPECTS.c.id.desc())
    return [number, *c.scalars(question if limit is None else question.limit(limit - 1))]


def decisions(
    c: Connection, *, before: int | None = None, limit: int = 50, subject: judgements.Subject | None = None
) -> list[Decision]:
    """Verdicts and withdrawals, newest first, each with its suspect and whether it was taken back."""
    back = JUDGEMENTS.alias("back")
    same = (
        (SUSPECTS.c.platform == JUDGEMENTS.c.platform)
        & (SUSPECTS.c.native_id == JUDGEMENTS.c.native_id)
        & (SUSPECTS.c.brand == JUDGEMENTS.c.brand)
    )
    question = select(
        JUDGEMENTS,
        SUSPECTS.c.id.label("suspect"),
        SUSPECTS.c.handle,
        back.c.by.label("withdrawn_by"),
        back.c.at.label("withdrawn_at"),
    ).select_from(JUDGEMENTS.outerjoin(SUSPECTS, same).outerjoin(back, back.c.withdraws == JUDGEMENTS.c.id))
    if subject is not None:
        brand, platform, native_id = subject
        question = question.where(
            JUDGEMENTS.c.brand == brand, JUDGEMENTS.c.platform == platform, JUDGEMENTS.c.native_id == native_id
        )
    if before is not None:
        question = question.where(JUDGEMENTS.c.id < before)
    rows = c.execute(question.order_by(JUDGEMENTS.c.id.desc()).limit(limit)).mappings()
    return [Decision(**{name: row[name] for name in Decision.__dataclass_fields__}) for row in rows]


def confirmed_by(c: Connection, number: int) -> frozenset[str]:
    """Who holds this suspect, as it looks now, for an impersonation; two names are two people's word."""
    row = c.execute(select(SUSPECTS).where(SUSPECTS.c.id == number)).mappings().first()
    look = version(c, row["version_id"]) if row else None
    if row is None or look is None:
        return frozenset()
    kept = judgements.history(c, row["platform"], row["native_id"], brand=row["brand"])
    taken_back = {one.judgement.withdraws for one in kept}
    last = {one.judgement.by: one for one in kept if one.judgement.withdraws is None and one.id not in taken_back}
    return frozenset(
        by
        for by, one in last.items()
        if one.judgement.verdict is Verdict.IMPERSONATION and not judgements.changed_since(one, look.identity)
    )


def _versions(c: Connection, question: Any) -> list[Version]:
    return [
        Version(
            id=row["id"],
            seen_at=row["seen_at"],
            handle=row["handle"],
            display_name=row["display_name"],
            bio=row["bio"],
            links=tuple(row["links"]),
            verified_by=tuple(row["verified_by"]),
            picture=row["picture"],
        )
        for row in c.execute(question).mappings()
    ]


def authors(c: Connection, batch: str) -> set[str]:
    """Who gave the verdicts of one go."""
    question = select(JUDGEMENTS.c.by).where(JUDGEMENTS.c.batch == batch, JUDGEMENTS.c.withdraws.is_(None)).distinct()
    return set(c.scalars(question))


def suspects_of_allowance(c: Connection, number: int) -> list[Row]:
    """The suspects that an allowance is about."""
    same = (
        (SUSPECTS.c.platform == ALLOWANCES.c.platform)
        & (SUSPECTS.c.native_id == ALLOWANCES.c.native_id)
        & (SUSPECTS.c.brand == ALLOWANCES.c.brand)
    )
    question = select(SUSPECTS.c.id).join(ALLOWANCES, same).where(ALLOWANCES.c.id == number)
    return list(rows_of(c, list(c.scalars(question))).values())


def allowed(c: Connection, *, limit: int = 500) -> list[dict[str, Any]]:
    """The newest allowances of all brands, those that are past or were withdrawn included."""
    rows = c.execute(select(ALLOWANCES).order_by(ALLOWANCES.c.id.desc()).limit(limit)).mappings()
    return [dict(row) for row in rows]
