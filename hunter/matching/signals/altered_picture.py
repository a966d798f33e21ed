"""The profile shows the brand's own picture after somebody changed it."""

from __future__ import annotations

from hunter.matching.pictures.comparison import CLEAR, POSSIBLY, find_likest
from hunter.matching.pictures.examples import example_picture
from hunter.types import Brand, Example, Profile, Seen, Signal


def compare(brand: Brand, profile: Profile) -> Seen | None:
    if profile.picture is None:
        return None
    found = find_likest(brand.pictures, profile.picture)
    if found is None or found[0].bits <= POSSIBLY:
        return None
    likeness, ours = found
    theirs = profile.picture.sha256[:12]
    if likeness.bits <= 0:
        strength = 1 - likeness.bits / POSSIBLY
        return Seen("alike", ours.sha256[:12], theirs, strength=strength)
    if likeness.how not in SIGNAL.levels:
        return None
    words = f"the brand's picture, {likeness.words}"
    return Seen(likeness.how, ours.sha256[:12], theirs, words, min(1.0, likeness.bits / CLEAR))


_BRAND = Brand(slug="acme", names=("Acme",), pictures=(example_picture("ours"),))
# A brand whose mark is a plain disc: another disc resembles it, and that says little.
_PLAIN = Brand(slug="dot", names=("Dot",), pictures=(example_picture("disc"),))


def _profile(how: str) -> Profile:
    return Profile(platform="x", handle="zz9", picture=example_picture(how))


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
    examples=(
        *(
            Example(brand=_BRAND, profile=_profile(how), level=how)
            for how in ("mirrored", "overlaid", "cropped", "turned", "recoloured", "framed")
        ),
        Example(brand=_PLAIN, profile=_profile("other disc"), level="alike"),
        Example(brand=_BRAND, profile=_profile("small"), level=None),
        Example(brand=_BRAND, profile=_profile("another"), level=None),
        Example(brand=_BRAND, profile=Profile(platform="x", handle="zz7"), level=None),
    ),
)
