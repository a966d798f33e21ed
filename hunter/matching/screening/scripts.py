"""Forms in other scripts than Latin: few names are written so, and those are looked at line by line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import numpy as np

from hunter.matching.gate import SHORT, glance
from hunter.matching.likeness import part_ratio
from hunter.matching.screening.text import Ints

_NO_LETTERS = re.compile(r"[^\w\n]|_")
_LEAST = 0.6  # no part of a name that the gate lets pass is less alike


class Scripts:
    """Forms with letters beyond ASCII, to be looked for in folded lines."""

    def __init__(self, forms: Iterable[tuple[int, str]]) -> None:
        self._letters = dict(forms)
        self._with_pair: dict[str, set[int]] = {}
        for number, letters in self._letters.items():
            for pair in _pairs_kept(letters):
                self._with_pair.setdefault(pair, set()).add(number)

    def search(self, text: str) -> tuple[Ints, Ints]:
        """Lines and forms: every pair that the gate lets pass, and a few more."""
        found = list(self._search(text)) if self._letters else []
        return np.array([row for row, _ in found], np.int64), np.array([form for _, form in found], np.int64)

    def _search(self, text: str) -> Iterator[tuple[int, int]]:
        for row, line in enumerate(_NO_LETTERS.sub("", text).split("\n")):
            shared = {number for pair in _pairs(line) for number in self._with_pair.get(pair, ())}
            for number in sorted(shared):
                ours = self._letters[number]
                if ours in line or part_ratio(ours, line) >= _LEAST or glance(ours) in glance(line):
                    yield row, number


def _pairs(letters: str) -> set[str]:
    """All two letters in a row."""
    return {letters[i : i + 2] for i in range(len(letters) - 1)}


def _pairs_kept(letters: str) -> set[str]:
    """Two letters in a row, at least one of which is in every name that is worth a look for the form."""
    if len(letters) > SHORT:
        return _pairs(letters)
    turned = (letters[:i] + letters[i + 1] + letters[i] + letters[i + 2 :] for i in range(len(letters) - 1))
    return _pairs(letters).union(*map(_pairs, turned))
