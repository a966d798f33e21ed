"""Killed in the middle, twice at once, out of space: nothing lost, nothing half there, and a clear word."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import signal
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from hunter.errors import Locked, StoreError
from hunter.operations.runs import begin_run
from hunter.store import Store, assessments, open_store, runs, sightings, suspects, upkeep
from hunter.store.tables import PROBES
from hunter.vault import Vault
from tests.store.scenes import ACME, DAY0, IMPOSTOR, assess, capture, present

KILLS = {"sqlite": 15, "postgresql": 5}  # a server does not die with its client: there is less to break
BATCH = 20
FORK = multiprocessing.get_context("fork")


def child(work: Callable[[], None]) -> multiprocessing.process.BaseProcess:
    """`work` in a process of its own, which says nothing and leaves no trace of pytest behind."""

    def quietly() -> None:
        os.setsid()
        work()
        os._exit(0)

    process = FORK.Process(target=quietly)
    process.start()
    return process


def keep_crawling(url: str, folder: Path, going: Event) -> None:
    """Runs after runs, each of several batches, as fast as it goes; says when the first batch is stored."""
    store, vault = open_store(url), Vault(folder)
    for day in range(10_000):
        at = DAY0 + timedelta(days=day)
        with begin_run(store, vault, kind="run", brands=[ACME]) as run:
            for batch in range(5):
                crawl_batch(store, vault, run.id, batch, day, at)
                going.set()


def crawl_batch(store: Store, vault: Vault, run: int, batch: int, day: int, at: object) -> None:
    probes = []
    for n in range(batch * BATCH, (batch + 1) * BATCH):
        body = f"answer {run} {n // 7}".encode()
        answer = replace(capture(n // 7, at), sha256=vault.put(body), size=len(body))  # type: ignore[arg-type]
        account = replace(IMPOSTOR, native_id=f"did:plc:{n}", handle=f"acme{n}.example", bio=f"bio {day}", picture=None)
        probes.append(present(account, answer))
    with store.write() as c:
        seen = sightings.save(c, run, probes, at=at)  # type: ignore[arg-type]
        judged = [assessments.Judged(assessment=assess(s.profile), sighting=s) for s in seen if s.profile]
        assessments.save(c, run, judged, brands={"acme": ACME}, min_score=0.5, at=at, seen=seen)  # type: ignore[arg-type]


def test_killed_again_and_again_the_store_stays_whole(store_url: str, tmp_path: Path) -> None:
    folder, luck = tmp_path / "vault", random.Random(7)
    done = 0
    for _ in range(KILLS[store_url.partition(":")[0].partition("+")[0]]):
        going = FORK.Event()
        process = child(partial(keep_crawling, store_url, folder, going))
        assert going.wait(60) and process.pid is not None
        time.sleep(luck.uniform(0.0, 0.15))
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        assert process.exitcode == -signal.SIGKILL
        with open_store(store_url) as store:
            before, done = done, check_whole(store, Vault(folder))
        assert done > before, "what was stored before the kill is still there"


def check_whole(store: Store, vault: Vault) -> int:
    """No half batch, no half suspect, no duplicate, all bytes there; the run that was killed becomes `aborted`."""
    assert upkeep.check(store) == []
    with store.read() as c:
        assert all(vault.has(sha256) for sha256 in upkeep.named_bytes(c)), "bytes come first"
        batches = c.execute(select(PROBES.c.run_id, func.count()).group_by(PROBES.c.run_id)).all()
        running = [run.id for run in runs.recent(c, limit=1000) if run.state == "running"]
        found = suspects.page(c, limit=1000)
    assert all(number % BATCH == 0 for _, number in batches)
    assert len(running) <= 1 and len({s.native_id for s in found}) == len(found)
    assert list(vault.verify()) == []
    with begin_run(store, vault, kind="run", brands=[]) as run:
        assert list(run.aborted) == running
    assert not list(vault.folder.rglob(".unfinished-*"))
    return len(batches)


def _hold(url: str, folder: Path, ready: Path) -> None:
    with open_store(url) as store, begin_run(store, Vault(folder), kind="run", brands=[]):
        ready.touch()
        time.sleep(60)


def test_the_lock_of_a_dead_process_is_taken_over_and_readers_never_wait(store_url: str, tmp_path: Path) -> None:
    ready, vault = tmp_path / "ready", Vault(tmp_path / "vault")
    process = child(lambda: _hold(store_url, vault.folder, ready))
    try:
        while not ready.exists():
            time.sleep(0.01)
        with open_store(store_url) as store:
            with (
                pytest.raises(Locked, match=r"run \d+ since"),
                begin_run(store, vault, kind="run", brands=[]),
            ):
                pass
            with store.read() as c:
                assert [run.state for run in runs.recent(c)] == ["running"], "the second one left no trace"
    finally:
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    with open_store(store_url) as store:
        for _ in range(50):  # a server takes a moment to notice that its client died
            try:
                with begin_run(store, vault, kind="run", brands=[]) as run:
                    assert len(run.aborted) == 1
                break
            except Locked:
                time.sleep(0.1)
        else:
            pytest.fail("the lock of a dead process was never let go")


def test_a_full_database_keeps_what_was_there_and_says_so(tmp_path: Path) -> None:
    url, vault = f"sqlite:///{tmp_path}/hunter.db", Vault(tmp_path / "vault")
    with open_store(url) as store:
        with begin_run(store, vault, kind="run", brands=[ACME]) as run:
            crawl_batch(store, vault, run.id, 0, 0, DAY0)
        with store.connection() as c:
            pages = c.execute(text("PRAGMA page_count")).scalar()
            c.execute(text(f"PRAGMA max_page_count = {pages + 8}"))  # type: ignore[operator]
        full = begin_run(store, vault, kind="run", brands=[ACME])
        with pytest.raises(StoreError, match="the disk is full") as told, full as run:
            for batch in range(100):
                crawl_batch(store, vault, run.id, batch, 1, DAY0)
        assert told.value.exit_code == 5 and "free some space" in str(told.value)
    with open_store(url) as store:
        check_whole(store, vault)


def _crawl_with_little_space(url: str, folder: Path) -> None:
    store, vault = open_store(url), Vault(folder)
    resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, 700_000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with begin_run(store, vault, kind="run", brands=[ACME]) as run:
            for batch in range(1000):
                crawl_batch(store, vault, run.id, batch, 0, DAY0)
    except StoreError as exc:
        os._exit(exc.exit_code if "disk is full" in str(exc) else 1)


def test_a_disk_that_fills_up_in_mid_run_ends_it_with_exit_code_5(tmp_path: Path) -> None:
    url, folder = f"sqlite:///{tmp_path}/hunter.db", tmp_path / "vault"
    open_store(url).close()
    process = child(lambda: _crawl_with_little_space(url, folder))
    process.join(60)
    assert process.exitcode == 5
    assert sqlite3.connect(tmp_path / "hunter.db").execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with open_store(url) as store:
        check_whole(store, Vault(folder))
