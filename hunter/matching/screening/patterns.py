"""Strings that stand for forms of names, found all at once: each is looked for only where its rarest four letters are.

A table over blocks of letters as in Wu and Manber (1994), with numpy in the place of a loop over the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from hunter.matching.letters import spelling_cost
from hunter.matching.screening.text import GRAM, SPACE, Ints, grams_of

_LONGEST = 8  # letters of a pattern that are compared: as many as fit into one number
_BITS = 5  # of a letter
_MANY = 1_000  # groups of letters, from which on they are looked up in a table and not by halving


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

    def __init__(self, patterns: Iterable[tuple[bytes, int]]) -> None:
        """`patterns`: at least two letters in numbers (see `screening.text`), and the number of the form."""
        sized: dict[int, list[tuple[bytes, int]]] = {}
        for codes, form in set(patterns):
            sized.setdefault(min(len(codes), _LONGEST), []).append((codes[:_LONGEST], form))
        found = [_entries(size, sized[size]) for size in sorted(sized)] or [np.empty((0, 5), np.int64)]
        entries = np.concatenate(found)
        entries = entries[np.argsort(entries[:, 0], kind="stable")]
        self._grams, self._firsts, self._counts = np.unique(entries[:, 0], return_index=True, return_counts=True)
        self._offsets, self._sizes, self._wanted, self._forms = (
            np.ascontiguousarray(entries[:, i]) for i in range(1, 5)
        )
        self._marked = np.zeros(1 << GRAM * _BITS, np.bool_)
        self._marked[self._grams] = True
        self._which: NDArray[np.int32] | None = None
        if len(self._grams) > _MANY:
            self._which = np.zeros(1 << GRAM * _BITS, np.int32)
            self._which[self._grams] = np.arange(len(self._grams))

    def __len__(self) -> int:
        return len(self._forms)

    def hits(self, codes: bytes) -> tuple[Ints, Ints, Ints]:
        """First position in a text, size and form of every hit."""
        grams = grams_of(codes + bytes(_LONGEST))
        places = np.flatnonzero(np.take(self._marked, grams, mode="wrap"))
        seen = grams[places]
        which = np.searchsorted(self._grams, seen) if self._which is None else np.take(self._which, seen)
        counts = self._counts[which]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        entries = np.repeat(self._firsts[which], counts) + within
        places = np.repeat(places, counts) - self._offsets[entries]
        sizes, begun = self._sizes[entries], np.maximum(places, 0)
        read = (grams[begun].astype(np.int64) << GRAM * _BITS) | grams[np.minimum(begun + GRAM, len(grams) - 1)]
        kept = (places >= 0) & (read >> (_LONGEST - sizes) * _BITS == self._wanted[entries])
        return places[kept], sizes[kept], self._forms[entries[kept]]


def _entries(size: int, patterns: Sequence[tuple[bytes, int]]) -> Ints:
    """Gram, its offset, the pattern's size and letters, and the form: a row for each pattern of one size.

    A pattern of fewer than four letters has a row for each gram that begins with it.
    """
    letters = np.frombuffer(b"".join(codes for codes, _ in patterns), np.uint8).reshape(-1, size).astype(np.int64)
    forms = np.array([form for _, form in patterns], np.int64)
    wanted = sum(letters[:, i] << (size - 1 - i) * _BITS for i in range(size))
    if size < GRAM:
        more = 1 << (GRAM - size) * _BITS
        grams = np.repeat(wanted * more, more) + np.tile(np.arange(more), len(patterns))
        rows = [grams, np.zeros_like(grams), np.full_like(grams, size), np.repeat(wanted, more), np.repeat(forms, more)]
        return np.stack(rows, axis=1)
    pairs = _rarities()[letters[:, :-1], letters[:, 1:]]
    rarities = sum(pairs[:, i : size - 3 + i] for i in range(GRAM - 1))
    offsets = np.argmax(rarities, axis=1)
    grams = (wanted >> (size - GRAM - offsets) * _BITS) & ((1 << GRAM * _BITS) - 1)
    return np.stack([grams, offsets, np.full_like(forms, size), wanted, forms], axis=1)
