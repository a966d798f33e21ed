"""How many bits each level of each signal is worth, and the digest that names one set of rules."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from hunter.errors import UsageError
from hunter.matching.signals import all_signals
from hunter.tables import read_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A prior in bits and, for each signal and level, the bits at strength 0 and at strength 1."""

    prior: float
    levels: Mapping[str, Mapping[str, tuple[float, float]]]
    digest: str  # 16 hex digits over prior, levels and the signals' own levels

    def bits(self, signal: str, level: str, strength: float = 1.0) -> float:
        """Bits of one finding, interpolated between the level's two weights. KeyError: no such level."""
        low, high = self.levels[signal][level]
        return low + (high - low) * min(1.0, max(0.0, strength))


def parse_weights(table: Mapping[str, Any]) -> Weights:
    """Reads a weights table: `prior = -6.0`, then `[signal]` tables with `level = bits` or `level = [low, high]`.

    Raises UsageError that names every signal or level which is missing, unknown or no number.
    """
    faults: list[str] = []
    levels: dict[str, dict[str, tuple[float, float]]] = {}
    for name, signal in all_signals().items():
        given = table.get(name, {})
        faults += [f"{name}.{level}: unknown level" for level in given if level not in signal.levels]
        levels[name] = {}
        for level in signal.levels:
            try:
                value = given[level]
                low, high = value if isinstance(value, list) else (value, value)
                levels[name][level] = (float(low), float(high))
            except KeyError:
                faults.append(f"{name}.{level}: no weight")
            except (TypeError, ValueError):
                faults.append(f"{name}.{level}: must be a number or a pair of numbers")
    faults += [f"{name}: no such signal" for name in table if name != "prior" and name not in all_signals()]
    if faults:
        raise UsageError("weights: " + "; ".join(faults))
    canonical = json.dumps([float(table["prior"]), levels], sort_keys=True)
    return Weights(
        prior=float(table["prior"]), levels=levels, digest=hashlib.sha256(canonical.encode()).hexdigest()[:16]
    )


@cache
def shipped_weights() -> Weights:
    """The weights of `data/weights.toml`."""
    return parse_weights(read_table("weights"))
