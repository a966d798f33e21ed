"""Fits the scale of `measures` to labelled pairs: a ridge logistic regression by Newton's method, case by case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Sample(NamedTuple):
    """One measured pair: its case, its measures, whether it is an impostor, and how much it counts."""

    case: str
    measures: Mapping[str, float]
    impostor: bool
    weight: float = 1.0


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
    b = np.zeros(x.shape[1])
    penalty = np.full(x.shape[1], ridge)
    penalty[0] = 1e-6
    for _ in range(rounds):
        p = 1.0 / (1.0 + np.exp(-np.clip(z @ b, -40, 40)))
        slope = z.T @ (weight * (p - y)) + penalty * b
        curve = (z * (weight * p * (1 - p))[:, None]).T @ z + np.diag(penalty + 1e-9)
        step = np.linalg.solve(curve, slope)
        b -= step
        if float(np.abs(step).max()) < 1e-6:
            break
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


def _names(group: Sequence[Sample]) -> list[str]:
    names = dict.fromkeys(["one"])
    for sample in group:
        names |= dict.fromkeys(sample.measures)
    return list(names)
