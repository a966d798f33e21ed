"""Places and changes are those that `alignment` finds."""

from __future__ import annotations

import random

import pytest

from hunter.matching.alignment import Edit, Place, places_slowly
from hunter.matching.compiled import compiled
from hunter.matching.words import read_name
from tests.matching.conftest import FORMS

pytestmark = pytest.mark.real("compiler")


def test_places_are_those_found_in_python(names: list[str]) -> None:
    chance = random.Random(3)
    found = 0
    for name in names:
        reading = read_name(name)
        for _, form in chance.sample(FORMS, 2):
            if form.letters in reading.letters:
                continue
            limit = 1.9 * len(form.letters)
            wanted = places_slowly(form.letters, reading.letters, reading.starts, reading.gaps, limit)
            seen = compiled("placing").find(form.letters, reading.letters, reading.starts, reading.gaps, limit)
            assert [Place(a, b, cost, tuple(Edit(*edit) for edit in edits)) for a, b, cost, edits in seen] == wanted
            found += len(wanted)
    assert found > 250
