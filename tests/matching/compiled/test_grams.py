"""Long forms are found wherever the gate wants them."""

from __future__ import annotations

import pytest

from hunter.matching.likeness import part_ratio
from hunter.matching.screening import searching
from hunter.matching.screening.index import _shared
from hunter.matching.screening.searching import SlowGrams
from hunter.matching.screening.text import BREAK, letters_only
from tests.matching.conftest import FORMS

pytestmark = pytest.mark.real("compiler")


def test_long_forms_are_found_where_the_gate_wants_them(names: list[str]) -> None:
    forms = list(_shared([form.letters for _, form in FORMS]))
    lines = [*names, "", "zen", "x" * 400 + "zendoria"]
    text = letters_only(("\n" + "\n".join(lines) + "\n").encode())
    wanted = {
        (row, form.number)
        for row, line in enumerate(text[1:-1].split(bytes((BREAK,))))
        for form in forms
        if any(gram in line for gram in form.grams)
        if part_ratio(form.letters.decode("latin-1"), line.decode("latin-1")) >= form.least
    }
    assert len(wanted) > 300
    for search in (searching.grams_of_forms(forms), SlowGrams(forms)):
        rows, numbers = search.search(text)
        seen = set(zip(rows.tolist(), numbers.tolist(), strict=True))
        assert wanted <= seen
        assert len(seen) < 1.05 * len(wanted)


def test_parts_of_a_form_count_where_a_line_is_as_long() -> None:
    (form,) = _shared(["kioseaa"])
    text = letters_only(b"\nkiosque\nkiosbbb\n")
    assert part_ratio("kioseaa", "kiosque") >= form.least > part_ratio("kioseaa", "kiosbbb")
    for search in (searching.grams_of_forms([form]), SlowGrams([form])):
        rows, _ = search.search(text)
        assert rows.tolist() == [0]
