"""The bound and what it rests on say the same as the judge's own functions, or more, never less."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from hunter.matching.alignment import places
from hunter.matching.judge import judge
from hunter.matching.letters import run_cost, split_run
from hunter.matching.measures import case_of, measure, weigh
from hunter.matching.resemblance import best_likeness
from hunter.matching.screen import Screener
from hunter.matching.screening import bound as bounds
from hunter.matching.screening.alignment import EDITS, Block, Floats, Places, blocks_of, counts_of, joined, places_in
from hunter.matching.screening.bound import Bound
from hunter.matching.screening.lines import are_plain, numbers_of, read_lines
from hunter.matching.screening.runs import run_costs
from hunter.matching.weights import shipped_weights
from hunter.matching.words import read_name
from hunter.types import Profile
from tests.matching.screening.conftest import BRANDS, FORMS

LEAST = 0.5


def test_names_are_taken_apart_as_the_judge_does(names: list[str]) -> None:
    lines = read_lines([name.encode() for name in names])
    for row, name in enumerate(names):
        reading = read_name(name)
        assert lines.letters[row, : lines.sizes[row]].tobytes() == numbers_of(reading.letters)
        assert set(np.flatnonzero(lines.starts[row]).tolist()) == reading.starts
        assert set(np.flatnonzero(lines.edges[row]).tolist()) == reading.starts | reading.humps
        assert set(np.flatnonzero(lines.gaps[row]).tolist()) == reading.gaps


@pytest.mark.parametrize(
    ("name", "is_plain"),
    [
        ("zendoria", True),
        ("@zendoria", True),
        ("_Zen.doria-7", True),
        ("", True),
        ("zendoria@social.example", False),
        ("z3nd0r!a", False),
        ("zend\u043eria", False),
        ("z" * 64, True),
        ("z" * 65, False),
    ],
)
def test_plain_handles_are_read_as_they_are_written(name: str, is_plain: bool) -> None:
    told = are_plain([b"first", name.encode(), b"last"], 64)
    assert told.tolist() == [True, is_plain, True]
    assert not len(are_plain([], 64))


def _numbered(block: Block, limits: Floats) -> Places:
    """The places of a block, under the numbers of its pairs."""
    places = places_in(block, limits[block.which])
    return replace(places, pairs=block.which[places.pairs])


def test_places_are_those_of_the_judge(names: list[str]) -> None:
    chance = random.Random(3)
    pairs = [(name, form) for name in names for _, form in chance.sample(FORMS, 2)]
    pairs = [(name, form) for name, form in pairs if form.letters not in read_name(name).letters]
    sizes = np.array([len(form.letters) for _, form in pairs])
    ours = b"".join(numbers_of(form.letters).ljust(sizes.max(), b"\0") for _, form in pairs)
    limits = (1.9 * sizes).astype(np.float32)
    letters = np.frombuffer(ours, np.uint8).reshape(len(pairs), -1)
    lines, rows = read_lines([name.encode() for name, _ in pairs]), np.arange(len(pairs))
    blocks = list(blocks_of(letters, sizes, rows, lines, rows))
    found = joined([_numbered(block, limits) for block in blocks])
    found = found.take(np.lexsort((found.ends, found.pairs)))
    seen: list[list[tuple[int, int, float, dict[str, int]]]] = [[] for _ in pairs]
    for at, pair in enumerate(found.pairs.tolist()):
        kinds = {kind: int(counts_of(found.counts[at], kind)) for kind in EDITS[1:]}
        edits = {kind: count for kind, count in kinds.items() if count}
        seen[pair].append((int(found.starts[at]), int(found.ends[at]), float(found.costs[at]), edits))
    for (name, form), mine, limit in zip(pairs, seen, limits.tolist(), strict=True):
        reading = read_name(name)
        theirs = places(form.letters, reading.letters, reading.starts, reading.gaps, limit)
        assert mine == [(p.start, p.end, p.cost, dict(Counter(e.kind for e in p.edits))) for p in theirs], (name, form)


def test_runs_cost_what_the_judge_says(names: list[str]) -> None:
    runs = list({run.text for name in names for run in read_name(name).runs} | {"internationalisation", "x" * 70, "7"})
    found = run_costs(map(numbers_of, (run for run in runs if len(run) <= 64)))
    for run in runs:
        if len(run) <= 64:
            assert found[numbers_of(run)] == (split_run(run)[0] if run.isalpha() else run_cost(run)), run


def test_no_first_look_gives_more_than_the_bound(names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert bounds._is_known(), "the scale has a measure that the bound does not know"
    monkeypatch.setattr(bounds, "least_at_first", lambda strength, kind: -100.0)
    bound = Bound([form for _, form in FORMS], ("fares",), shipped_weights(), 0.0)
    brands = np.array([n for n, _ in FORMS])
    close = 0
    for number, brand in enumerate(BRANDS):
        most = np.full(len(names), -np.inf)
        for form in np.flatnonzero(brands == number).tolist():
            found = bound._odds_of([name.encode() for name in names], np.arange(len(names)), np.full(len(names), form))
            most = np.maximum(most, found)
        for name, odds in zip(names, most.tolist(), strict=True):
            alike = best_likeness(brand, read_name(name))
            if alike is not None:
                first = weigh(case_of(alike), measure(alike))
                assert first <= odds + 1e-3, (name, brand.names)
                close += odds - first < 2.0
    assert close > 500, "the bound is too far from what it bounds to be of use"


def test_a_least_score_loses_nothing_that_reaches_it(names: list[str]) -> None:
    screener = Screener(BRANDS)
    found = {
        (names[row], a.brand): a.score for row, judged in screener.assess_names(names, least=LEAST) for a in judged
    }
    every = {
        (name, brand.slug): assessment.score
        for name in names
        for brand in BRANDS
        if (assessment := judge(brand, Profile(platform="unknown", handle=name))).score >= LEAST
    }
    assert len(every) > 150
    assert found == every


def test_a_least_score_keeps_most_pairs_from_the_judge(names: list[str]) -> None:
    screener = Screener(BRANDS)
    lines = "".join(f"{name}\n" for name in names).encode()
    all_pairs = sum(len(brands) for _, brands in screener.search(lines, ("x",)))
    few = sum(len(brands) for _, brands in screener.search(lines, ("x",), least=0.99))
    assert 0 < few < 0.7 * all_pairs
