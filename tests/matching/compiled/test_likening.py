"""How alike wholes are is what rapidfuzz says."""

from __future__ import annotations

import random

import pytest
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from hunter.matching.compiled import compiled
from hunter.matching.words import read_name

pytestmark = pytest.mark.real("compiler")


def test_wholes_are_as_alike_as_rapidfuzz_says(names: list[str]) -> None:
    chance = random.Random(5)
    numbers = compiled("lettering").numbers_of
    shown = [reading.letters for name in names if (reading := read_name(name)).letters]
    for ours, theirs in [(chance.choice(shown), chance.choice(shown)) for _ in range(2_000)]:
        wanted = fuzz.ratio(ours, theirs) / 100, JaroWinkler.similarity(ours, theirs)
        assert compiled("likening").likeness_of(numbers(ours), numbers(theirs)) == pytest.approx(wanted), (ours, theirs)
