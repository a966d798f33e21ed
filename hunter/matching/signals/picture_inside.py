"""The brand's picture or logo stands inside the profile's picture."""

from __future__ import annotations

from hunter.matching.pictures.comparison import CLEAR, find_likest
from hunter.matching.pictures.examples import example_picture
from hunter.types import Brand, Example, Profile, Seen, Signal


def compare(brand: Brand, profile: Profile) -> Seen | None:
    if profile.picture is None:
        return None
    found = find_likest(brand.pictures, profile.picture)
    if found is None or found[0].how != "inside" or found[0].bits <= 0:
        return None
    likeness, ours = found
    words = f"the brand's picture, {likeness.words}"
    return Seen("inside", ours.sha256[:12], profile.picture.sha256[:12], words, min(1.0, likeness.bits / CLEAR))


_BRAND = Brand(slug="acme", names=("Acme",), pictures=(example_picture("ours"),))


def _profile(how: str) -> Profile:
    return Profile(platform="x", handle="zz9", picture=example_picture(how))


SIGNAL = Signal(
    family="picture",
    levels={"inside": "the brand's picture stands inside another picture"},
    compare=compare,
    examples=(
        Example(brand=_BRAND, profile=_profile("inside"), level="inside"),
        Example(brand=_BRAND, profile=_profile("small"), level=None),
        Example(brand=_BRAND, profile=Profile(platform="x", handle="zz7"), level=None),
    ),
)
