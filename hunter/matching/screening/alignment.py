"""The places of `alignment.places` for many pairs of names at once: the same weighted edit distance on whole arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hunter.matching.alignment import AGAIN, INSIDE, edit_costs, merged_letters, substitutions
from hunter.matching.screening.lines import KINDS, NUMBERS, Flags, Lines
from hunter.matching.screening.text import Bytes, Ints

Floats = NDArray[np.float32]
_MOST_PAIRS = 1024  # that are compared at once
_SPREAD = 1  # letters by which the forms of these may differ
Cells = tuple[Ints, ...]  # pairs, columns

EDITS = ("", "glyph", "turn", "omit", "filler", "double", "near", "vowel", "sound", "add", "other")
_TURN, _OMIT, _FILLER, _DOUBLE, _ADD, _OTHER = map(EDITS.index, ("turn", "omit", "filler", "double", "add", "other"))
_BITS = 6  # of the count of one kind of change


class _Costs(NamedTuple):
    each: Floats  # by the number of the kind in EDITS
    one: Ints  # a count of one change of the kind
    other: Bytes  # ours, theirs -> kind
    merged: Bytes  # first, second, one -> kind of two letters for one
    pairs: Flags  # first, second: whether one letter may stand for them


@cache
def _costs() -> _Costs:
    each = np.array([0.0, *(edit_costs()[kind] for kind in EDITS[1:])], np.float32)
    one = np.array([0, *(1 << _BITS * at for at in range(len(EDITS) - 1))], np.int64)
    other = np.full((KINDS, KINDS), _OTHER, np.uint8)
    for (ours, theirs), kind in substitutions().items():
        other[NUMBERS[ours], NUMBERS[theirs]] = EDITS.index(kind)
    np.fill_diagonal(other, 0)
    merged = np.zeros((KINDS, KINDS, KINDS), np.uint8)
    for two, ones in merged_letters().items():
        for letter, kind in ones.items():
            merged[NUMBERS[two[0]], NUMBERS[two[1]], NUMBERS[letter]] = EDITS.index(kind)
    return _Costs(each, one, other, merged, np.asarray(merged.any(axis=2), np.bool_))


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

    def take(self, which: Flags) -> Places:
        """Some of the places."""
        return Places(*(getattr(self, name)[which] for name in self.__slots__))


@dataclass(slots=True)
class _Row:
    """One row of the table of all pairs: a cell for each end in theirs."""

    cost: Floats
    start: NDArray[np.int16]
    counts: Ints
    kind: Bytes

    def put(self, cells: Cells, shift: int, source: _Row, from_: int, cost: Floats, kind: Bytes) -> None:
        """Takes the way over the cells of `source` for those cells where it is better; columns are moved."""
        pairs, columns = cells
        self.cost[pairs, columns + shift] = cost
        self.start[pairs, columns + shift] = source.start[pairs, columns + from_]
        self.counts[pairs, columns + shift] = source.counts[pairs, columns + from_] + _costs().one[kind]
        self.kind[pairs, columns + shift] = kind


def find_places(ours: Bytes, sizes: Ints, theirs: Lines, limits: Floats) -> Places:
    """Every end where a form fits at a cost of at most its limit.

    `ours`: the letters of one form for each of the names, padded with 0; `sizes`: how many letters the forms have.
    """
    pairs, width = theirs.letters.shape
    cost = np.where(theirs.starts, 0.0, INSIDE).astype(np.float32)
    cost[:, 0] = 0.0
    start = np.tile(np.arange(width + 1, dtype=np.int16), (pairs, 1))
    shape = cost.shape
    rows = [_Row(cost, start, np.zeros(shape, np.int64), np.zeros(shape, np.uint8))]
    last = _Row(*(np.empty_like(x) for x in (cost, start, rows[0].counts, rows[0].kind)))
    twos = np.nonzero(_costs().pairs[theirs.letters[:, :-1], theirs.letters[:, 1:]])
    for i in range(1, int(sizes.max()) + 1):
        rows = [*rows[-2:], _next_row(i, ours, sizes, theirs, rows, twos)]
        done = sizes == i
        for name in ("cost", "start", "counts"):
            getattr(last, name)[done] = getattr(rows[-1], name)[done]
    ends = np.arange(width + 1)
    fits = (last.cost <= limits[:, None]) & (ends > 0) & (ends <= theirs.sizes[:, None])
    which, end = np.nonzero(fits)
    return Places(which, last.start[fits].astype(np.int64), end, last.cost[fits], last.counts[fits])


def _next_row(i: int, ours: Bytes, sizes: Ints, theirs: Lines, rows: list[_Row], twos: Cells) -> _Row:
    costs, above, letters = _costs(), rows[-1], theirs.letters
    mine = ours[:, i - 1, None]
    changed = np.take(costs.other, mine * np.int32(KINDS) + letters)
    omitted = np.full((len(ours), 1), _OMIT, np.uint8)
    row = _Row(
        np.concatenate(
            (above.cost[:, :1] + costs.each[_OMIT], above.cost[:, :-1] + np.take(costs.each, changed)), axis=1
        ),
        np.concatenate((above.start[:, :1], above.start[:, :-1]), axis=1),
        np.concatenate(
            (above.counts[:, :1] + costs.one[_OMIT], above.counts[:, :-1] + np.take(costs.one, changed)), axis=1
        ),
        np.concatenate((omitted, changed), axis=1),
    )
    filled = theirs.gaps[:, 1:] & (above.kind[:, 1:] != _FILLER)  # one separator stands for one letter
    cost = above.cost[:, 1:] + np.where(filled, costs.each[_FILLER], costs.each[_OMIT])
    cells = np.nonzero(cost < row.cost[:, 1:])
    row.put(cells, 1, above, 1, cost[cells], np.where(filled[cells], _FILLER, _OMIT).astype(np.uint8))
    late = np.zeros(letters.shape, np.bool_)
    _put_pairs(i, ours, letters, rows, row, twos, late)
    following = ours[:, i, None] if i < ours.shape[1] else mine
    _put_additions(row, late, (letters == mine) | (letters == following), i < sizes)
    return row


def _put_pairs(i: int, ours: Bytes, letters: Bytes, rows: list[_Row], row: _Row, twos: Cells, late: Flags) -> None:
    """Two letters turned, two of ours for one of theirs, one for two. `late`: where it was done, is told there."""
    costs, above = _costs(), rows[-1]
    mine = ours[:, i - 1, None]
    if i > 1:
        over, before = rows[-2], ours[:, i - 2, None]
        turned = (letters[:, :-1] == mine) & (letters[:, 1:] == before) & (mine != before)
        _put_if(row, late, np.nonzero(turned), 2, over, 0, np.uint8(_TURN))
        doubles = np.flatnonzero(costs.pairs[before[:, 0], mine[:, 0]])
        if len(doubles):
            kind = costs.merged[before[doubles], mine[doubles], letters[doubles]]
            which, columns = np.nonzero(kind)
            _put_if(row, late, (doubles[which], columns), 1, over, 0, kind[which, columns])
    kind = costs.merged[letters[twos], letters[twos[0], twos[1] + 1], mine[twos[0], 0]]
    fits = kind > 0
    _put_if(row, late, (twos[0][fits], twos[1][fits]), 2, above, 0, kind[fits])


def _put_if(row: _Row, late: Flags, cells: Cells, shift: int, source: _Row, from_: int, kind: Bytes | np.uint8) -> None:
    pairs, columns = cells
    kinds = np.broadcast_to(kind, pairs.shape)
    cost = source.cost[pairs, columns + from_] + _costs().each[kinds]
    better = cost < row.cost[pairs, columns + shift]
    cells = pairs[better], columns[better]
    row.put(cells, shift, source, from_, cost[better], kinds[better])
    late[cells[0], cells[1] + shift - 1] = True


def _put_additions(row: _Row, late: Flags, same: Flags, allowed: Flags) -> None:
    """Letters put in, one after the other until nothing gets better; of two equal ways this goes before a `late` one.

    `same`: the letter is one beside the place, so that it is doubled.
    """
    each = np.where(same, _costs().each[_DOUBLE], _costs().each[_ADD])
    each[~allowed] = np.inf
    while True:
        held = same & (row.kind[:, :-1] == _DOUBLE)  # a letter held down costs little more than one doubled
        cost = row.cost[:, :-1] + np.where(held, np.float32(AGAIN), each)
        cost[~allowed] = np.inf
        cells = np.nonzero((cost < row.cost[:, 1:]) | (late & (cost == row.cost[:, 1:])))
        if not len(cells[0]):
            return
        kind = np.where(same[cells], _DOUBLE, _ADD).astype(np.uint8)
        row.put(cells, 1, row, 0, cost[cells], kind)
        late[cells] = False


def find_all_places(ours: Bytes, sizes: Ints, theirs: Lines, limits: Floats) -> Places:
    """The same for any number of pairs, those of about the same size together."""
    order = np.lexsort((theirs.sizes, sizes))
    found: list[Places] = [_no_places()]
    at = 0
    while at < len(order):
        few = order[at : at + _MOST_PAIRS]
        few = few[sizes[few] <= sizes[few[0]] + _SPREAD]
        some = theirs.take(few, int(theirs.sizes[few].max()))
        places = find_places(ours[few, : sizes[few].max()], sizes[few], some, limits[few])
        found.append(Places(few[places.pairs], places.starts, places.ends, places.costs, places.counts))
        at += len(few)
    return Places(*(np.concatenate([getattr(f, name) for f in found]) for name in Places.__slots__))


def _no_places() -> Places:
    none = np.empty(0, np.int64)
    return Places(none, none, none, none.astype(np.float32), none)
