"""Strings that stand for forms of names, found all at once: each is looked for only where its rarest four letters are.

A table over blocks of letters as in Wu and Manber (1994).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from hunter.matching.letters import spelling_cost
from hunter.matching.screening.searching import ENTRY, Pairs, finder_of
from hunter.matching.screening.text import GRAM, SPACE, Bytes, Ints

_LONGEST = 8  # letters of a pattern that are compared at once: as many as fit into one number
_BITS = 5  # of a letter

Pattern = tuple[bytes, int, int]  # letters in numbers (see `screening.text`), number of the form, where it counts
Group = tuple[Bytes, Ints, int]  # strings of one size, a row each, the number of the form of each, where they count


@cache
def _rarities() -> NDArray[np.float32]:
    """Nats of any two letters in a row; what is no letter is rare."""
    found = np.full((32, 32), 9.0, np.float32)
    for first in range(1, SPACE):
        for second in range(1, SPACE):
            found[first, second] = spelling_cost(chr(first + 96) + chr(second + 96))
    return found


class Patterns:
    """Strings of letters in numbers, each standing for one form by its number."""

    def __init__(self, patterns: Iterable[Pattern], groups: Iterable[Group] = ()) -> None:
        """`groups`: more patterns, many at once. Where a pattern counts is told in `screening.searching`."""
        sized: dict[tuple[int, int], list[tuple[bytes, int]]] = {}
        for codes, form, where in set(patterns):
            sized.setdefault((len(codes), where), []).append((codes, form))
        alike: dict[tuple[int, int], list[tuple[Bytes, Ints]]] = {}  # by size and by where they count
        for letters, forms, where in (*(_grouped(some, where) for (_, where), some in sized.items()), *groups):
            if len(forms):
                alike.setdefault((letters.shape[1], where), []).append((letters, forms))
        rests: list[bytes] = [b""]
        found = [
            _entries(np.concatenate([x for x, _ in some]), np.concatenate([n for _, n in some]), where, rests)
            for (_, where), some in alike.items()
        ]
        entries = np.concatenate(found) if found else np.empty((0, ENTRY), np.int64)
        self._size = len(entries)
        self._finder = finder_of(entries[np.argsort(entries[:, 0], kind="stable")], rests)

    def __len__(self) -> int:
        return self._size

    def search(self, codes: bytes, marks: bytes | None = None) -> Pairs:
        """Lines of a text and forms, in any order; see `searching.Finder`."""
        return self._finder.search(codes, marks)


def _grouped(patterns: Sequence[tuple[bytes, int]], where: int) -> Group:
    letters = np.frombuffer(b"".join(codes for codes, _ in patterns), np.uint8)
    return letters.reshape(len(patterns), -1), np.array([form for _, form in patterns], np.int64), where


def _entries(shown: Bytes, forms: Ints, where: int, rests: list[bytes]) -> Ints:
    """A row for each pattern of one size, as `searching.finder_of` wants it; what is longer is put to the `rests`.

    A pattern of fewer than four letters has a row for each gram that begins with it.
    """
    letters, size = shown[:, :_LONGEST].astype(np.int64), min(_LONGEST, shown.shape[1])
    wanted = sum(letters[:, i] << (size - 1 - i) * _BITS for i in range(size))
    rest = np.zeros_like(forms)
    if shown.shape[1] > size:
        rest = len(rests) + np.arange(len(forms))
        rests += map(bytes, shown[:, size:])
    if size < GRAM:
        more = 1 << (GRAM - size) * _BITS
        grams = np.repeat(wanted * more, more) + np.tile(np.arange(more), len(forms))
        wanted, forms, rest, offsets = (np.repeat(column, more) for column in (wanted, forms, rest, rest))
        return np.stack([grams, offsets, np.full_like(forms, size), wanted, forms, rest, rest + where], axis=1)
    pairs = _rarities()[letters[:, :-1], letters[:, 1:]]
    rarities = sum(pairs[:, i : size - 3 + i] for i in range(GRAM - 1))
    offsets = np.argmax(rarities, axis=1)
    grams = (wanted >> (size - GRAM - offsets) * _BITS) & ((1 << GRAM * _BITS) - 1)
    rows = [grams, offsets, np.full_like(forms, size), wanted, forms, rest, np.full_like(forms, where)]
    return np.stack(rows, axis=1)
