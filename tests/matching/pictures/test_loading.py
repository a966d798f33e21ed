from __future__ import annotations

import io
import time

import numpy as np
import pytest
from PIL import Image

from hunter.errors import PictureError
from hunter.matching.pictures import compare_pictures, draw_thumbnail, read_picture
from hunter.matching.pictures.loading import load_pixels
from tests.hostile.pictures import SAME, TABLE, mark


@pytest.mark.parametrize("name", TABLE)
def test_every_hostile_file_is_read_or_refused_with_a_reason(name: str) -> None:
    make, why = TABLE[name]
    data = make()
    begun = time.process_time()
    if why is None:
        picture = read_picture(data)
        assert picture.kind == "picture" and picture.small and len(picture.sha256) == 64
    else:
        with pytest.raises(PictureError) as refusal:
            read_picture(data)
        assert refusal.value.why == why
    assert time.process_time() - begun < 1.0, "refused from the header, not after the work"


@pytest.mark.parametrize("name", SAME)
def test_what_a_browser_would_show_is_what_is_compared(name: str) -> None:
    likeness = compare_pictures(read_picture(mark()), read_picture(TABLE[name][0]()))
    assert likeness is not None
    assert likeness.bits > 5
    assert likeness.how == "same" or name in ("flipped byte", "16 bit grey", "grey with alpha"), likeness


def test_what_lies_under_transparency_is_not_seen() -> None:
    likeness = compare_pictures(read_picture(mark()), read_picture(TABLE["black on transparent"][0]()))
    assert likeness is not None and likeness.bits < 0


def test_a_white_mark_on_nothing_is_seen_over_black() -> None:
    alpha = np.zeros((200, 200, 4), np.uint8)
    alpha[60:140, 80:120] = 255
    out = io.BytesIO()
    Image.fromarray(alpha).save(out, "PNG")
    (ground,) = load_pixels(out.getvalue()).grounds
    assert ground[100, 100].tolist() == [255, 255, 255] and ground[0, 0].tolist() == [0, 0, 0]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_what_pillow_makes_of_it(orientation: int) -> None:
    from PIL import ImageOps

    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    Image.open(io.BytesIO(mark(side=160))).crop((0, 0, 160, 120)).save(out, "PNG", exif=exif)
    loaded = load_pixels(out.getvalue(), 400)
    with Image.open(io.BytesIO(out.getvalue())) as plain:
        shown = np.asarray(ImageOps.exif_transpose(plain))
    assert (loaded.grounds[0] == shown).all()
    assert (loaded.height, loaded.width) == shown.shape[:2]


def test_mutated_files_are_read_or_refused_and_nothing_else() -> None:
    chance = np.random.default_rng(7)
    refused = 0
    for name in ("PNG", "JPEG", "GIF", "WEBP", "AVIF"):
        plain = mark(name, side=64)
        for _ in range(40):
            data = bytearray(plain)
            for at in chance.integers(0, len(data), int(chance.integers(1, 12))):
                data[at] = int(chance.integers(256))
            try:
                load_pixels(bytes(data))
            except PictureError as exc:
                assert exc.why in ("undecodable", "unknown_format", "too_large", "too_small", "too_narrow")
                refused += 1
    assert 20 < refused < 200


def test_a_thumbnail_holds_pixels_and_nothing_else() -> None:
    png = draw_thumbnail(TABLE["gif with a script"][0](), 128)
    assert b"script" not in png
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.format == "PNG" and max(picture.size) == 128 and not picture.info
