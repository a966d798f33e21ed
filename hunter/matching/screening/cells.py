"""The table of `alignment.places` for many pairs of names at once, a number for each cell.

The number holds the cost, the way that led there, the start, and what the last change was. The least of several such
numbers is the way that the judge takes: the cheapest, and of equal ones the first in his order.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hunter.matching.alignment import AGAIN, INSIDE, edit_costs, merged_letters, substitutions
from hunter.matching.screening.lines import KINDS, NUMBERS, Flags
from hunter.matching.screening.text import Bytes, Ints

Cells = NDArray[np.uint32]

UNIT = 20  # of a nat: costs are told in so many parts
FILLED, HELD = 1, 2  # what the last change was: a separator for a letter, a letter doubled
CHANGE, OMIT, ADD, TURN, MERGE, SPLIT = range(6)  # ways: a letter kept or changed comes first
_START, _STARTS = 2, 127  # bits before the start, and all of its own
_WAY, _WAYS = 9, 7
_COST = 12
_BARE = np.uint32(0xFFFFFFFF ^ _WAYS << _WAY ^ FILLED ^ HELD)
_NONE = np.uint32(1 << 31)  # no way there


def in_units(cost: float) -> int:
    """A cost in whole units."""
    return round(cost * UNIT)


@cache
def are_whole() -> bool:
    """Whether all costs are whole units, so that costs in units are the judge's."""
    return all(abs(cost * UNIT - in_units(cost)) < 1e-9 for cost in (*edit_costs().values(), AGAIN, INSIDE))


def costs_of(cells: Cells) -> Cells:
    """The cost at each end, in units."""
    return cells >> np.uint32(_COST)


def starts_of(cells: Cells) -> Ints:
    """Where the part begins that ends there."""
    return (cells >> np.uint32(_START) & np.uint32(_STARTS)).astype(np.int64)


def ways_of(cells: Cells) -> Ints:
    """By which way it goes on to there."""
    return (cells >> np.uint32(_WAY) & np.uint32(_WAYS)).astype(np.int64)


def _packed(cost: float, way: int = CHANGE, state: int = 0) -> np.uint32:
    return np.uint32(in_units(cost) << _COST | way << _WAY | state)


class _Costs(NamedTuple):
    omit: np.uint32
    filled: np.uint32  # by how much less a separator for a letter is
    add: np.uint32
    doubled: np.uint32  # by how much less a doubled letter is
    again: np.uint32  # and by how much less still one that is held down
    turn: np.uint32
    other: Cells  # ours, theirs -> one letter for another
    merged: Cells  # ours, the one after it, theirs -> one letter for two of ours
    split: Cells  # ours, theirs, the one after it -> two letters for one of ours
    pairs: Flags  # first, second: whether one letter may stand for them


@cache
def _costs() -> _Costs:
    costs = edit_costs()
    other = np.full((KINDS, KINDS), _packed(costs["other"]), np.uint32)
    for (ours, theirs), kind in substitutions().items():
        other[NUMBERS[ours], NUMBERS[theirs]] = _packed(costs[kind])
    np.fill_diagonal(other, 0)
    merged = np.full((KINDS, KINDS, KINDS), _NONE, np.uint32)
    split = merged.copy()
    for two, ones in merged_letters().items():
        first, second = NUMBERS[two[0]], NUMBERS[two[1]]
        for letter, kind in ones.items():
            merged[first, second, NUMBERS[letter]] = _packed(costs[kind], MERGE)
            split[NUMBERS[letter], first, second] = _packed(costs[kind], SPLIT)
    omit, add = _packed(costs["omit"], OMIT), _packed(costs["add"], ADD)
    double, again = _packed(costs["double"], ADD, HELD), _packed(AGAIN, ADD, HELD)
    filler, turn = _packed(costs["filler"], OMIT, FILLED), _packed(costs["turn"], TURN)
    pairs = np.asarray((merged < _NONE).any(axis=2), np.bool_)
    return _Costs(omit, omit - filler, add, add - double, double - again, turn, other, merged, split, pairs)


def fill(ours: Bytes, letters: Bytes, starts: Flags, gaps: Flags) -> Cells:
    """The table: letters of ours, places between letters of theirs, pairs of a form and a name.

    `ours`: the forms' letters, a column for each pair; all have the same size. `letters`: those of the names, a column
    each, padded with 0. Of the places between them: `starts`: whether a run of letters begins or ends there; `gaps`:
    whether a separator stood there.
    """
    costs = _costs()
    table = np.empty((len(ours) + 1, *starts.shape), np.uint32)
    table[0] = np.where(starts, np.uint32(0), _packed(INSIDE))
    table[0, 0] = 0
    table[0] |= np.arange(len(starts), dtype=np.uint32)[:, None] << np.uint32(_START)
    gap = gaps.view(np.uint8).astype(np.uint32)
    gap[0] = 0
    paired = np.take(costs.pairs, letters[:-1] * np.uint16(KINDS) + letters[1:])
    twos = np.divmod(np.flatnonzero(paired), letters.shape[1])
    same = [letters == mine for mine in ours]
    over = bare = np.empty_like(table[0])
    for i, mine in enumerate(ours):
        row = table[i + 1]
        over, bare = bare, table[i] & _BARE
        np.multiply(gap & ~table[i], costs.filled, out=row)
        np.subtract(bare + costs.omit, row, out=row)
        changed = np.take(costs.other, mine * np.uint16(KINDS) + letters)
        np.minimum(row[1:], np.add(bare[:-1], changed, out=changed), out=row[1:])
        _split(row, bare, mine, letters, twos)
        if i:
            _turn(row, over, same[i][:-1] & same[i - 1][1:] & (mine != ours[i - 1]))
            _merge(row, over, ours[i - 1], mine, letters)
        if i + 1 < len(ours):
            _add(row, same[i] | same[i + 1])
    return table


def _split(row: Cells, above: Cells, mine: Bytes, letters: Bytes, twos: tuple[Ints, ...]) -> None:
    """Two letters of theirs for one of ours."""
    at, pairs = twos
    cost = _costs().split[mine[pairs], letters[at, pairs], letters[at + 1, pairs]]
    fits = np.flatnonzero(cost < _NONE)
    at, pairs = at[fits], pairs[fits]
    row[at + 2, pairs] = np.minimum(row[at + 2, pairs], above[at, pairs] + cost[fits])


def _turn(row: Cells, over: Cells, turned: Flags) -> None:
    at, pairs = np.divmod(np.flatnonzero(turned), row.shape[1])
    row[at + 2, pairs] = np.minimum(row[at + 2, pairs], over[at, pairs] + _costs().turn)


def _merge(row: Cells, over: Cells, before: Bytes, mine: Bytes, letters: Bytes) -> None:
    """One letter of theirs for two of ours."""
    pairs = np.flatnonzero(_costs().pairs[before, mine])
    if len(pairs):
        cost = _costs().merged[before[pairs], mine[pairs], letters[:, pairs]]
        row[1:, pairs] = np.minimum(row[1:, pairs], over[:-1, pairs] + cost)


def _add(row: Cells, same: Flags) -> None:
    """Letters put in, one after the other. `same`: the letter is one beside the place, so that it is doubled."""
    costs = _costs()
    is_same = same.view(np.uint8).astype(np.uint32)
    each = costs.add - is_same * costs.doubled
    for before, here, cost, doubled in zip(row[:-1], row[1:], each, is_same, strict=True):
        held = before >> np.uint32(1)
        held &= doubled
        held *= costs.again
        way = before & _BARE
        way += cost
        way -= held
        np.minimum(here, way, out=here)
