"""The small look of a picture: grey at about 128 x 128 pixels and colour at a quarter of that, aspect kept.

Whatever is compared later is computed from looks, so that stored pictures can be compared again without their bytes.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import zstandard

Pixels = npt.NDArray[Any]  # of np.uint8

LOOK_SIDE = 128  # side of a square look; others have about its area
COLOUR_SHARE = 4  # colour is kept at a quarter of the grey's side
_SIZE = struct.Struct("<HH")
_MOST_UNPACKED = 1 << 20  # bytes; two looks take 40,000


@dataclass(frozen=True, slots=True)
class Planes:
    """A look as it is kept: grey, and two planes of colour (Cr, Cb) at a quarter of its side."""

    grey: Pixels
    colours: tuple[Pixels, Pixels]

    def look(self) -> Pixels:
        """The look, `[height, width, 3]`, YCrCb."""
        size = self.grey.shape[1], self.grey.shape[0]
        return cv2.merge([self.grey, *(cv2.resize(p, size, interpolation=cv2.INTER_LINEAR) for p in self.colours)])


def take_look(pixels: Pixels) -> Pixels:
    """An RGB picture of any size, `[height, width, 3]`, as a look: YCrCb, shrunk or enlarged to its area."""
    return take_planes(pixels).look()  # as it comes back from the store: fresh and stored ones compare alike


def take_planes(pixels: Pixels) -> Planes:
    """An RGB picture of any size as the planes of its look."""
    height, width = pixels.shape[:2]
    scale = LOOK_SIDE / (height * width) ** 0.5
    small = shrink(pixels, max(1, round(width * scale)), max(1, round(height * scale)))
    coarse = cv2.resize(small, _coarse_size(*small.shape[:2]), interpolation=cv2.INTER_AREA)
    _, red, blue = cv2.split(cv2.cvtColor(coarse, cv2.COLOR_RGB2YCrCb))
    return Planes(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (red, blue))


def shrink(pixels: Pixels, width: int, height: int) -> Pixels:
    """The picture at another size: by a whole number first, which takes a tenth of the time of an exact mean."""
    times = min(pixels.shape[0] // height, pixels.shape[1] // width)
    if times >= 2:
        size = pixels.shape[1] // times, pixels.shape[0] // times
        whole = np.ascontiguousarray(pixels[: size[1] * times, : size[0] * times])
        pixels = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_LINEAR)


def _coarse_size(height: int, width: int) -> tuple[int, int]:
    return max(1, width // COLOUR_SHARE), max(1, height // COLOUR_SHARE)


def pack_looks(looks: Sequence[Planes]) -> bytes:
    """Looks in a few kilobytes."""
    packed = []
    for look in looks:
        height, width = look.grey.shape
        packed += [_SIZE.pack(width, height), look.grey.tobytes(), *(plane.tobytes() for plane in look.colours)]
    return _packers.own.compress(b"".join(packed))


class _Packers(threading.local):
    """A compressor for each thread: making one takes as long as packing a look."""

    def __init__(self) -> None:
        self.own = zstandard.ZstdCompressor(level=1)


_packers = _Packers()


def unpack_looks(packed: bytes) -> tuple[Pixels, ...]:
    """The looks of a packed value. Raises ValueError for a damaged one."""
    try:
        if zstandard.frame_content_size(packed) not in range(_MOST_UNPACKED):
            raise ValueError("more than looks may hold")
        plain = zstandard.ZstdDecompressor().decompress(packed)
        looks, at = [], 0
        while at < len(plain):
            width, height = _SIZE.unpack_from(plain, at)
            columns, rows = _coarse_size(height, width)
            sizes = (height, width), (rows, columns), (rows, columns)
            planes, at = [], at + _SIZE.size
            for rows, columns in sizes:
                planes.append(np.frombuffer(plain, np.uint8, rows * columns, at).reshape(rows, columns))
                at += rows * columns
            looks.append(Planes(planes[0], (planes[1], planes[2])).look())
    except (zstandard.ZstdError, struct.error, ValueError) as exc:
        raise ValueError("a damaged look") from exc
    return tuple(looks)
