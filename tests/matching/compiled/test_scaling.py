"""The scales weigh nothing that is not measured here."""

from __future__ import annotations

import pytest

from hunter.matching.compiled import compiled

pytestmark = pytest.mark.real("compiler")


def test_all_that_the_judge_measures_is_measured_here() -> None:
    assert compiled("scaling").load()
