"""The account is on the brand's list of allowed ones."""

from __future__ import annotations

from hunter.types import Allowed, Brand, Example, Profile, Seen, Signal


def compare(brand: Brand, profile: Profile) -> Seen | None:
    theirs = profile.handle.removeprefix("@").lower()
    for allowed in brand.allowed:
        if allowed.platform == profile.platform and allowed.handle.removeprefix("@").lower() == theirs:
            return Seen("allowed", allowed.reason, profile.handle)
    return None


_ACME = Brand(slug="acme", names=("Acme",), allowed=(Allowed(platform="x", handle="acmefans", reason="fan account"),))

SIGNAL = Signal(
    family="allowed",
    levels={"allowed": "{theirs} is allowed: {ours}"},
    compare=compare,
    examples=(
        Example(brand=_ACME, profile=Profile(platform="x", handle="AcmeFans"), level="allowed"),
        Example(brand=_ACME, profile=Profile(platform="mastodon", handle="acmefans"), level=None),
    ),
)
