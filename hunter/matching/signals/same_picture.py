"""The profile shows the brand's own picture, perhaps in another size or file format."""

from __future__ import annotations

from hunter.matching.pictures import compare_pictures
from hunter.types import Brand, Example, Picture, Profile, Seen, Signal


def compare(brand: Brand, profile: Profile) -> Seen | None:
    if profile.picture is None:
        return None
    found = [(c, p) for p in brand.pictures if (c := compare_pictures(p, profile.picture)) is not None]
    best = max(found, key=lambda pair: pair[0].bits, default=None)
    if best is None or best[0].how not in ("bytes", "same"):
        return None
    level = "bytes" if best[0].how == "bytes" else "same"
    return Seen(level, best[1].sha256[:12], profile.picture.sha256[:12])


_OURS = Picture(sha256="1" * 64, hashes={"phash": "f0f0f0f00f0f0f0f"}, quality=1.0, width=64, height=64)
_NEAR = Picture(sha256="2" * 64, hashes={"phash": "f0f0f0f00f0f0f0e"}, quality=1.0, width=64, height=64)
_BRAND = Brand(slug="acme", names=("Acme",), pictures=(_OURS,))

SIGNAL = Signal(
    family="picture",
    levels={
        "bytes": "the very same picture file as the brand's",
        "same": "the same picture as the brand's",
    },
    compare=compare,
    examples=(
        Example(brand=_BRAND, profile=Profile(platform="x", handle="zz9", picture=_OURS), level="bytes"),
        Example(brand=_BRAND, profile=Profile(platform="x", handle="zz8", picture=_NEAR), level="same"),
        Example(brand=_BRAND, profile=Profile(platform="x", handle="zz7"), level=None),
    ),
)
