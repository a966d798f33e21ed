"""A least score costs no hit, keeps others from the judge, and means the same without a compiler."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hunter.matching import alignment, letters, likeness
from hunter.matching.compiled import compiled
from hunter.matching.judge import judge
from hunter.matching.screen import Screener
from hunter.matching.screening import searching, sieve, text
from hunter.types import Profile
from tests.matching.conftest import BRANDS, ODD

pytestmark = pytest.mark.real("compiler")

LEAST = 0.5
USERS = (letters, alignment, likeness, searching, sieve, text)  # modules that ask for the compiled part


def test_a_least_score_loses_nothing_that_reaches_it(names: list[str]) -> None:
    found = {
        (names[row], a.brand): a.score
        for row, judged in Screener(BRANDS).assess_names(names, least=LEAST)
        for a in judged
    }
    every = {
        (name, brand.slug): assessment.score
        for name in names
        for brand in BRANDS
        if (assessment := judge(brand, Profile(platform="unknown", handle=name))).score >= LEAST
    }
    assert len(every) > 150
    assert found == every


def test_a_least_score_keeps_nearly_all_others_from_the_judge(names: list[str]) -> None:
    lines = "".join(f"{name}\n" for name in names).encode()
    screener = Screener(BRANDS)
    hits = sum(len(found) for _, found in screener.assess_names(names, "x", least=LEAST))
    judged = sum(len(brands) for _, brands in screener.search(lines, ("x",), least=LEAST))
    assert hits <= judged < 1.2 * hits


@pytest.fixture
def uncompiled(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Everything as where there was no compiler."""
    for module in USERS:
        monkeypatch.setattr(module, "compiled", lambda name: None)
    letters.run_cost.cache_clear()
    yield
    letters.run_cost.cache_clear()


@pytest.mark.usefixtures("uncompiled")
def test_without_a_compiler_everything_is_found_alike(names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    some = [*names[::3], *ODD, "zend\u043eria", "z3nd0r!a"]
    slow = _judged(some)
    for module in USERS:
        monkeypatch.setattr(module, "compiled", compiled)
    letters.run_cost.cache_clear()
    assert _judged(some) == slow
    assert len(slow) > 60


def _judged(names: list[str]) -> dict[tuple[str, str], tuple[float, str]]:
    found = Screener(BRANDS).assess_names(names, "x", least=LEAST)
    return {(names[row], a.brand): (pytest.approx(a.score, abs=1e-9), a.reason) for row, each in found for a in each}
