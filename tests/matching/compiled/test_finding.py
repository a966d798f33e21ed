"""Strings are found, and letters squeezed, as on whole arrays."""

from __future__ import annotations

import random

import numpy as np
import pytest

from hunter.matching.compiled import compiled
from hunter.matching.gate import glance
from hunter.matching.screening import searching
from hunter.matching.screening.patterns import Patterns
from hunter.matching.screening.text import (
    at_a_glance,
    encode,
    letters_and_marks,
    letters_only,
    mark_slowly,
    squeeze_slowly,
)
from hunter.matching.words import pieces_of, read_handle

pytestmark = pytest.mark.real("compiler")

LONG = ("talvorabank", "talvorab", "talvorasteam")


def test_strings_are_found_as_on_arrays(names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ("zen", "doria", "bank", "support", *LONG, "ab")
    strings = [(encode(text), 6 * n + where, where) for n, text in enumerate(texts) for where in range(6)]
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


NOISE = [
    "".join(random.Random(seed).choices("aciijlmnrnvw0179-_", k=seed % 9 + 1)) for seed in range(4_000)
]  # what looks like something else


def test_letters_are_squeezed_as_on_arrays(names: list[str]) -> None:
    for lines in ([], *([*NOISE[:size], *names[:size]] for size in (1, 2, 4_000)), ["", ""]):
        codes, marks = letters_and_marks("\n".join(["", *lines, ""]).encode())
        assert at_a_glance(codes, marks) == squeeze_slowly(codes, marks)
    with pytest.raises(ValueError, match="marks for each"):
        compiled("finding").squeeze(b"\0\0", b"\0", bytes(32), bytes(1024))


def test_letters_are_squeezed_as_the_gate_sees_each_word() -> None:
    codes, marks = letters_and_marks("\n".join(["", *NOISE, ""]).encode())
    looks, gaps = at_a_glance(codes, marks)
    words = [[glance(word) for word in pieces_of(read_handle(name, "x").runs).values()] for name in NOISE]
    assert looks.split(b"\0")[1:-1] == [encode("".join(some)) for some in words]
    at, begun = 0, set()
    for some in words:
        for word in ("\n", *some):
            begun.add(at)
            at += len(word)
    assert {at for at, gap in enumerate(gaps[:-1]) if gap} == begun
