"""Pictures for people: re-encoded thumbnails and two pictures side by side. Nothing of the original file survives."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from PIL import Image, ImageDraw

from hunter.matching.pictures.alignment import find_overlay
from hunter.matching.pictures.comparison import SecondLook, look_closely
from hunter.matching.pictures.descriptors import SIDE
from hunter.matching.pictures.loading import FORMATS, load_pixels
from hunter.matching.pictures.looks import Pixels
from hunter.matching.pictures.reading import read_picture
from hunter.matching.pictures.sheets import draw_up, draw_up_reference, is_current, unpack_sheet
from hunter.matching.pictures.views import Frame, cut_view
from hunter.types import Picture
from hunter.visible import visible

GROUND = (232, 234, 237)
INK = (214, 40, 40)
GAP = 12


def draw_thumbnail(data: bytes, side: int = 256) -> bytes:
    """A PNG of at most `side` pixels, freshly encoded from pixels: no metadata, no second format inside.

    Raises PictureError for bytes that are no usable picture.
    """
    return _encode(_fit(load_pixels(data, side).grounds[0], side))


def draw_side_by_side(ours: bytes, theirs: bytes, side: int = 256) -> bytes:
    """A PNG with our picture on the left and theirs on the right, each within `side` x `side` pixels.

    Where theirs is made of ours, the part that was compared is outlined, and a second row shows both parts lined up
    (mirrored and turned back), with what was laid over it outlined.
    Raises PictureError for bytes that are no usable picture.
    """
    left, right = load_pixels(ours, side).grounds, load_pixels(theirs, side).grounds
    reference, sheet = draw_up_reference(draw_up(left).packed), draw_up(right)
    look = look_closely(reference, sheet) if reference.vectors.any() and sheet.vectors.any() else None
    if look is None or look.bits <= 0:
        return _encode(_paste([[_fit(left[0], side), _fit(right[0], side)]], side))
    (our_ground, our_frame), (their_ground, their_frame) = look.pairing.ours, look.pairing.theirs
    wholes = [_outline(left[our_ground], our_frame, side), _outline(right[their_ground], their_frame, side)]
    return _encode(_paste([wholes, _lined_up(left[our_ground], right[their_ground], look, side)], side))


def draw_pairs(pairs: Sequence[tuple[Picture, Picture, str]], side: int = 112, across: int = 5) -> bytes:
    """A PNG of pairs of pictures with a line under each: ours on the left, theirs on the right, from their looks."""
    tall = side + 2 * GAP
    sheet = Image.new("RGB", (across * (2 * side + GAP) + GAP, max(1, -(-len(pairs) // across)) * tall + GAP), GROUND)
    pen = ImageDraw.Draw(sheet)
    for number, (ours, theirs, line) in enumerate(pairs):
        x, y = GAP + number % across * (2 * side + GAP), GAP + number // across * tall
        for place, picture in enumerate((ours, theirs)):
            shown = _fit(_colours(picture), side)
            sheet.paste(shown, (x + place * side + (side - shown.width) // 2, y + (side - shown.height) // 2))
        pen.text((x, y + side + 3), visible(line)[: side // 3], fill=(40, 44, 52))
    return _encode(sheet)


def _colours(picture: Picture) -> Pixels:
    """The first look of a picture as RGB; a grey square where it has none of this version."""
    if not is_current(picture.small):
        return np.full((64, 64, 3), 128, np.uint8)
    return np.asarray(cv2.cvtColor(unpack_sheet(picture.small).looks[0], cv2.COLOR_YCrCb2RGB))


def warm_up() -> None:
    """Uses every decoder and library once, so that nothing needs to be loaded from the disk later."""
    sample = Image.fromarray(np.kron(np.eye(4, dtype=np.uint8) * 255, np.ones((8, 8), np.uint8))).convert("RGB")
    for name in FORMATS:
        out = io.BytesIO()
        sample.save(out, name)
        read_picture(out.getvalue())
    draw_side_by_side(out.getvalue(), _encode(sample.transpose(Image.Transpose.FLIP_LEFT_RIGHT)))
    draw_thumbnail(out.getvalue())


def _fit(pixels: Pixels, side: int) -> Image.Image:
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    return picture


def _outline(pixels: Pixels, frame: Frame, side: int) -> Image.Image:
    """The picture with the frame drawn on it, unless the frame is all of it."""
    picture = _fit(pixels, side)
    if frame.name not in ("whole", "long"):
        longest, half = max(picture.size), frame.side / 2
        turn = np.deg2rad(-frame.angle)
        corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
        points = [
            (
                float((frame.x + x * np.cos(turn) + y * np.sin(turn)) * longest),
                float((frame.y - x * np.sin(turn) + y * np.cos(turn)) * longest),
            )
            for x, y in corners
        ]
        ImageDraw.Draw(picture).line([*points, points[0]], fill=INK, width=2)
    return picture


def _lined_up(ours: Pixels, theirs: Pixels, look: SecondLook, side: int) -> list[Image.Image]:
    """Both parts as they were compared, in full colour."""
    pairing, alignment = look.pairing, look.alignment
    left, right = (
        cut_view(pixels, replace(frame, ground=None), side)
        for pixels, (_, frame) in ((ours, pairing.ours), (theirs, pairing.theirs))
    )
    if pairing.mirrored:
        right = np.ascontiguousarray(right[:, ::-1])
    warp = np.array(alignment.warp, np.float32)
    warp[:, 2] *= side / SIDE
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(right, warp, (side, side), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    shown = [Image.fromarray(np.ascontiguousarray(view)) for view in (left, moved)]
    overlay = find_overlay(look.ours, alignment)
    if overlay is not None:
        ImageDraw.Draw(shown[1]).rectangle([share * side for share in overlay], outline=INK, width=3)
    return shown


def _paste(rows: list[list[Image.Image]], side: int) -> Image.Image:
    sheet = Image.new("RGB", (2 * side + 3 * GAP, len(rows) * (side + GAP) + GAP), GROUND)
    for row, pictures in enumerate(rows):
        for column, picture in enumerate(pictures):
            x = GAP + column * (side + GAP) + (side - picture.width) // 2
            sheet.paste(picture, (x, GAP + row * (side + GAP) + (side - picture.height) // 2))
    return sheet


def _encode(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
