"""All brands' pictures searched at once: the cost of a look-up hardly grows with their number.

Up to some hundred pictures every view is compared. Beyond that the views are sorted into cells around typical ones,
and only those cells are searched whose middles lie near (an inverted file, as in Sivic and Zisserman, ICCV 2003).
Many candidates are looked up at once: a cell is fetched from memory for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hunter.matching.pictures.comparison import COMMON_SHARE, HOPEFUL, LOOK_AGAIN, LOOK_INTO, look_again
from hunter.matching.pictures.descriptors import LENGTH, Vectors
from hunter.matching.pictures.sheets import Sheet, is_current, reference_sheet, unpack_sheet
from hunter.matching.pictures.views import CANONICAL, reference_frames
from hunter.types import Brand, Picture

BATCH = 256  # candidates looked up at once
VIEWS_AT_ONCE = 8_000  # views of ours up to which all are compared
CANONICAL_AT_ONCE = 800  # and canonical ones, which many windows are compared with
VIEW_CELLS = 6  # cells searched for each view of the candidate
WINDOW_CELLS = 12  # and for each window: what stands in a picture lies farther from the middle of its like
COMPARED_AT_ONCE = 1 << 20  # pairs of vectors whose likeness is kept at once
ROUNDS = 6  # of k-means
SAMPLED = 24  # views a cell that its middle is found from
MOST = 12  # brands that are looked at again
SHEETS = 256  # sheets of ours that are kept at hand, some 100 kilobytes each

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Hits:
    """Pairs of an asked vector and a picture of ours that resemble each other enough."""

    asked: Numbers
    owners: Numbers
    over: Vectors  # by how much more than enough


class PictureIndex:
    """The brands whose pictures a candidate's picture may be made of."""

    def __init__(self, brands: Iterable[Brand]) -> None:
        pairs = [(p, b.slug) for b in brands for p in b.pictures if p.kind != "flat" and is_current(p.small)]
        self._slugs = [slug for _, slug in pairs]
        self._pictures = [picture for picture, _ in pairs]
        self._sheets: dict[int, Sheet] = {}
        vectors, canonical, common = [np.zeros((0, LENGTH), np.float32)], [np.zeros(0, bool)], np.zeros(len(pairs))
        for number, (picture, _) in enumerate(pairs):
            sheet = reference_sheet(picture.small)
            vectors.append(sheet.vectors)
            canonical.append(np.array([frame.name in CANONICAL for _, frame in sheet.places]))
            common[number] = COMMON_SHARE * sheet.commonness
        self._starts = np.cumsum([0, *(len(part) for part in vectors[1:])])
        views = np.concatenate(vectors)
        owners, plain = np.repeat(np.arange(len(pairs)), np.diff(self._starts)), np.concatenate(canonical)
        self._views = _Cells(views, owners, LOOK_AGAIN + common[owners], VIEWS_AT_ONCE, VIEW_CELLS)
        self._canonical = _Cells(
            views[plain],
            owners[plain],
            LOOK_INTO + common[owners[plain]],
            CANONICAL_AT_ONCE,
            WINDOW_CELLS,
        )

    @property
    def size(self) -> int:
        """Bytes that its vectors take."""
        return self._views.size + self._canonical.size

    def near(self, picture: Picture) -> list[str]:
        """Slugs of the brands that are worth judging after a second look, nearest first; empty for a flat picture."""
        return self.near_all([picture])[0]

    def near_all(self, pictures: Sequence[Picture]) -> list[list[str]]:
        """The same for many pictures, which takes less time for each."""
        return [
            self._look_again(picture, owners)
            for picture, owners in zip(pictures, self.look_up_all(pictures), strict=True)
        ]

    def _look_again(self, picture: Picture, owners: Sequence[int]) -> list[str]:
        found: list[str] = []
        for owner in owners[:MOST]:
            if self._slugs[owner] not in found:
                look = look_again(self._sheet(owner), unpack_sheet(picture.small))
                if look is not None and look.bits > HOPEFUL:
                    found.append(self._slugs[owner])
        return found

    def look_up_all(self, pictures: Sequence[Picture]) -> list[list[int]]:
        """For each picture, the numbers of our pictures that are worth a second look, nearest first."""
        found: list[list[int]] = []
        for at in range(0, len(pictures), BATCH):
            found += self._look_up(pictures[at : at + BATCH])
        return found

    def _look_up(self, pictures: Sequence[Picture]) -> list[list[int]]:
        asked = [n for n, p in enumerate(pictures) if p.kind != "flat" and is_current(p.small)]
        sheets = [unpack_sheet(pictures[n].small) for n in asked]
        found: list[list[int]] = [[] for _ in pictures]
        if not sheets or not self._slugs:
            return found
        views = [np.concatenate([sheet.vectors, sheet.mirrored]) for sheet in sheets]
        windows = [sheet.window_vectors for sheet in sheets]
        parts = []
        for cells, vectors in ((self._views, views), (self._canonical, windows)):
            hits = cells.search(np.concatenate(vectors))
            whose = np.repeat(asked, [len(part) for part in vectors])[hits.asked]
            parts.append((whose, hits.owners, hits.over))
        whose, owners, over = (np.concatenate(part) for part in zip(*parts, strict=True))
        order = np.lexsort((-over, owners, whose))
        whose, owners, over = whose[order], owners[order], over[order]
        best = np.r_[True, (np.diff(whose) != 0) | (np.diff(owners) != 0)][: len(order)]
        whose, owners, over = whose[best], owners[best], over[best]
        bounds = np.searchsorted(whose, np.arange(len(pictures) + 1))
        for n in np.unique(whose):
            part = slice(bounds[n], bounds[n + 1])
            found[n] = owners[part][np.argsort(-over[part], kind="stable")].tolist()
        return found

    def _sheet(self, owner: int) -> Sheet:
        """One of our pictures' large sheets; those of the plainest marks are asked for again and again."""
        sheet = self._sheets.pop(owner, None) or self._draw_up(owner)
        self._sheets[owner] = sheet
        if len(self._sheets) > SHEETS:
            del self._sheets[next(iter(self._sheets))]
        return sheet

    def _draw_up(self, owner: int) -> Sheet:
        """A large sheet, its vectors taken from the index."""
        packed = unpack_sheet(self._pictures[owner].small)
        places = tuple((n, frame) for n, look in enumerate(packed.looks) for frame in reference_frames(look))
        vectors = self._views.take(self._starts[owner], self._starts[owner + 1])
        return Sheet(packed.packed, places, vectors, vectors[:0])


class _Cells:
    """Vectors with their owners and the likeness that each asks for, sorted into cells where they are many."""

    def __init__(self, vectors: Vectors, owners: Numbers, least: Vectors, at_once: int, searched: int) -> None:
        many = len(vectors) > at_once
        self._middles = _find_middles(vectors, int(1.5 * len(vectors) ** 0.5)) if many else vectors[:0]
        self._searched = searched
        if many:
            cell = np.concatenate([(part @ self._middles.T).argmax(axis=1) for part in np.array_split(vectors, 64)])
            order = np.argsort(cell, kind="stable")
            vectors, owners, least = vectors[order], owners[order], least[order]
            self._places = np.argsort(order).astype(np.int32)
            self._starts = np.searchsorted(cell[order], np.arange(len(self._middles) + 1))
        self._vectors, self._owners, self._least = vectors, owners, least.astype(np.float32)
        self._least_of_all = self._least.min(initial=1.0)

    @property
    def size(self) -> int:
        """Bytes that the vectors take."""
        return self._vectors.nbytes

    def take(self, start: int, stop: int) -> Vectors:
        """Vectors in the order in which they were given."""
        return self._vectors[self._places[start:stop]] if len(self._middles) else self._vectors[start:stop]

    def search(self, asked: Vectors) -> Hits:
        """Owners of the vectors that resemble an asked one enough."""
        if not len(self._middles):
            return self._compare_all(asked)
        near = asked @ self._middles.T
        picked = np.argpartition(near, -self._searched, axis=1)[:, -self._searched :].ravel()
        order = np.argsort(picked, kind="stable")
        rows = order // self._searched
        asked = asked[rows]
        bounds = np.searchsorted(picked[order], np.arange(len(self._middles) + 1))
        cells = np.flatnonzero(np.diff(bounds))
        compared = np.cumsum(np.diff(self._starts)[cells] * np.diff(bounds)[cells])
        groups = np.split(cells, np.flatnonzero(np.diff(compared // COMPARED_AT_ONCE)) + 1)
        return _join([self._compare_cells(group, bounds, asked, rows) for group in groups])

    def _compare_cells(self, cells: Numbers, bounds: Numbers, asked: Vectors, rows: Numbers) -> Hits:
        """The likeness of each cell's vectors and of those that ask for it, all in one row, sifted at once.

        Sifting cell by cell takes longer than comparing.
        """
        starts, begins = self._starts[cells], bounds[cells]
        tall, wide = self._starts[cells + 1] - starts, bounds[cells + 1] - begins
        ends = np.cumsum(tall * wide)
        likeness = np.empty(int(ends[-1]), np.float32)
        at = 0
        for start, begin, height, width in zip(
            starts.tolist(), begins.tolist(), tall.tolist(), wide.tolist(), strict=True
        ):
            out = likeness[at : at + height * width].reshape(height, width)
            np.matmul(self._vectors[start : start + height], asked[begin : begin + width].T, out=out)
            at += height * width
        hits = np.flatnonzero(likeness >= self._least_of_all)
        cell = np.searchsorted(ends, hits, side="right")
        ours, theirs = np.divmod(hits - (ends - tall * wide)[cell], wide[cell])
        ours, theirs = ours + starts[cell], theirs + begins[cell]
        over = likeness[hits] - self._least[ours]
        kept = over >= 0
        return Hits(rows[theirs[kept]], self._owners[ours[kept]], over[kept])

    def _compare_all(self, asked: Vectors) -> Hits:
        likeness = self._vectors @ asked.T
        at = np.flatnonzero(likeness >= self._least[:, None])
        ours, theirs = np.divmod(at, len(asked))
        return Hits(theirs, self._owners[ours], likeness.ravel()[at] - self._least[ours])


def _join(found: Sequence[Hits]) -> Hits:
    return Hits(*(np.concatenate([getattr(part, name) for part in found]) for name in Hits.__slots__))


def _find_middles(vectors: Vectors, count: int) -> Vectors:
    """Middles of `count` groups of vectors, by a few rounds of k-means on an even sample of them."""
    sample = vectors[:: max(1, len(vectors) // (count * SAMPLED))]
    middles = sample[:: max(1, len(sample) // count)][:count].copy()
    for _ in range(ROUNDS):
        nearest = (sample @ middles.T).argmax(axis=1)
        sums = np.zeros_like(middles)
        np.add.at(sums, nearest, sample)
        length = np.linalg.norm(sums, axis=1, keepdims=True)
        middles = np.where(length > 0, sums / np.maximum(length, 1e-6), middles)
    return middles
