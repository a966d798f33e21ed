"""One run from lock to summary line: recorded while it goes, closed however it ends, told in one line."""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from hunter import __version__
from hunter.errors import HunterError, StoreError
from hunter.operations.clock import Clock, jump_between
from hunter.operations.lock import only_run
from hunter.store import Store, arrangement, departures, runs
from hunter.store.rows import utc_text
from hunter.store.runs import PlatformResult, RunRecord
from hunter.types import Brand
from hunter.vault import Vault

_FAILED, _INTERRUPTED = "failed", "interrupted"
_BAD = ("partial", "blocked", "broken", "aborted")


@dataclass(slots=True, kw_only=True)
class OpenRun:
    """A run that is going on. `results` take what the crawl reports; `record` is there once it has ended."""

    id: int
    started_at: datetime
    aborted: tuple[int, ...]  # earlier runs that never ended and were closed now
    results: list[PlatformResult] = field(default_factory=list)
    interrupted: bool = False
    record: RunRecord | None = None


@contextmanager
def begin_run(
    store: Store,
    vault: Vault,
    *,
    kind: str,
    brands: Iterable[Brand],
    rules: str | None = None,
    options: Mapping[str, Any] | None = None,
    free_megabytes: int = 200,
    heartbeat: Path | None = None,
    clock: Clock | None = None,
) -> Iterator[OpenRun]:
    """Holds the lock, closes runs that were killed, records a new run and its end.

    Raises Locked (exit 4) while another run holds the store, StoreError (exit 5) without `free_megabytes` of space.
    Whatever ends the block, the run is closed: complete, partial, interrupted or failed. A process that is killed
    cannot say so; the next run marks it as aborted.
    """
    clock = clock or Clock()
    with only_run(store):
        check_space([store.path.parent if store.path else None, vault.folder], free_megabytes)
        started_at, began = clock.now(), clock.passed()
        run = _start(store, vault, started_at, kind, brands, rules, options)
        state, why = _FAILED, "ended by an unforeseen error"
        try:
            yield run
            state, why = _state_of(run), ""
        except KeyboardInterrupt:
            state, why = _INTERRUPTED, "interrupted by the user"
            raise
        except HunterError as exc:
            why = exc.args[0] if exc.args else type(exc).__name__
            raise
        finally:
            try:
                run.record = _finish(store, run, state, why, clock.now(), clock.passed() - began)
            except StoreError:
                # When the disk is full, saying so on the disk may fail too: the next run then closes this one.
                if state not in (_FAILED, _INTERRUPTED):
                    raise
        if heartbeat is not None:
            _beat(heartbeat, run.record)


def check_space(folders: Iterable[Path | None], megabytes: int) -> None:
    """Raises StoreError where a disk that we write to has less than `megabytes` left."""
    for folder in folders:
        if folder is None:
            continue
        there = next(p for p in (folder.absolute(), *folder.absolute().parents) if p.exists())
        free = shutil.disk_usage(there).free // 2**20
        if free < megabytes:
            raise StoreError(
                f"{there} has {free} MB left, a run wants {megabytes} MB",
                advice="free some space, run hunter purge, or set min_free_mb",
            )


def _start(
    store: Store,
    vault: Vault,
    at: datetime,
    kind: str,
    brands: Iterable[Brand],
    rules: str | None,
    options: Mapping[str, Any] | None,
) -> OpenRun:
    vault.sweep()
    with store.write() as c:
        aborted = runs.abort_stale(c, at=at)
        last = next(iter(runs.recent(c, limit=1)), None)
        number = runs.start(
            c,
            kind=kind,
            at=at,
            version=__version__,
            machine=platform.node(),
            process=os.getpid(),
            rules=rules,
            brands=brands,
            options=options,
        )
        if last and last.ended_at and last.ended_at > at and last.id not in aborted:
            back = round((last.ended_at - at).total_seconds(), 3)
            runs.note(c, number, "clock_jump", {"seconds": -back, "since": f"the end of run {last.id}"}, at=at)
    return OpenRun(id=number, started_at=at, aborted=tuple(aborted))


def _state_of(run: OpenRun) -> str:
    if run.interrupted:
        return _INTERRUPTED
    return "partial" if any(result.state in _BAD for result in run.results) else "complete"


def _finish(store: Store, run: OpenRun, state: str, why: str, at: datetime, seconds: float) -> RunRecord:
    with store.write() as c:
        for result in run.results:
            runs.record_platform(c, run.id, result, at=at)
        jump = jump_between(run.started_at, at, seconds)
        if jump is not None:
            runs.note(c, run.id, "clock_jump", {"seconds": jump, "since": "the start of this run"}, at=at)
        departures.mark_gone(c, run.id, at=at)
        arrangement.arrange(c, at=at)
        return runs.finish(c, run.id, state=state, at=at, seconds=round(seconds, 3), why=why or None)


def _beat(path: Path, record: RunRecord | None) -> None:
    """Writes the heartbeat for monitoring: when the last run ended, and how. Appears whole."""
    if record is None or record.ended_at is None:
        return
    platforms = {result.platform: result.state for result in record.platforms}
    ended_at = utc_text(record.ended_at)
    told = {"run": record.id, "state": record.state, "ended_at": ended_at, "platforms": platforms}
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        unfinished.write_text(json.dumps(told) + "\n", encoding="utf-8")
        unfinished.replace(path)
    except OSError as exc:
        raise StoreError(f"the heartbeat {path} cannot be written: {exc.strerror}") from exc


def summary_line(record: RunRecord) -> str:
    """The one line of a run: "run 12: bluesky ok, mastodon partial (429): 240 asked, 31 present, …"."""
    asked = [f"{p.platform} {p.state}" + (f" ({p.why})" if p.why else "") for p in record.platforms]
    unusual = "" if record.state in ("complete", "partial") else f" ({record.state})"
    counts = [
        f"{sum(p.asked for p in record.platforms)} asked",
        f"{sum(p.present for p in record.platforms)} present",
        f"{sum(p.refused for p in record.platforms)} refused",
        f"{record.suspects_new or 0} suspects new",
        f"{record.suspects_changed or 0} changed",
        f"{record.suspects_gone or 0} gone",
    ]
    if record.suspects_back:
        counts.append(f"{record.suspects_back} came back")
    if lost := sum(p.impossible for p in record.platforms):
        counts.append(f"{lost} not understood")
    return f"run {record.id}{unusual}: {', '.join(asked) or 'no platform'}: {', '.join(counts)}"


def exit_code(record: RunRecord) -> int:
    """0 when all platforms answered as they should, 3 when one did not (the rest is valid)."""
    return 3 if any(result.state != "ok" for result in record.platforms) else 0
