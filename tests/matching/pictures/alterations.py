"""What squatters do to a picture, each as a function of RGB pixels."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from hunter.matching.pictures.looks import Pixels
from hunter.matching.pictures.samples import draw_scene


def recode(pixels: Pixels) -> Pixels:
    packed = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 35])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR))


def shrink(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.resize(pixels, (64, 64), interpolation=cv2.INTER_AREA))


def brighten(pixels: Pixels) -> Pixels:
    return np.clip(pixels.astype(np.float32) * 1.25 + 8, 0, 255).astype(np.uint8)


def mirror(pixels: Pixels) -> Pixels:
    return np.ascontiguousarray(pixels[:, ::-1])


def round_off(pixels: Pixels) -> Pixels:
    side = len(pixels)
    mask = np.zeros((side, side), np.uint8)
    cv2.circle(mask, (side // 2, side // 2), side // 2, 255, -1, cv2.LINE_AA)
    return np.where(mask[..., None] > 127, pixels, 255).astype(np.uint8)


def crop(pixels: Pixels) -> Pixels:
    side = len(pixels)
    return np.ascontiguousarray(pixels[side // 12 : side - side // 10, side // 9 : side - side // 14])


def turn(pixels: Pixels) -> Pixels:
    side = len(pixels)
    how = cv2.getRotationMatrix2D((side / 2, side / 2), 9, 1.0)
    return np.asarray(cv2.warpAffine(pixels, how, (side, side), borderMode=cv2.BORDER_REPLICATE))


def frame(pixels: Pixels) -> Pixels:
    side = len(pixels)
    return np.asarray(cv2.copyMakeBorder(pixels, *[side // 4] * 4, cv2.BORDER_CONSTANT, value=(0, 0, 0)))


def negate(pixels: Pixels) -> Pixels:
    return 255 - pixels


def swap_colours(pixels: Pixels) -> Pixels:
    return np.ascontiguousarray(pixels[..., [1, 2, 0]])


def tick(pixels: Pixels) -> Pixels:
    ticked, side = pixels.copy(), len(pixels)
    cv2.circle(ticked, (side * 5 // 6, side * 5 // 6), side // 8, (255, 255, 255), -1, cv2.LINE_AA)
    cv2.circle(ticked, (side * 5 // 6, side * 5 // 6), side // 9, (30, 150, 240), -1, cv2.LINE_AA)
    return ticked


def banner(pixels: Pixels) -> Pixels:
    covered, side = pixels.copy(), len(pixels)
    cv2.rectangle(covered, (0, side * 8 // 10), (side, side), (200, 20, 20), -1)
    cv2.putText(
        covered, "SUPPORT", (side // 6, side * 94 // 100), cv2.FONT_HERSHEY_SIMPLEX, side / 256, (255, 255, 255), 2
    )
    return covered


def put_inside(pixels: Pixels) -> Pixels:
    scene = draw_scene(900).copy()
    small = cv2.resize(pixels, (160, 160), interpolation=cv2.INTER_AREA)
    scene[80:240, 20:180] = small
    return scene


# name -> what is done, and the levels that may be told of it
ALTERATIONS: dict[str, tuple[Callable[[Pixels], Pixels], set[str]]] = {
    "recode": (recode, {"same"}),
    "shrink": (shrink, {"same"}),
    "brighten": (brighten, {"same", "recoloured"}),
    "mirror": (mirror, {"mirrored"}),
    "round_off": (round_off, {"same"}),
    "crop": (crop, {"cropped"}),
    "turn": (turn, {"turned"}),
    "frame": (frame, {"framed"}),
    "negate": (negate, {"recoloured"}),
    "swap_colours": (swap_colours, {"recoloured", "same"}),
    "tick": (tick, {"overlaid", "same"}),
    "banner": (banner, {"overlaid"}),
    "put_inside": (put_inside, {"inside"}),
}
