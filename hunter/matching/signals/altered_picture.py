"""The profile shows the brand's own picture after somebody changed it."""

from __future__ import annotations

from hunter.matching.pictures.comparison import POSSIBLY
from hunter.matching.pictures.examples import Drawn, brand_with, profile_with
from hunter.matching.pictures.matches import match_pictures
from hunter.types import Brand, Example, Profile, Seen, Signal


def compare(brand: Brand, profile: Profile) -> Seen | None:
    match = match_pictures(brand.pictures, profile)
    if match is None or match.likeness.bits <= POSSIBLY:
        return None
    likeness = match.likeness
    if not match.proves:
        return match.seen("alike", strength=1 - likeness.bits / POSSIBLY)
    if likeness.how not in SIGNAL.levels:
        return None
    return match.seen(likeness.how, f"the brand's picture, {likeness.words}")


SIGNAL = Signal(
    family="picture",
    levels={
        "mirrored": "the brand's picture, mirrored",
        "overlaid": "the brand's picture with something laid over it",
        "cropped": "the brand's picture, cropped",
        "turned": "the brand's picture, turned",
        "recoloured": "the brand's picture in other colours",
        "framed": "the brand's picture, set smaller on a plain ground",
        "alike": "a picture that resembles the brand's",
    },
    compare=compare,
    examples=Drawn(
        lambda: (
            *(
                Example(brand=brand_with("ours"), profile=profile_with(how), level=how)
                for how in ("mirrored", "overlaid", "cropped", "turned", "recoloured", "framed")
            ),
            Example(brand=brand_with("disc"), profile=profile_with("other disc"), level="alike"),
            Example(brand=brand_with("ours"), profile=profile_with("small"), level=None),
            Example(brand=brand_with("ours"), profile=profile_with("another"), level=None),
            Example(brand=brand_with("ours"), profile=Profile(platform="x", handle="zz7"), level=None),
        )
    ),
)
