"""Strings are found, and letters squeezed, as on whole arrays."""

from __future__ import annotations

import random

import pytest

from hunter.matching.screening import searching
from hunter.matching.screening.patterns import Patterns
from hunter.matching.screening.text import at_a_glance, encode, letters_only, squeeze_slowly

pytestmark = pytest.mark.real("compiler")


def test_strings_are_found_as_on_arrays(names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    strings = [(encode(text), n) for n, text in enumerate(("zen", "doria", "bank", "support", "talvorabank", "talvorab", "talvorasteam", "ab"))]
    text = letters_only(("\n" + "\n".join(names * 20) + "\ntalvoraban" + "\n").encode())
    quick = Patterns(strings)
    monkeypatch.setattr(searching, "compiled", lambda name: None)
    seen, wanted = (sorted(zip(*map(list, each.hits(text)), strict=True)) for each in (quick, Patterns(strings)))
    assert seen == wanted
    assert len(wanted) > 4_000  # numbers for which there is room at first
    assert not len(Patterns([]).hits(text)[0]) and not len(quick.hits(b"")[0])


def test_letters_are_squeezed_as_on_arrays(names: list[str]) -> None:
    chance = random.Random(6)
    noise = "\n".join("".join(chance.choices("aciijlmnrnvw017-", k=chance.randrange(9))) for _ in range(4_000))
    for shown in ("\n" + "\n".join(names) + "\n", noise, "", "\n", "a", "\n\n\n"):
        codes = letters_only(shown.encode())
        assert at_a_glance(codes) == squeeze_slowly(codes)
