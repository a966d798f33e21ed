"""Suspects as a list for exports and digests: which ones, in which order, with everything a reader needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select
from sqlalchemy import Row as Record

from hunter.store.tables import ACCOUNTS, JUDGEMENTS, PROFILE_VERSIONS, RUNS, SUSPECTS

_AT_ONCE = 500  # suspects read in one go


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which suspects to list; what is not said does not narrow."""

    brands: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    min_score: float = 0.0
    since_run: int | None = None  # new or changed in a later run than this one
    since: datetime | None = None  # new or changed at this moment or later
    new_only: bool = False  # only new ones: since the run or moment above, else of the newest run


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One suspect of a list: the account as it was last seen, what it means, and what was decided."""

    number: int
    case: int
    brand: str
    platform: str
    native_id: str
    handle: str
    display_name: str | None
    bio: str | None
    links: tuple[str, ...]
    url: str | None
    joined: datetime | None
    followers: int | None
    following: int | None
    posts: int | None
    picture: str | None  # SHA-256 of the bytes in the vault
    score: float
    bits: float
    rules: str
    reason: str
    findings: tuple[Mapping[str, Any], ...]
    status: str
    assignee: str | None
    version: int  # the profile version that was judged
    verdict: str | None  # the one in force
    judgement: int | None
    note: str | None
    decided_by: str | None
    decided_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    first_run: int
    changed_run: int | None
    sampled: bool


def newest_run(connection: Connection) -> tuple[int, datetime] | None:
    """Number and end of the newest run that ended; None where none did."""
    asked = select(RUNS.c.id, RUNS.c.ended_at).where(RUNS.c.ended_at.is_not(None)).order_by(RUNS.c.id.desc()).limit(1)
    row = connection.execute(asked).first()
    return (row.id, row.ended_at) if row else None


def last_touched(connection: Connection) -> datetime | None:
    """When the store last learnt or decided something about a suspect: the date that a list of it carries."""
    seen = connection.execute(select(func.max(SUSPECTS.c.last_seen_at), func.max(SUSPECTS.c.status_at))).one()
    decided = connection.execute(select(func.max(JUDGEMENTS.c.at))).scalar_one_or_none()
    return max((moment for moment in (*seen, decided) if moment), default=None)


def find_numbers(connection: Connection, wanted: Wanted) -> list[int]:
    """The numbers of the suspects asked for, highest score first."""
    asked = select(SUSPECTS.c.id).where(SUSPECTS.c.score >= wanted.min_score)
    if wanted.brands:
        asked = asked.where(SUSPECTS.c.brand.in_(wanted.brands))
    if wanted.statuses:
        asked = asked.where(SUSPECTS.c.status.in_(wanted.statuses))
    asked = _narrow(connection, asked, wanted).order_by(SUSPECTS.c.score.desc(), SUSPECTS.c.id)
    return list(connection.scalars(asked))


def _narrow(connection: Connection, asked: Select[tuple[int]], wanted: Wanted) -> Select[tuple[int]]:
    if wanted.since_run is not None:
        new = SUSPECTS.c.first_run > wanted.since_run
        asked = asked.where(new if wanted.new_only else or_(new, SUSPECTS.c.changed_run > wanted.since_run))
    if wanted.since is not None:
        new = SUSPECTS.c.first_seen_at >= wanted.since
        asked = asked.where(new if wanted.new_only else or_(new, SUSPECTS.c.changed_at >= wanted.since))
    if wanted.new_only and wanted.since_run is None and wanted.since is None:
        newest = newest_run(connection)
        asked = asked.where(SUSPECTS.c.first_run == (newest[0] if newest else None))
    return asked


def list_suspects(connection: Connection, numbers: Sequence[int]) -> Iterator[Listed]:
    """The suspects with these numbers, in this order; those that are gone from the store are left out. Streams."""
    of_account = [ACCOUNTS.c[name] for name in ("url", "joined", "followers", "following", "posts")]
    of_version = [PROFILE_VERSIONS.c.bio, PROFILE_VERSIONS.c.links]
    of_judgement = [JUDGEMENTS.c.note, JUDGEMENTS.c.by, JUDGEMENTS.c.at]
    question: Select[Any] = select(*SUSPECTS.c, *of_account, *of_version, *of_judgement)
    joined = (
        SUSPECTS.join(ACCOUNTS, SUSPECTS.c.account_id == ACCOUNTS.c.id)
        .outerjoin(PROFILE_VERSIONS, SUSPECTS.c.version_id == PROFILE_VERSIONS.c.id)
        .outerjoin(JUDGEMENTS, SUSPECTS.c.verdict_id == JUDGEMENTS.c.id)
    )
    for first in range(0, len(numbers), _AT_ONCE):
        part = numbers[first : first + _AT_ONCE]
        asked = question.select_from(joined).where(SUSPECTS.c.id.in_(part))
        found = {row.id: row for row in connection.execute(asked)}
        yield from (_listed(found[number]) for number in part if number in found)


def _listed(row: Record[Any]) -> Listed:
    return Listed(
        number=row.id,
        case=row.case_id,
        brand=row.brand,
        platform=row.platform,
        native_id=row.native_id,
        handle=row.handle,
        display_name=row.display_name,
        bio=row.bio,
        links=tuple(row.links or ()),
        url=row.url,
        joined=row.joined,
        followers=row.followers,
        following=row.following,
        posts=row.posts,
        picture=row.picture,
        score=row.score,
        bits=row.bits,
        rules=row.rules,
        reason=row.reason,
        findings=tuple(row.findings),
        status=row.status,
        assignee=row.assignee,
        version=row.version_id,
        verdict=row.verdict,
        judgement=row.verdict_id,
        note=row.note,
        decided_by=row.by,
        decided_at=row.at,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        first_run=row.first_run,
        changed_run=row.changed_run,
        sampled=row.sampled,
    )
