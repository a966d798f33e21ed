"""What is nearly a form is found as rapidfuzz finds it."""

from __future__ import annotations

import random

import pytest

from hunter.matching.gate import LONG
from hunter.matching.letters import known_words
from hunter.matching.screening import searching
from hunter.matching.screening.searching import SlowNearly
from hunter.matching.screening.text import encode, letters_and_marks
from tests.matching.conftest import FORMS

pytestmark = pytest.mark.real("compiler")


def test_what_is_nearly_a_form_is_found_as_by_rapidfuzz(names: list[str]) -> None:
    chance = random.Random(7)
    forms = [(n, encode(form.letters)) for n, (_, form) in enumerate(FORMS) if len(form.letters) >= LONG]
    noise = ["".join(chance.choices("zendoriabk-. ", k=chance.randrange(4, 16))) for _ in range(20_000)]
    lines = [
        *names,
        *noise,
        "zednorix",
        "zednorai",
        "my-zedonrai",
        "",
        "-",
        "a-" * 200,
        "x" * 400,
        "zen doria" + "-y" * 300,
        *(word for word in known_words() if word.isascii()),
        *(word.replace("e", "3").replace("o", "0") for word in known_words() if word.startswith("z")),
    ]
    text, marks = letters_and_marks(("\n" + "\n".join(lines) + "\n").encode())
    found = []
    for search in (searching.nearly_of_forms(forms, LONG), SlowNearly(forms)):
        rows, numbers = search.search(text, marks)
        found.append(set(zip(rows.tolist(), numbers.tolist(), strict=True)))
    assert found[0] == found[1]
    assert len(found[0]) > 300


def test_an_ordinary_word_is_near_by_one_change_alone() -> None:
    text, marks = letters_and_marks(b"\nstyled\nsty1ed\nstylde\nstaged\n")
    for search in (searching.nearly_of_forms([(0, encode("stayed"))], LONG), SlowNearly([(0, encode("stayed"))])):
        rows, _ = search.search(text, marks)
        assert set(rows.tolist()) == {1, 3}  # a digit makes it none; three changes are too many
    with pytest.raises(ValueError, match="too short"):
        searching.nearly_of_forms([(0, encode("zen"))], LONG)
