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

    middle: Vectors  # [raw]
    directions: Vectors  # [raw, LENGTH]
    cohort: Vectors  # [pictures, LENGTH]
    letters: Vectors  # [glyphs, LENGTH]
    persons: Vectors  # [silhouettes, LENGTH]


@cache
def lens() -> Lens:
    """The fitted table `pictures.npz`."""
    with np.load(io.BytesIO(read_bytes("pictures.npz")), allow_pickle=False) as table:
        unit = np.float32(1 / 127)
        return Lens(
            table["middle"].astype(np.float32),
            table["directions"].astype(np.float32),
            *(table[name].astype(np.float32) * unit for name in ("cohort", "letters", "persons")),
        )


@cache
def _disc() -> Vectors:
    ys, xs = np.ogrid[:SIDE, :SIDE]
    away = np.hypot(xs + 0.5 - SIDE / 2, ys + 0.5 - SIDE / 2)
    return np.clip((SIDE * 0.46 - away) / 2.0, 0.0, 1.0).astype(np.float32)


@cache
def _sums(length: int, size: float, count: int, step: float) -> Vectors:
    """The matrix that sums a line of pixels into overlapping cells of `size`, `[count, length]`."""
    middles = size / 2 + np.arange(count) * step
    reach = np.abs(np.arange(length)[None, :] + 0.5 - middles[:, None]) / size
    weights = np.clip(1.0 - reach, 0.0, 1.0) * (CELL / size)
    return np.asarray(weights, dtype=np.float32)


@cache
def _cell_disc() -> Vectors:
    """How much of each cell the disc covers, `[CELLS, CELLS]`: the disc for windows, which share their pixels."""
    sums = _sums(SIDE, CELL, CELLS, CELL)
    covered = sums @ _disc() @ sums.T
    return np.asarray(covered / covered.max(), dtype=np.float32)


def _planes(tall: npt.NDArray[np.uint8], weight: Vectors | None) -> Vectors:
    """Edge strength by direction, `[DIRECTIONS, rows, columns]`; strong edges count by their root."""
    dx = cv2.Sobel(tall, cv2.CV_32F, 1, 0, ksize=3, scale=0.25)
    dy = cv2.Sobel(tall, cv2.CV_32F, 0, 1, ksize=3, scale=0.25)
    size, angle = cv2.cartToPolar(dx, dy)
    size = np.sqrt(np.maximum(size - 1.0, 0.0))
    if weight is not None:
        size *= weight
    place = angle * np.float32(DIRECTIONS / np.pi)
    low = place.astype(np.uint8)
    upper = size * (place - low)
    lower = size - upper
    low %= DIRECTIONS
    planes = np.zeros((DIRECTIONS + 1, *tall.shape), np.float32)
    for direction in range(DIRECTIONS):
        here = low == direction
        planes[direction] += lower * here
        np.multiply(upper, here, out=planes[direction + 1])
    planes[0] += planes[DIRECTIONS]
    return planes[:DIRECTIONS]


def describe(greys: npt.NDArray[np.uint8]) -> Vectors:
    """Raw descriptors of grey views: `[views, SIDE, SIDE]` -> `[views, CELLS * CELLS * DIRECTIONS]`, length 1.

    A view without edges is all zeros.
    """
    count = len(greys)
    sums = _sums(SIDE, CELL, CELLS, CELL)
    # All views in one tall picture; where two of them meet, the disc has no weight.
    planes = _planes(greys.reshape(count * SIDE, SIDE), np.tile(_disc(), (count, 1)))
    across = planes.reshape(-1, SIDE) @ sums.T
    cells = sums @ across.reshape(DIRECTIONS * count, SIDE, CELLS)
    return _finish(cells.reshape(DIRECTIONS, count, CELLS, CELLS).transpose(1, 2, 3, 0))


def describe_windows(grey: npt.NDArray[np.uint8], sides: tuple[float, ...], step: int) -> Vectors:
    """Raw descriptors of the square windows of `window_places`, in its order; the whole picture's edges serve all."""
    planes = _planes(grey, None)
    height, width = grey.shape
    found = []
    for side in sides:
        size = min(height, width) * side / CELLS
        rows, columns = _steps(height, size, step), _steps(width, size, step)
        down = _sums(height, size, (rows - 1) + (CELLS - 1) * step + 1, size / step)
        over = _sums(width, size, (columns - 1) + (CELLS - 1) * step + 1, size / step)
        cells = down @ (planes @ over.T)
        reach = (CELLS - 1) * step + 1
        views = np.lib.stride_tricks.sliding_window_view(cells, (reach, reach), axis=(1, 2))[..., ::step, ::step]
        found.append(views.transpose(1, 2, 3, 4, 0).reshape(-1, CELLS, CELLS, DIRECTIONS))
    return _finish(np.concatenate(found) * _cell_disc()[..., None])


def window_places(height: int, width: int, sides: tuple[float, ...], step: int) -> list[tuple[float, float, float]]:
    """Left, top and side in pixels of each window: every `1/step` of a cell over the picture, for each side.

    Sides are shares of the shorter side of the picture.
    """
    places = []
    for side in sides:
        size = min(height, width) * side / CELLS
        for row in range(_steps(height, size, step)):
            places += [
                (column * size / step, row * size / step, size * CELLS) for column in range(_steps(width, size, step))
            ]
    return places


def _steps(length: int, size: float, step: int) -> int:
    return int((length - size * CELLS) / size * step + 1e-6) + 1


def _finish(cells: Vectors) -> Vectors:
    """Local contrast evened out and length brought to 1: `[views, rows, columns, directions]` -> `[views, numbers]`."""
    count = len(cells)
    cells = np.ascontiguousarray(cells)
    energy = np.sqrt(np.einsum("nrcd,nrcd->nrc", cells, cells))
    padded = np.pad(energy, ((0, 0), (1, 1), (1, 1)), mode="edge")
    lines = padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]
    around = (lines[..., :-2] + lines[..., 1:-1] + lines[..., 2:]) / 9
    mean = energy.mean(axis=(1, 2), keepdims=True)
    flat = np.sqrt(cells / (around + 0.5 * mean + 1e-3)[..., None]).reshape(count, -1)
    length = np.sqrt(np.einsum("nk,nk->n", flat, flat))[:, None]
    return np.asarray(np.divide(flat, length, out=np.zeros_like(flat), where=length > 0), dtype=np.float32)


def mirror(raw: Vectors) -> Vectors:
    """The raw descriptors of the mirrored views."""
    shaped = raw.reshape(-1, CELLS, CELLS, DIRECTIONS)[:, :, ::-1]
    backwards = (DIRECTIONS - np.arange(DIRECTIONS)) % DIRECTIONS
    return np.ascontiguousarray(shaped[..., backwards]).reshape(len(raw), -1)


def project(raw: Vectors) -> Vectors:
    """Raw descriptors -> vectors of length 1, `[views, LENGTH]`, whose products say how alike two views are."""
    fitted = lens()
    vectors = (raw - fitted.middle) @ fitted.directions
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-6), dtype=np.float32)
