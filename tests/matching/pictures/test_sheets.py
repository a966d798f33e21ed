from __future__ import annotations

import numpy as np

from hunter.matching.pictures.descriptors import LENGTH, describe, describe_windows, project, window_places
from hunter.matching.pictures.looks import take_look
from hunter.matching.pictures.samples import draw_lockup, draw_mark, draw_scene
from hunter.matching.pictures.sheets import (
    WINDOW_SIDES,
    draw_up,
    pack_sheet,
    pack_windows,
    unpack_sheet,
    unpack_windows,
)
from hunter.matching.pictures.views import cut_view, grey_of


def test_a_sheet_comes_back_as_it_was_packed() -> None:
    sheet = draw_up((np.ascontiguousarray(draw_lockup(7)), np.ascontiguousarray(255 - draw_lockup(7))))
    stored = unpack_sheet(pack_sheet(sheet))
    assert [(n, f.name) for n, f in stored.places] == [(n, f.name) for n, f in sheet.places]
    assert np.allclose((stored.vectors * sheet.vectors).sum(axis=1), 1, atol=2e-3)
    assert np.allclose((stored.mirrored * sheet.mirrored).sum(axis=1), 1, atol=2e-3)
    assert stored.windows == sheet.windows and len(stored.looks) == 2


def test_four_bits_a_number_tell_a_vector() -> None:
    vectors = np.random.default_rng(5).normal(size=(300, LENGTH)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    packed = pack_windows(vectors)
    assert len(packed) == vectors.size // 2
    assert (unpack_windows(packed) * vectors).sum(axis=1).min() > 0.97
    assert np.isfinite(unpack_windows(pack_windows(np.zeros((2, LENGTH), np.float32)))).all()


def test_a_window_is_described_like_the_view_that_is_cut_there() -> None:
    sheet = draw_up((np.ascontiguousarray(draw_scene(11)),))
    frames = [sheet.window_frame(number) for number in range(len(sheet.window_vectors))]
    cut = project(describe(np.stack([grey_of(cut_view(sheet.looks[0], frame)) for frame in frames])))
    alike = (cut * sheet.window_vectors).sum(axis=1)
    assert np.median(alike) > 0.85 and alike.min() > 0.6
    strange = (cut * np.roll(sheet.window_vectors, len(frames) // 2, axis=0)).sum(axis=1)
    assert np.median(strange) < 0.4


def test_windows_lie_within_the_picture_evenly_around_its_middle() -> None:
    for height, width in ((96, 96), (40, 230), (131, 70)):
        places = np.array(window_places(height, width, WINDOW_SIDES))
        left, top, side = places.T
        assert left.min() >= 0 and top.min() >= 0
        assert (left + side).max() <= width + 1e-6 and (top + side).max() <= height + 1e-6
        assert abs(left.min() - (width - (left + side).max())) < 1e-6
        assert len(describe_windows(np.zeros((height, width), np.uint8), WINDOW_SIDES)) == len(places)


def test_a_mark_put_into_a_scene_is_nearest_to_the_window_around_it() -> None:
    scene = draw_scene(21).copy()
    mark = draw_mark(1047)
    scene[64:224:1, 32:192] = mark[(np.arange(160) * 256 // 160)][:, np.arange(160) * 256 // 160]
    ours = draw_up((np.ascontiguousarray(mark),)).vectors[0]
    sheet = draw_up((scene,))
    frame = sheet.window_frame(int((sheet.window_vectors @ ours).argmax()))
    assert abs(frame.x - 112 / 256) < 0.08 and abs(frame.y - 144 / 256) < 0.08 and 0.5 < frame.side < 0.75
    assert take_look(scene).shape == (128, 128, 3)
