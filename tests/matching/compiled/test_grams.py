"""Long forms are found wherever the gate wants them."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from hunter.matching.forms import Form
from hunter.matching.gate import GRAM, has_like_part, telling
from hunter.matching.screening import searching
from hunter.matching.screening.index import _shared
from hunter.matching.screening.searching import SlowGrams
from hunter.matching.screening.text import BREAK, EDGE, letters_and_marks
from tests.matching.conftest import FORMS

pytestmark = pytest.mark.real("compiler")

LONG = ["talvorabanktalvora", "zendoriazen", "aaaabaaa", "marenthalilse" * 3, "zendoria" * 8]


def _form(letters: str, breaks: frozenset[int] = frozenset()) -> Form:
    return Form(letters, breaks, 0.0, "name", letters, 20.0)


def _noise() -> list[str]:
    """Parts of forms with letters changed, put in, left out and cut off."""
    chance = random.Random(5)
    forms, lines = [*(form.letters for _, form in FORMS), *LONG], []
    for _ in range(20_000):
        letters = list(chance.choice(forms)[chance.randrange(3) : chance.choice((None, -1, -2))])
        for _ in range(chance.randrange(5)):
            at = chance.randrange(len(letters) + 1)
            letters[at : at + chance.randrange(3)] = chance.choices("aeirstz", k=chance.randrange(3))
        lines.append("".join([*chance.choices("abz", k=chance.randrange(4)), *letters]))
    return lines


def test_long_forms_are_found_where_the_gate_wants_them(names: list[str]) -> None:
    forms = list(_shared([*(form for _, form in FORMS), *map(_form, LONG)]))
    shown = [*names, *_noise(), "", "zen", "x" * 400 + "zendoria"]
    text, marks = letters_and_marks(("\n" + "\n".join(shown) + "\n").encode())
    lines = [line.decode("latin-1") for line in text[1:-1].split(bytes((BREAK,)))]
    ours = [form.letters.decode("latin-1") for form in forms]
    grams_of = [frozenset(ours[n][at : at + GRAM] for at in form.firsts) for n, form in enumerate(forms)]
    ends = [at for at, code in enumerate(text) if code == BREAK]
    edges = [{at for at in range(end - begun) if marks[begun + 1 + at] & EDGE} for begun, end in pairwise(ends)]
    shared = [(row, n) for row, line in enumerate(lines) for n in range(len(forms)) if _shares(line, grams_of[n])]
    wanted = {
        (row, forms[n].number)
        for row, n in shared
        if has_like_part(ours[n], lines[row], forms[n].firsts, edges[row] if forms[n].at_edge else None)
    }
    assert 5_000 < len(wanted) < 0.8 * len(shared)
    for search in (searching.grams_of_forms(forms), SlowGrams(forms)):
        rows, numbers = search.search(text, marks)
        assert set(zip(rows.tolist(), numbers.tolist(), strict=True)) == wanted


def _shares(line: str, of_form: frozenset[str]) -> bool:
    return any(line[at : at + GRAM] in of_form for at in range(len(line) - GRAM + 1))


FAR = "jgmfqaamqbmiqcojqbbrqbidqcgaqeigqmkiqhhbqlnrqlngqcicqfdeqgnbqcrp"  # 64 letters, of which some are changed below


@pytest.mark.parametrize("size", [56, 59, 60, 63, 64])
def test_the_longest_forms_are_compared_to_their_ends(size: int) -> None:
    found = 0
    for ours in (FAR[:size], FAR[-size:], FAR[:size][::-1]):
        changed = [ours.replace("q", "z", count) for count in range(6, 17)]
        changed += [ours[::-1].replace("q", "z", count)[::-1] for count in range(6, 17)]
        names = ["y" * left + text + "y" * right for text in changed for left in (0, 60) for right in (0, 60)]
        (form,) = _shared([_form(ours)])
        wanted = {at for at, name in enumerate(names) if has_like_part(ours, name, form.firsts)}
        found += len(wanted)
        for search in (searching.grams_of_forms([form]), SlowGrams([form])):
            rows, _ = search.search(*letters_and_marks("\n".join(["", *names, ""]).encode()))
            assert set(rows.tolist()) == wanted
    assert found > 100


def test_forms_too_long_to_be_compared_are_let_through() -> None:
    forms = list(_shared([_form("zendoria" * 9)]))
    rows, _ = searching.grams_of_forms(forms).search(*letters_and_marks(b"\nzend\nxxxx\n"))
    assert rows.tolist() == [0]


@pytest.mark.parametrize(
    ("ours", "theirs", "is_alike"),
    [
        ("kioseaa", "kioseab", True),  # six of seven
        ("kioseaa", "kiosbbb", False),
        ("kioseaa", "kiose", True),  # a part may end with the line
        ("kioseaa", "xkiosexa", True),
        ("kioseaa", "aekiosx", False),  # others of its letters stand on the other side
        ("zendoriabank", "zendorixbxnk", True),
        ("zendoriabank", "zexdorixbaxk", False),
        ("abcdefgh", "abcdxxxxefgh", False),  # too far away
    ],
)
def test_a_part_counts_by_what_stands_around_four_letters(ours: str, theirs: str, is_alike: bool) -> None:
    assert has_like_part(ours, theirs, telling(_form(ours))) == is_alike
    forms = list(_shared([_form(ours)]))
    for search in (searching.grams_of_forms(forms), SlowGrams(forms)):
        rows, _ = search.search(*letters_and_marks(f"\n{theirs}\n".encode()))
        assert rows.tolist() == [0] * is_alike


def test_a_trades_word_does_not_tell_of_a_form() -> None:
    assert telling(_form("zenbank", frozenset({3}))) == (0, 1, 2)
    assert telling(_form("zenbank")) == (0, 1, 2, 3)
    assert telling(_form("networks")) == tuple(range(5))  # there is nothing else
