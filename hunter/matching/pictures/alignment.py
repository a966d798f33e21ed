"""The second look: two views lined up, then compared point by point where they overlap.

Lining up is Evangelidis and Psarakis' enhanced correlation (PAMI 2008) on edge strength, so that a negative or a
stencil lines up as well as a copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from hunter.matching.pictures.looks import Pixels

Plane = npt.NDArray[Any]  # of np.float32

ROUNDS = 30
CLOSE = 1e-3
BLOCK = 8  # pixels
NEAR = 1.5  # pixels within which an edge counts as found again

NAMES = (
    "edge_likeness", "grey_likeness", "blocks_alike", "blocks_same_sign", "directions_alike", "ours_found",
    "theirs_found", "colour_apart", "light_apart", "overlap", "bend", "edges", "extra", "blocks_kept", "blocks_many",
)  # fmt: skip
EDGE_LIKENESS, BLOCKS_ALIKE = NAMES.index("edge_likeness"), NAMES.index("blocks_alike")


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two views lined up and what a comparison of them measured."""

    warp: npt.NDArray[np.float32]  # 2 x 3: a point of our view -> the point of theirs
    traits: npt.NDArray[np.float32]  # in the order of NAMES
    theirs: Pixels  # their view, lined up with ours
    mask: Plane  # 1 where both views show their picture
    sign: float  # correlation of their grey with ours: below 0 for a negative


@cache
def _disc(side: int) -> Plane:
    ys, xs = np.ogrid[:side, :side]
    return (np.hypot(xs + 0.5 - side / 2, ys + 0.5 - side / 2) < side * 0.47).astype(np.float32)


def _edges(grey: Plane) -> tuple[Plane, Plane, Plane]:
    dx = cv2.Sobel(grey, cv2.CV_32F, 1, 0, ksize=3, scale=0.25)
    dy = cv2.Sobel(grey, cv2.CV_32F, 0, 1, ksize=3, scale=0.25)
    return dx, dy, np.sqrt(dx * dx + dy * dy)


def line_up(ours: Plane, theirs: Plane) -> npt.NDArray[np.float32]:
    """The affine map from our grey view to theirs, `[2, 3]`; the identity where no plausible one is found."""
    side = len(ours)
    still = np.eye(2, 3, dtype=np.float32)
    disc = _disc(side)
    blurred = [cv2.GaussianBlur(np.sqrt(_edges(v)[2]) * disc, (0, 0), 1.6) for v in (ours, theirs)]
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, ROUNDS, CLOSE)
    try:
        _, warp = cv2.findTransformECC(blurred[0], blurred[1], still.copy(), cv2.MOTION_AFFINE, criteria)
    except cv2.error:
        return still
    return np.asarray(warp, np.float32) if _plausible(warp, side) else still


def _plausible(warp: Plane, side: int) -> bool:
    sizes = np.linalg.svd(warp[:, :2], compute_uv=False)
    middle = warp @ np.array([side / 2, side / 2, 1.0]) - side / 2
    return bool(sizes[1] > 0.7 and sizes[0] < 1.4 and sizes[0] / sizes[1] < 1.25 and np.abs(middle).max() < side * 0.2)


def compare_as_they_stand(ours: Pixels, theirs: Pixels) -> Alignment:
    """Measures how far two views agree that were not lined up: a fraction of the work, and enough for most."""
    return _measure(ours, theirs, np.eye(2, 3, dtype=np.float32))


def compare_views(ours: Pixels, theirs: Pixels, still: Alignment | None = None) -> Alignment:
    """Lines their view up with ours (both YCrCb, `[side, side, 3]`) and measures how far they agree.

    Something laid over a picture can lead the lining up astray: the views as they came (`still`) are tried as well.
    """
    warp = line_up(ours[..., 0].astype(np.float32), theirs[..., 0].astype(np.float32))
    still = still or compare_as_they_stand(ours, theirs)
    if float(np.abs(warp - still.warp).max()) <= 0.05:
        return _measure(ours, theirs, warp)
    tried = (_measure(ours, theirs, warp), still)
    return max(tried, key=lambda a: float(a.traits[BLOCKS_ALIKE] + a.traits[EDGE_LIKENESS]))


def _measure(ours: Pixels, theirs: Pixels, warp: Plane) -> Alignment:
    side = len(ours)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(theirs, warp, (side, side), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpAffine(np.ones((side, side), np.float32), warp, (side, side), flags=flags)
    mask = _disc(side) * (inside > 0.99)
    traits, sign = _traits(ours, moved, mask, warp)
    return Alignment(warp, traits, moved, mask, sign)


def _traits(
    ours: Pixels, theirs: Pixels, mask: Plane, warp: npt.NDArray[np.float32]
) -> tuple[npt.NDArray[np.float32], float]:
    a, b = ours[..., 0].astype(np.float32), theirs[..., 0].astype(np.float32)
    ax, ay, asize = _edges(a)
    bx, by, bsize = _edges(b)
    aroot, broot = (cv2.GaussianBlur(np.sqrt(size), (0, 0), 1.0) for size in (asize, bsize))
    blocks = _blocks(a, b, mask)
    shared = np.minimum(asize, bsize) * mask
    turn = np.abs(ax * bx + ay * by) / np.maximum(asize * bsize, 1e-3)
    apart = np.abs(ours.astype(np.float32) - theirs.astype(np.float32))
    within = max(float(mask.sum()), 1.0)
    found = [_found(asize, bsize, mask), _found(bsize, asize, mask)]
    bend = np.abs(warp - np.eye(2, 3)) * np.array([[32, 32, 1], [32, 32, 1]])
    sign = _correlation(a, b, mask)
    traits = np.array(
        [
            _correlation(aroot, broot, mask),
            abs(sign),
            *blocks[:2],
            float((shared * (2 * turn**2 - 1)).sum() / max(float(shared.sum()), 1e-3)),
            *found,
            float((apart[..., 1:].mean(axis=2) * mask).sum() / within) / 32,
            float((apart[..., 0] * mask).sum() / within) / 64,
            within / float(_disc(len(a)).sum()),
            float(bend.max()) / 10,
            float((np.sqrt(asize) * mask).sum() / within) / 4,
            float((np.sqrt(bsize) * mask).sum() / max(float((np.sqrt(asize) * mask).sum()), 1.0)),
            *blocks[2:],
        ],
        np.float32,
    )
    return traits, sign


def _correlation(a: Plane, b: Plane, mask: Plane) -> float:
    total = max(float(mask.sum()), 1.0)
    da = (a - float((a * mask).sum()) / total) * mask
    db = (b - float((b * mask).sum()) / total) * mask
    return float((da * db).sum() / max(float(np.sqrt((da * da).sum() * (db * db).sum())), 1e-3))


def _sums(plane: Plane) -> Plane:
    side = len(plane)
    return np.asarray(plane.reshape(side // BLOCK, BLOCK, side // BLOCK, BLOCK).sum(axis=(1, 3)))


def _blocks(a: Plane, b: Plane, mask: Plane) -> tuple[float, float, float, float]:
    """How our textured blocks agree with theirs: in either sign, in the sign of most; the share that clearly does, and
    how many that are, by their root: with many of them even a picture half covered is told for sure."""
    va, _, alike = _spreads(a, b, mask)
    weight = np.sqrt(np.maximum(va, 0.0)) * (va > 25.0) * (_sums(mask) > BLOCK * BLOCK / 2)
    total = max(float(weight.sum()), 1e-3)
    clear = (np.abs(alike) > 0.7) & (weight > 0)
    return (
        float((weight * np.abs(alike)).sum() / total),
        abs(float((weight * alike).sum() / total)),
        float((weight * clear).sum() / total),
        float(clear.sum()) ** 0.5 / 7,
    )


def _spreads(a: Plane, b: Plane, mask: Plane) -> tuple[Plane, Plane, Plane]:
    """Variance of each view in each block, and the correlation of both there."""
    count = np.maximum(_sums(mask), 1.0)
    ma, mb = _sums(a * mask) / count, _sums(b * mask) / count
    va = _sums(a * a * mask) / count - ma * ma
    vb = _sums(b * b * mask) / count - mb * mb
    both = _sums(a * b * mask) / count - ma * mb
    return va, vb, both / np.sqrt(np.maximum(va, 4.0) * np.maximum(vb, 4.0))


def _found(size: Plane, other: Plane, mask: Plane) -> float:
    """Share of one view's edges, by strength, that lie near an edge of the other."""
    if not mask.any():
        return 0.0
    inside = mask > 0
    limit, bar = (0.25 * _nearly_most(plane[inside]) for plane in (size, other))
    strong = (size > max(limit, 3.0)) * mask
    away = cv2.distanceTransform((other <= max(bar, 3.0)).astype(np.uint8), cv2.DIST_L2, 3)
    weight = strong * np.sqrt(size)
    return float((weight * (away <= NEAR)).sum() / max(float(weight.sum()), 1e-3))


def find_overlay(ours: Pixels, alignment: Alignment) -> tuple[float, float, float, float] | None:
    """Left, top, right and bottom, in shares of the view, of one place where theirs shows something else than ours.

    None where they agree everywhere, or where they differ all over.
    """
    a, b = ours[..., 0].astype(np.float32), alignment.theirs[..., 0].astype(np.float32)
    count = np.maximum(_sums(alignment.mask), 1.0)
    va, vb, alike = _spreads(a, b, alignment.mask)
    agree = alike * np.sign(alignment.sign) if abs(alignment.sign) > 0.3 else np.abs(alike)
    odd = ((agree < 0.4) & (np.maximum(va, vb) > 100.0) & (count > BLOCK * BLOCK / 4)).astype(np.uint8)
    number, labels, stats, _ = cv2.connectedComponentsWithStats(odd, connectivity=8)
    if number < 2:
        return None
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    left, top, width, height, area = (int(v) for v in stats[largest])
    blocks = labels.shape[0]
    if area < 2 or area < 0.6 * int(odd.sum()) or width * height > 0.5 * blocks * blocks:
        return None
    return left / blocks, top / blocks, (left + width) / blocks, (top + height) / blocks


def _nearly_most(values: Plane) -> float:
    """The value that one in fifty exceeds; np.percentile takes ten times as long."""
    place = int(0.98 * (len(values) - 1))
    return float(np.partition(values, place)[place])
