"""Traits of a pair of views to the bits that speak for a copy: a logistic model, fitted, in `pictures.toml`."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from hunter.matching.pictures.alignment import NAMES
from hunter.tables import read_table

TRAITS = ("likeness", "commonness", *NAMES, "mirrored", "cut", "turned", "side")


@cache
def _model(kind: str) -> tuple[npt.NDArray[np.float64], float]:
    table = read_table("pictures")[kind]
    return np.array([float(table[name]) for name in TRAITS]), float(table["bias"])


def weigh(kind: str, traits: npt.NDArray[np.float64]) -> float:
    """Log-odds in bits that a pair of this kind ("copy" or "inside") with these traits is no chance likeness."""
    weights, bias = _model(kind)
    return float(traits @ weights + bias)
