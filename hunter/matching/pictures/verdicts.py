"""Traits of a pair of views to the bits that speak for a copy: a logistic model, fitted, in `pictures.toml`."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np
import numpy.typing as npt

from hunter.matching.pictures.alignment import NAMES
from hunter.tables import read_table

_PAIR = (
    "likeness", "commonness", *NAMES, "mirrored", "cut", "turned", "side",
    "detail", "plain", "plain_colour", "plain_mirrored", "plain_bent",
)  # fmt: skip
_POINTS = ("agreeing", "agreed_share")
# What means more, or less, beside each other: edges that run alike prove little where the colours are others, and much
# where the picture is rich. Each two of them count as a trait of their own; without that, one more in twenty of the
# copies that were altered several times is missed.
_TOGETHER = (
    "likeness", "commonness", "edge_likeness", "blocks_alike", "directions_alike", "theirs_found", "colour_apart",
    "light_apart", "bend", "detail",
)  # fmt: skip
_PRODUCTS = tuple(f"{first}_with_{second}" for first, second in combinations(_TOGETHER, 2))
_PLACES = np.array([_PAIR.index(name) for name in _TOGETHER])
_UPPER = np.triu_indices(len(_TOGETHER), 1)
# How two views were found to resemble each other -> what the verdict on them rests on.
TRAITS = {"copy": (*_PAIR, *_PRODUCTS), "inside": (*_PAIR, *_PRODUCTS), "points": (*_PAIR, *_POINTS)}


@cache
def _model(kind: str) -> tuple[npt.NDArray[np.float64], float]:
    table = read_table("pictures")[kind]
    return np.array([float(table[name]) for name in TRAITS[kind]]), float(table["bias"])


def complete(kind: str, traits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """What was measured of a pair, with the products that a verdict of this kind rests on as well."""
    if kind == "points":
        return traits
    together = traits[_PLACES]
    return np.concatenate([traits, together[_UPPER[0]] * together[_UPPER[1]]])


def weigh(kind: str, traits: npt.NDArray[np.float64]) -> float:
    """Log-odds in bits that a pair of this kind ("copy", "inside" or "points") with these traits is no chance."""
    weights, bias = _model(kind)
    return float(complete(kind, traits) @ weights + bias)
