"""Strings that stand for forms of names, found all at once: each is looked for only where its rarest four letters are.

A table over blocks of letters as in Wu and Manber (1994).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from hunter.matching.letters import spelling_cost
from hunter.matching.screening.searching import ENTRY, Hits, Pairs, finder_of
from hunter.matching.screening.text import GRAM, SPACE, Bytes, Ints

_LONGEST = 8  # letters of a pattern that are compared at once: as many as fit into one number
_BITS = 5  # of a letter

Group = tuple[Bytes, Ints]  # strings of one size, a row each, and the number of the form of each


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

    def __init__(self, patterns: Iterable[tuple[bytes, int]], groups: Iterable[Group] = ()) -> None:
        """`patterns`: letters in numbers (see `screening.text`), and the number of the form.

        `groups`: more of them, many at once.
        """
        sized: dict[int, list[tuple[bytes, int]]] = {}
        for codes, form in set(patterns):
            sized.setdefault(len(codes), []).append((codes, form))
        alike = [_grouped(some) for some in sized.values()]
        rests: list[bytes] = [b""]
        found = [_entries(letters, forms, rests) for letters, forms in (*alike, *groups) if len(forms)]
        entries = _sorted_once(np.concatenate(found)) if found else np.empty((0, ENTRY), np.int64)
        self._size = len(entries)
        self._finder = finder_of(entries, rests)

    def __len__(self) -> int:
        return self._size

    def hits(self, codes: bytes) -> Hits:
        """Line of a text, first position, size and form of every hit; see `searching.Finder`."""
        return self._finder.hits(codes)

    def pairs(self, codes: bytes) -> Pairs:
        """Lines and forms of all hits, in any order."""
        lines, _, _, forms = self._finder.hits(codes)
        return lines, forms


def _sorted_once(entries: Ints) -> Ints:
    """Rows by their grams, each once; the same as numpy's unique, which takes three times as long."""
    entries = entries[np.lexsort(entries.T[::-1])]
    return entries[np.concatenate(([True], (entries[1:] != entries[:-1]).any(axis=1)))]


def _grouped(patterns: Sequence[tuple[bytes, int]]) -> Group:
    letters = np.frombuffer(b"".join(codes for codes, _ in patterns), np.uint8)
    return letters.reshape(len(patterns), -1), np.array([form for _, form in patterns], np.int64)


def _entries(shown: Bytes, forms: Ints, rests: list[bytes]) -> Ints:
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
        rows = [grams, np.zeros_like(grams), np.full_like(grams, size)]
        return np.stack([*rows, *(np.repeat(column, more) for column in (wanted, forms, rest))], axis=1)
    pairs = _rarities()[letters[:, :-1], letters[:, 1:]]
    rarities = sum(pairs[:, i : size - 3 + i] for i in range(GRAM - 1))
    offsets = np.argmax(rarities, axis=1)
    grams = (wanted >> (size - GRAM - offsets) * _BITS) & ((1 << GRAM * _BITS) - 1)
    return np.stack([grams, offsets, np.full_like(forms, size), wanted, forms, rest], axis=1)
