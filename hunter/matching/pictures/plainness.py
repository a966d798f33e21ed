"""How much one of our pictures says: a letter, a disc or a diamond is met everywhere, in every colour."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from hunter.matching.pictures.looks import Pixels, unpack_looks
from hunter.matching.pictures.sheets import Sheet, is_current, reference_sheet
from hunter.matching.pictures.views import canonical_frames, cut_view
from hunter.types import Picture

CORNERS = 32  # corners from which on more of them say no more
COMMON = 0.5  # how common a picture's looks must be before they count as plain
PLAIN = 0.35  # plainness from which a changed picture proves nothing by itself


def is_plain(picture: Picture) -> bool:
    """Whether one of our pictures is so plain that copies of it with changes are only found together with the name."""
    if picture.kind in ("letter", "default"):
        return True
    return is_current(picture.small) and measure_plainness(reference_sheet(picture.small)) > PLAIN


def measure_plainness(reference: Sheet) -> float:
    """From 0 (unlike the drawn pictures, or rich in detail) to 1 (one simple shape that many pictures are made of)."""
    common = max(0.0, reference.commonness - COMMON) / (1 - COMMON)
    return min(1.0, common) * (1 - measure_detail(reference.packed))


@lru_cache(maxsize=512)
def measure_detail(packed: bytes) -> float:
    """How many corners a picture's content has, from 0 to 1 (Shi and Tomasi, CVPR 1994); a disc has none."""
    return max(min(1.0, _count_corners(look) / CORNERS) for look in unpack_looks(packed))


def _count_corners(look: Pixels) -> int:
    frames = canonical_frames(look)
    frame = next((f for f in frames if f.name == "content"), frames[0])
    grey = cv2.GaussianBlur(np.ascontiguousarray(cut_view(look, frame, 128)[..., 0]), (0, 0), 1.5)
    inside = np.zeros_like(grey)
    inside[4:-4, 4:-4] = 255
    found = cv2.goodFeaturesToTrack(grey, CORNERS, 0.05, 5, mask=inside, blockSize=5)
    return 0 if found is None else len(found)
