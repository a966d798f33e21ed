"""Views as vectors: where which edges run, whatever the colours.

Histograms of oriented gradients (Dalal and Triggs, CVPR 2005) with unsigned directions, so that a negative or a
stencil has the same edges as the picture; taken inside the inscribed disc, so that rounding changes nothing; then
brought to those directions in which pictures differ more than copies of one picture do (Fisher's discriminant).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from hunter.tables import read_bytes

Vectors = npt.NDArray[Any]  # of np.float32

SIDE = 64  # pixels of a view
CELL = 8  # pixels
CELLS = SIDE // CELL
DIRECTIONS = 9
LENGTH = 128  # numbers of a vector


@dataclass(frozen=True, slots=True)
class Lens:
    """The fitted part: which directions tell pictures apart; and vectors of pictures drawn for the purpose."""

    offset: Vectors  # [LENGTH]; the middle of all pictures, in these directions
    directions: Vectors  # [raw, LENGTH]
    cohort: Vectors  # [pictures, LENGTH]
    letters: Vectors  # [glyphs, LENGTH]
    persons: Vectors  # [silhouettes, LENGTH]


@cache
def lens() -> Lens:
    """The fitted table `pictures.npz`."""
    with np.load(io.BytesIO(read_bytes("pictures.npz")), allow_pickle=False) as table:
        unit = np.float32(1 / 127)
        directions = table["directions"].astype(np.float32)
        return Lens(
            table["middle"].astype(np.float32) @ directions,
            directions,
            *(table[name].astype(np.float32) * unit for name in ("cohort", "letters", "persons")),
        )


@cache
def _disc() -> Vectors:
    ys, xs = np.ogrid[:SIDE, :SIDE]
    away = np.hypot(xs + 0.5 - SIDE / 2, ys + 0.5 - SIDE / 2)
    return np.clip((SIDE * 0.46 - away) / 2.0, 0.0, 1.0).astype(np.float32)


@cache
def _sums(length: int, size: float, count: int, step: float) -> Vectors:
    """The matrix that sums a line of pixels into `count` overlapping cells of `size` around its middle,
    `[count, length]`."""
    middles = length / 2 + (np.arange(count) - (count - 1) / 2) * step
    reach = np.abs(np.arange(length)[None, :] + 0.5 - middles[:, None]) / size
    weights = np.clip(1.0 - reach, 0.0, 1.0) * (CELL / size)
    return np.asarray(weights, dtype=np.float32)


def _planes(grey: npt.NDArray[np.uint8], disc: Vectors | None = None) -> Vectors:
    """Edge strength, `[1 + DIRECTIONS, rows, columns]`: of all edges, then of those past each direction, those on the
    way to the next in part. What lies at a direction is a difference of two, taken when cells are summed up.

    Strong edges count by their root.
    """
    dx, dy = cv2.spatialGradient(grey)  # Sobel's, in whole numbers: half the time of two that give fractions
    size, angle = cv2.cartToPolar(dx.astype(np.float32), dy.astype(np.float32))
    size *= np.float32(0.25)
    size -= np.float32(1)
    cv2.threshold(size, 0, 0, cv2.THRESH_TOZERO, dst=size)
    np.sqrt(size, out=size)
    if disc is not None:
        size.reshape(-1, *disc.shape)[:] *= disc
    angle *= np.float32(DIRECTIONS / np.pi)
    angle -= np.float32(DIRECTIONS) * (angle >= DIRECTIONS)  # an edge and its negative are one
    planes = np.empty((1 + DIRECTIONS, *grey.shape), np.float32)
    planes[0] = size
    past = np.subtract(angle, _directions(), out=planes[1:])
    flat = past.reshape(DIRECTIONS, -1)  # bounded by OpenCV, which takes half the time of np.clip
    cv2.threshold(flat, 1, 0, cv2.THRESH_TRUNC, dst=flat)
    cv2.threshold(flat, 0, 0, cv2.THRESH_TOZERO, dst=flat)
    past *= size
    return planes


@cache
def _directions() -> Vectors:
    return np.arange(DIRECTIONS, dtype=np.float32)[:, None, None]


@cache
def _steps_between() -> Vectors:
    """Sums of `_planes` -> histograms, `[1 + DIRECTIONS, DIRECTIONS]`."""
    steps = np.eye(1 + DIRECTIONS, DIRECTIONS, dtype=np.float32) - np.eye(1 + DIRECTIONS, DIRECTIONS, -1, np.float32)
    steps[DIRECTIONS, 0] += 1  # past the last is on the way to the first
    return steps


def _histograms(sums: Vectors) -> Vectors:
    """`[1 + DIRECTIONS, ...]` sums of `_planes` -> histograms `[..., DIRECTIONS]`."""
    found: Vectors = sums.transpose(*range(1, sums.ndim), 0) @ _steps_between()
    np.maximum(found, 0.0, out=found)
    return found


def describe(greys: npt.NDArray[np.uint8]) -> Vectors:
    """Raw descriptors of grey views: `[views, SIDE, SIDE]` -> `[views, CELLS * CELLS * DIRECTIONS]`, length 1.

    A view without edges is all zeros.
    """
    count = len(greys)
    sums = _sums(SIDE, CELL, CELLS, CELL)
    # All views in one tall picture; where two of them meet, the disc has no weight.
    planes = _planes(greys.reshape(count * SIDE, SIDE), _disc())
    return _finish(_histograms((sums @ planes.reshape(-1, count, SIDE, SIDE)) @ sums.T))


def describe_windows(grey: npt.NDArray[np.uint8], sides: tuple[float, ...]) -> Vectors:
    """Raw descriptors of the square windows of `window_places`, in its order.

    The edges and cells of the whole picture serve all windows, so that a window costs little more than its vector.
    """
    planes = _planes(grey)
    height, width = grey.shape
    row = CELLS * DIRECTIONS  # numbers of a window's row of cells; they lie side by side in the picture's
    sizes = [min(height, width) * side / CELLS for side in sides]
    counts = [_steps(height, size) * _steps(width, size) for size in sizes]
    found = np.empty((sum(counts), CELLS * row), np.float32)
    at = 0
    for size, count in zip(sizes, counts, strict=True):
        down, over = (_sums(n, size, _steps(n, size) + CELLS - 1, size) for n in (height, width))
        cells = _even_out(_histograms((down @ planes) @ over.T))
        down_one, over_one, item = cells.strides[0], cells.strides[1], cells.itemsize
        shape = len(down) - CELLS + 1, len(over) - CELLS + 1, CELLS, row
        views = np.ndarray(shape, cells.dtype, cells, strides=(down_one, over_one, down_one, item))  # all overlap
        np.multiply(views, _window_disc(), out=found[at : at + count].reshape(shape))
        at += count
    return _unit(found)


def _even_out(cells: Vectors) -> Vectors:
    """What `_finish` does to the cells of a view, done once for all windows: `[rows, columns, DIRECTIONS]`."""
    energy: Vectors = np.sqrt(np.vecdot(cells, cells))
    around: Vectors = cv2.blur(energy, (3, 3), borderType=cv2.BORDER_REPLICATE)
    around += 0.5 * cv2.blur(energy, (CELLS - 1, CELLS - 1), borderType=cv2.BORDER_REPLICATE) + np.float32(1e-3)
    cells = cells / around[..., None]
    return np.asarray(np.sqrt(cells, out=cells))


@cache
def _window_disc() -> Vectors:
    """What the disc makes of evened-out cells, `[CELLS, CELLS * DIRECTIONS]`."""
    sums = _sums(SIDE, CELL, CELLS, CELL)
    covered = sums @ _disc() @ sums.T
    covered /= covered.max()
    around = (covered.ravel() @ _around()).reshape(CELLS, CELLS)
    return np.repeat(np.sqrt(1.5 * covered / around), DIRECTIONS, axis=1)


def window_places(height: int, width: int, sides: tuple[float, ...]) -> list[tuple[float, float, float]]:
    """Left, top and side in pixels of each window: a cell apart, as many as there is room for, in the middle.

    Sides are shares of the shorter side of the picture.
    """
    places = []
    for side in sides:
        size = min(height, width) * side / CELLS
        rows, columns = _steps(height, size), _steps(width, size)
        left, top = (width - (columns + CELLS - 1) * size) / 2, (height - (rows + CELLS - 1) * size) / 2
        places += [(left + c * size, top + r * size, size * CELLS) for r in range(rows) for c in range(columns)]
    return places


def _steps(length: int, size: float) -> int:
    return int(length / size - CELLS + 1e-6) + 1


@cache
def _around() -> Vectors:
    """The matrix from the cells of a view to what each is measured by, `[CELLS ** 2, CELLS ** 2]`: the mean of the
    nine around it, and half the mean of all."""
    near = np.zeros((CELLS, CELLS, CELLS, CELLS), np.float32)
    for row, column, down, over in np.ndindex(CELLS, CELLS, 3, 3):
        at = np.clip((row + down - 1, column + over - 1), 0, CELLS - 1)
        near[at[0], at[1], row, column] += 1 / 9
    return near.reshape(CELLS * CELLS, -1) + np.float32(0.5 / CELLS**2)


def _finish(cells: Vectors) -> Vectors:
    """Local contrast evened out and length brought to 1: `[views, rows, columns, directions]` -> `[views, numbers]`."""
    cells = cells.reshape(len(cells), CELLS * CELLS, DIRECTIONS)
    energy: Vectors = np.sqrt(np.vecdot(cells, cells))
    cells = cells / (energy @ _around() + np.float32(1e-3))[..., None]
    return _unit(np.sqrt(cells, out=cells).reshape(len(cells), -1))


def _unit(vectors: Vectors) -> Vectors:
    """Vectors brought to length 1, in place; those of no length stay as they are."""
    length = np.sqrt(np.vecdot(vectors, vectors))
    length[length == 0] = 1
    vectors /= length[:, None]
    return vectors


def mirror(raw: Vectors) -> Vectors:
    """The raw descriptors of the mirrored views."""
    shaped = raw.reshape(-1, CELLS, CELLS, DIRECTIONS)[:, :, ::-1]
    backwards = (DIRECTIONS - np.arange(DIRECTIONS)) % DIRECTIONS
    return np.ascontiguousarray(shaped[..., backwards]).reshape(len(raw), -1)


def project(raw: Vectors) -> Vectors:
    """Raw descriptors -> vectors of length 1, `[views, LENGTH]`, whose products say how alike two views are."""
    fitted = lens()
    return _unit(raw @ fitted.directions - fitted.offset)
