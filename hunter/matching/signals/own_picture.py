"""The profile has a picture of its own that has nothing to do with the brand's."""

from __future__ import annotations

from hunter.matching.pictures.comparison import find_likest
from hunter.matching.pictures.examples import example_picture
from hunter.types import Brand, Example, Profile, Seen, Signal

UNLIKE = -8.0  # bits from which a picture certainly is another one


def compare(brand: Brand, profile: Profile) -> Seen | None:
    theirs = profile.picture
    if theirs is None or theirs.kind != "picture":
        return None  # a flat, default or letter picture was not chosen by anybody and tells nothing
    found = find_likest(brand.pictures, theirs)
    if found is None or found[0].bits > UNLIKE:
        return None
    return Seen("different", found[1].sha256[:12], theirs.sha256[:12], strength=theirs.quality)


_BRAND = Brand(slug="acme", names=("Acme",), pictures=(example_picture("ours"),))


def _profile(how: str) -> Profile:
    return Profile(platform="x", handle="acme1", picture=example_picture(how))


SIGNAL = Signal(
    family="picture",
    levels={"different": "a picture of its own, unlike the brand's"},
    compare=compare,
    examples=(
        Example(brand=_BRAND, profile=_profile("another"), level="different"),
        Example(brand=_BRAND, profile=_profile("letter"), level=None),
        Example(brand=_BRAND, profile=_profile("flat"), level=None),
        Example(brand=_BRAND, profile=_profile("mirrored"), level=None),
        Example(brand=Brand(slug="bare", names=("Bare",)), profile=_profile("another"), level=None),
    ),
)
