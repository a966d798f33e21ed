"""Letters are as common as `registries` says."""

from __future__ import annotations

import pytest

from hunter.matching.compiled import compiled
from hunter.matching.registries import commonness
from hunter.matching.words import pieces_of, read_name

pytestmark = pytest.mark.real("compiler")


def test_letters_are_as_common_as_in_python(names: list[str]) -> None:
    known = ["react", "native", "reactnative", "python", "api", "v2", "2", "x", ""]
    parts = {part for name in names for part in pieces_of(read_name(name).runs).values()}
    told = {part: compiled("customs").commonness(part) for part in (*known, *parts)}
    assert told == {part: commonness(part) for part in told}
    assert 20 < sum(value > 0 for value in told.values()) < len(told)
