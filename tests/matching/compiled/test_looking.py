"""Likenesses are as strong as `scales` says."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from hunter.matching.compiled import compiled
from hunter.matching.likeness import SAME, Likeness, liken, liken_slowly
from hunter.matching.resemblance import keywords_of
from hunter.matching.scales import weigh
from hunter.matching.words import read_handle, read_name
from tests.matching.conftest import BRANDS, FORMS, ODD

pytestmark = pytest.mark.real("compiler")


def _alike(name: str, number: int, platform: str) -> Likeness | None:
    """The best likeness as Python finds it."""
    owner, form = FORMS[number]
    best: Likeness | None = None
    for found in liken_slowly(form, read_handle(name, platform), keywords_of(BRANDS[owner])):
        if best is None or found.gain > best.gain + SAME:
            best = found
    return best


@pytest.mark.parametrize(("platform", "kind"), [("x", 0), ("npm", 1)])
def test_likenesses_are_as_strong_as_in_python(names: list[str], platform: str, kind: int) -> None:
    shown = [*names[::2], *ODD]
    looks = compiled("looking").Looks([form for _, form in FORMS], [keywords_of(BRANDS[n]) for n, _ in FORMS])
    handles = "".join(f"{name}\n" for name in shown).encode()
    rows, forms = np.repeat(np.arange(len(shown)), len(FORMS)), np.tile(np.arange(len(FORMS)), len(shown))
    told = looks.strengths(handles, rows, forms, np.array([kind], np.uint8), 0.0)
    rough = looks.strengths(handles, rows, forms, np.array([kind], np.uint8), 0.3)
    kinds: Counter[bool] = Counter()
    for row, form, strength, least in zip(rows.tolist(), forms.tolist(), told.tolist(), rough.tolist(), strict=True):
        alike = _alike(shown[row], form, platform)
        assert strength == pytest.approx(weigh(alike) if alike else 0.0, abs=1e-9), (shown[row], FORMS[form])
        assert least == strength or (least == 0.0 and strength <= 0.3)
        kinds[strength > 0.3] += 1
    assert min(kinds.values()) > 300


@pytest.mark.parametrize(("platform", "kind"), [("x", "handle"), ("npm", "package"), ("x", None)])
def test_a_likeness_is_told_as_in_python(names: list[str], platform: str, kind: str | None) -> None:
    told = 0
    for name in [*names, *ODD]:
        reading = read_handle(name, platform)
        for number, (owner, form) in enumerate(FORMS):
            seen, wanted = liken([form], reading, keywords_of(BRANDS[owner]), kind=kind), _alike(name, number, platform)
            if seen is None or wanted is None:
                assert seen is wanted
                continue
            told += 1
            assert seen._replace(strength=None, gain=0.0) == wanted._replace(gain=0.0)
            assert seen.gain == pytest.approx(wanted.gain, abs=1e-9)
            assert seen.strength == (None if kind is None else pytest.approx(weigh(wanted), abs=1e-9))
    assert told > 1_000


@pytest.mark.parametrize("name", ["zendoriahr", "tvkestrix", "zendoria-hr", "zendoriasupport", "myzendorialogin"])
def test_bait_is_seen_for_a_brand_without_keywords(name: str) -> None:
    for _, form in FORMS:
        seen, reading = liken([form], read_handle(name, "x"), kind="handle"), read_handle(name, "x")
        wanted = max(liken_slowly(form, reading, frozenset()), key=lambda found: found.gain, default=None)
        assert (seen and seen.strength) == (wanted and pytest.approx(weigh(wanted), abs=1e-9))


@pytest.mark.parametrize("shown", ["zendori- ", "talvoraban_ ", " -endoria", "@-endoria", "kestri_-. ", "z-e ._ "])
def test_what_stands_at_the_ends_of_a_shown_name_is_read_as_in_python(shown: str) -> None:
    for owner, form in FORMS:
        seen, reading, keywords = None, read_name(shown), keywords_of(BRANDS[owner])
        seen = liken([form], reading, keywords)
        wanted = max(liken_slowly(form, reading, keywords), key=lambda found: found.gain, default=None)
        assert (seen and seen.place) == (wanted and wanted.place)


@pytest.mark.parametrize(
    ("rows", "form", "kinds", "fault"),
    [
        ((1,), 0, (0,), "fewer lines"),
        ((0, 1), 0, (0,), "fewer lines"),
        ((0,), 1, (0,), "no such form"),
        ((0,), -1, (0,), "no such form"),
        ((-1,), 0, (0,), "their order"),
        ((0, -1), 0, (0,), "their order"),
        ((0,), 0, (2,), "no such kind"),
        ((2,), 0, (0, 0), "no such kind"),
    ],
)
def test_rows_that_cannot_be_are_refused(rows: tuple[int, ...], form: int, kinds: tuple[int, ...], fault: str) -> None:
    looks = compiled("looking").Looks([FORMS[0][1]], [frozenset()])
    with pytest.raises(ValueError, match=fault):
        looks.strengths(b"zend\n", np.array(rows), np.full(len(rows), form), np.array(kinds, np.uint8))
