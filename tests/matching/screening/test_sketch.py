"""The sketch of a place says no less than the first look at it, and not much more."""

from __future__ import annotations

import numpy as np

from hunter.matching.measures import case_of, measure, weigh
from hunter.matching.resemblance import best_likeness
from hunter.matching.screening.alignment import blocks_of, places_in
from hunter.matching.screening.bound import Bound
from hunter.matching.screening.lines import read_lines
from hunter.matching.screening.spans import baits_of
from hunter.matching.weights import shipped_weights
from hunter.matching.words import read_name
from tests.matching.screening.conftest import BRANDS, FORMS

Found = dict[tuple[int, int, int, int], float]  # name, form, start and end of a place -> log of odds


def sketched(names: list[str]) -> Found:
    """What the sketch says of every place of every form in all names."""
    bound = Bound([form for _, form in FORMS], ("fares",), shipped_weights(), 0.0)
    shown = [name.encode() for name in names]
    lines, words = read_lines(shown), bound._baits_in(shown)
    baits = baits_of(words, lines, bound._short)
    rows = np.repeat(np.arange(len(names)), len(FORMS))
    forms = np.tile(np.arange(len(FORMS)), len(names))
    found: Found = {}
    for block in blocks_of(bound._letters, bound._sizes, forms, lines, rows):
        mine, theirs = forms[block.which], rows[block.which]
        places = places_in(block, np.minimum(1.9 * bound._sizes, bound._rare).astype(np.float32)[mine])
        odds = bound._sketch.odds(block, places, mine, theirs, baits)
        keys = zip(
            theirs[places.pairs].tolist(), mine[places.pairs].tolist(), places.starts.tolist(), places.ends.tolist(),
            strict=True,
        )  # fmt: skip
        found.update(zip(keys, odds.tolist(), strict=True))
    return found


def test_no_first_look_gives_more_than_the_sketch(names: list[str]) -> None:
    found = sketched(names)
    over: list[float] = []
    for number, name in enumerate(names):
        for owner, brand in enumerate(BRANDS):
            alike = best_likeness(brand, read_name(name))
            if alike is None:
                continue
            form = FORMS.index((owner, alike.form))
            first = weigh(case_of(alike), measure(alike))
            over.append(found[number, form, alike.place.start, alike.place.end] - first)
            assert over[-1] >= 0, (name, brand.names)
    assert len(over) > 600
    assert np.median(over) < 3.0, "the sketch is too far from what it bounds to be of use"
