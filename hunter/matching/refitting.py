"""Moves weights towards a team's own verdicts, as far as these carry: shipped weights are the starting point.

A logistic regression on bits whose coefficients are pulled back to the given weights by a Gaussian prior (maximum a
posteriori, Newton's method): what few verdicts speak of stays nearly as it was. What decides on its own, such as an
official account, is never moved.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hunter.matching.judge import probability
from hunter.matching.signals import all_signals
from hunter.matching.weights import Weights, parse_weights
from hunter.types import Brand, Profile

SPREAD = 2.0  # bits by which a weight may be off before the data must insist
DECISIVE = 30.0  # bits from which on a level is a rule, not a clue
_LN2 = math.log(2.0)
_ROUNDS = 50
_PRIOR = ("", "", 0)

Place = tuple[str, str, int]  # signal, level, end (0: at strength 0, 1: at strength 1)
Floats = NDArray[np.float64]


class Clue(NamedTuple):
    """One counted finding: which level of which signal, and how strong."""

    signal: str
    level: str
    strength: float


class Case(NamedTuple):
    """One account that was decided: what counted, and whether it is an impostor."""

    clues: tuple[Clue, ...]
    impostor: bool


def measure(brand: Brand, profile: Profile, weights: Weights) -> tuple[Clue, ...]:
    """What counts for this pair under these weights: the strongest clue of each family."""
    strongest: dict[str, tuple[float, Clue]] = {}
    for name, signal in all_signals().items():
        seen = signal.compare(brand, profile)
        if seen is not None:
            clue = Clue(name, seen.level, min(1.0, max(0.0, seen.strength)))
            size = abs(weights.bits(*clue))
            if signal.family not in strongest or size > strongest[signal.family][0]:
                strongest[signal.family] = (size, clue)
    return tuple(clue for _, clue in strongest.values())


def bits_of(case: Case, weights: Weights) -> float:
    """Everything that counts, added up."""
    return weights.prior + sum(weights.bits(*clue) for clue in case.clues)


def log_loss(cases: Sequence[Case], weights: Weights) -> float:
    """Mean surprise in bits at the verdicts: 0 is perfect, 1 is a coin. Raises ValueError without cases."""
    if not cases:
        raise ValueError("no cases")
    surprise = 0.0
    for case in cases:
        said = min(1 - 1e-12, max(1e-12, probability(bits_of(case, weights))))
        surprise -= math.log2(said if case.impostor else 1 - said)
    return surprise / len(cases)


def refit(cases: Sequence[Case], weights: Weights, *, spread: float = SPREAD) -> Weights:
    """The weights moved towards the verdicts; those that no case speaks of are the same."""
    places = sorted({p for case in cases for p, _ in _columns(case, weights)} | {_PRIOR})
    column = {place: i for i, place in enumerate(places)}
    x = np.zeros((len(cases), len(places)))
    for row, case in enumerate(cases):
        x[row, column[_PRIOR]] = 1.0
        for place, share in _columns(case, weights):
            x[row, column[place]] += share
    offset = np.array([bits_of(case, weights) for case in cases])
    y = np.array([float(case.impostor) for case in cases])
    moved = dict(zip(places, _solve(x * _LN2, offset * _LN2, y, spread), strict=True))
    return parse_weights(_table(weights, moved))


def cross_check(cases: Sequence[Case], weights: Weights, *, parts: int = 5) -> tuple[float, float]:
    """Log loss of the given and of the moved weights on verdicts that the moving did not see (k-fold)."""
    before = after = 0.0
    for part in range(parts):
        unseen = cases[part::parts]
        if unseen:
            moved = refit([case for i, case in enumerate(cases) if i % parts != part], weights)
            before += log_loss(unseen, weights) * len(unseen)
            after += log_loss(unseen, moved) * len(unseen)
    return before / len(cases), after / len(cases)


def write_table(weights: Weights) -> str:
    """Weights as the TOML of a weights file, with four digits after the point."""
    lines = [f"prior = {weights.prior:.4f}"]
    for signal, levels in weights.levels.items():
        lines += ["", f"[{signal}]"]
        lines += [f"{level} = [{low:.4f}, {high:.4f}]" for level, (low, high) in levels.items()]
    return "\n".join(lines) + "\n"


def _columns(case: Case, weights: Weights) -> list[tuple[Place, float]]:
    """Which weights a case rests on, and with what share."""
    found: list[tuple[Place, float]] = []
    for signal, level, strength in case.clues:
        if max(map(abs, weights.levels[signal][level])) < DECISIVE:
            found += [((signal, level, 0), 1.0 - strength), ((signal, level, 1), strength)]
    return [(place, share) for place, share in found if share]


def _solve(x: Floats, offset: Floats, y: Floats, spread: float) -> list[float]:
    """How far each weight moves, in bits."""
    move = np.zeros(x.shape[1])
    for _ in range(_ROUNDS):
        p = 1.0 / (1.0 + np.exp(-np.clip(offset + x @ move, -40, 40)))
        slope = x.T @ (p - y) + move / spread**2
        curve = (x.T * (p * (1 - p))) @ x + np.eye(x.shape[1]) / spread**2
        step = np.linalg.solve(curve, slope)
        size = float(np.abs(step).max())
        move -= step * min(1.0, 2.0 / size) if size > 0 else step  # no leaps: far off, Newton's step overshoots
        if size < 1e-8:
            break
    return [float(each) for each in move]


def _table(weights: Weights, moved: Mapping[Place, float]) -> dict[str, Any]:
    table: dict[str, Any] = {"prior": round(weights.prior + moved[_PRIOR], 4)}
    for signal, levels in weights.levels.items():
        table[signal] = {}
        for level, (low, high) in levels.items():
            new = [low + moved.get((signal, level, 0), 0.0), high + moved.get((signal, level, 1), 0.0)]
            if (new[0] <= new[1]) != (low <= high):
                new = [sum(new) / 2] * 2  # a stronger likeness never comes to mean the opposite
            table[signal][level] = [round(each, 4) for each in new]
    return table
