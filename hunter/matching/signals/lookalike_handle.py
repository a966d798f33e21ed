"""The handle looks like the brand's name."""

from __future__ import annotations

from hunter.matching.likeness import alikeness
from hunter.matching.skeleton import fold, squash
from hunter.types import Brand, Example, Profile, Seen, Signal


def compare(brand: Brand, profile: Profile) -> Seen | None:
    theirs = squash(fold(profile.handle).text)
    best, ours = max((alikeness(squash(fold(n).text), theirs), n) for n in brand.names)
    if best < 0.6:
        return None
    level = "same" if best == 1.0 else "alike"
    return Seen(level, ours, profile.handle, strength=min(1.0, max(0.0, (best - 0.6) / 0.4)))


_ACME = Brand(slug="acme", names=("Acme Bank",))

SIGNAL = Signal(
    family="name",
    levels={"same": "handle {theirs} is the brand's name", "alike": "handle {theirs} looks like {ours}"},
    compare=compare,
    examples=(
        Example(brand=_ACME, profile=Profile(platform="x", handle="acme_bank"), level="same"),
        Example(brand=_ACME, profile=Profile(platform="x", handle="acmebank1"), level="alike"),
        Example(brand=_ACME, profile=Profile(platform="x", handle="gardening"), level=None),
    ),
)
