"""The handle looks like the brand's name."""

from __future__ import annotations

from hunter.matching.resemblance import LEVELS, resemble
from hunter.matching.specimens import examples_of
from hunter.matching.words import read_handle
from hunter.types import Brand, Profile, Seen, Signal


def compare(brand: Brand, profile: Profile) -> Seen | None:
    if profile.platform == "domain":
        return None
    found = resemble(brand, read_handle(profile.handle, profile.platform))
    if found is None:
        return None
    return Seen(found.level, found.ours, profile.handle, words=f"handle {found.words}", strength=found.strength)


def _bear(name: str) -> Profile:
    return Profile(platform="x", handle=name)


SIGNAL = Signal(
    family="name",
    levels={level: f"handle {words}" for level, words in LEVELS.items()},
    compare=compare,
    examples=examples_of(_bear),
)
