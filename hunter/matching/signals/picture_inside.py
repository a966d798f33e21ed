"""The brand's picture or logo stands inside the profile's picture."""

from __future__ import annotations

from hunter.matching.pictures.examples import Drawn, brand_with, profile_with
from hunter.matching.pictures.matches import match_pictures
from hunter.types import Brand, Example, Profile, Seen, Signal


def compare(brand: Brand, profile: Profile) -> Seen | None:
    match = match_pictures(brand.pictures, profile)
    if match is None or not match.proves or match.likeness.how != "inside":
        return None
    return match.seen("inside", f"the brand's picture, {match.likeness.words}")


SIGNAL = Signal(
    family="picture",
    levels={"inside": "the brand's picture stands inside another picture"},
    compare=compare,
    examples=Drawn(
        lambda: (
            Example(brand=brand_with("ours"), profile=profile_with("inside"), level="inside"),
            Example(brand=brand_with("ours"), profile=profile_with("small"), level=None),
            Example(brand=brand_with("ours"), profile=Profile(platform="x", handle="zz7"), level=None),
        )
    ),
)
