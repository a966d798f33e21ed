"""Text of strangers on one line: nothing in it hides, turns the line round or piles up."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hunter.visible import defang, name_characters, visible
from tests.hostile import read_strings

HIDING = {"Cc", "Zl", "Zp", "Cs"}


def hidden(text: str) -> list[str]:
    """The characters of a text that do not show; a joiner inside a picture letter is no trick."""
    return [c for c in text if unicodedata.category(c) in HIDING or (unicodedata.category(c) == "Cf" and c != "\u200d")]


@pytest.mark.parametrize("text", read_strings(), ids=lambda text: ascii(text)[:40])
def test_nothing_of_the_corpus_hides(text: str) -> None:
    assert hidden(visible(text)) == []


@given(st.text(max_size=200))
def test_nothing_of_any_text_hides(text: str) -> None:
    shown = visible(text)
    assert hidden(shown) == []
    shown.encode()


def test_what_is_hidden_is_named() -> None:
    assert visible("ab\u202ecd") == "ab⟨U+202E⟩cd"
    assert visible("a\u200bb\x1b[0m") == "a⟨U+200B⟩b⟨U+001B⟩[0m"


def test_marks_do_not_pile_up() -> None:
    assert visible("Z" + "\u0335" * 50).count("\u0335") == 2


def test_a_defanged_link_leads_nowhere() -> None:
    assert defang("https://evil.example/path") == "hxxps://evil[.]example/path"


def test_letters_of_other_scripts_are_named() -> None:
    assert name_characters("p\u0430y") == [("\u0430", "U+0430 CYRILLIC SMALL LETTER A")]
