"""Drawn pictures and alterations of them, for the worked cases that the picture signals ship."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from typing import overload

import cv2
import numpy as np

from hunter.matching.pictures.looks import Pixels
from hunter.matching.pictures.samples import draw_letter, draw_mark, draw_scene
from hunter.matching.pictures.sheets import draw_up, pack_sheet
from hunter.types import Brand, Example, Picture, Profile


@cache
def example_picture(how: str) -> Picture:
    """Our drawn picture ("ours"), an alteration of it by name, or "another", "letter" or "flat"."""
    pixels = np.ascontiguousarray(_alter(draw_mark(1047), how))
    return Picture(
        sha256=hashlib.sha256(how.encode() + pixels.tobytes()).hexdigest(),
        quality=0.0 if how == "flat" else 1.0,
        width=pixels.shape[1],
        height=pixels.shape[0],
        kind=how if how in ("letter", "flat") else "picture",
        small=pack_sheet(draw_up((pixels,))),
    )


class Drawn(Sequence[Example]):
    """Worked cases whose pictures are drawn when they are first asked for: most runs never do."""

    def __init__(self, draw: Callable[[], tuple[Example, ...]]) -> None:
        self._draw = draw

    @cached_property
    def _cases(self) -> tuple[Example, ...]:
        return self._draw()

    def __len__(self) -> int:
        return len(self._cases)

    @overload
    def __getitem__(self, at: int) -> Example: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Example]: ...
    def __getitem__(self, at: int | slice) -> Example | Sequence[Example]:
        return self._cases[at]


def brand_with(how: str) -> Brand:
    """A brand whose only picture is the example of that name."""
    return Brand(slug="acme", names=("Acme",), pictures=(example_picture(how),))


def profile_with(how: str) -> Profile:
    """An account of another name with the example of that name as its picture."""
    return Profile(platform="x", handle="zz9", picture=example_picture(how))


def _alter(mark: Pixels, how: str) -> Pixels:
    side = len(mark)
    if how == "mirrored":
        return mark[:, ::-1]
    if how == "recoloured":
        return 255 - mark
    if how == "cropped":
        return mark[side // 10 : side - side // 8, side // 8 : side - side // 10]
    if how == "turned":
        turn = cv2.getRotationMatrix2D((side / 2, side / 2), 12, 1.0)
        return np.asarray(cv2.warpAffine(mark, turn, (side, side), borderMode=cv2.BORDER_REPLICATE))
    if how == "overlaid":
        covered = mark.copy()
        covered[-side // 5 :] = (200, 0, 0)
        return covered
    if how == "framed":
        framed = np.full((side * 2, side * 2, 3), 255, np.uint8)
        framed[side // 2 : side // 2 + side, side // 2 : side // 2 + side] = mark
        return framed
    if how == "inside":
        scene = draw_scene(4)
        small = cv2.resize(mark, (side * 5 // 8, side * 5 // 8), interpolation=cv2.INTER_AREA)
        scene[60 : 60 + len(small), 50 : 50 + len(small)] = small
        return scene
    if how == "small":
        return np.asarray(cv2.resize(mark, (96, 96), interpolation=cv2.INTER_AREA))
    if how in ("disc", "other disc"):
        disc = np.full_like(mark, 250 if how == "disc" else 30)
        cv2.circle(disc, (128, 128), 70, (20, 60, 160) if how == "disc" else (230, 200, 40), -1, cv2.LINE_AA)
        return disc
    others = {"another": draw_scene(9), "letter": draw_letter(5), "flat": np.full_like(mark, 200)}
    return others.get(how, mark)
