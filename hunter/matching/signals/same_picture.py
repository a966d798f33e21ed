"""The profile shows the brand's own picture, perhaps in another size or file format."""

from __future__ import annotations

from hunter.matching.pictures.comparison import CLEAR, find_likest
from hunter.matching.pictures.examples import example_picture
from hunter.types import Brand, Example, Profile, Seen, Signal


def compare(brand: Brand, profile: Profile) -> Seen | None:
    if profile.picture is None:
        return None
    found = find_likest(brand.pictures, profile.picture)
    if found is None or found[0].how not in ("bytes", "same") or found[0].bits <= 0:
        return None
    likeness, ours = found
    strength = min(1.0, likeness.bits / CLEAR)
    return Seen(likeness.how, ours.sha256[:12], profile.picture.sha256[:12], strength=strength)


_BRAND = Brand(slug="acme", names=("Acme",), pictures=(example_picture("ours"),))


def _profile(how: str) -> Profile:
    return Profile(platform="x", handle="zz9", picture=example_picture(how))


SIGNAL = Signal(
    family="picture",
    levels={
        "bytes": "the very same picture file as the brand's",
        "same": "the same picture as the brand's",
    },
    compare=compare,
    examples=(
        Example(brand=_BRAND, profile=_profile("ours"), level="bytes"),
        Example(brand=_BRAND, profile=_profile("small"), level="same"),
        Example(brand=_BRAND, profile=_profile("another"), level=None),
        Example(brand=_BRAND, profile=_profile("letter"), level=None),
        Example(brand=_BRAND, profile=_profile("flat"), level=None),
        Example(brand=_BRAND, profile=Profile(platform="x", handle="zz7"), level=None),
    ),
)
