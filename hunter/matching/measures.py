"""A likeness as numbers, and the fitted scale that turns them into one: how much the name speaks for an impostor.

The scale is a logistic regression in four cases (the brand's name exact or changed, as a word of its own or inside
something longer), each piecewise linear in its main measures. Its coefficients stand in `data/scale.toml`; they are
fitted by `hunter.matching.fitting`.
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
    form, place, reading = alike.form, alike.place, alike.reading
    size, kinds = len(form.letters), [e.kind for e in place.edits]
    main = reading.letters[reading.main[0] : reading.main[1]]
    rest = [r for r in reading.runs if r.end <= place.start or r.start >= place.end]
    outside = min(60.0, sum(affix_cost(r.text) for r in rest if r.piece not in reading.noise))
    noise = sum(len(r.text) for r in rest if r.piece in reading.noise)
    near = min(30.0, affix_cost(alike.left) + affix_cost(alike.right))
    beside = len(alike.left) + len(alike.right)
    width = place.end - place.start
    covers, covers_main = width / max(width, len(reading.letters) - noise), min(1.0, width / max(1, len(main)))
    bait = float(bool(alike.bait or alike.far_bait))
    found = {
        "one": 1.0,
        "gain": alike.gain,
        "rare": form.ordinary,
        "near": near,
        "glue": near / max(1, beside),
        "covers": covers,
        "covers_main": covers_main,
        "outside": outside,
        "outside_15": min(outside, 15.0),
        "bait": bait,
        "bait_near": min(1.0, sum(map(len, alike.bait)) / max(1, beside)),
        "bait_far": float(bool(alike.far_bait)),
        "size": math.log2(size),
        "size_4": float(size < 5),
        "size_5": float(size < 6),
        "loose": float(min(12, sum(len(x) for x in (alike.left, alike.right) if not x.isdigit() and not alike.bait))),
        "single": float(beside == 1),
        "digits": float(any(c.isdigit() for c in reading.letters)),
        "first": float(place.start == 0),
        "last": float(place.end == len(reading.letters)),
        "crossings": float(min(alike.crossings, 3)),
        "penalty": form.penalty,
        "ratio": ratio(form.letters, reading.letters),
        "ratio_main": ratio(form.letters, main),
        "winkler": winkler(form.letters, reading.letters),
        "sounds": float(alike.sounds),
        "swapped": float(any(s.kind in ("letter", "turned") for s in reading.folded.swaps)),
        "styled": float(any(s.kind == "style" for s in reading.folded.swaps) or reading.folded.hidden > 0),
    }
    found |= {
        "whole": float(width == len(reading.letters)),
        "words": float(min(4, 1 + len(form.breaks))),
        "plural": float(alike.right == "s" and not alike.left),
        "same_words": float(
            form.breaks == frozenset(r.start - place.start for r in reading.runs if place.start < r.start < place.end)
        ),
    }
    for name, knees in KNEES.items():
        found |= {f"{name}_{knee}": max(0.0, found[name] - knee) for knee in knees}
    if reading.suffix:
        found |= {"host": 1.0, "host_main": float(place.start >= reading.main[0])}
        found |= _within("host", alike.gain, covers_main, outside, bait)
    if spaced:
        found |= {"spaced": 1.0} | _within("spaced", alike.gain, covers, outside, bait)
    if kinds:
        found |= {
            "cost": place.cost,
            "cost_size": place.cost / size,
            "one_edit": float(len(kinds) == 1),
            "many_edits": float(len(kinds) > 2),
            "head_kept": float(reading.letters[place.start] == form.letters[0]),
            "tail_kept": float(reading.letters[place.end - 1] == form.letters[-1]),
        }
        found |= {kind: float(kinds.count(kind)) for kind in dict.fromkeys(kinds)}
    return found


def _within(kind: str, gain: float, covers: float, outside: float, bait: float) -> dict[str, float]:
    """What weighs otherwise in domains or in display names."""
    return {f"{kind}_gain": gain, f"{kind}_covers": covers, f"{kind}_outside": outside, f"{kind}_bait": bait}


@cache
def shipped_scale() -> Mapping[str, Mapping[str, float]]:
    """Case -> measure -> natural log of odds for one unit of the measure."""
    return read_table("scale")


def log_odds(alike: Likeness, spaced: bool = False) -> float:
    """Natural log of the odds, at the base rate of the fitting data, that this likeness is meant."""
    scale = shipped_scale()[case_of(alike)]
    return sum(scale.get(name, 0.0) * value for name, value in measure(alike, spaced).items())
