"""The first look at a likeness: its numbers, and the fitted scale that turns them into one.

It is quick, and the index knows a bound for it; `scales` looks again, more closely, at what passes. The scale is a
logistic regression in four cases (the brand's name exact or changed, as a word of its own or inside something longer),
each piecewise linear in its main measures. Its coefficients stand in `data/scale.toml`; `fitting` finds them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

from hunter.matching.likeness import Likeness, ratio, winkler
from hunter.matching.words import affix_cost
from hunter.tables import read_table

CASES = ("exact_own", "exact_inside", "changed_own", "changed_inside")
KNEES = {"gain": (8, 13, 18), "rare": (12, 18), "near": (8,)}


def case_of(alike: Likeness) -> str:
    """Which of the four cases a likeness is."""
    edges = alike.reading.starts | alike.reading.humps
    own = alike.place.start in edges and alike.place.end in edges
    return ("changed_" if alike.place.edits else "exact_") + ("own" if own else "inside")


def measure(alike: Likeness, spaced: bool = False) -> dict[str, float]:
    """The numbers of one likeness; costs in nats, shares from 0 to 1. `spaced`: a display name."""
    found = {"one": 1.0} | _of_ours(alike) | _beside(alike) | _of_whole(alike)
    for name, knees in KNEES.items():
        found |= {f"{name}_{knee}": max(0.0, found[name] - knee) for knee in knees}
    if alike.reading.suffix:
        found |= {"host": 1.0, "host_main": float(alike.place.start >= alike.reading.main[0])}
        found |= _within("host", found, "covers_main")
    if spaced:
        found |= {"spaced": 1.0} | _within("spaced", found, "covers")
    if alike.place.edits:
        found |= _of_changes(alike)
    return found


def _of_ours(alike: Likeness) -> dict[str, float]:
    """The brand's name: how rare, how long, how surely meant so."""
    form = alike.form
    size = len(form.letters)
    return {
        "gain": alike.gain,
        "rare": form.ordinary,
        "size": math.log2(size),
        "size_4": float(size < 5),
        "size_5": float(size < 6),
        "penalty": form.penalty,
        "words": float(min(4, 1 + len(form.breaks))),
    }


def _beside(alike: Likeness) -> dict[str, float]:
    """What stands before and behind the brand in the same runs."""
    near = min(30.0, affix_cost(alike.left) + affix_cost(alike.right))
    beside = len(alike.left) + len(alike.right)
    loose = sum(len(x) for x in (alike.left, alike.right) if not x.isdigit() and not alike.bait)
    return {
        "near": near,
        "glue": near / max(1, beside),
        "bait": float(bool(alike.bait or alike.far_bait)),
        "bait_near": min(1.0, sum(map(len, alike.bait)) / max(1, beside)),
        "bait_far": float(bool(alike.far_bait)),
        "loose": float(min(12, loose)),
        "single": float(beside == 1),
        "crossings": float(min(alike.crossings, 3)),
        "plural": float(alike.right == "s" and not alike.left),
    }


def _of_whole(alike: Likeness) -> dict[str, float]:
    """The whole of their name: what of it the brand covers, and how it is written."""
    place, reading, ours = alike.place, alike.reading, alike.form.letters
    main = reading.letters[reading.main[0] : reading.main[1]]
    rest = [r for r in reading.runs if r.end <= place.start or r.start >= place.end]
    outside = min(60.0, sum(affix_cost(r.text) for r in rest if r.piece not in reading.noise))
    noise = sum(len(r.text) for r in rest if r.piece in reading.noise)
    width = place.end - place.start
    inside = frozenset(r.start - place.start for r in reading.runs if place.start < r.start < place.end)
    return {
        "covers": width / max(width, len(reading.letters) - noise),
        "covers_main": min(1.0, width / max(1, len(main))),
        "outside": outside,
        "outside_15": min(outside, 15.0),
        "digits": float(any(c.isdigit() for c in reading.letters)),
        "first": float(place.start == 0),
        "last": float(place.end == len(reading.letters)),
        "ratio": ratio(ours, reading.letters),
        "ratio_main": ratio(ours, main),
        "winkler": winkler(ours, reading.letters),
        "sounds": float(alike.sounds),
        "swapped": float(any(s.kind in ("letter", "turned") for s in reading.folded.swaps)),
        "styled": float(any(s.kind == "style" for s in reading.folded.swaps) or reading.folded.hidden > 0),
        "whole": float(width == len(reading.letters)),
        "same_words": float(alike.form.breaks == inside),
    }


def _of_changes(alike: Likeness) -> dict[str, float]:
    """What was done to the brand's letters."""
    ours, window, place = alike.form.letters, alike.window, alike.place
    kinds = [edit.kind for edit in place.edits]
    found = {
        "cost": place.cost,
        "cost_size": place.cost / len(ours),
        "one_edit": float(len(kinds) == 1),
        "many_edits": float(len(kinds) > 2),
        "head_kept": float(window[:1] == ours[0]),
        "tail_kept": float(window[-1:] == ours[-1]),
    }
    return found | {kind: float(kinds.count(kind)) for kind in dict.fromkeys(kinds)}


def _within(kind: str, found: Mapping[str, float], covers: str) -> dict[str, float]:
    """What weighs otherwise in domains or in display names."""
    named = {"gain": "gain", "covers": covers, "outside": "outside", "bait": "bait"}
    return {f"{kind}_{name}": found[of] for name, of in named.items()}


@cache
def shipped_scale() -> Mapping[str, Mapping[str, float]]:
    """Case -> measure -> natural log of odds for one unit of the measure."""
    return read_table("scale")


def weigh(case: str, measures: Mapping[str, float]) -> float:
    """Natural log of the odds, at the base rate of the fitting data, that a likeness is meant."""
    scale = shipped_scale()[case]
    return sum(scale.get(name, 0.0) * value for name, value in measures.items())
