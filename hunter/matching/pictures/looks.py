"""The small look of a picture: grey at about 128 x 128 pixels and colour at a quarter of that, aspect kept.

Whatever is compared later is computed from looks, so that stored pictures can be compared again without their bytes.
"""

from __future__ import annotations

import struct
import zlib
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[Any]  # of np.uint8

LOOK_SIDE = 128  # side of a square look; others have about its area
COLOUR_SHARE = 4  # colour is kept at a quarter of the grey's side
_SIZE = struct.Struct("<HH")


def take_look(pixels: Pixels) -> Pixels:
    """An RGB picture of any size, `[height, width, 3]`, as a look: YCrCb, shrunk or enlarged to its area."""
    height, width = pixels.shape[:2]
    scale = LOOK_SIDE / (height * width) ** 0.5
    size = max(1, round(width * scale)), max(1, round(height * scale))
    how = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR
    look = cv2.resize(pixels, size, interpolation=how)
    return _coarsen(cv2.cvtColor(look, cv2.COLOR_RGB2YCrCb))


def _coarsen(look: Pixels) -> Pixels:
    """The look as it comes back from the store, so that a fresh picture and a stored one compare alike."""
    height, width = look.shape[:2]
    return _join(np.ascontiguousarray(look[..., 0]), _enlarge(_tint(look), width, height))


def _tint(look: Pixels) -> Pixels:
    height, width = look.shape[:2]
    size = max(1, width // COLOUR_SHARE), max(1, height // COLOUR_SHARE)
    return cv2.resize(look[..., 1:], size, interpolation=cv2.INTER_AREA)


def _join(grey: Pixels, colour: Pixels) -> Pixels:
    return cv2.merge([grey, *cv2.split(colour)])


def _enlarge(tint: Pixels, width: int, height: int) -> Pixels:
    return cv2.resize(tint, (width, height), interpolation=cv2.INTER_LINEAR)


def pack_looks(looks: tuple[Pixels, ...]) -> bytes:
    """Looks in a few kilobytes."""
    packed = b""
    for look in looks:
        height, width = look.shape[:2]
        packed += _SIZE.pack(width, height) + look[..., 0].tobytes() + _tint(look).tobytes()
    return zlib.compress(packed, 1)


def unpack_looks(packed: bytes) -> tuple[Pixels, ...]:
    """The looks of a packed value. Raises ValueError for a damaged one."""
    try:
        plain = zlib.decompress(packed)
    except zlib.error as exc:
        raise ValueError("a damaged look") from exc
    looks, at = [], 0
    while at < len(plain):
        width, height = _SIZE.unpack_from(plain, at)
        at += _SIZE.size
        grey = np.frombuffer(plain, np.uint8, width * height, at).reshape(height, width)
        at += width * height
        w, h = max(1, width // COLOUR_SHARE), max(1, height // COLOUR_SHARE)
        tint = np.frombuffer(plain, np.uint8, w * h * 2, at).reshape(h, w, 2)
        at += w * h * 2
        looks.append(_join(grey, _enlarge(tint, width, height)))
    return tuple(looks)
