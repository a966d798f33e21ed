"""The profile shows the picture of one of the brand's official accounts."""

from __future__ import annotations

from dataclasses import replace

from hunter.matching.pictures.comparison import CLEAR, find_likest
from hunter.matching.pictures.examples import example_picture
from hunter.types import Brand, Example, Profile, Seen, Signal


def compare(brand: Brand, profile: Profile) -> Seen | None:
    if profile.picture is None:
        return None
    found = find_likest((p for p in brand.pictures if p.source), profile.picture)
    if found is None or found[0].bits <= 0:
        return None
    likeness, ours = found
    strength = min(1.0, likeness.bits / CLEAR)
    changes = "" if likeness.how in ("bytes", "same") else f", {likeness.words}"
    words = f"the picture of the official account {ours.source}{changes}"
    return Seen("seen", ours.source or "", profile.picture.sha256[:12], words, strength)


_OFFICIAL = replace(example_picture("ours"), source="bluesky:acme.example")
_BRAND = Brand(slug="acme", names=("Acme",), pictures=(_OFFICIAL,))


def _profile(how: str) -> Profile:
    return Profile(platform="x", handle="zz9", picture=example_picture(how))


SIGNAL = Signal(
    family="picture",
    levels={"seen": "the picture of the official account {ours}"},
    compare=compare,
    examples=(
        Example(brand=_BRAND, profile=_profile("mirrored"), level="seen"),
        Example(brand=_BRAND, profile=_profile("another"), level=None),
        Example(
            brand=replace(_BRAND, pictures=(example_picture("ours"),)), profile=_profile("ours"), level=None
        ),  # the brand's picture, but from no account
    ),
)
