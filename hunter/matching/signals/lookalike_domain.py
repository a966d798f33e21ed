"""The domain looks like the brand's name."""

from __future__ import annotations

from hunter.matching.resemblance import LEVELS, resemble
from hunter.matching.specimens import examples_of
from hunter.matching.words import read_domain
from hunter.types import Brand, Profile, Seen, Signal


def compare(brand: Brand, profile: Profile) -> Seen | None:
    if profile.platform != "domain":
        return None
    found = resemble(brand, read_domain(profile.handle))
    if found is None:
        return None
    return Seen(found.level, found.ours, profile.handle, words=f"domain {found.words}", strength=found.strength)


def _bear(name: str) -> Profile:
    return Profile(platform="domain", handle=f"{name}.example")


SIGNAL = Signal(
    family="name",
    levels={level: f"domain {words}" for level, words in LEVELS.items()},
    compare=compare,
    examples=examples_of(_bear),
)
