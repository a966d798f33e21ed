"""The account is one of the brand's own."""

from __future__ import annotations

from hunter.types import Brand, Example, Profile, Seen, Signal


def _plain(handle: str) -> str:
    return handle.strip().removeprefix("@").lower().rstrip(".")


def compare(brand: Brand, profile: Profile) -> Seen | None:
    theirs = _plain(profile.handle)
    for ours in brand.official.get(profile.platform, ()):
        if _plain(ours) == theirs:
            return Seen("official", ours, profile.handle)
    if profile.platform == "domain":
        for ours in brand.domains:
            if theirs == _plain(ours) or theirs.endswith("." + _plain(ours)):
                return Seen("official", ours, profile.handle)
    return None


_ACME = Brand(slug="acme", names=("Acme",), official={"x": ("acme",)}, domains=("acme.com",))

SIGNAL = Signal(
    family="official",
    levels={"official": "{theirs} is the brand's own account"},
    compare=compare,
    examples=(
        Example(brand=_ACME, profile=Profile(platform="x", handle="Acme"), level="official"),
        Example(brand=_ACME, profile=Profile(platform="domain", handle="shop.acme.com"), level="official"),
        Example(brand=_ACME, profile=Profile(platform="x", handle="acme1"), level=None),
    ),
)
