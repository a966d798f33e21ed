"""Fits the scale of `measures` and the weights of the signals to labelled pairs: ridge logistic regression."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hunter.matching.judge import find, mark_counted
from hunter.matching.weights import Weights
from hunter.types import Brand, Finding, Profile

Floats = NDArray[np.float64]


class Sample(NamedTuple):
    """One measured pair: its case, its measures, whether it is an impostor, and how much it counts."""

    case: str
    measures: Mapping[str, float]
    impostor: bool
    weight: float = 1.0
    kind: str = "handle"


def fit_logistic(x: Floats, y: Floats, weight: Floats, ridge: float, rounds: int = 25) -> Floats:
    """Coefficients of columns of `x` (n × k, the first column is 1); the ridge acts on standardised columns.

    Newton's method on the penalised log likelihood (iteratively reweighted least squares).
    """
    centre, spread = x.mean(axis=0), x.std(axis=0)
    centre[0], spread[0] = 0.0, 1.0
    still = spread < 1e-9  # a column without variation says nothing
    spread[still] = 1.0
    z = (x - centre) / spread
    z[:, still] = 0.0
    penalty = np.full(x.shape[1], ridge)
    penalty[0] = 1e-6
    b = _newton(z, y, weight, penalty, rounds)
    found: Floats = b / spread
    found[still] = 0.0
    found[0] = b[0] - float((b * centre / spread).sum())
    return found


def fit_scale(samples: Iterable[Sample], ridge: float = 20.0) -> dict[str, dict[str, float]]:
    """Case -> measure -> coefficient. Cases without both kinds of pairs are left out."""
    groups: dict[str, list[Sample]] = {}
    for sample in samples:
        groups.setdefault(sample.case, []).append(sample)
    scale = {}
    for case, group in sorted(groups.items()):
        names = _names(group)
        x = np.array([[s.measures.get(n, 0.0) for n in names] for s in group])
        y = np.array([float(s.impostor) for s in group])
        if 0.0 < y.mean() < 1.0:
            found = fit_logistic(x, y, np.array([s.weight for s in group]), ridge)
            scale[case] = {n: round(float(c), 4) for n, c in zip(names, found, strict=True) if c}
    return scale


def fit_kinds(samples: Iterable[Sample], ridge: float = 45.0, apart: float = 60.0) -> dict[str, dict[str, Any]]:
    """Case -> "any" -> measure -> coefficient, and case -> kind -> measure -> what is added to it in that kind.

    Partial pooling: one logistic regression over all kinds, in which each kind may leave the common coefficients at
    the price of a second ridge, `apart`. Handles are the common case and have no table of their own.
    """
    groups: dict[str, list[Sample]] = {}
    for sample in samples:
        groups.setdefault(sample.case, []).append(sample)
    return {case: _pool(group, ridge, apart) for case, group in sorted(groups.items()) if _has_both(group)}


def _has_both(group: Sequence[Sample]) -> bool:
    return len({sample.impostor for sample in group}) == 2


def _pool(group: Sequence[Sample], ridge: float, apart: float) -> dict[str, Any]:
    names = _names(group)
    x = np.array([[s.measures.get(n, 0.0) for n in names] for s in group])
    centre, spread = x.mean(axis=0), x.std(axis=0)
    centre[0], spread[0] = 0.0, 1.0
    spread[spread < 1e-9] = 1.0
    z = (x - centre) / spread
    y, weight = np.array([float(s.impostor) for s in group]), np.array([s.weight for s in group])
    kinds = ["any", *sorted({s.kind for s in group} - {"handle"})]
    of_kind = np.array([kinds.index(s.kind) if s.kind in kinds else 0 for s in group])
    rows = [(k, z[of_kind == k], y[of_kind == k], weight[of_kind == k]) for k in range(len(kinds))]
    penalty = np.concatenate([np.full(len(names), ridge), np.full(len(names) * (len(kinds) - 1), apart)])
    penalty[0], penalty[len(names) :: len(names)] = 1e-6, 2.0
    parts = _newton_in_kinds(rows, penalty, len(names)).reshape(-1, len(names)) / spread
    parts[:, 0] -= parts[:, 1:] @ centre[1:]
    tables = {
        kind: {n: round(float(c), 4) for n, c in zip(names, part, strict=True) if abs(c) >= 5e-5}
        for kind, part in zip(kinds, parts, strict=True)
    }
    return {kind: table for kind, table in tables.items() if table}


_Rows = tuple[int, Floats, Floats, Floats]  # number of a kind (0: none of its own), columns, labels, weights


def _newton_in_kinds(groups: Sequence[_Rows], penalty: Floats, width: int, rounds: int = 25) -> Floats:
    """Common coefficients, then those that each kind adds: as `_newton`, without the zeros of the other kinds."""
    b = np.zeros(len(penalty))
    for _ in range(rounds):
        slope, curve = penalty * b, np.diag(penalty + 1e-9)
        for kind, x, y, weight in groups:
            own = slice(kind * width, (kind + 1) * width)
            odds = x @ (b[:width] + b[own] if kind else b[:width])
            p = 1.0 / (1.0 + np.exp(-np.clip(odds, -40, 40)))
            pull, bend = x.T @ (weight * (p - y)), (x * (weight * p * (1 - p))[:, None]).T @ x
            slope[:width] += pull
            curve[:width, :width] += bend
            if kind:
                slope[own] += pull
                for place in ((slice(width), own), (own, slice(width)), (own, own)):
                    curve[place] += bend
        step = np.linalg.solve(curve, slope)
        b -= step
        if float(np.abs(step).max()) < 1e-5:
            break
    return b


def _newton(x: Floats, y: Floats, weight: Floats, penalty: Floats, rounds: int = 25) -> Floats:
    b = np.zeros(x.shape[1])
    for _ in range(rounds):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ b, -40, 40)))
        slope = x.T @ (weight * (p - y)) + penalty * b
        curve = (x * (weight * p * (1 - p))[:, None]).T @ x + np.diag(penalty + 1e-9)
        step = np.linalg.solve(curve, slope)
        b -= step
        if float(np.abs(step).max()) < 1e-6:
            break
    return b


def _names(group: Sequence[Sample]) -> list[str]:
    names = dict.fromkeys(["one"])
    for sample in group:
        names |= dict.fromkeys(sample.measures)
    return list(names)


class Pair(NamedTuple):
    """A labelled pair: what was seen of an account, and whether it pretended to be the brand."""

    brand: Brand
    profile: Profile
    impostor: bool


def fit_weights(pairs: Iterable[Pair], start: Weights, ridge: float = 2.0) -> dict[str, Any]:
    """A weights table fitted to labelled pairs, as `parse_weights` reads it; few pairs change little.

    The bits of each level at strength 0 and 1, and the prior, are the coefficients of a logistic regression on the
    findings that count under `start`; the ridge pulls each towards its weight in `start` (Gaussian prior, Newton).
    Levels that no pair shows keep their weight.
    """
    slots = {name: i for i, name in enumerate(_slots(start))}
    rows, labels = [], []
    for brand, profile, impostor in pairs:
        row = np.zeros(len(slots) + 1)
        row[0] = 1.0
        for finding, strength in counted_findings(brand, profile, start):
            row[1 + slots[(finding.signal, finding.level, 0)]] = 1.0 - strength
            row[1 + slots[(finding.signal, finding.level, 1)]] = strength
        rows.append(row)
        labels.append(float(impostor))
    before = np.array([start.prior] + [start.levels[s][level][end] for s, level, end in slots])
    after = _shift(np.array(rows), np.array(labels), before, ridge) if rows else before
    table: dict[str, Any] = {"prior": round(float(after[0]), 3)}
    for (signal, level, end), i in slots.items():
        table.setdefault(signal, {}).setdefault(level, [0.0, 0.0])[end] = round(float(after[1 + i]), 3)
    return table


def _slots(weights: Weights) -> list[tuple[str, str, int]]:
    return [(name, level, end) for name, levels in weights.levels.items() for level in levels for end in (0, 1)]


def counted_findings(brand: Brand, profile: Profile, weights: Weights) -> list[tuple[Finding, float]]:
    """The findings that count for a pair, each with its strength from 0 to 1."""
    found = []
    for finding in mark_counted(find(brand, profile, weights)):
        if finding.counted:
            low, high = weights.levels[finding.signal][finding.level]
            found.append((finding, (finding.bits - low) / (high - low) if high != low else 1.0))
    return found


def _shift(x: Floats, y: Floats, before: Floats, ridge: float, rounds: int = 30) -> Floats:
    """Coefficients in bits that fit the labels and stay near `before`."""
    bits = before.copy()
    nat = math.log(2.0)
    for _ in range(rounds):
        p = 1.0 / (1.0 + np.exp2(-np.clip(x @ bits, -60, 60)))
        slope = nat * (x.T @ (p - y)) + ridge * (bits - before)
        curve = nat * nat * (x * (p * (1 - p))[:, None]).T @ x + ridge * np.eye(len(bits))
        step = np.linalg.solve(curve, slope)
        bits -= np.clip(step, -2.0, 2.0)
        if float(np.abs(step).max()) < 1e-6:
            break
    return bits
