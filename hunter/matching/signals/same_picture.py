"""The profile shows the brand's own picture, perhaps in another size or file format."""

from __future__ import annotations

from hunter.matching.pictures.examples import Drawn, brand_with, profile_with
from hunter.matching.pictures.matches import match_pictures
from hunter.types import Brand, Example, Profile, Seen, Signal


def compare(brand: Brand, profile: Profile) -> Seen | None:
    match = match_pictures(brand.pictures, profile)
    if match is None or not match.proves or match.likeness.how not in SIGNAL.levels:
        return None
    return match.seen(match.likeness.how)


SIGNAL = Signal(
    family="picture",
    levels={
        "bytes": "the very same picture file as the brand's",
        "same": "the same picture as the brand's",
    },
    compare=compare,
    examples=Drawn(
        lambda: (
            Example(brand=brand_with("ours"), profile=profile_with("ours"), level="bytes"),
            Example(brand=brand_with("ours"), profile=profile_with("small"), level="same"),
            Example(brand=brand_with("ours"), profile=profile_with("another"), level=None),
            Example(brand=brand_with("ours"), profile=profile_with("letter"), level=None),
            Example(brand=brand_with("ours"), profile=profile_with("flat"), level=None),
            Example(brand=brand_with("ours"), profile=Profile(platform="x", handle="zz7"), level=None),
        )
    ),
)
