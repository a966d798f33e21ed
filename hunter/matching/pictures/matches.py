"""A profile's picture beside the picture of ours that it resembles most: what all picture signals look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hunter.matching.pictures.comparison import CLEAR, Likeness, find_likest
from hunter.types import Picture, Profile, Seen


@dataclass(frozen=True, slots=True)
class Match:
    """The picture of ours that theirs is made of most surely, and how it was found to resemble it."""

    likeness: Likeness
    ours: Picture
    theirs: Picture

    @property
    def proves(self) -> bool:
        """Whether the looks alone tell a copy."""
        return self.likeness.bits > 0

    def seen(self, level: str, words: str = "", strength: float | None = None) -> Seen:
        """As a signal says it; without a strength, the surer the copy, the stronger."""
        strong = min(1.0, self.likeness.bits / CLEAR) if strength is None else strength
        return Seen(level, self.ours.sha256[:12], self.theirs.sha256[:12], words, strong)


def match_pictures(pictures: Iterable[Picture], profile: Profile) -> Match | None:
    """The best match of a profile's picture; None where it has none or nothing can be compared."""
    if profile.picture is None:
        return None
    found = find_likest(pictures, profile.picture)
    return None if found is None else Match(*found, profile.picture)
