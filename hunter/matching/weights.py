"""How many bits each level of each signal is worth, and the digest that names one set of rules."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from hunter.errors import UsageError
from hunter.matching.signals import all_signals
from hunter.matching.words import split_domain
from hunter.tables import read_table
from hunter.types import Known, Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A prior in bits and, for each signal and level, the bits at strength 0 and at strength 1."""

    prior: float
    levels: Mapping[str, Mapping[str, tuple[float, float]]]
    digest: str  # 16 hex digits over prior, levels, the signals' own levels and the list of known domains
    known_domains: Mapping[str, int] = field(default_factory=dict, repr=False)  # domain -> rank

    def bits(self, signal: str, level: str, strength: float = 1.0) -> float:
        """Bits of one finding, interpolated between the level's two weights. KeyError: no such level."""
        low, high = self.levels[signal][level]
        return low + (high - low) * min(1.0, max(0.0, strength))

    def find_known(self, profile: Profile) -> Known | None:
        """The known domain that a profile is or that its platform verified for it; the best known of several."""
        if not self.known_domains:
            return None
        hosts = [host for host in profile.verified_by if "." in host]
        if profile.platform == "domain" or (profile.platform == "bluesky" and "." in profile.handle):
            hosts.append(profile.handle.removeprefix("@"))
        own = {f"{label}.{suffix}" for _, label, suffix in map(split_domain, hosts) if suffix}
        ranks = [Known(domain, self.known_domains[domain]) for domain in sorted(own) if domain in self.known_domains]
        return min(ranks, key=lambda known: known.rank, default=None)

    def knowing(self, domains: Mapping[str, int]) -> Weights:
        """The same weights with a list of known domains, by their ranks; the list changes the digest."""
        listed = hashlib.sha256(self.digest.encode())
        for domain, rank in sorted(domains.items()):
            listed.update(f"\n{rank} {domain}".encode())
        digest = listed.hexdigest()[:16] if domains else self.digest
        return Weights(prior=self.prior, levels=self.levels, digest=digest, known_domains=domains)


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
