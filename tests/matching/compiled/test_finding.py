"""Strings are found, and letters squeezed, as on whole arrays."""

from __future__ import annotations

import random

import numpy as np
import pytest

from hunter.matching.compiled import compiled
from hunter.matching.screening import searching
from hunter.matching.screening.patterns import Patterns
from hunter.matching.screening.text import (
    at_a_glance,
    encode,
    glance_with_gaps,
    letters_and_marks,
    letters_only,
    mark_slowly,
    squeeze_slowly,
)

pytestmark = pytest.mark.real("compiler")

LONG = ("talvorabank", "talvorab", "talvorasteam")


def test_strings_are_found_as_on_arrays(names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ("zen", "doria", "bank", "support", *LONG, "ab")
    strings = [(encode(text), 5 * n + where, where) for n, text in enumerate(texts) for where in range(5)]
    shown = ("\n" + "\n".join([*names, *map(str.title, names)] * 10) + "\ntalvoraban" + "\n").encode()
    text, marks = letters_and_marks(shown)
    quick = Patterns(strings)
    monkeypatch.setattr(searching, "compiled", lambda name: None)
    for marked in (None, marks):
        seen, wanted = (
            sorted(zip(*map(list, each.search(text, marked)), strict=True)) for each in (quick, Patterns(strings))
        )
        assert seen == wanted
        assert len(wanted) > 4_000  # numbers for which there is room at first
    assert not len(Patterns([]).search(text)[0]) and not len(quick.search(b"")[0])
    with pytest.raises(ValueError, match="its marks"):
        quick.search(text, marks[1:])


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ((5, 0, 4, 5, 0, 1, 0), "no such rest"),
        ((1 << 20, 0, 4, 5, 0, 0, 0), "group of four"),
        ((5, 5, 8, 5, 0, 0, 0), "group of four"),
        ((5, 0, 9, 5, 0, 0, 0), "group of four"),
    ],
)
def test_strings_that_cannot_be_are_refused(entry: tuple[int, ...], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        compiled("finding").Finder(np.array([entry], np.int64), [b""])


def test_letters_are_marked_as_on_arrays(names: list[str]) -> None:
    chance = random.Random(7)
    noise = "\n".join("".join(chance.choices("aZBc1-_ \x80", k=chance.randrange(9))) for _ in range(4_000))
    for shown in ("\n" + "\n".join(names) + "\n", noise, "", "\n", "a", "-", "\n\nA\n"):
        raw = shown.encode("latin-1")
        assert letters_and_marks(raw) == mark_slowly(raw)
        assert letters_and_marks(raw)[0] == letters_only(raw)


def test_letters_are_squeezed_as_on_arrays(names: list[str]) -> None:
    chance = random.Random(6)
    noise = "\n".join("".join(chance.choices("aciijlmnrnvw017-", k=chance.randrange(9))) for _ in range(4_000))
    for shown in ("\n" + "\n".join(names) + "\n", noise, "", "\n", "a", "\n\n\n"):
        codes, marks = letters_and_marks(shown.encode())
        assert glance_with_gaps(codes, marks) == squeeze_slowly(codes, marks)
        assert at_a_glance(codes) == squeeze_slowly(codes, marks)[0]


@pytest.mark.parametrize(
    ("shown", "looks", "gaps"),
    [
        ("\nbank-x\n", "\nbankx\n", (0, 1, 5, 6)),
        ("\nab-bank\n", "\nabank\n", (0, 1, 2, 3, 6)),  # a repeated letter is lost between both
        ("\nabc-iron\n", "\nabcron\n", (0, 1, 3, 4, 7)),  # and an i behind a c
    ],
)
def test_what_is_lost_between_letters_gives_its_gap_to_both(shown: str, looks: str, gaps: tuple[int, ...]) -> None:
    letters, marks = glance_with_gaps(*letters_and_marks(shown.encode()))
    assert letters == at_a_glance(encode(looks.strip("\n")).join((b"\0", b"\0")))
    assert tuple(at for at, mark in enumerate(marks) if mark) == gaps
