"""All brands' pictures searched at once."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from hunter.types import Brand, Picture

NEAR = 12  # bits of 64


class PictureIndex:
    """The brands whose pictures a candidate's picture may be made of."""

    def __init__(self, brands: Iterable[Brand]) -> None:
        pairs = [(p, b.slug) for b in brands for p in b.pictures if p.kind == "picture" and "phash" in p.hashes]
        self._slugs = [slug for _, slug in pairs]
        self._codes = np.array([int(p.hashes["phash"], 16) for p, _ in pairs], dtype=np.uint64)

    def near(self, picture: Picture) -> list[str]:
        """Slugs of the brands worth a second look, nearest first; empty for a picture that shows nothing."""
        if picture.kind != "picture" or not self._slugs:
            return []
        apart = np.bitwise_count(self._codes ^ np.uint64(int(picture.hashes["phash"], 16)))
        order = np.argsort(apart, kind="stable")
        return list(dict.fromkeys(self._slugs[i] for i in order if apart[i] <= NEAR))
