"""Ordinary words that merely hold a brand's name, from the dictionaries of five languages, alarm nobody."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from hunter.matching.screen import Screener
from hunter.types import Brand, Profile

LIST = Path(__file__).parent.parent / "cases" / "swallowed.jsonl"
CASES = [json.loads(line) for line in LIST.read_text(encoding="utf-8").splitlines()]
LANGUAGES = sorted({case["language"] for case in CASES})


@cache
def screener(name: str) -> Screener:
    return Screener([Brand(slug="b", names=(name.capitalize(),))])


def test_there_are_enough_of_them() -> None:
    assert len({case["word"] for case in CASES}) >= 500
    assert LANGUAGES == ["de", "en", "es", "fr", "it"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_ordinary_word_scores_above_a_half(language: str) -> None:
    wrong = []
    for case in (c for c in CASES if c["language"] == language):
        word = case["word"]
        for profile in (
            Profile(platform="x", handle=word),
            Profile(platform="x", handle="u4711", display_name=word.capitalize()),
            Profile(platform="domain", handle=f"{word}.example"),
        ):
            wrong += [(case["brand"], word, a.score) for a in screener(case["brand"]).assess(profile) if a.score > 0.5]
    assert not wrong


@pytest.mark.parametrize("surname", ["Chase", "Ford", "Wells", "Bosch", "Armani", "Morgan"])
def test_a_person_who_bears_the_name_is_no_alarm(surname: str) -> None:
    brand = Brand(slug="b", names=(surname,))
    found = Screener([brand]).assess(
        Profile(platform="x", handle=f"anna_{surname.lower()}", display_name=f"Anna {surname}")
    )
    assert all(a.score < 0.5 for a in found), [(a.score, a.findings) for a in found]


@pytest.mark.parametrize("handle", ["apple_support", "applesupport", "chase-login", "ford.giveaway", "official_shell"])
def test_the_same_brands_with_a_bait_word_are_found(handle: str) -> None:
    brands = [Brand(slug=n, names=(n.capitalize(),)) for n in ("apple", "chase", "ford", "shell")]
    assert any(a.score > 0.5 for a in Screener(brands).assess(Profile(platform="x", handle=handle)))
