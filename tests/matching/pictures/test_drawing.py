from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from hunter.errors import PictureError
from hunter.matching.pictures import draw_side_by_side
from hunter.matching.pictures.drawing import INK
from hunter.matching.pictures.samples import draw_mark, draw_scene
from tests.matching.pictures.alterations import ALTERATIONS


def encode(pixels: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def drawn(theirs: np.ndarray) -> np.ndarray:
    with Image.open(io.BytesIO(draw_side_by_side(encode(draw_mark(1047)), encode(theirs)))) as sheet:
        return np.asarray(sheet.convert("RGB"))


def test_unrelated_pictures_stand_side_by_side() -> None:
    assert drawn(draw_scene(5)).shape == (280, 548, 3)


@pytest.mark.parametrize("name", ["mirror", "turn", "crop", "banner", "put_inside"])
def test_a_copy_is_shown_lined_up(name: str) -> None:
    sheet = drawn(ALTERATIONS[name][0](draw_mark(1047)))
    assert sheet.shape == (548, 548, 3)
    ours, theirs = sheet[280:536, 12:268].astype(int), sheet[280:536, 280:536].astype(int)
    middle = slice(60, 180)
    apart = np.abs(ours[middle, middle] - theirs[middle, middle]).mean()
    assert apart < 25, "the second row shows the same part of both"


def test_what_was_laid_over_is_outlined() -> None:
    sheet = drawn(ALTERATIONS["banner"][0](draw_mark(1047)))
    assert (sheet[280:536, 280:536] == INK).all(axis=2).sum() > 200


def test_no_picture_is_an_error() -> None:
    with pytest.raises(PictureError):
        draw_side_by_side(encode(draw_mark(1)), b"<svg/>")
