"""How high the judge could score a bare handle at most, for many pairs at once, so that he sees few of them.

The bound follows `measures.measure` on whole arrays. Where a measure would cost too much (how ordinary the rest of a
name is) it takes the most favourable value; so no pair that reaches the least score is lost, and few others are left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from hunter.matching.forms import Form
from hunter.matching.letters import run_cost
from hunter.matching.likeness import CROSSING, MOST_A_LETTER
from hunter.matching.measures import CASES, KNEES, shipped_scale
from hunter.matching.scales import least_at_first
from hunter.matching.screening.alignment import EDITS, Places, blocks_of, counts_of, joined, places_in
from hunter.matching.screening.cells import are_whole
from hunter.matching.screening.lines import KINDS, Flags, Lines, are_plain, numbers_of, read_lines
from hunter.matching.screening.patterns import Patterns
from hunter.matching.screening.peaks import best_beside, best_gain
from hunter.matching.screening.sketch import Ours, Sketch
from hunter.matching.screening.spans import baits_of
from hunter.matching.screening.spots import Around, Measures, Numbers, Spots
from hunter.matching.screening.text import BREAK, Ints, encode, letters_only
from hunter.matching.signals import all_signals
from hunter.matching.weights import Weights
from hunter.matching.words import affix_cost, bait_words

_MARGIN = 0.05  # bits, for what is counted with fewer digits here
_LONGEST = 64  # letters of a name; longer ones are the judge's
_AT_ONCE = 65_536  # pairs
_ABSENT = frozenset({"sounds", "swapped", "styled"})  # plain handles have none of it
_ELSEWHERE = ("host", "spaced")  # measures of domains and display names
_BLIND = frozenset(
    {"name", "disguise", "bio", "link", "picture", "age", "verified"}
)  # others may add to a plain handle
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

    def __init__(
        self, forms: Sequence[Form], keywords: Iterable[str], weights: Weights, least_bits: float, *kinds: str
    ) -> None:
        """`keywords`: the brands' own bait words; `least_bits`: of an assessment that is worth having.

        `kinds`: what names are given, "handle" or "package" or both; none: handles.
        """
        each = [_least_odds(weights, least_bits - _MARGIN, kind) for kind in kinds or ("handle",)]
        self._odds = min(each) if _is_known() else -np.inf
        self._sizes = np.array([len(form.letters) for form in forms], np.int64)
        self._numbers = [numbers_of(form.letters) if form.letters.isascii() else b"" for form in forms]
        self._rare = np.array([form.ordinary for form in forms])
        self._penalty = np.array([form.penalty for form in forms])
        self._breaks = np.array([len(form.breaks) for form in forms], np.int64)
        self._words = np.array([min(4.0, 1.0 + len(form.breaks)) for form in forms])
        baits = {word for word in {*bait_words(), *keywords} if word.isascii() and word.isalnum()}
        self._baits = Patterns((encode(word), 0) for word in baits if len(word) > 2)
        self._short = np.zeros(KINDS * KINDS, np.bool_)  # bait words of two letters
        for first, second in (numbers_of(word) for word in baits if len(word) == 2):
            self._short[first * KINDS + second] = True
        self._savings = {numbers_of(word): run_cost(word) - affix_cost(word) for word in baits}
        width = int(self._sizes.max(initial=1))
        letters = b"".join(letters.ljust(width, b"\0") for letters in self._numbers)
        self._letters = np.frombuffer(letters, np.uint8).reshape(-1, width)
        self._sketch = Sketch(self._ours())

    def _ours(self) -> Ours:
        most = np.zeros(2 + max(map(len, self._savings), default=0))
        for word, saved in self._savings.items():
            most[len(word)] = max(most[len(word)], saved)
        return Ours(self._sizes, self._rare, self._penalty, self._words, self._breaks, most)

    def possible(self, names: Sequence[bytes], rows: Ints, forms: Ints) -> Flags:
        """Whether pairs of a name in UTF-8 and a form, by their numbers, may be worth judging. `rows` are sorted."""
        found = np.ones(len(rows), np.bool_)
        if self._odds == -np.inf:
            return found
        plain = are_plain(names, _LONGEST)
        which = np.flatnonzero(plain[rows] & np.array([bool(letters) for letters in self._numbers])[forms])
        for few in np.array_split(which, 1 + len(which) // _AT_ONCE):
            if len(few):
                numbers, some = np.unique(rows[few], return_inverse=True)
                found[few] = self._odds_of([names[n] for n in numbers.tolist()], some, forms[few]) >= self._odds
        return found

    def _odds_of(self, names: Sequence[bytes], rows: Ints, forms: Ints) -> Numbers:
        """The highest log of odds of each pair over all places where the form may be; less than needed where not."""
        shown = [name.strip().removeprefix(b"@") for name in names]
        lines, baits = read_lines(shown), self._baits_in(shown)
        places = self._sketched(lines, rows, forms, baits)
        best = np.full(len(rows), -np.inf)
        for look in (Spots.guess, Spots.measure):  # the second costs more and sees what the first lets through
            by_row = replace(places, pairs=rows[places.pairs])
            at = Spots(lines, by_row, baits, self._short)
            pairs, which = np.unique(places.pairs, return_inverse=True)
            alike = self._alike(lines, rows[pairs], forms[pairs])
            some: Measures = {name: values[which] for name, values in alike.items()}
            odds = self._bound(at, forms[places.pairs], some, look(at, self._savings))
            places, odds = places.take(odds >= self._odds), odds[odds >= self._odds]
        np.maximum.at(best, places.pairs, odds)
        return best

    def _sketched(self, lines: Lines, rows: Ints, forms: Ints, baits: tuple[Ints, Ints, Ints]) -> Places:
        """The places where the forms fit, those left out of which a first look says that they are too little."""
        bait = baits_of(baits, lines, self._short)
        limits = np.minimum(MOST_A_LETTER * self._sizes, self._rare).astype(np.float32)
        found: list[Places] = []
        for block in blocks_of(self._letters, self._sizes, forms, lines, rows):
            ours = forms[block.which]
            places = places_in(block, limits[ours])
            odds = self._sketch.odds(block, places, ours, rows[block.which], bait)
            places = places.take(np.flatnonzero(odds >= self._odds))
            found.append(replace(places, pairs=block.which[places.pairs]))
        return joined(found)

    def _alike(self, lines: Lines, rows: Ints, forms: Ints) -> Measures:
        """How alike the whole names are."""
        ours, sizes = [self._numbers[form] for form in forms.tolist()], lines.sizes.tolist()
        theirs = [lines.letters[row, : sizes[row]].tobytes() for row in rows.tolist()]
        return {
            "ratio": process.cpdist(ours, theirs, scorer=fuzz.ratio).astype(np.float64) / 100,
            "winkler": process.cpdist(ours, theirs, scorer=JaroWinkler.similarity).astype(np.float64),
        }

    def _baits_in(self, names: Sequence[bytes]) -> tuple[Ints, Ints, Ints]:
        """Name, first letter and end of every bait word that may be seen in the names."""
        codes = letters_only(b"\n" + b"\n".join(names) + b"\n")
        places, sizes, _ = self._baits.hits(codes)
        breaks = np.flatnonzero(np.frombuffer(codes, np.uint8) == BREAK)
        rows = np.searchsorted(breaks, places) - 1
        order = np.argsort(rows, kind="stable")
        starts = (places - breaks[rows] - 1)[order]
        return rows[order], starts, starts + sizes[order]

    def _bound(self, at: Spots, forms: Ints, alike: Measures, around: Around) -> Numbers:
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
        least, most = at.crossings(self._breaks[forms])
        gain = around.gain - at.places.costs - self._penalty[forms] - CROSSING * least
        free = at.free(self._words[forms]) | {"outside": around.outside}
        free["crossings"] = np.minimum(3.0, least), np.minimum(3.0, most)
        free["outside_15"] = (np.minimum(15.0, around.outside[0]), np.minimum(15.0, around.outside[1]))
        odds = np.empty(len(forms))
        for case in CASES:
            here = at.is_case(case)
            scale = shipped_scale()[case]
            total = _sum(scale, measures, here) + _sum_free(scale, free, here)
            low, high = (limit[here] for limit in around.near)
            beside, keys = (at.left + at.right)[here], counts_of(at.places.counts, "near")[here]
            odds[here] = total + best_gain(scale, gain[here]) + best_beside(scale, low, high, beside, keys)
        return odds


@cache
def _is_known() -> bool:
    """Whether the bound knows all measures and costs; where others were added, everything is possible."""
    names = {name for case in CASES for name in shipped_scale()[case]}
    return are_whole() and not {name for name in names if name.split("_")[0] not in _ELSEWHERE} - MEASURES


def _least_odds(weights: Weights, bits: float, kind: str) -> float:
    """The log of odds of a likeness below which no handle has so many bits."""
    strength = least_strength(weights, bits)
    return least_at_first(strength, kind) if strength > 0 else -np.inf


def least_strength(weights: Weights, bits: float) -> float:
    """The strength of a likeness below which no bare, plain handle has so many bits; 0: it may have none."""
    levels = weights.levels["lookalike_handle"].values()
    others: dict[str, float] = {}
    for name, signal in all_signals().items():
        if signal.family not in _BLIND:
            most = max((max(pair) for pair in weights.levels[name].values()), default=0.0)
            others[signal.family] = max(others.get(signal.family, 0.0), most)
    need = bits - weights.prior - sum(others.values())
    if need <= 0 or any(high <= low for low, high in levels):
        return 0.0
    return max(0.0, min((need - low) / (high - low) for low, high in levels))


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
