"""A first, rough bound on what a form in a bare handle can score: cheap, so that few places are left to `bound`.

`measures.measure` is followed as there, but how alike the whole names are and what stands beside is only bounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hunter.matching.letters import RANDOM
from hunter.matching.likeness import CROSSING
from hunter.matching.measures import CASES, KNEES, shipped_scale
from hunter.matching.screening.alignment import EDITS, Block, Places, counts_of
from hunter.matching.screening.peaks import Numbers, best_beside, best_gain
from hunter.matching.screening.spans import Baits, Spans, look_around
from hunter.matching.screening.spots import MOST_NEAR, MOST_OUTSIDE
from hunter.matching.screening.text import Ints

_SMALL = 0.02  # natural log of odds, for what is counted with fewer digits here
_ANYWHERE = 99
_KINDS = [kind for kind in EDITS[1:] if kind != "near"]


@dataclass(frozen=True, slots=True)
class Ours:
    """What is known of each form."""

    sizes: Ints
    rare: Numbers
    penalty: Numbers
    words: Numbers  # 1 to 4
    breaks: Ints
    savings: Numbers  # letters beside a form -> the most by which a bait word of so many is cheaper; the last: of more


class Sketch:
    """What the places of forms may come to at most."""

    def __init__(self, ours: Ours) -> None:
        self._ours = ours
        self._fixed = {case: _of_forms(shipped_scale()[case], ours) for case in CASES}

    def odds(self, block: Block, places: Places, forms: Ints, rows: Ints, baits: Baits) -> Numbers:
        """The highest log of odds of each place in a block of pairs of `forms` and `rows`."""
        at = look_around(block, places, rows, baits)
        found = np.empty(len(at.pairs))
        for case in CASES:
            own, changed = case.endswith("own"), case.startswith("changed")
            here = np.flatnonzero((at.own == own) & ((at.counts > 0) == changed))
            found[here] = self._bound(case, at.take(here), forms[at.pairs[here]]) + _SMALL
        return found

    def _bound(self, case: str, at: Spans, forms: Ints) -> Numbers:
        """The highest log of odds of each place that is of one case."""
        scale, ours = shipped_scale()[case], self._ours
        saved = ours.savings[np.minimum(at.left, len(ours.savings) - 1)]
        saved = saved + ours.savings[np.minimum(at.right, len(ours.savings) - 1)]
        fillers = counts_of(at.counts, "filler")
        free = np.where((at.counts > 0) & (ours.breaks[forms] > 0), _ANYWHERE, ours.breaks[forms]) + fillers
        gain = (
            at.text - at.costs - ours.penalty[forms] + saved * at.near_bait - CROSSING * np.maximum(0, at.runs - free)
        )
        odds = self._fixed[case][forms] + best_gain(scale, gain) + _beside(scale, at)
        measures = _exact(at) | _free(at, ours.words[forms]) | _of_whole(case, at, ours, forms)
        if case.startswith("changed"):
            measures |= _of_changes(at, ours.sizes[forms])
        for name, (low, high) in measures.items():
            if weight := scale.get(name, 0.0):
                odds += weight * (high if weight > 0 else low)
        return odds


Range = tuple[NDArray[Any], NDArray[Any]]  # least and most


def _of_forms(scale: Mapping[str, float], ours: Ours) -> Numbers:
    """What the forms say by themselves."""
    size = np.maximum(1, ours.sizes)
    measures = {
        "one": np.ones(len(size)),
        "rare": ours.rare,
        **{f"rare_{knee}": np.maximum(0.0, ours.rare - knee) for knee in KNEES["rare"]},
        "size": np.log2(size),
        "size_4": (size < 5) * 1.0,
        "size_5": (size < 6) * 1.0,
        "penalty": ours.penalty,
        "words": ours.words,
    }
    return np.asarray(sum(scale.get(name, 0.0) * values for name, values in measures.items()))


def _exact(at: Spans) -> dict[str, Range]:
    found = {
        "single": at.left + at.right == 1,
        "digits": at.digits > 0,
        "first": at.is_first,
        "last": at.is_last,
        "whole": at.width == at.length,
        "plural": at.plural,
    }
    return {name: (values, values) for name, values in found.items()}


def _of_changes(at: Spans, size: Ints) -> dict[str, Range]:
    counts = {kind: counts_of(at.counts, kind) for kind in EDITS[1:]}
    edits = np.sum(list(counts.values()), axis=0)
    found: dict[str, NDArray[Any]] = {kind: counts[kind] for kind in _KINDS}
    found |= {"cost": at.costs, "cost_size": at.costs / size, "head_kept": at.head, "tail_kept": at.tail}
    found |= {"one_edit": edits == 1, "many_edits": edits > 2}
    return {name: (values, values) for name, values in found.items()}


def _free(at: Spans, words: Numbers) -> dict[str, Range]:
    """Measures of what stands around."""
    none, one, inside = np.zeros(len(at.pairs)), words == 1, at.runs > 0
    beside = at.left + at.right
    rest = at.length > at.width + beside
    return {
        "bait": (none, at.near_bait | at.far_bait),
        "bait_near": (none, at.near_bait),
        "bait_far": (none, at.far_bait),
        "crossings": (none, np.minimum(3.0, at.runs)),
        "same_words": (one & ~inside, one ^ inside),
        "loose": (none, np.minimum(12.0, beside)),
        "outside": (none, rest * MOST_OUTSIDE),
        "outside_15": (none, rest * 15.0),
    }


def _of_whole(case: str, at: Spans, ours: Ours, forms: Ints) -> dict[str, Range]:
    """How alike the whole names are, and how much of theirs the form covers."""
    size = ours.sizes[forms]
    short, covers = np.minimum(size, at.length), at.width / np.maximum(at.width, at.length)
    ratio = 2.0 * short / (size + at.length)
    winkler = (short / size + short / at.length + 1) / 3
    winkler += 0.4 * (1 - winkler) * at.begins  # a common beginning of up to four letters counts more
    least = ratio if case.startswith("exact") else np.zeros(len(ratio))
    return {
        "ratio": (least, ratio),
        "ratio_main": (least, ratio),
        "winkler": (np.zeros(len(ratio)), winkler),
        "covers": (covers, np.where(at.digits > 1, 1.0, covers)),  # random pieces do not count
        "covers_main": (covers, covers),
    }


def _beside(scale: Mapping[str, float], at: Spans) -> Numbers:
    """The most that the text beside the places may say."""
    beside, sides = at.left + at.right, (at.left > 0) * 1 + (at.right > 0)
    most = np.minimum(MOST_NEAR, RANDOM[0] * sides + RANDOM[1] * beside)
    return best_beside(scale, np.zeros(len(most)), most, beside, counts_of(at.counts, "near"))
