"""How much one of our pictures says: a letter, a disc or a diamond is met everywhere, in every colour."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from hunter.matching.pictures.looks import Pixels, unpack_looks
from hunter.matching.pictures.sheets import Sheet, is_current, reference_sheet
from hunter.matching.pictures.views import canonical_frames, cut_view, grey_of
from hunter.types import Picture

SIDE = 128  # pixels of the view in which corners are counted
RIM = 4  # pixels at its edge that are left aside
CLEAR = 0.1  # how strong a corner must be beside the strongest edge
CORNERS = 24  # corners from which on more of them say no more
COMMON = 0.5  # how common a picture's looks must be before they count as plain
PLAIN = 0.3  # plainness from which a changed picture proves nothing by itself


def is_plain(picture: Picture) -> bool:
    """Whether one of our pictures is so plain that copies of it with changes are only found together with the name."""
    measured = is_current(picture.small) and measure_plainness(reference_sheet(picture.small)) > PLAIN
    return measured or picture.kind != "picture"


def measure_plainness(reference: Sheet) -> float:
    """From 0 (unlike the drawn pictures, or rich in detail) to 1 (one simple shape that many pictures are made of)."""
    common = max(0.0, reference.commonness - COMMON) / (1 - COMMON)
    return min(1.0, common) * (1 - measure_detail(reference.packed))


@lru_cache(maxsize=512)
def measure_detail(packed: bytes) -> float:
    """How many corners a picture's content has, from 0 to 1 (Shi and Tomasi, CVPR 1994); a disc has none."""
    return max(min(1.0, _count_corners(look) / CORNERS) for look in unpack_looks(packed))


def _count_corners(look: Pixels) -> int:
    """Points at which edges of two directions meet, each as clear as the picture's clearest edge is."""
    frames = canonical_frames(look)
    frame = next((f for f in frames if f.name == "content"), frames[0])
    grey = cv2.GaussianBlur(grey_of(cut_view(look, frame, SIDE)), (0, 0), 1.2)
    both = cv2.cornerEigenValsAndVecs(grey, 7, 3)[..., :2]
    weaker, stronger = both.min(axis=2), float(both.max())
    peaks = (weaker >= cv2.dilate(weaker, np.ones((7, 7), np.uint8))) & (weaker > CLEAR * max(stronger, 1e-9))
    return int(np.count_nonzero(peaks[RIM:-RIM, RIM:-RIM]))
