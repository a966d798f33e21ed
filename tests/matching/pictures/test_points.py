from __future__ import annotations

import cv2
import numpy as np
import pytest

from hunter.matching.pictures.comparison import look_closely, tell
from hunter.matching.pictures.looks import Pixels
from hunter.matching.pictures.points import find_points
from hunter.matching.pictures.samples import draw_mark, draw_scene
from hunter.matching.pictures.sheets import Sheet, draw_up, draw_up_reference

MARK = draw_mark(1047)
OURS = draw_up_reference(draw_up((MARK,)).packed)


def turned(angle: float, zoom: float = 0.8) -> Pixels:
    how = cv2.getRotationMatrix2D((128, 128), angle, zoom)
    ground = tuple(int(v) for v in MARK[0, 0])
    return np.asarray(cv2.warpAffine(MARK, how, (256, 256), borderValue=ground))


def sheet(pixels: Pixels) -> Sheet:
    return draw_up((np.ascontiguousarray(pixels),))


@pytest.mark.parametrize("angle", [-70, -40, 25, 55, 90, 150])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_turned_copy_is_placed_and_its_angle_told(angle: int, mirrored: bool) -> None:
    theirs = turned(angle)[:, ::-1] if mirrored else turned(angle)
    seen = find_points(OURS, sheet(theirs))
    assert seen is not None and seen.mirrored == mirrored
    assert abs(seen.theirs.side / seen.ours.side - 0.8) < 0.06
    look = look_closely(OURS, sheet(theirs))
    assert look is not None
    told = tell(look, 0.0)
    assert f"turned by {abs(angle)}°" in told.words or f"turned by {abs(angle) + 1}°" in told.words, told
    assert ("mirrored" in told.words) == mirrored


def test_a_mark_cut_out_on_a_photograph_is_located() -> None:
    mark, scene = draw_mark(1042), draw_scene(700).copy()
    small = cv2.resize(mark, (170, 170), interpolation=cv2.INTER_AREA)
    away = np.abs(small.astype(int) - mark[0, 0]).max(axis=2) > 30
    scene[70:240, 10:180][away] = small[away]
    seen = find_points(draw_up_reference(draw_up((mark,)).packed), sheet(scene))
    assert seen is not None and not seen.mirrored
    assert abs(seen.theirs.x - 0.37) < 0.1 and abs(seen.theirs.y - 0.6) < 0.1


def test_pictures_without_points_and_unrelated_ones_are_left_alone() -> None:
    blank = np.full((128, 128, 3), 200, np.uint8)
    blank[:40] = 90
    assert find_points(OURS, sheet(blank)) is None
    seen = [find_points(OURS, sheet(draw_mark(number))) for number in range(500, 530)]
    looks = [look_closely(OURS, sheet(draw_mark(number))) for number in range(500, 530)]
    assert sum(one is not None for one in seen) < 15
    assert not [look for look in looks if look is not None and look.bits > 0]
