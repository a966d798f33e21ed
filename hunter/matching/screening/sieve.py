"""Which pairs of a bare handle and a form of a brand's name may reach a score, so that the judge sees few others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hunter.matching.compiled import compiled
from hunter.matching.forms import Form
from hunter.matching.screening.text import Ints
from hunter.matching.signals import all_signals
from hunter.matching.weights import Weights
from hunter.tables import read_table

Flags = NDArray[np.bool_]

_SMALL = 1e-6  # strength, for what is added up in another order
_BLIND = frozenset({"name", "disguise", "bio", "link", "picture", "age", "verified"})  # nothing else adds to a handle


class Sieve:
    """The forms of all brands; without the compiled part it lets everything through, which costs only time."""

    def __init__(self, forms: Sequence[Form], keywords: Iterable[frozenset[str]]) -> None:
        """`forms` with the folded keywords of the brand of each."""
        self._looks = _looks_of(forms, keywords)

    def possible(self, handles: bytes, platforms: Sequence[str], rows: Ints, forms: Ints, least: float) -> Flags:
        """Whether the strength of pairs of a line and a form may come to the least. `rows` are sorted.

        `handles` are UTF-8, each ended by a line; `platforms` is one for all or one for each.
        """
        if self._looks is None or least <= 0:
            return np.ones(len(rows), np.bool_)
        registries = frozenset(read_table("words")["hosts"]["registries"])
        kinds = np.array([platform in registries for platform in platforms], np.uint8)
        strengths = self._looks.strengths(handles, rows, forms, kinds, least - _SMALL)
        return np.asarray(strengths >= least - _SMALL)


def _looks_of(forms: Sequence[Form], keywords: Iterable[frozenset[str]]) -> Any:
    quick = compiled("looking")
    return quick.Looks(forms, keywords) if quick else None


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
