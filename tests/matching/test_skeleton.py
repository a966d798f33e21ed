"""What a reader sees: folding, what it reports, and what it leaves alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hunter.matching.screen import Screener
from hunter.matching.skeleton import fold, squash
from hunter.types import Brand, Profile

LIST = Path(__file__).parent.parent / "cases" / "spoofs.jsonl"
SPOOFS = [json.loads(line) for line in LIST.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", SPOOFS, ids=lambda c: c["trick"])
def test_every_spoof_scores_above_a_half(case: dict[str, str]) -> None:
    names = (case["brand"],) if not case.get("part") else (case["brand"], "Scope")
    screener = Screener([Brand(slug="b", names=names, short_name_ok=True)])
    for profile in (
        Profile(platform="unknown", handle=case["shown"]),
        Profile(platform="unknown", handle="u4711", display_name=case["shown"]),
    ):
        found = screener.assess(profile)
        assert found and found[0].score > 0.5, (profile, found)


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        ("Paypal", "paypal"),
        ("Straße", "strasse"),
        ("Øl & Brød", "ol & brod"),
        ("ıstanbul bankası", "istanbul bankasi"),
        ("me@mail.example", "me@mail.example"),
        ("$500 prize", "$500 prize"),
        ("山乙", "山乙"),
        ("a\u202edcb\u202ce", "abcde"),
    ],
)
def test_folding(shown: str, text: str) -> None:
    assert fold(shown).text == text


def test_swaps_tell_which_character_stands_for_which() -> None:
    folded = fold("zend\u043eria")
    assert [(s.at, s.shown, s.meant, s.kind) for s in folded.swaps] == [(4, "\u043e", "o", "letter")]
    assert folded.scripts == {"LATIN", "CYRILLIC"}
    assert [s.kind for s in fold("ｚé").swaps] == ["style", "accent"]


@pytest.mark.parametrize("shown", ["поддержка", "Тинькофф Журнал", "Ελλάδα", "日本銀行", "दिल्ली", "العربية"])
def test_real_names_of_other_scripts_resemble_no_latin_brand(shown: str) -> None:
    brands = [Brand(slug=n.lower(), names=(n,)) for n in ("Paypal", "Zendoria", "Bank", "Tinder", "Napa", "Hopa")]
    assert all(a.score < 0.5 for a in Screener(brands).assess(Profile(platform="x", handle="u", display_name=shown)))


def test_a_brand_read_aloud_in_another_script_is_found_and_called_so() -> None:
    found = Screener([Brand(slug="z", names=("Zendoria",))]).assess(Profile(platform="x", handle="зендория"))
    assert found[0].findings[0].level == "read_aloud"
    native = Brand(slug="z", names=("Зендория",))
    assert Screener([native]).assess(Profile(platform="x", handle="зендория"))[0].findings[0].level == "same"


@given(st.text(max_size=60))
def test_folding_survives_anything_and_is_stable(text: str) -> None:
    once = fold(text)
    assert once.text == once.text.lower() or not once.text.isascii()
    if once.text.isascii():
        assert fold(once.text).text == once.text or any(c in once.text for c in "@$!|")
    assert squash(once.text) == "".join(c for c in once.text if c.isalnum())


def test_a_lone_surrogate_and_a_megabyte_are_survived() -> None:
    assert fold("pay\ud800pal").text == "paypal"
    screener = Screener([Brand(slug="z", names=("Zendoria",))])
    assert screener.assess(Profile(platform="x", handle="x" * 1_000_000)) == []
    assert screener.assess(Profile(platform="x", handle="u", display_name="\u0336" * 100_000)) == []
