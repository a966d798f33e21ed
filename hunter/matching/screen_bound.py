"""How high the judge could score a bare handle at most, for many pairs at once, so that he sees few of them.

The bound follows `measures.measure` on whole arrays. Where a measure would cost too much (how ordinary the rest of a
name is) it takes the most favourable value; so no pair that reaches the least score is lost, and few others are left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from hunter.matching.forms import Form
from hunter.matching.letters import RANDOM, UNKNOWN, letter_costs, run_cost
from hunter.matching.likeness import MOST_A_LETTER
from hunter.matching.measures import CASES, KNEES, shipped_scale
from hunter.matching.scales import least_at_first
from hunter.matching.screen_alignment import EDITS, Places, counts_of, find_all_places
from hunter.matching.screen_lines import DIGIT, KINDS, NUMBERS, Flags, Lines, numbers_of, read_lines
from hunter.matching.screen_patterns import Patterns
from hunter.matching.screen_text import BREAK, Ints, encode, letters_only
from hunter.matching.signals import all_signals
from hunter.matching.weights import Weights
from hunter.matching.words import affix_cost, bait_words

Numbers = NDArray[np.floating]
Measures = dict[str, Numbers]

_MARGIN = 0.05  # bits, for what is counted with fewer digits here
_LONGEST = 64  # letters of a name; longer ones are the judge's
_AT_ONCE = 20_000  # pairs
_MOST_NEAR, _KNEE_NEAR = 30.0, 8.0
_MOST_OUTSIDE = 60.0
_ABSENT = frozenset({"sounds", "swapped", "styled"})  # plain handles have none of it
_ELSEWHERE = ("host", "spaced")  # measures of domains and display names
_BLIND = frozenset(
    {"name", "disguise", "bio", "link", "picture", "age", "verified"}
)  # others may add to a plain handle
_SIGNS = re.compile(rb".[@$!|]", re.DOTALL)  # what makes a handle more than its letters
_S = NUMBERS["s"]
_KINDS = ("handle", "package")  # of names that a bare handle may be
_GAIN = ("gain", *(f"gain_{knee}" for knee in KNEES["gain"]))
_NEAR = ("near", "near_8", "glue")
_FREE = ("bait", "bait_near", "bait_far", "crossings", "same_words", "loose", "covers", "covers_main")
_OUTSIDE = ("outside", "outside_15")
_EXACT = (
    "one", "rare", "rare_12", "rare_18", "size", "size_4", "size_5", "single", "digits", "first", "last", "penalty",
    "ratio", "ratio_main", "winkler", "whole", "words", "plural", "cost", "cost_size", "one_edit", "many_edits",
    "head_kept", "tail_kept", *EDITS[1:],
)  # fmt: skip
MEASURES = frozenset((*_GAIN, *_NEAR, *_FREE, *_OUTSIDE, *_EXACT, *_ABSENT))  # all that the bound knows


class Bound:
    """The forms of many brands, and the odds that a pair of a handle and a form must have to be worth judging."""

    def __init__(self, forms: Sequence[Form], keywords: Iterable[str], weights: Weights, least_bits: float) -> None:
        """`keywords`: the brands' own bait words; `least_bits`: of an assessment that is worth having."""
        self._odds = _least_odds(weights, least_bits - _MARGIN) if _is_known() else -np.inf
        self._sizes = np.array([len(form.letters) for form in forms], np.int64)
        self._numbers = [numbers_of(form.letters) if form.letters.isascii() else b"" for form in forms]
        self._rare = np.array([form.ordinary for form in forms])
        self._known = np.array([max(form.ordinary, run_cost(form.letters)) for form in forms])
        self._penalty = np.array([form.penalty for form in forms])
        self._words = np.array([min(4.0, 1.0 + len(form.breaks)) for form in forms])
        baits = {word for word in {*bait_words(), *keywords} if word.isascii() and word.isalnum()}
        self._baits = Patterns((encode(word), 0) for word in baits if len(word) > 2)
        self._short = np.zeros(KINDS * KINDS, np.bool_)  # bait words of two letters
        for first, second in (numbers_of(word) for word in baits if len(word) == 2):
            self._short[first * KINDS + second] = True
        self._savings = {numbers_of(word): run_cost(word) - affix_cost(word) for word in baits}

    def possible(self, names: Sequence[bytes], forms: Ints) -> Flags:
        """Whether each pair of a name in UTF-8 and a form, by its number, may be worth judging."""
        found = np.ones(len(names), np.bool_)
        if self._odds == -np.inf:
            return found
        plain = [_is_plain(name) and bool(self._numbers[f]) for name, f in zip(names, forms.tolist(), strict=True)]
        which = np.flatnonzero(plain)
        for few in np.array_split(which, 1 + len(which) // _AT_ONCE):
            if len(few):
                found[few] = self._odds_of([names[i] for i in few.tolist()], forms[few]) >= self._odds
        return found

    def _odds_of(self, names: Sequence[bytes], forms: Ints) -> Numbers:
        """The highest log of odds of each pair over all places where the form may be."""
        shown = [name.strip().removeprefix(b"@") for name in names]
        lines = read_lines(shown)
        ours = [self._numbers[form] for form in forms.tolist()]
        theirs = [row[:size].tobytes() for row, size in zip(lines.letters, lines.sizes.tolist(), strict=True)]
        exact = np.array([a in b for a, b in zip(ours, theirs, strict=True)], np.bool_)
        best = np.full(len(names), -np.inf)
        alike = {
            "ratio": process.cpdist(ours, theirs, scorer=fuzz.ratio).astype(np.float64) / 100,
            "winkler": process.cpdist(ours, theirs, scorer=JaroWinkler.similarity).astype(np.float64),
        }
        baits = self._baits_in(shown)
        for places in (_all_exact(ours, theirs, np.flatnonzero(exact)), self._changed(ours, forms, lines, ~exact)):
            if len(places.pairs):
                at = _Spots(lines, places, baits, self._short)
                odds = self._bound(at, forms[places.pairs], {k: v[places.pairs] for k, v in alike.items()})
                np.maximum.at(best, places.pairs, odds)
        return best

    def _changed(self, ours: list[bytes], forms: Ints, lines: Lines, which: Flags) -> Places:
        """Where the forms fit with changes."""
        pairs = np.flatnonzero(which)
        sizes = self._sizes[forms[pairs]]
        width = int(sizes.max(initial=1))
        letters = np.frombuffer(b"".join(ours[i].ljust(width, b"\0") for i in pairs.tolist()), np.uint8)
        limits = np.minimum(MOST_A_LETTER * sizes, self._rare[forms[pairs]]).astype(np.float32)
        found = find_all_places(letters.reshape(-1, width), sizes, lines.take(pairs, lines.letters.shape[1]), limits)
        return Places(pairs[found.pairs], found.starts, found.ends, found.costs, found.counts)

    def _baits_in(self, names: Sequence[bytes]) -> tuple[Ints, Ints, Ints]:
        """Name, first letter and end of every bait word that may be seen in the names."""
        codes = letters_only(b"\n" + b"\n".join(names) + b"\n")
        places, sizes, _ = self._baits.hits(codes)
        breaks = np.flatnonzero(np.frombuffer(codes, np.uint8) == BREAK)
        rows = np.searchsorted(breaks, places) - 1
        order = np.argsort(rows, kind="stable")
        starts = (places - breaks[rows] - 1)[order]
        return rows[order], starts, starts + sizes[order]

    def _bound(self, at: _Spots, forms: Ints, alike: Measures) -> Numbers:
        """The highest log of odds of each place."""
        measures = at.exact() | alike | {"ratio_main": alike["ratio"]}
        rare, size = self._rare[forms], self._sizes[forms].astype(np.float64)
        measures |= {f"rare_{knee}": np.maximum(0.0, rare - knee) for knee in KNEES["rare"]}
        measures |= {
            "rare": rare,
            "size": np.log2(size),
            "size_4": (size < 5) * 1.0,
            "size_5": (size < 6) * 1.0,
            "penalty": self._penalty[forms],
            "words": self._words[forms],
            "cost_size": at.places.costs / size,
        }
        first = np.array([letters[0] if letters else 0 for letters in self._numbers])[forms]
        final = np.array([letters[-1] if letters else 0 for letters in self._numbers])[forms]
        measures["head_kept"] = (at.letter(at.start) == first) * 1.0
        measures["tail_kept"] = (at.letter(at.end - 1) == final) * 1.0
        worth = at.window_cost()
        worth = np.where(at.edits == 0, np.maximum(worth, self._known[forms]), worth)
        gain = worth - at.places.costs - self._penalty[forms] + at.saved(self._savings)
        free = at.free()
        odds = np.empty(len(forms))
        for case in CASES:
            here = at.is_case(case)
            scale = shipped_scale()[case]
            total = _sum(scale, measures, here) + _sum_free(scale, free, here)
            total += _best(scale, _GAIN, KNEES["gain"], np.full(here.sum(), -_MOST_OUTSIDE), gain[here])
            odds[here] = total + _best_near(scale, at, here)
        return odds


def _is_plain(name: bytes) -> bool:
    """Whether a handle is read as it is written."""
    return name.isascii() and len(name) <= _LONGEST and not _SIGNS.search(name.lstrip())


@cache
def _is_known() -> bool:
    """Whether the bound knows all measures of the scale; where one was added, everything is possible."""
    names = {name for case in CASES for name in shipped_scale()[case]}
    return not {name for name in names if name.split("_")[0] not in _ELSEWHERE} - MEASURES


def _least_odds(weights: Weights, bits: float) -> float:
    """The log of odds of a likeness below which no handle has so many bits."""
    levels = weights.levels["lookalike_handle"].values()
    others: dict[str, float] = {}
    for name, signal in all_signals().items():
        if signal.family not in _BLIND:
            most = max((max(pair) for pair in weights.levels[name].values()), default=0.0)
            others[signal.family] = max(others.get(signal.family, 0.0), most)
    need = bits - weights.prior - sum(others.values())
    if need <= 0 or any(high <= low for low, high in levels):
        return -np.inf
    strength = min((need - low) / (high - low) for low, high in levels)
    return min(least_at_first(strength, kind) for kind in _KINDS) if strength > 0 else -np.inf


def _all_exact(ours: list[bytes], theirs: list[bytes], which: Ints) -> Places:
    """Where the forms stand unchanged."""
    found: list[tuple[int, int, int]] = []
    for pair in which.tolist():
        at = theirs[pair].find(ours[pair])
        while at >= 0:
            found.append((pair, at, at + len(ours[pair])))
            at = theirs[pair].find(ours[pair], at + 1)
    table = np.array(found, np.int64).reshape(-1, 3)
    none = np.zeros(len(table), np.int64)
    return Places(table[:, 0], table[:, 1], table[:, 2], none.astype(np.float32), none)


class _Spots:
    """Places of forms in lines, and what stands around them."""

    def __init__(self, lines: Lines, places: Places, baits: tuple[Ints, Ints, Ints], short: Flags) -> None:
        self.places, self._lines, rows = places, lines, places.pairs
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
        return self._lines.letters[self.places.pairs, columns].astype(np.int64)

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
        found |= {kind: counts_of(self.places.counts, kind).astype(np.float64) for kind in EDITS[1:]}
        return found

    def free(self) -> dict[str, tuple[Numbers, Numbers]]:
        """Measures of which only the least and the highest value are known."""
        none, one = np.zeros(len(self.start)), np.ones(len(self.start))
        rest = self.size - self.width - self.left - self.right
        covers = self.width / np.maximum(self.width, self.size)
        most = np.where((self._digits > 1) & (self.size - self.width > 5), 1.0, covers)  # random pieces do not count
        loose = np.minimum(
            12.0, (self._left_digits < self.left) * self.left + (self._right_digits < self.right) * self.right
        )
        inside = np.minimum(3.0, self._inside)
        return {
            "bait": (none, (self.near_bait | self.far_bait) * 1.0),
            "bait_near": (none, self.near_bait * 1.0),
            "bait_far": (none, self.far_bait * 1.0),
            "crossings": (none, inside),
            "same_words": (none, one),
            "loose": (np.where(self.near_bait, 0.0, loose), loose),
            "covers": (covers, most),
            "covers_main": (covers, covers),
            "outside": (none, (rest > 0) * _MOST_OUTSIDE),
            "outside_15": (none, (rest > 0) * 15.0),
        }

    def saved(self, savings: Mapping[bytes, float]) -> Numbers:
        """Nats by which what stands beside the form is cheaper as a bait word than as ordinary text."""
        found = np.zeros(len(self.start))
        for starts, ends in ((self.start - self.left, self.start), (self.end, self.end + self.right)):
            for at in np.flatnonzero(self.near_bait & (ends > starts)).tolist():
                side = self._lines.letters[self.places.pairs[at], starts[at] : ends[at]].tobytes()
                found[at] += savings.get(side, 0.0)
        return found

    def most_near(self) -> Numbers:
        """Nats of what stands beside the form, if it is as rare as can be."""
        sides = [np.where(side > 0, RANDOM[0] + RANDOM[1] * side, 0.0) for side in (self.left, self.right)]
        near: Numbers = np.minimum(_MOST_NEAR, sides[0] + sides[1])
        return near

    def window_cost(self) -> Numbers:
        """Nats of the letters taken for the form, or more: each run of them as one unknown word."""
        costs = _letter_costs()
        rows, width = self.places.pairs, int(self.width.max(initial=0))
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


@cache
def _letter_costs() -> Ints:
    return np.frombuffer(letter_costs(), np.uint8).astype(np.int64)


def _sum(scale: Mapping[str, float], measures: Measures, here: Flags) -> Numbers:
    total = np.zeros(int(here.sum()))
    for name, values in measures.items():
        if weight := scale.get(name, 0.0):
            total += weight * values[here]
    return total


def _sum_free(scale: Mapping[str, float], free: Mapping[str, tuple[Numbers, Numbers]], here: Flags) -> Numbers:
    total = np.zeros(int(here.sum()))
    for name, (low, high) in free.items():
        if weight := scale.get(name, 0.0):
            total += weight * (high if weight > 0 else low)[here]
    return total


def _best(
    scale: Mapping[str, float], names: Sequence[str], knees: Sequence[float], low: Numbers, high: Numbers
) -> Numbers:
    """The highest value between `low` and `high` of a measure that is linear between its knees."""
    found = np.full(len(low), -np.inf)
    for point in (low, *(np.clip(knee, low, np.maximum(low, high)) for knee in knees), np.maximum(low, high)):
        value = scale.get(names[0], 0.0) * point
        for name, knee in zip(names[1:], knees, strict=True):
            value = value + scale.get(name, 0.0) * np.maximum(0.0, point - knee)
        found = np.maximum(found, value)
    return found


def _best_near(scale: Mapping[str, float], at: _Spots, here: Flags) -> Numbers:
    """The same of what stands beside the form, with the share of each letter of it."""
    beside = np.maximum(1, at.left + at.right)[here]
    most = at.most_near()[here]
    found = np.full(len(most), -np.inf)
    for point in (np.zeros(len(most)), np.minimum(most, _KNEE_NEAR), most):
        value = scale.get("near", 0.0) * point + scale.get("near_8", 0.0) * np.maximum(0.0, point - _KNEE_NEAR)
        found = np.maximum(found, value + scale.get("glue", 0.0) * point / beside)
    return found
