"""Traits of a pair of views to the bits that speak for a copy: a logistic model, fitted, in `pictures.toml`."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from hunter.matching.pictures.alignment import NAMES
from hunter.tables import read_table

_PAIR = (
    "likeness", "commonness", *NAMES, "mirrored", "cut", "turned", "side",
    "detail", "plain", "plain_colour", "plain_mirrored", "plain_bent",
)  # fmt: skip
_POINTS = ("agreeing", "agreed_share")
# How two views were found to resemble each other -> what the verdict on them rests on.
TRAITS = {"copy": _PAIR, "inside": _PAIR, "points": (*_PAIR, *_POINTS)}


@cache
def _model(kind: str) -> tuple[npt.NDArray[np.float64], float]:
    table = read_table("pictures")[kind]
    return np.array([float(table[name]) for name in TRAITS[kind]]), float(table["bias"])


def weigh(kind: str, traits: npt.NDArray[np.float64]) -> float:
    """Log-odds in bits that a pair of this kind ("copy", "inside" or "points") with these traits is no chance."""
    weights, bias = _model(kind)
    return float(traits @ weights + bias)
