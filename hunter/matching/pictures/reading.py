"""Bytes to the Picture that is compared and kept: identity, hashes, kind, and its sheet packed small."""

from __future__ import annotations

import hashlib
from functools import cache

import cv2
import imagehash
import numpy as np
import numpy.typing as npt

from hunter.matching.pictures.descriptors import Vectors, lens
from hunter.matching.pictures.loading import load_pixels
from hunter.matching.pictures.looks import Pixels
from hunter.matching.pictures.sheets import Sheet, draw_up, pack_sheet
from hunter.types import Picture

FLAT = 5.0  # grey steps of spread below which a picture shows nothing
RICH = 40.0  # from which it can carry all that is asked
LETTER = 0.75  # likeness to a drawn letter from which a two-coloured picture counts as one
PERSON = 0.78
_THREE = np.ones(3, np.float32)
HASHED = 32  # side of the picture that phash is taken of
LANCZOS_STEPS = 1 << 22  # in which Pillow counts its weights


def read_picture(data: bytes) -> Picture:
    """What the matcher needs of a picture: the SHA-256 of its bytes, hashes, quality, kind and small look.

    Hostile bytes belong into `hunter.darkroom.Darkroom`, which calls this in a process that may die.
    Raises PictureError (see `load_pixels`).
    """
    loaded = load_pixels(data)
    sheet = draw_up(loaded.grounds)
    quality = measure_quality(sheet.looks[0])
    return Picture(
        sha256=hashlib.sha256(data).hexdigest(),
        hashes=take_hashes(sheet.looks[0]),
        quality=quality,
        width=loaded.width,
        height=loaded.height,
        kind=tell_kind(sheet, quality),
        small=pack_sheet(sheet),
    )


def take_hashes(look: Pixels) -> dict[str, str]:
    """imagehash's phash and dhash of a look, shrunk to the size that phash asks for; in an eighth of the time."""
    grey = cv2.extractChannel(look, 0)
    tiny = cv2.resize(grey, (HASHED, HASHED), interpolation=cv2.INTER_AREA).astype(np.float64)
    waves = (_waves() @ tiny @ _waves().T).round(6)  # what is nothing but for rounding is nothing
    ranked = np.sort(waves, axis=None)
    middle = (ranked[31] + ranked[32]) / 2  # np.median takes five times as long
    steps = _to_bytes(_shares(8) @ _to_bytes(tiny @ _shares(9).T))
    bits = {"phash": waves > middle, "dhash": steps[:, 1:] > steps[:, :-1]}
    return {name: str(imagehash.ImageHash(found)) for name, found in bits.items()}


@cache
def _waves() -> npt.NDArray[np.float64]:
    """The first eight rows of the cosine transform, `[8, HASHED]`."""
    return 2 * np.cos(np.pi / HASHED * np.outer(np.arange(8), np.arange(HASHED) + 0.5))


@cache
def _shares(count: int) -> npt.NDArray[np.float64]:
    """What Pillow shrinks a line by, with Lanczos: `[count, HASHED]`, in its steps, so that all sums are exact."""
    scale = HASHED / count
    away = (np.arange(HASHED) + 0.5) / scale - (np.arange(count)[:, None] + 0.5)
    weights = np.where(np.abs(away) < 3, np.sinc(away) * np.sinc(away / 3), 0)
    shares: npt.NDArray[np.float64] = np.rint(weights / weights.sum(axis=1, keepdims=True) * LANCZOS_STEPS)
    return shares / LANCZOS_STEPS


def _to_bytes(line: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Rounded and kept within a byte, as Pillow does after each of the two directions."""
    return np.minimum(np.maximum(np.floor(line + 0.5), 0), 255)


def measure_quality(look: Pixels) -> float:
    """How much a picture can carry, from 0 (flat) to 1, by the spread of its grey or of its colours."""
    spread = 0.0
    for channel in range(3):
        spread = max(spread, float(cv2.meanStdDev(cv2.extractChannel(look, channel))[1][0, 0]))
        if spread >= RICH:  # most are, by their grey
            return 1.0
    return 0.0 if spread < FLAT else spread / RICH


def tell_kind(sheet: Sheet, quality: float | None = None) -> str:
    """flat, default (head and shoulders in two tones), letter (one or two letters in two tones), or picture."""
    quality = measure_quality(sheet.looks[0]) if quality is None else quality
    if not quality or not sheet.vectors.any():
        return "flat"
    if not _two_toned(sheet.looks[0]):
        return "picture"
    if _resembles(sheet.vectors, lens().persons) > PERSON:
        return "default"
    return "letter" if _resembles(sheet.vectors, lens().letters) > LETTER else "picture"


def _resembles(vectors: Vectors, templates: Vectors) -> float:
    return float((vectors @ templates.T).max())


def _two_toned(look: Pixels) -> bool:
    """Whether nearly all of the picture has one of two tones, what lies between them by blurring aside."""
    sample = np.ascontiguousarray(look[::2, ::2, 0])
    counts = cv2.calcHist([sample], [0], None, [32], [0, 256]).ravel()
    share = 0.0
    for _ in range(2):
        wide = np.convolve(counts, _THREE, "same")
        tone = int(wide.argmax())
        share += float(wide[tone])
        counts[max(0, tone - 1) : tone + 2] = 0
    return share > 0.88 * sample.size
