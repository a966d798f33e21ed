"""The small look of a picture: grey at about 128 x 128 pixels and colour at a quarter of that, aspect kept.

Whatever is compared later is computed from looks, so that stored pictures can be compared again without their bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
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


def take_look(pixels: Pixels) -> Pixels:
    """An RGB picture of any size, `[height, width, 3]`, as a look: YCrCb, shrunk or enlarged to its area."""
    height, width = pixels.shape[:2]
    scale = LOOK_SIDE / (height * width) ** 0.5
    look = shrink(pixels, max(1, round(width * scale)), max(1, round(height * scale)))
    grey, *colours = cv2.split(cv2.cvtColor(look, cv2.COLOR_RGB2YCrCb))
    return _join(grey, _coarsen(colours))  # as it comes back from the store: fresh and stored ones compare alike


def shrink(pixels: Pixels, width: int, height: int) -> Pixels:
    """The picture at another size: by a whole number first, which takes a tenth of the time of an exact mean."""
    times = min(pixels.shape[0] // height, pixels.shape[1] // width)
    if times >= 2:
        size = pixels.shape[1] // times, pixels.shape[0] // times
        whole = np.ascontiguousarray(pixels[: size[1] * times, : size[0] * times])
        pixels = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_LINEAR)


def _coarsen(colours: Sequence[Pixels]) -> list[Pixels]:
    height, width = colours[0].shape
    size = max(1, width // COLOUR_SHARE), max(1, height // COLOUR_SHARE)
    return [cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in colours]


def _join(grey: Pixels, coarse: Sequence[Pixels]) -> Pixels:
    size = grey.shape[1], grey.shape[0]
    return cv2.merge([grey, *(cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR) for plane in coarse)])


def pack_looks(looks: tuple[Pixels, ...]) -> bytes:
    """Looks in a few kilobytes."""
    packed = []
    for look in looks:
        height, width = look.shape[:2]
        grey, *colours = cv2.split(look)
        packed += [_SIZE.pack(width, height), grey.tobytes(), *(plane.tobytes() for plane in _coarsen(colours))]
    return zstandard.ZstdCompressor(level=1).compress(b"".join(packed))


def unpack_looks(packed: bytes) -> tuple[Pixels, ...]:
    """The looks of a packed value. Raises ValueError for a damaged one."""
    try:
        if zstandard.frame_content_size(packed) not in range(_MOST_UNPACKED):
            raise ValueError("more than looks may hold")
        plain = zstandard.ZstdDecompressor().decompress(packed)
        looks, at = [], 0
        while at < len(plain):
            width, height = _SIZE.unpack_from(plain, at)
            sizes = (height, width), *[(max(1, height // COLOUR_SHARE), max(1, width // COLOUR_SHARE))] * 2
            planes, at = [], at + _SIZE.size
            for rows, columns in sizes:
                planes.append(np.frombuffer(plain, np.uint8, rows * columns, at).reshape(rows, columns))
                at += rows * columns
            looks.append(_join(planes[0], planes[1:]))
    except (zstandard.ZstdError, struct.error, ValueError) as exc:
        raise ValueError("a damaged look") from exc
    return tuple(looks)
