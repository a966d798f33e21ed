"""Hostile bytes to pixels: format by content, limits from the header, first frame that shows something.

Every way in which a file can be bad ends in a PictureError with a short `why`. A decoder that crashes or never
returns can only be contained from outside: see `hunter.darkroom`.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import (
    AvifImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from hunter.errors import PictureError
from hunter.matching.pictures.looks import Pixels

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF")  # JPEG lets in MPO, its multi-picture kind
DECODERS = (AvifImagePlugin, GifImagePlugin, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin)
WORKING_SIDE = 128  # side of the square whose area a file is shrunk to, or a little more
MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 25_000_000  # over this a header is refused before anything is decoded
LEAST_SIDE = 16  # pixels; a smaller picture shows nothing that could be told apart
MOST_ASPECT = 8.0  # a longer strip is no avatar and no logo
FRAMES_TRIED = 6  # animated files whose first frame is blank hide their picture in a later one
ORIENTATION = 0x0112

_TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError)
# What Pillow's decoders raise on damaged files; seen with truncated, mutated and crafted ones.
_BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, AttributeError, OverflowError,
    ZeroDivisionError, AssertionError, RuntimeError, struct.error, zlib.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loaded:
    """Decoded pixels, shrunk to a working size: one picture, or two where transparency makes it look different."""

    grounds: tuple[Pixels, ...]  # RGB; over white, and over black where that differs
    width: int  # of the file, after orientation
    height: int


def load_pixels(data: bytes, side: int = WORKING_SIDE) -> Loaded:
    """Decodes a PNG, JPEG, GIF, WebP or AVIF, told by its content; its area is at least `side` squared if it was.

    Raises PictureError: empty, too_many_bytes, svg, unknown_format, too_large, too_small, too_narrow, undecodable.
    """
    if not data:
        raise PictureError("an empty file is no picture", why="empty")
    if len(data) > MOST_BYTES:
        raise PictureError(f"{len(data)} bytes are more than a picture may have", why="too_many_bytes")
    with warnings.catch_warnings():
        # Pillow only warns of a file made to fill the memory; other warnings are about metadata, which we ignore.
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with _open(data) as image:
            return _decode(image, side)


def _open(data: bytes) -> Image.Image:
    head = data[:512].lstrip().lower()
    if head.startswith((b"<svg", b"<?xml")) or b"<svg" in head:
        raise PictureError("SVG is not decoded: render it to PNG", why="svg")
    _refuse_large(*_webp_size(data))  # Pillow takes the memory of a whole WebP canvas before it tells the size
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except _TOO_LARGE as exc:
        raise PictureError("more pixels than a picture may have", why="too_large") from exc
    except UnidentifiedImageError as exc:
        raise PictureError("neither PNG, JPEG, GIF, WebP nor AVIF", why="unknown_format") from exc
    except _BROKEN as exc:
        raise PictureError(f"cannot be decoded: {exc}", why="undecodable") from exc
    width, height = image.size
    _refuse_large(width, height)
    if min(width, height) < LEAST_SIDE:
        raise PictureError(f"{width} x {height} pixels show nothing", why="too_small")
    if max(width, height) > MOST_ASPECT * min(width, height):
        raise PictureError(f"{width} x {height} pixels are a strip, no picture", why="too_narrow")
    return image


def _refuse_large(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise PictureError(f"{width} x {height} pixels are more than a picture may have", why="too_large")


def _webp_size(data: bytes) -> tuple[int, int]:
    """Width and height of the canvas as the first chunk of a WebP tells them; 0 x 0 for anything else."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:
        return 0, 0
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF


def _decode(image: Image.Image, side: int) -> Loaded:
    try:
        turned = _orientation(image)
        width, height = image.size if turned < 5 else image.size[::-1]
        still = image.format == "JPEG"
        if image.format in ("JPEG", "MPO"):
            image.draft(None, (side, side))  # decodes at a half, quarter or eighth where that is enough
        grounds = _flatten(_pixels(image, side))
        for number in range(1, FRAMES_TRIED):
            if still or any(_shows_something(pixels) for pixels in grounds):
                break
            try:
                image.seek(number)
            except EOFError:
                break
            grounds = _flatten(_pixels(image, side))
    except _TOO_LARGE as exc:
        raise PictureError("more pixels than a picture may have", why="too_large") from exc
    except _BROKEN as exc:
        raise PictureError(f"cannot be decoded: {exc}", why="undecodable") from exc
    return Loaded(tuple(_turn(pixels, turned) for pixels in grounds), width, height)


def _orientation(image: Image.Image) -> int:
    """The Exif orientation, 1 to 8; damaged metadata means none."""
    try:
        value = image.getexif().get(ORIENTATION, 1)
    except _BROKEN:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _turn(pixels: Pixels, orientation: int) -> Pixels:
    """Pixels as a browser shows them; what ImageOps.exif_transpose does, on the shrunk picture."""
    if orientation == 1:
        return pixels
    if orientation in (5, 7):
        pixels = pixels.transpose(1, 0, 2)
    pixels = np.rot90(pixels, {3: 2, 6: -1, 7: 2, 8: 1}.get(orientation, 0))
    if orientation == 2:
        pixels = pixels[:, ::-1]
    elif orientation == 4:
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def _pixels(image: Image.Image, side: int) -> Pixels:
    """8 bits a channel, RGB or RGBA, halved as often as leaves an area of at least `side` squared."""
    if image.mode.startswith("I"):
        deep = np.asarray(image)
        deep = (deep if deep.dtype == np.uint16 else np.clip(deep, 0, 0xFFFF)) >> (8 if deep.max() > 255 else 0)
        image = Image.fromarray(deep.astype(np.uint8))
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        # Shrunk with its colours weighed by their opacity: what is hidden must not shine through at the edges.
        image = image if image.mode == "RGBA" else image.convert("RGBA")
        return _halve(cv2.cvtColor(np.asarray(image), cv2.COLOR_RGBA2mRGBA), side)
    image = image if image.mode == "RGB" else image.convert("RGB")
    times = 2 ** int(max(0.0, np.log2((image.width * image.height) ** 0.5 / side)))
    return np.asarray(image.reduce(times) if times > 1 else image)  # a copy of the whole would take as long again


def _halve(pixels: Pixels, side: int) -> Pixels:
    """Halving takes a third of the time of a mean over threes, and a seventh of an exact one."""
    height, width = pixels.shape[:2]
    while height * width >= 4 * side * side:
        height, width = height // 2, width // 2
        pixels = cv2.resize(pixels[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA)
    return pixels


def _flatten(pixels: Pixels) -> tuple[Pixels, ...]:
    """RGB over white and, where transparency lets the two differ, over black; what shows nothing is left out.

    `pixels` are RGB, or RGBA with the colours already multiplied by the opacity.
    """
    if pixels.shape[2] == 3:
        return (pixels,)
    black = cv2.cvtColor(pixels, cv2.COLOR_RGBA2RGB)
    hidden = cv2.bitwise_not(cv2.extractChannel(pixels, 3))
    if cv2.minMaxLoc(hidden)[1] <= 5:
        return (black,)
    white = cv2.add(black, cv2.cvtColor(hidden, cv2.COLOR_GRAY2RGB))
    kept = tuple(ground for ground in (white, black) if _shows_something(ground))
    return kept or (white,)


def _shows_something(pixels: Pixels) -> bool:
    step = max(1, max(pixels.shape[:2]) // 96)  # every second or third pixel tells as much
    samples = (np.ascontiguousarray(pixels[::step, ::step, channel]) for channel in range(3))
    return any(cv2.meanStdDev(sample)[1][0, 0] >= 4.0 for sample in samples)
