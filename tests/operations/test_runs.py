from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hunter.errors import HunterError, Locked, SourceError, StoreError
from hunter.operations.clock import Clock
from hunter.operations.runs import begin_run, check_space, exit_code, summary_line
from hunter.store import Store, brands, runs
from hunter.store.runs import PlatformResult, RunRecord
from hunter.vault import Vault
from tests.store.scenes import ACME

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BLUESKY = PlatformResult(platform="bluesky", state="ok", asked=200, present=20, absent=180)
MASTODON = PlatformResult(
    platform="mastodon", state="partial", why="429", asked=40, present=11, absent=24, refused=4, impossible=1
)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault")


class Hands:
    """A clock whose hands are moved by the test."""

    def __init__(self) -> None:
        self.at, self.seconds = NOON, 1000.0

    def move(self, seconds: float, jump: float = 0.0) -> None:
        self.seconds += seconds
        self.at += timedelta(seconds=seconds + jump)

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.at, passed=lambda: self.seconds)


def latest(store: Store) -> RunRecord:
    with store.read() as c:
        return runs.recent(c, limit=1)[0]


def events(store: Store, run: int) -> list[dict[str, object]]:
    with store.read() as c:
        return runs.events(c, run)


def test_a_run_is_recorded_from_start_to_end(store: Store, vault: Vault) -> None:
    hands = Hands()
    with begin_run(store, vault, kind="run", brands=[ACME], rules="r1", options={"limit": 5}, clock=hands.clock) as run:
        going = latest(store)
        assert (going.id, going.state, going.started_at, going.ended_at) == (run.id, "running", NOON, None)
        assert going.options == {"limit": 5} and going.rules == "r1"
        hands.move(90)
        run.results = [BLUESKY]
    record = latest(store)
    assert record == run.record
    assert (record.state, record.seconds, record.ended_at) == ("complete", 90.0, NOON + timedelta(seconds=90))
    assert [(p.platform, p.asked, p.ended_at) for p in record.platforms] == [("bluesky", 200, record.ended_at)]
    assert events(store, run.id) == []
    with store.read() as c:
        assert brands.get(c, brands.of_run(c, run.id)["acme"]) == ACME, "the brand is kept as it was"


def test_a_platform_that_failed_makes_the_run_partial(store: Store, vault: Vault) -> None:
    with begin_run(store, vault, kind="run", brands=[]) as run:
        run.results = [BLUESKY, MASTODON]
    assert latest(store).state == "partial"


@pytest.mark.parametrize(
    "error, state, why",
    [
        (KeyboardInterrupt(), "interrupted", "interrupted by the user"),
        (SourceError("all is lost", advice="go home"), "failed", "all is lost"),
        (ZeroDivisionError(), "failed", "ended by an unforeseen error"),
    ],
)
def test_a_run_is_closed_however_it_ends(
    store: Store, vault: Vault, error: BaseException, state: str, why: str
) -> None:
    with pytest.raises(type(error)), begin_run(store, vault, kind="run", brands=[]) as run:
        with store.write() as c:
            runs.start_platform(c, run.id, "bluesky", at=NOON)
        raise error
    record = latest(store)
    assert (record.state, record.why) == (state, why)
    assert [p.state for p in record.platforms] == ["aborted"], "a platform that was being asked is not left open"


def test_a_killed_run_is_marked_by_the_next_one(store: Store, vault: Vault) -> None:
    with store.write() as c:
        killed = runs.start(c, kind="run", at=NOON, version="1", machine="m", process=1)
        runs.start_platform(c, killed, "bluesky", at=NOON)
    vault.put(b"x")
    left = next(vault.folder.iterdir()) / ".unfinished-x"
    left.touch()
    with begin_run(store, vault, kind="run", brands=[]) as run:
        assert run.aborted == (killed,)
    with store.read() as c:
        record = runs.get(c, killed)
    assert record and (record.state, record.platforms[0].state) == ("aborted", "aborted")
    assert not left.exists()


def test_a_second_run_is_refused_with_the_first_ones_number(store: Store, vault: Vault) -> None:
    with begin_run(store, vault, kind="run", brands=[], clock=Hands().clock) as run:
        second = begin_run(store, vault, kind="run", brands=[])
        with pytest.raises(Locked, match=rf"run {run.id} since 2026-03-01T12:00:00\.000Z") as told, second:
            pass
        assert told.value.exit_code == 4
    with begin_run(store, vault, kind="run", brands=[]):
        pass


@pytest.mark.parametrize("jump, noted", [(0.0, []), (30.0, []), (-3600.0, [-3600.0]), (86400.0, [86400.0])])
def test_a_jump_of_the_clock_is_noted_and_spoils_no_duration(
    store: Store, vault: Vault, jump: float, noted: list[float]
) -> None:
    hands = Hands()
    with begin_run(store, vault, kind="run", brands=[], clock=hands.clock) as run:
        hands.move(60, jump)
    assert latest(store).seconds == 60.0
    assert [e["detail"]["seconds"] for e in events(store, run.id)] == noted  # type: ignore[index]


def test_a_clock_that_was_put_back_between_runs_is_noted(store: Store, vault: Vault) -> None:
    hands = Hands()
    with begin_run(store, vault, kind="run", brands=[], clock=hands.clock):
        hands.move(60)
    hands.move(60, -7200)
    with begin_run(store, vault, kind="run", brands=[], clock=hands.clock) as run:
        pass
    (event,) = events(store, run.id)
    assert event["kind"] == "clock_jump" and event["detail"]["seconds"] < -7000  # type: ignore[index]
    assert latest(store).id == run.id, "order is by number, not by time"


def test_no_run_starts_without_space(store: Store, vault: Vault) -> None:
    with (
        pytest.raises(StoreError, match="MB left") as told,
        begin_run(store, vault, kind="run", brands=[], free_megabytes=10**9),
    ):
        pass
    assert told.value.exit_code == 5
    with store.read() as c:
        assert runs.recent(c) == []


def test_space_is_asked_for_where_a_folder_will_be(tmp_path: Path) -> None:
    check_space([None, tmp_path / "not" / "there" / "yet"], 1)


def test_the_heartbeat_says_how_the_last_run_ended(store: Store, vault: Vault, tmp_path: Path) -> None:
    beat = tmp_path / "beat.json"
    with begin_run(store, vault, kind="run", brands=[], heartbeat=beat, clock=Hands().clock) as run:
        run.results = [BLUESKY]
    told = {"run": run.id, "state": "complete", "ended_at": "2026-03-01T12:00:00.000Z", "platforms": {"bluesky": "ok"}}
    assert json.loads(beat.read_text()) == told
    with pytest.raises(HunterError), begin_run(store, vault, kind="run", brands=[], heartbeat=beat):
        raise SourceError("no")
    assert json.loads(beat.read_text())["run"] == run.id, "a run that failed gives no beat"


RECORD = RunRecord(
    id=12,
    kind="run",
    state="partial",
    started_at=NOON,
    ended_at=NOON,
    seconds=1.0,
    version="1",
    rules=None,
    machine="m",
    process=1,
    options={},
    suspects_new=3,
    suspects_changed=1,
    suspects_gone=0,
    suspects_back=0,
    why=None,
    platforms=(BLUESKY, replace(MASTODON, impossible=0)),
)


@pytest.mark.parametrize(
    "changes, line",
    [
        (
            {},
            "run 12: bluesky ok, mastodon partial (429): "
            "240 asked, 31 present, 4 refused, 3 suspects new, 1 changed, 0 gone",
        ),
        (
            {"suspects_back": 2, "platforms": (BLUESKY, MASTODON)},
            "run 12: bluesky ok, mastodon partial (429): 240 asked, 31 present, 4 refused, "
            "3 suspects new, 1 changed, 0 gone, 2 came back, 1 not understood",
        ),
        (
            {"state": "interrupted", "platforms": (BLUESKY,)},
            "run 12 (interrupted): bluesky ok: 200 asked, 20 present, 0 refused, 3 suspects new, 1 changed, 0 gone",
        ),
        (
            {"state": "failed", "platforms": (), "suspects_new": None, "suspects_changed": None, "suspects_gone": None},
            "run 12 (failed): no platform: 0 asked, 0 present, 0 refused, 0 suspects new, 0 changed, 0 gone",
        ),
    ],
)
def test_the_summary_line(changes: dict[str, object], line: str) -> None:
    assert summary_line(replace(RECORD, **changes)) == line  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "states, code",
    [(["ok", "ok"], 0), ([], 0), (["ok", "partial"], 3), (["blocked"], 3), (["broken", "ok"], 3), (["aborted"], 3)],
)
def test_the_exit_code_tells_whether_all_platforms_answered(states: list[str], code: int) -> None:
    results = tuple(PlatformResult(platform=str(n), state=state) for n, state in enumerate(states))
    assert exit_code(replace(RECORD, platforms=results)) == code
