"""How far a result can be trusted, from counts and canary alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hunter.store.runs import PlatformResult
from hunter.types import Outcome, Probe, Profile
from spiders.tally import STREAK, Tally, merge

NAMED = Profile(platform="p", handle="veldano", display_name="Veldano")
ABSENT = (Outcome.ABSENT, "no_such_account")


def tally(*said: tuple[Outcome, str], finish: str = "finished") -> Tally:
    made = Tally("p", "policy", datetime(2026, 11, 23, tzinfo=UTC))
    made.finish = finish
    for outcome, why in said:
        made.count(Probe(platform="p", handle="h", outcome=outcome, why=why))
    return made


FOUND = (Outcome.PRESENT, "found")
LIMITED = (Outcome.REFUSED, "rate_limited")
DRIFTED = (Outcome.IMPOSSIBLE, "changed_shape")


@pytest.mark.parametrize(
    ("said", "finish", "state", "why"),
    [
        ([FOUND, ABSENT], "finished", "ok", ""),
        ([], "finished", "ok", ""),
        ([FOUND, LIMITED], "finished", "partial", "rate_limited"),
        ([FOUND, (Outcome.REFUSED, "not_asked:blocked")], "finished", "partial", "blocked"),
        ([LIMITED, LIMITED, (Outcome.REFUSED, "timeout")], "finished", "blocked", "rate_limited"),
        ([FOUND] * 20 + [DRIFTED], "finished", "partial", "changed_shape"),
        ([FOUND] * 5 + [DRIFTED], "finished", "broken", "changed_shape"),
        ([FOUND, (Outcome.IMPOSSIBLE, "handle_impossible")], "finished", "ok", ""),
        ([FOUND], "shutdown", "partial", "interrupted"),
        ([FOUND], "memusage_exceeded", "partial", "memusage_exceeded"),
    ],
)
def test_health(said: list[tuple[Outcome, str]], finish: str, state: str, why: str) -> None:
    result = tally(*said, finish=finish).report()
    assert (result.state, result.why) == (state, why)


def test_an_exception_of_ours_is_never_ok() -> None:
    made = tally(FOUND)
    made.errors = 1
    assert (made.report().state, made.report().why) == ("broken", "spider_error")


@pytest.mark.parametrize(
    ("found", "nonsense", "state", "why"),
    [
        ({"veldano": NAMED}, ABSENT, "ok", ""),
        ({"veldano": NAMED, "second": ABSENT}, ABSENT, "ok", ""),
        ({}, ABSENT, "ok", ""),
        ({"veldano": ABSENT}, ABSENT, "broken", "canary_missing"),
        ({"veldano": Profile(platform="p", handle="veldano")}, ABSENT, "broken", "canary_nameless"),
        ({"veldano": LIMITED}, ABSENT, "blocked", "rate_limited"),
        ({"veldano": DRIFTED}, ABSENT, "broken", "changed_shape"),
        ({"veldano": NAMED}, NAMED, "broken", "canary_nonsense_found"),
        ({"veldano": NAMED}, DRIFTED, "broken", "changed_shape"),
        ({"veldano": NAMED}, LIMITED, "blocked", "rate_limited"),
    ],
)
def test_canary(
    found: dict[str, Profile | tuple[Outcome, str]],
    nonsense: Profile | tuple[Outcome, str],
    state: str,
    why: str,
) -> None:
    made = tally(FOUND)
    made.hear_canary({**found, "xqz": nonsense}, "xqz")
    assert (made.report().state, made.report().why) == (state, why)
    assert bool(made.stopped) == (state != "ok")


def test_a_long_streak_of_one_refusal_stops_the_asking_and_a_broken_one_does_not() -> None:
    assert tally(*[LIMITED] * STREAK).stopped == "rate_limited"
    assert not tally(*[LIMITED] * (STREAK - 1), FOUND, *[LIMITED] * (STREAK - 1)).stopped
    assert not tally(*[LIMITED, (Outcome.REFUSED, "timeout")] * STREAK).stopped


def test_several_servers_make_one_result() -> None:
    ok = PlatformResult(platform="p", state="ok", asked=3, present=2, absent=1, canary={"a": "found"})
    bad = PlatformResult(platform="p", state="blocked", why="robots", asked=2, refused=2, canary={"b": "robots"})
    both = merge("p", [ok, bad])
    assert (both.state, both.why, both.asked, both.present, both.refused) == ("partial", "robots", 5, 2, 2)
    assert both.canary == {"a": "found", "b": "robots"}
    assert merge("p", [bad, bad]).state == "blocked" and merge("p", [ok]) is ok
