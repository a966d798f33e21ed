"""Two names laid one under the other."""

from __future__ import annotations

import time
import unicodedata

import pytest

from hunter.review.alignment import align, nearest
from hunter.visible import visible
from tests.hostile import read_strings


def laid_out(ours: str, theirs: str) -> tuple[str, str]:
    pairs = align(ours, theirs).pairs
    return "".join((p.ours or "·").ljust(len(p.theirs), "·") for p in pairs), "".join(p.theirs or "·" for p in pairs)


@pytest.mark.parametrize(
    ("ours", "theirs", "above", "below"),
    [
        ("Zorelia", "Zorelia Official", "Zorelia·········", "Zorelia␣Official"),
        ("acme", "official_acme", "·········acme", "official_acme"),
        ("acme", "acrne-help", "acm·e·····", "acrne-help"),
        ("Talvora", "Tal-vora", "Tal·vora", "Tal-vora"),
        ("Talvora", "Talvra", "Talvora", "Talv·ra"),
        ("", "x", "·", "x"),
        ("a", "", "a", "·"),
    ],
)
def test_what_was_added_stays_together(ours: str, theirs: str, above: str, below: str) -> None:
    assert laid_out(ours, theirs) == (above, below)


@pytest.mark.parametrize(
    ("ours", "theirs", "named"),
    [
        ("Acme", "Аcme", [("А", "U+0410 CYRILLIC CAPITAL LETTER A")]),
        ("acme", "acme\u200b", [("⟨U+200B⟩", "U+200B ZERO WIDTH SPACE")]),
        ("acme", "\u202eemca", [("⟨U+202E⟩", "U+202E RIGHT-TO-LEFT OVERRIDE")]),
        ("acme", "αcme", [("α", "U+03B1 GREEK SMALL LETTER ALPHA")]),
    ],
)
def test_characters_that_mislead_are_named(ours: str, theirs: str, named: list[tuple[str, str]]) -> None:
    marked = align(ours, theirs).marked
    assert [
        (p.theirs, name) for p, _ in marked for name in p.names if "⟨" in p.theirs or p.kind == "lookalike"
    ] == named


@pytest.mark.parametrize(
    ("ours", "theirs"), [("o", "0"), ("l", "1"), ("i", "l"), ("m", "rn"), ("w", "vv"), ("d", "cl")]
)
def test_digits_and_drawn_letters_look_alike(ours: str, theirs: str) -> None:
    assert [p.kind for p in align(ours, theirs).pairs] == ["lookalike"]


def test_what_repeats_is_said_once_and_what_has_nothing_of_ours_is_not_laid_out() -> None:
    ((pair, count),) = align("banana", "bаnаnа").marked
    assert (pair.theirs, count) == ("а", 3)
    assert align("Talvora", "Tal-v0ra").is_telling
    assert not align("talvora", "desk-services-77").is_telling


def test_a_name_in_another_script_says_so() -> None:
    assert align("Acme", "Асме").scripts == "Cyrillic"
    assert align("Acme", "Acмe").scripts == "Cyrillic, Latin"
    assert align("Acme", "Acmee").scripts == ""


def test_nothing_invisible_is_shown_and_nothing_is_slow() -> None:
    for text in read_strings():
        found = align("Acme Bank", text)
        shown = "".join(p.ours + p.theirs for p in found.pairs)
        hidden = [c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs")]
        assert all(c in "\u200d" for c in hidden), (text, shown)
        if not found.cut and visible(text) == text and " " not in text:
            assert "".join(p.theirs for p in found.pairs) == text
    worked = time.process_time()
    align("a" * 10_000, "b" * 10_000)
    assert time.process_time() - worked < 0.5


def test_the_nearest_of_our_names_is_taken() -> None:
    assert nearest(("Talvora", "Talvora Bank", "Zorelia"), "TALV0RA BANK help") == "Talvora Bank"
    assert nearest((), "x") is None
