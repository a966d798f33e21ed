"""The profile shows the picture of one of the brand's official accounts."""

from __future__ import annotations

from dataclasses import replace

from hunter.matching.pictures.examples import Drawn, brand_with, example_picture, profile_with
from hunter.matching.pictures.matches import match_pictures
from hunter.types import Brand, Example, Profile, Seen, Signal


def compare(brand: Brand, profile: Profile) -> Seen | None:
    if profile.picture is None:
        return None
    match = match_pictures((p for p in brand.pictures if p.source), profile)
    if match is None or not match.proves:
        return None
    likeness = match.likeness
    changes = "" if likeness.how in ("bytes", "same") else f", {likeness.words}"
    words = f"the picture of the official account {match.ours.source}{changes}"
    return match.seen("seen", words)._replace(ours=match.ours.source or "")


def _acme() -> Brand:
    return replace(brand_with("ours"), pictures=(replace(example_picture("ours"), source="bluesky:acme.example"),))


SIGNAL = Signal(
    family="picture",
    levels={"seen": "the picture of the official account {ours}"},
    compare=compare,
    examples=Drawn(
        lambda: (
            Example(brand=_acme(), profile=profile_with("mirrored"), level="seen"),
            Example(brand=_acme(), profile=profile_with("another"), level=None),
            Example(
                brand=brand_with("ours"), profile=profile_with("ours"), level=None
            ),  # the brand's picture, but from no account
        )
    ),
)
