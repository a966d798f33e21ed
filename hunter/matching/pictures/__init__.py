"""Bytes to pictures, pictures to looks and hashes, and one picture found again in another. The only door to Pillow."""

from __future__ import annotations

from hunter.matching.pictures.comparison import Likeness, compare_pictures
from hunter.matching.pictures.drawing import draw_pairs, draw_side_by_side, draw_thumbnail, warm_up
from hunter.matching.pictures.index import PictureIndex
from hunter.matching.pictures.reading import read_picture

__all__ = [
    "Likeness",
    "PictureIndex",
    "compare_pictures",
    "draw_pairs",
    "draw_side_by_side",
    "draw_thumbnail",
    "read_picture",
    "warm_up",
]
