"""What stands around places of forms in a block of names, and what the letters there cost as text: all looked up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import log

import numpy as np
from numpy.typing import NDArray

from hunter.matching.letters import RANDOM, UNKNOWN, letter_costs
from hunter.matching.screening.alignment import Block, Places
from hunter.matching.screening.lines import DIGIT, Flags
from hunter.matching.screening.text import Bytes, Ints

Numbers = NDArray[np.floating]


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
    short: Flags  # a run of the name has two letters
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


def look_around(block: Block, places: Places, plural: int) -> Spans:
    """What stands around the places in a block. `plural`: the letter that makes a word a plural."""
    letters, starts, count = block.letters, block.starts, block.letters.shape[1]
    columns = np.arange(len(starts), dtype=np.uint8)[:, None]
    number = np.add.accumulate(starts, axis=0, dtype=np.uint8)
    last = np.maximum.accumulate(starts * columns, axis=0)
    following = np.minimum.accumulate((columns | (starts.view(np.uint8) - np.uint8(1)))[::-1], axis=0)[::-1]
    short = (starts[:-2] & ~starts[1:-1] & starts[2:]).any(axis=0)
    digits = (letters >= DIGIT).sum(axis=0, dtype=np.uint8)
    pairs = places.pairs
    width, begin, end = places.ends - places.starts, places.starts * count + pairs, places.ends * count + pairs
    runs = (np.take(number, end - count) - np.take(number, begin)).astype(np.int64) * (width > 0)
    left = places.starts - np.take(last, begin)
    right = np.take(following, end) - places.ends
    length = block.sizes[pairs]
    after = np.take(letters, np.minimum(end, letters.size - 1))
    return Spans(
        pairs=pairs, width=width, length=length, costs=places.costs.astype(np.float64), counts=places.counts,
        left=left, right=right, runs=runs, digits=digits[pairs], short=short[pairs],
        is_first=places.starts == 0, is_last=places.ends == length,
        own=np.take(block.edges, begin) & np.take(block.edges, end),
        plural=(left == 0) & (right == 1) & (after == plural),
        head=np.take(letters, np.minimum(begin, letters.size - 1)) == block.ours[0, pairs],
        tail=np.take(letters, np.maximum(end - count, 0)) == block.ours[-1, pairs],
        text=_text(letters, begin, width, runs),
    )  # fmt: skip


def _text(letters: Bytes, begin: Ints, width: Ints, runs: Ints) -> Numbers:
    """Nats of the parts as text, or more: as one unknown word, or as random letters."""
    costs, count = _letter_costs(), letters.shape[1]
    one = np.where(letters < DIGIT, letters, np.uint8(0)).astype(np.int32)
    three = one.copy()
    three[1:] += one[:-1] * 27
    three[2:] += one[:-2] * 27**2
    four = three.copy()
    four[3:] += one[:-3] * 27**3
    spelled = np.add.accumulate(np.take(costs, four), axis=0, dtype=np.int32).ravel()
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


@cache
def _letter_costs() -> NDArray[np.int32]:
    return np.frombuffer(letter_costs(), np.uint8).astype(np.int32)
