from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from hunter.operations.health import Health, check_health
from hunter.store import Store, runs, suspects
from hunter.store.runs import PlatformResult
from hunter.store.tables import ALERTS, BAGS, SUBMISSIONS
from tests.store.scenes import DAY0, IMPOSTOR, crawl, present

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def ran(store: Store, at: datetime, **states: str) -> None:
    with store.write() as c:
        run = runs.start(c, kind="run", at=at, version="1", machine="m", process=1)
        for platform, state in states.items():
            runs.record_platform(c, run, PlatformResult(platform=platform, state=state, why="403"), at=at)
        runs.finish(c, run, state="complete", at=at)


def told(health: Health) -> dict[str, tuple[str, datetime | None, bool]]:
    return {p.platform: (p.state, p.last_success, p.late) for p in health.platforms}


def test_the_last_success_counts_not_the_last_try(store: Store) -> None:
    ran(store, NOON, bluesky="ok", mastodon="ok")
    ran(store, NOON + HOUR, bluesky="blocked", mastodon="partial")
    health = check_health(store, at=NOON + 2 * HOUR)
    assert told(health) == {"bluesky": ("blocked", NOON, False), "mastodon": ("partial", NOON, False)}
    assert health.exit_code == 0 and health.last_run and health.last_run.started_at == NOON + HOUR


@pytest.mark.parametrize("hours, late", [(11.9, False), (12, False), (12.1, True), (1000, True)])
def test_a_platform_is_late_after_two_periods_without_success(store: Store, hours: float, late: bool) -> None:
    ran(store, NOON, bluesky="ok")
    health = check_health(store, at=NOON + hours * HOUR, every=6 * HOUR)
    assert told(health)["bluesky"][2] is late
    assert health.exit_code == (3 if late else 0)


@pytest.mark.parametrize(
    "state, asked, refused, impossible, success",
    [
        ("partial", 500, 1, 0, True),
        ("partial", 10, 0, 1, True),
        ("partial", 10, 1, 1, False),
        ("partial", 0, 0, 0, False),
        ("blocked", 500, 1, 0, False),
        ("broken", 500, 0, 0, False),
    ],
)
def test_one_refused_account_is_no_failure_of_the_platform(
    store: Store, state: str, asked: int, refused: int, impossible: int, success: bool
) -> None:
    with store.write() as c:
        run = runs.start(c, kind="run", at=NOON, version="1", machine="m", process=1)
        result = PlatformResult(platform="bluesky", state=state, asked=asked, refused=refused, impossible=impossible)
        runs.record_platform(c, run, result, at=NOON)
    assert (told(check_health(store, at=NOON))["bluesky"][1] is not None) is success


def test_a_platform_that_was_never_asked_is_late_once_there_is_a_schedule(store: Store) -> None:
    assert told(check_health(store, at=NOON, platforms=["x"])) == {"x": ("never asked", None, False)}
    health = check_health(store, at=NOON, platforms=["x"], every=HOUR)
    assert told(health) == {"x": ("never asked", None, True)} and health.exit_code == 3


def test_a_run_that_goes_on_is_no_result_yet(store: Store) -> None:
    ran(store, NOON, bluesky="ok")
    with store.write() as c:
        run = runs.start(c, kind="run", at=NOON + HOUR, version="1", machine="m", process=1)
        runs.start_platform(c, run, "bluesky", at=NOON + HOUR, policy="api")
    assert told(check_health(store, at=NOON + HOUR))["bluesky"][0] == "ok"


def test_what_waits_for_people_is_counted(store: Store) -> None:
    crawl(store, present(IMPOSTOR))
    with store.write() as c:
        suspect = suspects.page(c)[0].id
        sent = {"suspect_id": suspect, "brand": "acme", "channel": "x", "ground": "impersonation", "sent_at": DAY0}
        sent |= {"sent_by": "ann", "sent_sha256": "0" * 64, "note": "", "detail": {}}
        due = [("sent", NOON - HOUR), ("sent", NOON + HOUR), ("done", NOON - HOUR), ("answered", NOON - HOUR)]
        c.execute(insert(SUBMISSIONS), [{**sent, "state": state, "next_at": at} for state, at in due])
        alert = {"kind": "digest", "route": "r", "route_shown": "mail", "title": "t", "body": "b", "created_at": NOON}
        tried = [("failed", 5), ("waiting", 1), ("waiting", 0), ("sent", 2)]
        c.execute(insert(ALERTS), [{**alert, "state": state, "attempts": n} for state, n in tried])
        bag: dict[str, object] = {
            "brand": "acme",
            "platform": "x",
            "native_id": "1",
            "name": "EV",
            "path": "EV",
            "detail": {},
        }
        bag |= {"tagmanifest_sha256": "0" * 64, "audit_head": "0" * 64, "sealed_at": NOON, "sealed_by": "ann"}
        c.execute(insert(BAGS), [{**bag, "stamp": stamp} for stamp in ("stamped", "unstamped", "unstamped")])
    health = check_health(store, at=NOON)
    assert (health.overdue_submissions, health.failed_alerts, health.unstamped_bags) == (2, 2, 2)
