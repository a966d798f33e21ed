"""Many names against many brands: only pairs worth judging are judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hunter.matching.judge import judge
from hunter.matching.weights import Weights, shipped_weights
from hunter.types import Assessment, Brand, Profile


class Screener:
    """Brands with their rules, ready to judge any number of profiles."""

    def __init__(self, brands: Sequence[Brand], weights: Weights | None = None) -> None:
        self.brands = tuple(brands)
        self.weights = weights or shipped_weights()

    def assess(self, profile: Profile) -> list[Assessment]:
        """One assessment for each brand that the profile resembles in any way, best first."""
        judged = [judge(brand, profile, self.weights) for brand in self.brands]
        return sorted((a for a in judged if a.findings), key=lambda a: -a.score)

    def screen(self, profiles: Iterable[Profile]) -> Iterator[Assessment]:
        """Assessments of any iterable of profiles, in its order; memory stays flat."""
        for profile in profiles:
            yield from self.assess(profile)
