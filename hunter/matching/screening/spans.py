"""What stands around places of forms in a block of names, and what the letters there cost as text: all looked up."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hunter.matching.letters import RANDOM, UNKNOWN
from hunter.matching.screening.alignment import Block, Places
from hunter.matching.screening.lines import DIGIT, KINDS, NUMBERS, Flags, Lines
from hunter.matching.screening.runs import costs_of_letters
from hunter.matching.screening.text import Bytes, Ints

Numbers = NDArray[np.floating]
_NONE = 255


@dataclass(frozen=True, slots=True)
class Baits:
    """Where in lines bait words may stand: a row for each line, a column for each place between letters."""

    before: Bytes  # the first letter of the last one that ends there or before, from 1; 0: none
    after: Bytes  # the end of the next one that begins there or behind; 255: none
    pairs: Flags  # first letter, second: those that are one by themselves


def baits_of(words: tuple[Ints, Ints, Ints], lines: Lines, pairs: Flags) -> Baits:
    """`words`: line, first letter and end of each. `pairs`: those of two letters."""
    rows, starts, ends = words
    before, after = np.zeros(lines.starts.shape, np.uint8), np.full(lines.starts.shape, _NONE, np.uint8)
    order = np.argsort(starts)
    before[rows[order], ends[order]] = starts[order] + 1
    order = np.argsort(-ends)
    after[rows[order], starts[order]] = ends[order]
    _along(np.maximum, before.T)
    _along(np.minimum, after.T[::-1])
    return Baits(before, after, pairs)


def _along(combine: np.ufunc, table: NDArray[Any]) -> NDArray[Any]:
    """The table with each row combined with those before it: the same as numpy's accumulate, many times as fast."""
    for before, here in pairwise(table):
        combine(before, here, out=here)
    return table


@dataclass(frozen=True, slots=True)
class Spans:
    """Parts of names: one entry for each place."""

    pairs: Ints
    width: Ints
    length: Ints  # letters of the name
    costs: Numbers  # nats of the changes, and of where the part begins
    counts: Ints  # of the kinds of changes
    left: Ints  # letters beside the part in the same runs
    right: Ints
    runs: Ints  # that begin inside the part
    digits: Ints  # of the name
    near_bait: Flags  # a bait word may stand beside the part in the same runs
    far_bait: Flags  # or elsewhere
    begins: Flags  # the name begins with our first letter
    is_first: Flags
    is_last: Flags
    own: Flags  # a word of its own
    plural: Flags
    head: Flags  # our first letter is kept
    tail: Flags
    text: Numbers  # nats of the part as text, or more

    def take(self, which: Ints | Flags) -> Spans:
        """Some of them."""
        return Spans(*(getattr(self, name)[which] for name in self.__slots__))


def look_around(block: Block, places: Places, rows: Ints, baits: Baits) -> Spans:
    """What stands around the places in a block. `rows`: of its pairs in the table of bait words."""
    letters, starts, count = block.letters, block.starts, block.letters.shape[1]
    columns = np.arange(len(starts), dtype=np.uint8)[:, None]
    number = _along(np.add, starts.astype(np.uint8))
    last = _along(np.maximum, starts * columns)
    following = columns | (starts.view(np.uint8) - np.uint8(1))
    _along(np.minimum, following[::-1])
    digits = (letters >= DIGIT).sum(axis=0, dtype=np.uint8)
    pairs, begin, end = places.pairs, places.starts * count + places.pairs, places.ends * count + places.pairs
    width, length = places.ends - places.starts, block.sizes[pairs]
    runs = (np.take(number, end - count) - np.take(number, begin)).astype(np.int64) * (width > 0)
    left = places.starts - np.take(last, begin)
    right = np.take(following, end) - places.ends
    head, tail, after = (np.take(letters, at, mode="clip") for at in (begin, end - count, end))
    near, far = _find_baits(block, places, left, right, rows[pairs], baits)
    return Spans(
        pairs=pairs, width=width, length=length, costs=places.costs.astype(np.float64), counts=places.counts,
        left=left, right=right, runs=runs, digits=digits[pairs], near_bait=near, far_bait=far,
        begins=(letters[0] == block.ours[0])[pairs], is_first=places.starts == 0, is_last=places.ends == length,
        own=np.take(block.edges, begin) & np.take(block.edges, end),
        plural=(left == 0) & (right == 1) & (after == NUMBERS["s"]),
        head=head == block.ours[0, pairs], tail=tail == block.ours[-1, pairs],
        text=_text(letters, begin, width, runs),
    )  # fmt: skip


def _find_baits(block: Block, places: Places, left: Ints, right: Ints, rows: Ints, baits: Baits) -> tuple[Flags, Flags]:
    """Whether bait words may stand beside the places, and elsewhere."""
    letters, starts, count = block.letters, block.starts, block.letters.shape[1]
    twos = np.flatnonzero(starts[:-2] & ~starts[1:-1] & starts[2:])
    at, pairs = np.divmod(twos, count)
    kept = baits.pairs[letters[at, pairs] * np.int64(KINDS) + letters[at + 1, pairs]]
    far = np.zeros(count, np.bool_)
    far[pairs[kept]] = True
    far = far[places.pairs]
    between = baits.before.shape[1]
    begin, end = rows * between + places.starts, rows * between + places.ends
    near = np.take(baits.before, begin) > places.starts - left
    near |= np.take(baits.after, end) <= places.ends + right
    far |= (np.take(baits.before, begin - left) > 0) | (np.take(baits.after, end + right) < _NONE)
    for beside, first in ((left, places.starts - 2), (right, places.ends)):
        few = np.flatnonzero(beside == 2)
        one, two = (letters[first[few] + i, places.pairs[few]] for i in (0, 1))
        near[few] |= baits.pairs[one * np.int64(KINDS) + two]
    return near, far


def _text(letters: Bytes, begin: Ints, width: Ints, runs: Ints) -> Numbers:
    """Nats of the parts as text, or more: as one unknown word, or as random letters."""
    costs, count = costs_of_letters(), letters.shape[1]
    one = np.where(letters < DIGIT, letters, np.uint8(0)).astype(np.int32)
    three = one.copy()
    three[1:] += one[:-1] * 27
    three[2:] += one[:-2] * 27**2
    four = three.copy()
    four[3:] += one[:-3] * 27**3
    spelled = _along(np.add, np.take(costs, four)).ravel()
    one, three = one.ravel(), three.ravel()
    is_word = np.flatnonzero((width > 2) & (runs == 0))
    first = begin[is_word]
    last = first + (width[is_word] - 1) * count
    word = costs[one[first]] + costs[one[first] * 27 + one[first + count]] + costs[three[first + 2 * count]]
    word += spelled[last] - spelled[first + 2 * count] + costs[three[last] * 27]
    nats = RANDOM[0] * (1 + runs) + RANDOM[1] * width
    nats[is_word] = np.minimum(nats[is_word], UNKNOWN + word / 16)
    digits = (runs == 0) & (letters.ravel()[np.minimum(begin, letters.size - 1)] >= DIGIT)
    nats[digits] = 1.0 + log(10) * width[digits]
    return nats
