"""Pictures for people: re-encoded thumbnails and two pictures side by side. Nothing of the original file survives."""

from __future__ import annotations

import io

from PIL import Image

from hunter.matching.pictures.loading import load_pixels

GROUND = (232, 234, 237)
GAP = 12


def draw_thumbnail(data: bytes, side: int = 256) -> bytes:
    """A PNG of at most `side` pixels, freshly encoded from pixels: no metadata, no second format inside.

    Raises PictureError for bytes that are no usable picture.
    """
    return _encode(_fit(data, side))


def draw_side_by_side(ours: bytes, theirs: bytes, side: int = 256) -> bytes:
    """A PNG with our picture on the left and theirs on the right, each within `side` x `side` pixels.

    Raises PictureError for bytes that are no usable picture.
    """
    sheet = Image.new("RGB", (2 * side + 3 * GAP, side + 2 * GAP), GROUND)
    for column, data in enumerate((ours, theirs)):
        picture = _fit(data, side)
        x = GAP + column * (side + GAP) + (side - picture.width) // 2
        sheet.paste(picture, (x, GAP + (side - picture.height) // 2))
    return _encode(sheet)


def _fit(data: bytes, side: int) -> Image.Image:
    picture = Image.fromarray(load_pixels(data, side).grounds[0])
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    return picture


def _encode(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
