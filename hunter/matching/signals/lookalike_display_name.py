"""The display name looks like the brand's name."""

from __future__ import annotations

from hunter.matching.resemblance import LEVELS, resemble
from hunter.matching.specimens import examples_of
from hunter.matching.words import read_name
from hunter.types import Brand, Profile, Seen, Signal


def compare(brand: Brand, profile: Profile) -> Seen | None:
    if not profile.display_name or profile.platform == "domain":
        return None
    found = resemble(brand, read_name(profile.display_name), spaced=True)
    if found is None:
        return None
    return Seen(
        found.level, found.ours, profile.display_name, words=f"display name {found.words}", strength=found.strength
    )


def _bear(name: str) -> Profile:
    return Profile(platform="x", handle="u4", display_name=name)


SIGNAL = Signal(
    family="name",
    levels={level: f"display name {words}" for level, words in LEVELS.items()},
    compare=compare,
    examples=examples_of(_bear),
)
