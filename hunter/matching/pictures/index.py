"""All brands' pictures searched at once: the cost of a look-up hardly grows with their number.

Up to some hundred pictures every view is compared. Beyond that the views are sorted into cells around typical ones,
and only those cells are searched whose middles lie near (an inverted file, as in Sivic and Zisserman, ICCV 2003).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from hunter.matching.pictures.comparison import COMMON_SHARE, LOOK_AGAIN, LOOK_INTO, POSSIBLY, look_again
from hunter.matching.pictures.descriptors import LENGTH, Vectors
from hunter.matching.pictures.sheets import Sheet, is_current, reference_sheet, unpack_sheet
from hunter.matching.pictures.views import CANONICAL, reference_frames
from hunter.types import Brand, Picture

ALL_AT_ONCE = 120_000  # products of views and asked vectors up to which all are taken
CELLS_A_VIEW = 4  # cells searched for each view of the candidate
WINDOWS_KEPT = 24  # windows searched for, those nearest to any cell
MOST = 12  # brands that are looked at again


class PictureIndex:
    """The brands whose pictures a candidate's picture may be made of."""

    def __init__(self, brands: Iterable[Brand]) -> None:
        pairs = [(p, b.slug) for b in brands for p in b.pictures if p.kind != "flat" and is_current(p.small)]
        self._slugs = [slug for _, slug in pairs]
        self._pictures = [picture for picture, _ in pairs]
        sheets = [reference_sheet(picture.small) for picture, _ in pairs]
        self._starts = np.cumsum([0, *(len(s.places) for s in sheets)])
        owners = np.repeat(np.arange(len(pairs)), np.diff(self._starts))
        self._vectors = np.concatenate([np.zeros((0, LENGTH), np.float32), *(s.vectors for s in sheets)])
        canonical = np.array([f.name in CANONICAL for s in sheets for _, f in s.places], dtype=bool)
        common = COMMON_SHARE * np.array([s.commonness for s in sheets])[owners] if pairs else owners
        self._views = _Cells(self._vectors, owners, LOOK_AGAIN + common, 8)
        self._canonical = _Cells(
            self._vectors[canonical], owners[canonical], LOOK_INTO + common[canonical], 4 * WINDOWS_KEPT
        )

    def near(self, picture: Picture) -> list[str]:
        """Slugs of the brands that come into question after a second look, nearest first; empty for a flat picture."""
        found: list[str] = []
        for owner in self.look_up(picture)[:MOST]:
            if self._slugs[owner] not in found:
                look = look_again(self._sheet(owner), unpack_sheet(picture.small))
                if look is not None and look.bits > POSSIBLY:
                    found.append(self._slugs[owner])
        return found

    def look_up(self, picture: Picture) -> list[int]:
        """Numbers of our pictures that are worth a second look, nearest first."""
        if picture.kind == "flat" or not is_current(picture.small) or not self._slugs:
            return []
        sheet = unpack_sheet(picture.small)
        best: dict[int, float] = {}
        both = np.concatenate([sheet.vectors, sheet.mirrored])
        found = self._views.search(both)
        if sheet.windows:
            found += self._canonical.search(sheet.window_vectors, WINDOWS_KEPT)
        for owner, over in found:
            best[owner] = max(best.get(owner, 0.0), over)
        return sorted(best, key=lambda owner: -best[owner])

    def _sheet(self, owner: int) -> Sheet:
        """One of our pictures' large sheets, its vectors taken from the index."""
        packed = unpack_sheet(self._pictures[owner].small)
        places = tuple((n, frame) for n, look in enumerate(packed.looks) for frame in reference_frames(look))
        vectors = self._vectors[self._starts[owner] : self._starts[owner + 1]]
        return Sheet(packed.packed, places, vectors, vectors[:0])


class _Cells:
    """Vectors with their owners and the likeness that each asks for, sorted into cells where they are many."""

    def __init__(self, vectors: Vectors, owners: npt.NDArray[np.int64], least: Vectors, asked: int) -> None:
        many = len(vectors) * asked > ALL_AT_ONCE
        self._middles = _find_middles(vectors, min(int(8 * len(vectors) ** 0.5), 1024) if many else 0)
        if many:
            cell = np.concatenate([(part @ self._middles.T).argmax(axis=1) for part in np.array_split(vectors, 64)])
            order = np.argsort(cell, kind="stable")
            vectors, owners, least = vectors[order], owners[order], least[order]
            self._starts = np.searchsorted(cell[order], np.arange(len(self._middles) + 1))
        self._vectors, self._owners, self._least = vectors, owners, least

    def search(self, asked: Vectors, most: int | None = None) -> list[tuple[int, float]]:
        """Owners of the vectors that resemble any asked one enough, and by how much more than enough.

        Where the vectors are many, only the `most` promising of many asked ones are searched for.
        """
        if not len(self._middles):
            return self._hits(slice(None), asked)
        near = asked @ self._middles.T
        if most is not None and len(asked) > most:
            kept = np.argpartition(-near.max(axis=1), most)[:most]
            asked, near = asked[kept], near[kept]
        cells = 1 if most is not None else CELLS_A_VIEW
        picked = np.argpartition(-near, cells, axis=1)[:, :cells]
        found: list[tuple[int, float]] = []
        for cell in np.unique(picked):
            wanted = asked[(picked == cell).any(axis=1)]
            found += self._hits(slice(int(self._starts[cell]), int(self._starts[cell + 1])), wanted)
        return found

    def _hits(self, part: slice, asked: Vectors) -> list[tuple[int, float]]:
        over = (self._vectors[part] @ asked.T).max(axis=1, initial=-1.0) - self._least[part]
        at = np.flatnonzero(over >= 0)
        return list(zip(self._owners[part][at].tolist(), over[at].tolist(), strict=True))


def _find_middles(vectors: Vectors, count: int) -> Vectors:
    """Middles of `count` groups of vectors, by a few rounds of k-means on an even sample of them."""
    if not count:
        return vectors[:0]
    sample = vectors[:: max(1, len(vectors) // (count * 24))]
    middles = sample[:: max(1, len(sample) // count)][:count].copy()
    for _ in range(6):
        nearest = (sample @ middles.T).argmax(axis=1)
        sums = np.zeros_like(middles)
        np.add.at(sums, nearest, sample)
        length = np.linalg.norm(sums, axis=1, keepdims=True)
        middles = np.where(length > 0, sums / np.maximum(length, 1e-6), middles)
    return middles
