"""Runs: started, what each platform answered, how they ended; and when a platform was last looked at with success."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from hunter.store import brands as kept_brands
from hunter.store.batches import upsert
from hunter.store.tables import RUN_EVENTS, RUN_PLATFORMS, RUNS, SUSPECT_EVENTS
from hunter.types import Brand


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformResult:
    """What came of asking one platform in one run."""

    platform: str
    state: str  # running | ok | partial | blocked | broken | aborted
    why: str = ""
    asked: int = 0
    present: int = 0
    absent: int = 0
    refused: int = 0
    impossible: int = 0
    pictures: int = 0
    canary: Mapping[str, Any] | None = None
    policy: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One run as it is recorded. Counts are None while it goes on."""

    id: int
    kind: str
    state: str  # running | complete | partial | interrupted | failed | aborted
    started_at: datetime
    ended_at: datetime | None
    seconds: float | None
    version: str
    rules: str | None
    machine: str
    process: int
    options: Mapping[str, Any]
    suspects_new: int | None
    suspects_changed: int | None
    suspects_gone: int | None
    suspects_back: int | None
    why: str | None
    platforms: tuple[PlatformResult, ...]


def start(
    c: Connection,
    *,
    kind: str,
    at: datetime,
    version: str,
    machine: str,
    process: int,
    rules: str | None = None,
    brands: Iterable[Brand] = (),
    options: Mapping[str, Any] | None = None,
) -> int:
    """Records that a run begins, with the brands as they are; its number."""
    row = {"kind": kind, "state": "running", "started_at": at, "version": version, "rules": rules}
    row |= {"machine": machine, "process": process, "options": dict(options or {})}
    run = int(c.execute(insert(RUNS).values(row).returning(RUNS.c.id)).scalar_one())
    kept_brands.keep(c, brands, at=at, run=run)
    return run


def start_platform(c: Connection, run: int, platform: str, *, at: datetime, policy: str | None = None) -> None:
    """Records that a platform is being asked; without this a killed run would not show that it was."""
    record_platform(c, run, PlatformResult(platform=platform, state="running", policy=policy, started_at=at), at=at)


def record_platform(c: Connection, run: int, result: PlatformResult, *, at: datetime) -> None:
    """Records what came of asking one platform; said again, the last word counts."""
    counts = ("state", "why", "asked", "present", "absent", "refused", "impossible", "pictures", "canary", "policy")
    row = {"run_id": run, "platform": result.platform, **{name: getattr(result, name) for name in counts}}
    row |= {"started_at": result.started_at or at, "ended_at": None if result.state == "running" else at}
    change = [*counts, "ended_at"]
    if result.canary is None:
        change.remove("canary")
    if result.policy is None:
        change.remove("policy")
    upsert(c, RUN_PLATFORMS, [row], ["run_id", "platform"], change)


def note(
    c: Connection, run: int, kind: str, detail: Mapping[str, Any], *, at: datetime, platform: str | None = None
) -> None:
    """Notes something that happened during a run: a jump of the clock, a flood, a cap that was reached."""
    row = {"run_id": run, "at": at, "kind": kind, "platform": platform, "detail": dict(detail)}
    c.execute(insert(RUN_EVENTS).values(row))


def finish(
    c: Connection, run: int, *, state: str, at: datetime, seconds: float | None = None, why: str | None = None
) -> RunRecord:
    """Records the end of a run and how many suspects were new, changed, gone and back; open platforms are aborted."""
    found = dict.fromkeys(("new", "changed", "gone", "came_back"), 0)
    question = select(SUSPECT_EVENTS.c.act, func.count()).where(
        SUSPECT_EVENTS.c.run_id == run, SUSPECT_EVENTS.c.act.in_(found)
    )
    found |= {row[0]: row[1] for row in c.execute(question.group_by(SUSPECT_EVENTS.c.act))}
    _close_platforms(c, [run], at)
    c.execute(
        update(RUNS)
        .where(RUNS.c.id == run)
        .values(
            state=state,
            ended_at=at,
            seconds=seconds,
            why=why,
            suspects_new=found["new"],
            suspects_changed=found["changed"],
            suspects_gone=found["gone"],
            suspects_back=found["came_back"],
        )
    )
    record = get(c, run)
    assert record is not None
    return record


def abort_stale(c: Connection, *, at: datetime) -> list[int]:
    """Marks every run that never ended as aborted; for the holder of the lock only. Their numbers."""
    stale = list(c.scalars(select(RUNS.c.id).where(RUNS.c.state == "running").order_by(RUNS.c.id)))
    for run in stale:
        finish(c, run, state="aborted", at=at, why="ended without a word: killed, or the machine stopped")
    return stale


def _close_platforms(c: Connection, runs: list[int], at: datetime) -> None:
    still_open = (RUN_PLATFORMS.c.run_id.in_(runs)) & (RUN_PLATFORMS.c.state == "running")
    c.execute(update(RUN_PLATFORMS).where(still_open).values(state="aborted", why="run ended", ended_at=at))


def get(c: Connection, run: int) -> RunRecord | None:
    """One run with its platforms."""
    return next(iter(_records(c, select(RUNS).where(RUNS.c.id == run))), None)


def recent(c: Connection, *, limit: int = 20, before: int | None = None) -> list[RunRecord]:
    """The newest runs, newest first; `before` continues a list."""
    question = select(RUNS).order_by(RUNS.c.id.desc()).limit(limit)
    return _records(c, question if before is None else question.where(RUNS.c.id < before))


def events(c: Connection, run: int) -> list[dict[str, Any]]:
    """What was noted during a run, in order."""
    rows = c.execute(select(RUN_EVENTS).where(RUN_EVENTS.c.run_id == run).order_by(RUN_EVENTS.c.id)).mappings()
    return [dict(row) for row in rows]


def last_success(c: Connection) -> dict[str, datetime]:
    """Platform -> when it last answered as it should, by the end of that look.

    That is: ok, or partial with at least nine of ten questions answered. One account that nobody may look at is no
    reason to sound the alarm for ever; a platform that shut us out is.
    """
    answered = (RUN_PLATFORMS.c.refused + RUN_PLATFORMS.c.impossible) * 10 <= RUN_PLATFORMS.c.asked
    fair = (RUN_PLATFORMS.c.state == "partial") & answered & (RUN_PLATFORMS.c.asked > 0)
    question = select(RUN_PLATFORMS.c.platform, func.max(RUN_PLATFORMS.c.ended_at)).where(
        (RUN_PLATFORMS.c.state == "ok") | fair
    )
    return {row[0]: row[1] for row in c.execute(question.group_by(RUN_PLATFORMS.c.platform))}


def latest_results(c: Connection) -> dict[str, tuple[int, PlatformResult]]:
    """Platform -> the newest run that ended asking it, and what came of it."""
    newest = (
        select(RUN_PLATFORMS.c.platform, func.max(RUN_PLATFORMS.c.run_id).label("run_id"))
        .where(RUN_PLATFORMS.c.state != "running")
        .group_by(RUN_PLATFORMS.c.platform)
        .subquery()
    )
    same = (RUN_PLATFORMS.c.platform == newest.c.platform) & (RUN_PLATFORMS.c.run_id == newest.c.run_id)
    rows = c.execute(select(RUN_PLATFORMS).join(newest, same)).mappings()
    return {row["platform"]: (row["run_id"], _result(dict(row))) for row in rows}


def _result(row: Mapping[str, Any]) -> PlatformResult:
    return PlatformResult(**{name: row[name] for name in PlatformResult.__dataclass_fields__})


def _records(c: Connection, question: Any) -> list[RunRecord]:
    rows = [dict(row) for row in c.execute(question).mappings()]
    asked: dict[int, list[PlatformResult]] = {row["id"]: [] for row in rows}
    platforms = select(RUN_PLATFORMS).where(RUN_PLATFORMS.c.run_id.in_(asked)).order_by(RUN_PLATFORMS.c.platform)
    for row in c.execute(platforms).mappings():
        asked[row["run_id"]].append(_result(dict(row)))
    return [RunRecord(**row, platforms=tuple(asked[row["id"]])) for row in rows]
