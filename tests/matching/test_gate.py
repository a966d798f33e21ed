"""Which names are looked at closely, and that the index finds them."""

from __future__ import annotations

import random

import pytest

from hunter.matching.forms import forms_of
from hunter.matching.gate import is_changed_once, is_nearly, stretches, worth
from hunter.matching.screening.index import Index
from hunter.matching.words import read_handle
from hunter.types import Brand

MICRAD = forms_of(Brand(slug="m", names=("Micrad",)))[0]


@pytest.mark.parametrize(
    ("name", "is_near"),
    [
        ("mlcaad", True),  # two letters changed
        ("my-mlcaad-shop", True),
        ("mlc-aad", True),  # in two words
        ("shop_mlc_aad", True),
        ("micadr", True),
        ("mirdac", False),  # three changes
        ("nlcrad", False),  # begins otherwise
        ("mirad00", False),
        ("mlxcraad", False),  # two letters longer
        ("mymlcaad", False),  # inside a word
        ("", False),
    ],
)
def test_a_name_with_two_changes_is_looked_at_where_it_is_a_word(name: str, is_near: bool) -> None:
    reading = read_handle(name, "x")
    assert any(is_nearly(MICRAD.letters, text) for text in stretches(reading)) == is_near
    found, _ = Index([(0, MICRAD)]).search(f"zzz\n{name}\n".encode())
    assert (1 in found) >= worth(MICRAD, reading) >= is_near
    assert 0 not in found


def test_neighbouring_words_are_taken_as_one_too() -> None:
    assert stretches(read_handle("my-micr.ad_2", "x")) == [
        "my",
        "micr",
        "ad",
        "2",
        "mymicr",
        "micrad",
        "ad2",
        "mymicrad2",
    ]


def _changes(word: str) -> set[str]:
    """Every string that is one change away."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    found = {a + b[1:] for a, b in cuts if b} | {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    found |= {a + c + b[1:] for a, b in cuts if b for c in letters}
    return (found | {a + c + b for a, b in cuts if a and b for c in letters}) - {word}


def test_one_change_is_told_as_it_is_listed() -> None:
    chance = random.Random(3)
    for ours in ("zist", "zista", "aabaa", "talvora", "z7ndo"):
        changes = _changes(ours)
        tried = ["".join(chance.choices(ours + "xé", k=len(ours) + chance.randrange(-2, 3))) for _ in range(20_000)]
        for theirs in (ours, *changes, *(change[::-1] for change in changes), *tried):
            assert is_changed_once(ours, theirs) == (theirs in changes), (ours, theirs)


ZISTA = forms_of(Brand(slug="z", names=("Zista",)))[0]


@pytest.mark.parametrize(
    ("name", "is_near"),
    [
        ("zitsa", True),
        ("zitsapay", True),
        ("payzitsa", True),
        ("my-zitsapay", True),
        ("24zitsax", True),  # behind a digit
        ("myZitsaPay", True),  # a capital begins a word
        ("my-zi.tsa", True),  # through a separator
        ("myzitsapay", False),
        ("zisttapay", True),  # one put in
        ("myzistapay", True),  # unchanged it counts anywhere
        ("zixta", True),
        ("zsta", True),
        ("my-zixta", True),
        ("24zsta7", True),
        ("myZixtaPay", True),
        ("zixtapay", False),  # one of its letters is lost
        ("payzsta", False),
    ],
)
def test_a_change_of_five_letters_is_looked_at_as_a_word_or_at_its_edge(name: str, is_near: bool) -> None:
    assert worth(ZISTA, read_handle(name, "x")) == is_near
    found, _ = Index([(0, ZISTA)]).search(f"zzz\n{name}\n".encode())
    assert (1 in found) == is_near
