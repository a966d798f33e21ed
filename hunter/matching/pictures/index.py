"""All brands' pictures searched at once."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from hunter.matching.pictures.comparison import CANONICAL, LOOK_AGAIN, LOOK_INTO, commonness
from hunter.matching.pictures.descriptors import LENGTH
from hunter.matching.pictures.sheets import reference_sheet, unpack_sheet
from hunter.types import Brand, Picture


class PictureIndex:
    """The brands whose pictures a candidate's picture may be made of."""

    def __init__(self, brands: Iterable[Brand]) -> None:
        pairs = [(p, b.slug) for b in brands for p in b.pictures if p.kind != "flat" and p.small]
        self._slugs = np.array([slug for _, slug in pairs])
        sheets = [reference_sheet(p.small) for p, _ in pairs]
        self._owner = np.repeat(np.arange(len(pairs)), [len(s.places) for s in sheets])
        empty = np.zeros((0, LENGTH), np.float32)
        self._views = np.concatenate([empty, *(s.vectors for s in sheets)])
        canonical = [f.name in CANONICAL for s in sheets for _, f in s.places]
        self._canonical = np.flatnonzero(canonical)
        self._common = np.array([commonness(p.small) for p, _ in pairs])

    def near(self, picture: Picture) -> list[str]:
        """Slugs of the brands worth a second look, nearest first; empty for a picture that shows nothing."""
        if picture.kind == "flat" or not picture.small or not len(self._slugs):
            return []
        sheet = unpack_sheet(picture.small)
        both = np.concatenate([sheet.vectors, sheet.mirrored])
        likeness = (self._views @ both.T).max(axis=1)
        hits = np.flatnonzero(likeness >= LOOK_AGAIN)
        found = list(zip(likeness[hits].tolist(), self._owner[hits].tolist(), strict=True))
        if sheet.windows:
            inside = (self._views[self._canonical] @ sheet.window_vectors.T).max(axis=1)
            at = np.flatnonzero(inside >= LOOK_INTO)
            owners = self._owner[self._canonical[at]]
            found += list(zip(inside[at].tolist(), owners.tolist(), strict=True))
        found.sort(reverse=True)
        return list(dict.fromkeys(str(self._slugs[owner]) for _, owner in found))
