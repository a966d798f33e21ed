"""Which names are looked at closely, and that the index finds them."""

from __future__ import annotations

import random

import pytest

from hunter.matching.forms import forms_of
from hunter.matching.gate import is_changed_once, is_nearly, stretches, worth
from hunter.matching.screening.index import Index
from hunter.matching.words import read_handle, read_name
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


@pytest.mark.parametrize("seed", range(8))
def test_nothing_that_is_worth_a_look_is_lost_by_the_index(seed: int) -> None:
    chance = random.Random(seed)
    parts = ("ba", "do", "kes", "li", "mor", "na", "ri", "tal", "vo", "xu", "rn", "cl", "vv", "ss", "e", "bank")
    brands = [" ".join("".join(chance.choices(parts, k=chance.randrange(1, 4))) for _ in range(k)) for k in (1, 1, 2)]
    brands += [f"{chance.choice(parts)}{chance.choice(parts)} {trade}" for trade in ("bank", "energy", "card")]
    forms = [form for name in brands for form in forms_of(Brand(slug="b", names=(name,)))]
    names = [_damage(chance, chance.choice(forms).letters) for _ in range(6_000)]
    rows, numbers = Index(enumerate(forms)).search("".join(f"{name}\n" for name in names).encode())
    seen = set(zip(rows.tolist(), numbers.tolist(), strict=True))
    wanted = 0
    for row, name in enumerate(names):
        reading = read_handle(name, "x")
        for number, form in enumerate(forms):
            if worth(form, reading):
                wanted += 1
                assert (row, number) in seen, (name, form.letters)
    assert wanted > 4_000


@pytest.mark.parametrize(
    ("brand", "name"),
    [
        ("Micrad", "\u33a2" * 90 + " mlcaad"),  # each of these is read as three letters
        ("Nike", "n$ke@mail.com"),  # the sign of an address is no letter
        ("Storeqhc", "store@@h@c.z09.0a"),
        ("Zendoria", "z$ndoria@mail.com"),
        ("Zendoria", "z\u00e9nd0r!a"),
    ],
)
def test_names_that_are_read_in_more_than_letters_are_found(brand: str, name: str) -> None:
    forms = forms_of(Brand(slug="b", names=(brand,)))
    _, numbers = Index(enumerate(forms)).search(f"{name}\n".encode())
    wanted = {number for number, form in enumerate(forms) if worth(form, read_name(name))}
    assert wanted <= set(numbers.tolist())
    assert wanted


def _damage(chance: random.Random, letters: str) -> str:
    """A name in which a form is changed up to three times, with separators, capitals, digits and letters beside it."""
    name = list(letters)
    for _ in range(chance.randrange(4)):
        at = chance.randrange(len(name) + 1)
        kind = chance.randrange(5)
        if kind == 0:
            name[at : at + 1] = []
        elif kind == 1:
            name[at : at + 2] = name[at : at + 2][::-1]
        elif kind == 2:
            name.insert(at, chance.choice("aeinrst10_-"))
        elif kind == 3:
            name[at : at + 1] = chance.choice(("e", "l", "1", "rn", "m", "d", "cl", "w", "0"))
        else:
            name[at : at + 1] = 2 * name[at : at + 1]
    beside = ("", "", "-", "_", "x", "ing", "my", "7", "pay-", "-shop")
    text = chance.choice(beside) + "".join(name) + chance.choice(beside)
    return text.title() if chance.random() < 0.2 else text


TALVORA = forms_of(Brand(slug="t", names=("Talvora",)))[0]


@pytest.mark.parametrize(
    ("name", "is_near"),
    [
        ("talvoxapay", True),  # at a word's edge
        ("paytalvoxa", True),
        ("my24talvoxapay", True),
        ("mytalvoxapay", False),  # inside a word
        ("mytavorapay", False),
        ("mytalvorapay", True),  # unchanged it counts anywhere
    ],
)
def test_what_is_changed_is_looked_at_where_it_begins_or_ends_a_word(name: str, is_near: bool) -> None:
    assert worth(TALVORA, read_handle(name, "x")) == is_near
    found, _ = Index([(0, TALVORA)]).search(f"zzz\n{name}\n".encode())
    assert (1 in found) == is_near


def test_an_ordinary_word_two_changes_away_is_not_near() -> None:
    assert is_nearly("stayed", "stuyer") and not is_nearly("stayed", "styled")
    assert is_nearly("stayed", "staged")  # one change


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
