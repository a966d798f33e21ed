"""Places of forms in names, and what stands around them, as numbers for the bound on their score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hunter.matching.letters import RANDOM, UNKNOWN
from hunter.matching.screening.alignment import EDITS, Places, counts_of
from hunter.matching.screening.lines import DIGIT, KINDS, NUMBERS, Flags, Lines
from hunter.matching.screening.runs import costs_of_letters, run_costs
from hunter.matching.screening.text import Ints

Numbers = NDArray[np.floating]
Measures = dict[str, Numbers]
Range = tuple[Numbers, Numbers]  # least and most

MOST_NEAR, MOST_OUTSIDE = 30.0, 60.0
_S = NUMBERS["s"]
_SIZES = 128  # letters that a part of a line may have, and more


@dataclass(frozen=True, slots=True)
class Around:
    """How ordinary the text around each place is, in nats."""

    gain: Numbers  # the most that the place can be cheaper as text than what stands beside it, costs of changes apart
    near: Range  # beside the place in the same runs
    outside: Range  # the other runs


class _Runs(NamedTuple):
    """The runs of many lines, those of one after the other."""

    rows: Ints
    starts: Ints
    ends: Ints
    firsts: Ints  # number of the first run of each line
    counts: Ints

    def of_rows(self, rows: Ints) -> tuple[Ints, Ints]:
        """Numbers of the given rows, each as often as it has runs, and of these runs."""
        counts = self.counts[rows]
        which = np.repeat(np.arange(len(rows)), counts)
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return which, self.firsts[rows][which] + within


class Spots:
    """Places of forms in lines, and what stands around them."""

    def __init__(self, lines: Lines, places: Places, baits: tuple[Ints, Ints, Ints], short: Flags) -> None:
        which, rows = np.unique(places.pairs, return_inverse=True)
        lines = lines.take(which, max(2, int(lines.sizes[which].max(initial=0))))
        self.places, self._lines, self._rows = places, lines, rows
        self.start, self.end = places.starts, places.ends
        self.width, self.size = self.end - self.start, lines.sizes[rows]
        columns = np.arange(lines.starts.shape[1])
        last = np.maximum.accumulate(np.where(lines.starts, columns, 0), axis=1)
        following = np.where(lines.starts, columns, columns[-1])[:, ::-1]
        following = np.minimum.accumulate(following, axis=1)[:, ::-1]
        self.left, self.right = self.start - last[rows, self.start], following[rows, self.end] - self.end
        self.edits: Ints = np.sum([counts_of(places.counts, kind) for kind in EDITS[1:]], axis=0)
        self._own = lines.edges[rows, self.start] & lines.edges[rows, self.end]
        digit = np.cumsum(np.pad(lines.letters >= DIGIT, ((0, 0), (1, 0))), axis=1)
        self._digits = digit[rows, -1]
        self._left_digits = digit[rows, self.start] - digit[rows, self.start - self.left]
        self._right_digits = digit[rows, self.end + self.right] - digit[rows, self.end]
        begun = np.cumsum(lines.starts, axis=1)
        self._inside = np.maximum(0, begun[rows, np.maximum(self.end - 1, 0)] - begun[rows, self.start])
        two = short[lines.letters[:, :-1] * np.int32(KINDS) + lines.letters[:, 1:]]
        runs = two & lines.starts[:, :-2] & ~lines.starts[:, 1:-1] & lines.starts[:, 2:]
        self.near_bait = (self.left == 2) & two[rows, np.maximum(self.start - 2, 0)]
        self.near_bait |= (self.right == 2) & two[rows, np.minimum(self.end, two.shape[1] - 1)]
        self.far_bait = runs.any(axis=1)[rows]
        self._look_for(baits)

    def _look_for(self, baits: tuple[Ints, Ints, Ints]) -> None:
        """Tells the places with bait words of three letters and more beside the form or further away."""
        lines, starts, ends = baits
        firsts, lasts = (
            np.searchsorted(lines, self.places.pairs),
            np.searchsorted(lines, self.places.pairs, side="right"),
        )
        counts = lasts - firsts
        spots = np.repeat(np.arange(len(counts)), counts)
        words = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - firsts, counts)
        before, after = ends[words] <= self.start[spots], starts[words] >= self.end[spots]
        beyond = ends[words] <= (self.start - self.left)[spots]
        beyond |= starts[words] >= (self.end + self.right)[spots]
        self.near_bait[spots[(before | after) & ~beyond]] = True
        self.far_bait[spots[beyond]] = True

    def is_case(self, case: str) -> Flags:
        """Which of the places are one of the four cases."""
        own, changed = case.endswith("own"), case.startswith("changed")
        return np.equal(self._own, own) & np.equal(self.edits > 0, changed)

    def letter(self, columns: Ints) -> Ints:
        """The letter of each line in a column."""
        return self._lines.letters[self._rows, columns].astype(np.int64)

    def exact(self) -> Measures:
        """Measures that are known."""
        beside = self.left + self.right
        after = self.letter(np.minimum(self.end, self._lines.letters.shape[1] - 1))
        found = {
            "one": np.ones(len(self.start)),
            "single": (beside == 1) * 1.0,
            "digits": (self._digits > 0) * 1.0,
            "first": (self.start == 0) * 1.0,
            "last": (self.end == self.size) * 1.0,
            "whole": (self.width == self.size) * 1.0,
            "plural": ((self.left == 0) & (self.right == 1) & (after == _S)) * 1.0,
            "cost": self.places.costs.astype(np.float64),
            "one_edit": (self.edits == 1) * 1.0,
            "many_edits": (self.edits > 2) * 1.0,
        }
        kinds = [kind for kind in EDITS[1:] if kind != "near"]  # that one shares its name with what stands beside
        found |= {kind: counts_of(self.places.counts, kind).astype(np.float64) for kind in kinds}
        return found

    def crossings(self, breaks: Ints) -> Range:
        """Word edges inside the places that are none of the forms' `breaks`: the least and the most there may be."""
        fillers = counts_of(self.places.counts, "filler")
        moved = (self.edits > 0) & (breaks > 0)  # the form's own edges may be anywhere near
        least = np.where(moved, 0, np.maximum(0, self._inside - breaks - fillers))
        return least * 1.0, np.where(breaks > 0, np.maximum(0, self._inside - fillers), least) * 1.0

    def free(self, words: Numbers) -> dict[str, tuple[Numbers, Numbers]]:
        """Measures of which only the least and the highest value are known. `words`: of the forms, no more than 4."""
        none, one, inside = np.zeros(len(self.start)), words == 1, self._inside > 0
        covers = self.width / np.maximum(self.width, self.size)
        most = np.where(self._digits > 1, 1.0, covers)  # random pieces do not count
        loose = np.minimum(
            12.0, (self._left_digits < self.left) * self.left + (self._right_digits < self.right) * self.right
        )
        return {
            "bait": (none, (self.near_bait | self.far_bait) * 1.0),
            "bait_near": (none, self.near_bait * 1.0),
            "bait_far": (none, self.far_bait * 1.0),
            "same_words": ((one & ~inside) * 1.0, (one ^ inside) * 1.0),
            "loose": (np.where(self.near_bait, 0.0, loose), loose),
            "covers": (covers, most),
            "covers_main": (covers, covers),
        }

    def guess(self, savings: Mapping[bytes, float]) -> Around:
        """What stands around the places at its most favourable. `savings`: bait word -> nats by which it is cheaper."""
        none = np.zeros(len(self.start))
        saved = none.copy()
        for starts, ends in ((self.start - self.left, self.start), (self.end, self.end + self.right)):
            for at in np.flatnonzero(self.near_bait & (ends > starts)).tolist():
                side = self._lines.letters[self._rows[at], starts[at] : ends[at]].tobytes()
                saved[at] += savings.get(side, 0.0)
        sides = [np.where(side > 0, RANDOM[0] + RANDOM[1] * side, 0.0) for side in (self.left, self.right)]
        rest = self.size - self.width - self.left - self.right
        return Around(
            self._window_cost() + saved,
            (none, np.minimum(MOST_NEAR, sides[0] + sides[1])),
            (none, (rest > 0) * MOST_OUTSIDE),
        )

    def measure(self, savings: Mapping[bytes, float]) -> Around:
        """What stands around the places as it is."""
        runs = self._runs()
        spots, number = runs.of_rows(self._rows)
        own = (runs.starts[number] < self.end[spots]) & (runs.ends[number] > self.start[spots])
        rows = np.concatenate((runs.rows, self._rows, self._rows))
        starts = np.concatenate((runs.starts, self.start - self.left, self.end))
        ends = np.concatenate((runs.ends, self.start, self.end + self.right))
        costs, saved = self._costs(rows, starts, ends, savings)
        count, kinds = len(self.start), len(runs.rows)
        of_own = np.bincount(spots[own], costs[number[own]], count)
        rest = np.bincount(spots[~own], (costs - saved)[number[~own]], count)
        near = (costs - saved)[kinds : kinds + count] + (costs - saved)[kinds + count :]
        outside = np.minimum(MOST_OUTSIDE, rest)
        bounded = np.minimum(MOST_NEAR, near)
        return Around(of_own - near, (bounded, bounded), (np.where(self._digits > 1, 0.0, outside), outside))

    def _runs(self) -> _Runs:
        """All runs of the lines."""
        rows, columns = np.nonzero(self._lines.starts)
        inside = rows[1:] == rows[:-1]
        rows, starts, ends = rows[:-1][inside], columns[:-1][inside], columns[1:][inside]
        counts = np.bincount(rows, minlength=len(self._lines.sizes))
        return _Runs(rows, starts, ends, np.cumsum(counts) - counts, counts)

    def _costs(self, rows: Ints, starts: Ints, ends: Ints, savings: Mapping[bytes, float]) -> tuple[Numbers, Numbers]:
        """Nats of parts of the lines as text, and by how much less they are beside a name."""
        letters, width = self._lines.letters.tobytes(), self._lines.letters.shape[1]
        keys, which = np.unique((rows * width + starts) * _SIZES + ends - starts, return_inverse=True)
        first, sizes = np.divmod(keys, _SIZES)
        texts = [letters[a:b] for a, b in zip(first.tolist(), (first + sizes).tolist(), strict=True)]
        known = run_costs(texts)
        costs = np.array([known[text] for text in texts])
        saved = np.array([savings.get(text, 0.0) for text in texts])
        return costs[which], saved[which]

    def _window_cost(self) -> Numbers:
        """Nats of the letters taken for the form, or more: each run of them as one unknown word."""
        costs = costs_of_letters()
        rows, width = self._rows, int(self.width.max(initial=0))
        total, (spelled, code, length) = np.zeros(len(rows)), (np.zeros(len(rows), np.int64) for _ in range(3))
        is_digit = np.zeros(len(rows), np.bool_)
        for column in range(width + 1):
            at = np.minimum(self.start + column, self._lines.letters.shape[1])
            ended = (column == self.width) | ((column < self.width) & self._lines.starts[rows, at] & (column > 0))
            if ended.any():
                word = np.minimum(UNKNOWN + (spelled + costs[code % 27**3 * 27]) / 16, RANDOM[0] + RANDOM[1] * length)
                cost = np.where(is_digit, 1.0 + np.log(10) * length, word)
                total += np.where(ended, cost, 0.0)
                for state in (spelled, code, length):
                    state[ended] = 0
            if column == width:
                break
            letter = self._lines.letters[rows, np.minimum(at, self._lines.letters.shape[1] - 1)].astype(np.int64)
            is_digit = letter >= DIGIT
            code = code % 27**3 * 27 + np.where(is_digit, 0, letter)
            spelled += costs[code]
            length += 1
        return total
