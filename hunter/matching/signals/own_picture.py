"""The profile has a picture of its own that has nothing to do with the brand's."""

from __future__ import annotations

from hunter.matching.pictures.examples import Drawn, brand_with, profile_with
from hunter.matching.pictures.matches import match_pictures
from hunter.types import Brand, Example, Profile, Seen, Signal

UNLIKE = -8.0  # bits from which a picture certainly is another one


def compare(brand: Brand, profile: Profile) -> Seen | None:
    match = match_pictures(brand.pictures, profile)
    if match is None or match.theirs.kind != "picture" or match.likeness.bits > UNLIKE:
        return None  # a flat, default or letter picture was not chosen by anybody and tells nothing
    return match.seen("different", strength=match.theirs.quality)


SIGNAL = Signal(
    family="picture",
    levels={"different": "a picture of its own, unlike the brand's"},
    compare=compare,
    examples=Drawn(
        lambda: (
            Example(brand=brand_with("ours"), profile=profile_with("another"), level="different"),
            Example(brand=brand_with("ours"), profile=profile_with("letter"), level=None),
            Example(brand=brand_with("ours"), profile=profile_with("flat"), level=None),
            Example(brand=brand_with("ours"), profile=profile_with("mirrored"), level=None),
            Example(brand=Brand(slug="bare", names=("Bare",)), profile=profile_with("another"), level=None),
        )
    ),
)
