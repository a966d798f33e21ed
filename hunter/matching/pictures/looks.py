"""The small look of a picture: all that matching ever sees, packed into a few kilobytes for the store.

A look is grey at about 128 x 128 pixels and colour at a quarter of that, aspect kept. Whatever is computed later
(views, hashes, descriptors, the second look) is computed from it, so that stored pictures can be compared again
by a newer version without their bytes.
"""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache

import cv2
import imagehash
import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]

WORKING_SIDE = 192  # the longer side to which a file is decoded
LOOK_SIDE = 128  # side of a square look; others have about its area
COLOUR_SHARE = 4  # colour is kept at a quarter of the grey's side
VERSION = 1
_HEAD = struct.Struct("<BHH")


def pack_looks(grounds: tuple[Pixels, ...]) -> bytes:
    """RGB pictures of any size, `[height, width, 3]`, as one compact value; its first byte is the version."""
    parts = [bytes([VERSION])]
    packed = b""
    for pixels in grounds:
        height, width = pixels.shape[:2]
        scale = LOOK_SIDE / (height * width) ** 0.5
        size = max(1, round(width * scale)), max(1, round(height * scale))
        shrinks = scale < 1.0
        look = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
        luma = cv2.cvtColor(look, cv2.COLOR_RGB2YCrCb)
        tint = max(1, size[0] // COLOUR_SHARE), max(1, size[1] // COLOUR_SHARE)
        colour = cv2.resize(luma[..., 1:], tint, interpolation=cv2.INTER_AREA)
        packed += _HEAD.pack(len(parts), *size) + luma[..., 0].tobytes() + colour.tobytes()
    return b"".join(parts) + zlib.compress(packed, 1)


def unpack_looks(small: bytes) -> tuple[Pixels, ...]:
    """The looks of a packed value as YCrCb, `[height, width, 3]`, colour brought to the grey's size.

    Raises ValueError for a value of another version or a damaged one.
    """
    if not small or small[0] != VERSION:
        raise ValueError("a look of another version")
    try:
        packed = zlib.decompress(small[1:])
    except zlib.error as exc:
        raise ValueError("a damaged look") from exc
    looks, at = [], 0
    while at < len(packed):
        _, width, height = _HEAD.unpack_from(packed, at)
        at += _HEAD.size
        grey = np.frombuffer(packed, np.uint8, width * height, at).reshape(height, width)
        at += width * height
        w, h = max(1, width // COLOUR_SHARE), max(1, height // COLOUR_SHARE)
        tint = np.frombuffer(packed, np.uint8, w * h * 2, at).reshape(h, w, 2)
        at += w * h * 2
        colour = cv2.resize(tint, (width, height), interpolation=cv2.INTER_LINEAR)
        looks.append(np.dstack([grey, colour]))
    return tuple(looks)


@lru_cache(maxsize=4096)
def looks_of(small: bytes) -> tuple[Pixels, ...]:
    """The looks of a packed value, remembered."""
    return unpack_looks(small)


def measure_picture(small: bytes) -> tuple[dict[str, str], float, str]:
    """Hashes by name, quality from 0 to 1, and the kind: picture or flat."""
    look = unpack_looks(small)[0]
    grey = Image.fromarray(np.ascontiguousarray(look[..., 0]))
    hashes = {"phash": str(imagehash.phash(grey)), "dhash": str(imagehash.dhash(grey))}
    spread = float(look[..., 0].std())
    return hashes, min(1.0, spread / 40.0), "flat" if spread < 5.0 else "picture"
