from __future__ import annotations

import numpy as np
import pytest
import zstandard

from hunter.matching.pictures.looks import LOOK_SIDE, pack_looks, shrink, take_look, take_planes, unpack_looks
from hunter.matching.pictures.samples import draw_lockup, draw_scene


@pytest.mark.parametrize(("height", "width"), [(256, 256), (60, 60), (400, 100), (131, 517), (16, 128), (2000, 1500)])
def test_a_look_has_one_area_and_the_shape_of_its_picture(height: int, width: int) -> None:
    look = take_look(np.full((height, width, 3), (200, 100, 50), np.uint8))
    rows, columns, _ = look.shape
    assert abs(rows * columns / LOOK_SIDE**2 - 1) < 0.03
    assert abs(np.log((columns / rows) / (width / height))) < 0.05
    assert np.ptp(look.reshape(-1, 3), axis=0).max() == 0


@pytest.mark.parametrize("side", [100, 128, 150, 200, 255])
def test_shrinking_keeps_the_picture_in_its_place(side: int) -> None:
    scene = draw_scene(5)
    small = shrink(scene, side, side)
    assert small.shape == (side, side, 3)
    at = ((np.arange(side) + 0.5) * 256 / side - 0.5).round().astype(int)
    there = scene[at][:, at]
    apart = [np.abs(np.roll(small, shift, axis=(0, 1)).astype(int) - there).mean() for shift in (-2, 0, 2)]
    assert apart[1] < 12 and apart[1] < min(apart[0], apart[2]), apart


def test_looks_come_back_as_they_were_packed() -> None:
    planes = [take_planes(draw_scene(3)), take_planes(draw_lockup(4)[:100])]
    for fresh, stored in zip(planes, unpack_looks(pack_looks(planes)), strict=True):
        assert (fresh.look() == stored).all()


def test_a_damaged_or_endless_value_is_no_look() -> None:
    packed = pack_looks([take_planes(draw_scene(3))])
    bomb = zstandard.ZstdCompressor().compress(bytes(300 << 20))
    assert len(bomb) < 40_000
    for bad in (
        b"",
        b"\0" * 40,
        packed[:50],
        packed[:-9],
        bomb,
        zstandard.ZstdCompressor().compress(b"\x80\0\x80\0abc"),
    ):
        with pytest.raises(ValueError, match="damaged"):
            unpack_looks(bad)
