"""The places of `alignment.places` for many pairs of names at once: the same weighted edit distance on whole arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hunter.matching.alignment import merged_letters, substitutions
from hunter.matching.screening import cells as ways
from hunter.matching.screening.cells import UNIT, Cells, costs_of, fill, starts_of, ways_of
from hunter.matching.screening.lines import KINDS, NUMBERS, Flags, Lines
from hunter.matching.screening.text import Bytes, Ints

Floats = NDArray[np.float32]
_MOST_PAIRS, _MOST_LETTERS = 8_192, 65_536  # of names, and of forms, that are compared at once: fits a near memory

EDITS = ("", "glyph", "turn", "omit", "filler", "double", "near", "vowel", "sound", "add", "other")
_TURN, _OMIT, _FILLER, _DOUBLE, _ADD, _OTHER = map(EDITS.index, ("turn", "omit", "filler", "double", "add", "other"))
_BITS = 6  # of the count of one kind of change
_OURS, _THEIRS = np.array([1, 1, 0, 2, 2, 1]), np.array([1, 0, 1, 2, 1, 2])  # letters by which each way goes on


class _Kinds(NamedTuple):
    one: Ints  # kind -> a count of one
    plain: Bytes  # way, what the last change was -> kind
    other: Bytes  # ours, theirs -> kind
    merged: Bytes  # first, second, one -> kind of two letters for one


@cache
def _kinds() -> _Kinds:
    one = np.array([0, *(1 << _BITS * at for at in range(len(EDITS) - 1))], np.int64)
    plain = np.zeros((ways.SPLIT + 1, 4), np.uint8)
    plain[ways.OMIT], plain[ways.OMIT, ways.FILLED] = _OMIT, _FILLER
    plain[ways.ADD], plain[ways.ADD, ways.HELD] = _ADD, _DOUBLE
    plain[ways.TURN] = _TURN
    other = np.full((KINDS, KINDS), _OTHER, np.uint8)
    for (ours, theirs), kind in substitutions().items():
        other[NUMBERS[ours], NUMBERS[theirs]] = EDITS.index(kind)
    np.fill_diagonal(other, 0)
    merged = np.zeros((KINDS, KINDS, KINDS), np.uint8)
    for two, ones in merged_letters().items():
        for letter, kind in ones.items():
            merged[NUMBERS[two[0]], NUMBERS[two[1]], NUMBERS[letter]] = EDITS.index(kind)
    return _Kinds(one, plain, other, merged)


def counts_of(counts: Ints, kind: str) -> Ints:
    """How many changes of a kind there are."""
    return (counts >> _BITS * (EDITS.index(kind) - 1)) & ((1 << _BITS) - 1)


@dataclass(frozen=True, slots=True)
class Places:
    """Where forms fit: one entry for each pair and end."""

    pairs: Ints
    starts: Ints
    ends: Ints
    costs: Floats
    counts: Ints  # of the kinds of changes, see `counts_of`

    def take(self, which: Flags | Ints) -> Places:
        """Some of the places."""
        return Places(*(getattr(self, name)[which] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Block:
    """Some pairs whose forms have one size; in tables, letters or places between them come first, pairs second."""

    which: Ints  # numbers of the pairs
    ours: Bytes  # letters of the forms
    letters: Bytes  # of the names
    sizes: Ints  # of the names
    starts: Flags  # see `lines.Lines`
    edges: Flags
    gaps: Flags


def blocks_of(ours: Bytes, sizes: Ints, forms: Ints, theirs: Lines, rows: Ints) -> Iterator[Block]:
    """Pairs of a form and a row, which has no more than 127 letters, in blocks of about the same size.

    `ours`: the letters of each form, a row each, padded; `sizes`: how many there are.
    """
    size = sizes[forms]
    order = np.lexsort((theirs.sizes[rows], size))
    at = 0
    while at < len(order):
        few = order[at : at + min(_MOST_PAIRS, 1 + _MOST_LETTERS // int(size[order[at]]))]
        few = few[size[few] == size[few[0]]]
        at += len(few)
        lines = rows[few]
        width = max(2, int(theirs.sizes[lines].max()))
        letters = np.ascontiguousarray(theirs.letters[lines, :width].T)
        between = (theirs.starts, theirs.edges, theirs.gaps)
        mine = np.ascontiguousarray(ours[forms[few], : size[few[0]]].T)
        flags = (np.ascontiguousarray(table[lines, : width + 1].T) for table in between)
        yield Block(few, mine, letters, theirs.sizes[lines], *flags)


def places_in(block: Block, limits: Floats) -> Places:
    """Every end where a form fits at a cost of at most its limit; where it stands unchanged, those ends alone."""
    count = block.letters.shape[1]
    exact = _exact(block)
    table = fill(block.ours, block.letters, block.starts, block.gaps)
    within = np.floor(limits * UNIT + 1e-3).astype(np.uint32)
    fits = costs_of(table[-1]) <= within
    fits &= np.arange(len(fits), dtype=np.uint8)[:, None] <= block.sizes.astype(np.uint8)
    fits &= ~exact.any(axis=0)
    fits[0] = False
    ends, pairs = np.divmod(np.flatnonzero(fits), count)
    cells = table[-1, ends, pairs]
    changed = Places(
        pairs, starts_of(cells), ends, (costs_of(cells) / UNIT).astype(np.float32), _trace(table, block, ends, pairs)
    )
    ends, pairs = np.divmod(np.flatnonzero(exact), count)
    ends += len(block.ours)
    none = np.zeros(len(pairs), np.int64)
    return joined((Places(pairs, ends - len(block.ours), ends, none.astype(np.float32), none), changed))


def _exact(block: Block) -> Flags:
    """Where in the names, a row for each letter, the forms begin unchanged."""
    size, width = len(block.ours), len(block.letters)
    found = np.ones((max(0, width - size + 1), block.letters.shape[1]), np.bool_)
    for i, mine in enumerate(block.ours):
        found &= block.letters[i : i + len(found)] == mine
    return found


def _trace(table: Cells, block: Block, ends: Ints, pairs: Ints) -> Ints:
    """How many changes of each kind there are on the ways to some ends."""
    kinds, flat = _kinds(), table.ravel()
    between, count = table.shape[1:]
    counts = np.zeros(len(ends), np.int64)
    i, j, left = np.full(len(ends), len(block.ours)), ends, np.arange(len(ends))
    ours, letters = block.ours.ravel(), block.letters.ravel()
    while len(left):
        cells = flat[(i * between + j) * count + pairs]
        way = ways_of(cells)
        kind = kinds.plain[way, cells & np.uint32(ways.FILLED | ways.HELD)]
        mine, yours = ours[np.maximum(0, i - 1) * count + pairs], letters[np.maximum(0, j - 1) * count + pairs]
        kind = np.where(way == ways.CHANGE, kinds.other[mine, yours], kind)
        at = np.flatnonzero(way == ways.MERGE)
        kind[at] = kinds.merged[ours[(i[at] - 2) * count + pairs[at]], mine[at], yours[at]]
        at = np.flatnonzero(way == ways.SPLIT)
        kind[at] = kinds.merged[letters[(j[at] - 2) * count + pairs[at]], yours[at], mine[at]]
        counts[left] += kinds.one[kind]
        i, j = i - _OURS[way], j - _THEIRS[way]
        on = np.flatnonzero(i > 0)
        if len(on) < len(left):
            left, i, j, pairs = left[on], i[on], j[on], pairs[on]
    return counts


def joined(found: Sequence[Places]) -> Places:
    """All of them as one."""
    none = np.empty(0, np.int64)
    each = (Places(none, none, none, none.astype(np.float32), none), *found)
    return Places(*(np.concatenate([getattr(places, name) for places in each]) for name in Places.__slots__))
