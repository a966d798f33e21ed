"""The sample from just below the line: random, small, marked, and never the same account twice."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

from hunter.store import Store, queue, runs, sightings, suspects
from hunter.store.assessments import Judged
from hunter.store.queue import Wanted
from hunter.store.sampling import Sample
from hunter.store.suspects import Status
from hunter.types import Outcome, Probe
from tests.review.stock import BEGAN, OURS, account, assess, run

OPEN = Wanted(statuses=(Status.OPEN,))


def draw(store: Store, bits: dict[str, float], *, size: int, seed: int = 1, day: int = 1) -> list[str]:
    """Handles that a run with these accounts draws."""
    at = BEGAN + timedelta(days=day)
    found = [assess(account(handle), value) for handle, value in bits.items()]
    sample = Sample(size, 0.5, random.Random(seed).random)
    with store.write() as c:
        number = runs.start(c, kind="run", at=at, version="0", machine="here", process=1, brands=[OURS])
        probes = [
            Probe(platform="bluesky", handle=a.profile.handle, outcome=Outcome.PRESENT, why="found", profile=a.profile)
            for a in found
        ]
        for one, seen in zip(found, sightings.save(c, number, probes, at=at), strict=True):
            sample.offer(Judged(assessment=one, sighting=seen))
        sample.save(c, number, brands={OURS.slug: OURS}, at=at)
        drawn = suspects.of_run(c, number).get("sampled", [])
        return [found.handle for n in drawn if (found := suspects.get(c, n))]


def test_only_what_is_just_below_the_line_is_drawn_and_it_is_marked(store: Store) -> None:
    drawn = draw(store, {"above": 0.5, "below": -0.5, "lower": -2.9, "far": -3.1, "nowhere": -9.0}, size=5)
    assert sorted(drawn) == ["below", "lower"]
    with store.read() as c:
        assert {row.handle: row.sampled for row in queue.page(c, OPEN)} == {"below": True, "lower": True}


def test_it_is_small_and_each_has_the_same_chance(store: Store) -> None:
    handles = {f"a{n}": -1.0 for n in range(40)}
    counted: Counter[str] = Counter()
    sighting = sightings.Sighting(probe_id=1, account_id=1, version_id=1)
    for seed in range(400):
        sample = Sample(1, 0.5, random.Random(seed).random)
        for handle, bits in handles.items():
            sample.offer(Judged(assessment=assess(account(handle), bits), sighting=sighting))
        counted[max(sample._drawn)[2].assessment.profile.handle] += 1
    assert len(counted) == 40
    assert max(counted.values()) < 30, "400 draws over 40 accounts: ten each, give or take"
    assert len(draw(store, handles, size=3)) == 3


def test_who_was_offered_before_is_not_drawn_again(store: Store) -> None:
    run(store, [assess(account("known"), 4.0)])
    handles = {"known": -1.0, **{f"a{n}": -1.0 for n in range(4)}}
    first = draw(store, handles, size=2, day=1)
    second = draw(store, handles, size=2, day=2, seed=2)
    assert len({*first, *second}) == 4
    assert "known" not in {*first, *second}


def test_none_is_drawn_where_none_is_wanted(store: Store) -> None:
    assert draw(store, {"below": -0.5}, size=0) == []
    assert Sample(3, 0.0)._lowest > 100, "with no line there is nothing below it"
