"""Square views of a look: the whole, what stands on a plain ground, what stands in a disc, and cuttings of it.

A copy is cropped, framed, rounded or set smaller; so both sides are brought to a few canonical views, and of our
own pictures the likely cuttings and turns are taken as well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from hunter.matching.pictures.descriptors import SIDE
from hunter.matching.pictures.looks import Pixels

PLAIN = 16  # grey or colour steps within which pixels belong to one ground
MOSTLY = 0.7  # share of the frame that must be plain for a ground to be told
DULL = 7.0  # spread of the grey under which colours of one lightness are looked for
SMOOTH = 0.75  # zoom under which a view is shrunk first
MARGIN = 0.06  # of the content's side, left around it
LEAST_CONTENT = 0.12  # of the look's side; smaller content is no picture of its own
DISC = 0.95  # radius of the disc that is looked into, in halves of the side
NAMES = ("whole", "long", "content", "inner", "cut", "turned", "window")
CANONICAL = NAMES[:4]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where in a look a view was taken: a square by its centre and side, in shares of the look's longer side."""

    name: str  # one of NAMES
    x: float
    y: float
    side: float
    angle: float = 0.0  # degrees, counter-clockwise
    ground: tuple[int, int, int] | None = None  # what lies outside (YCrCb); None: the border is drawn out


def canonical_frames(look: Pixels) -> list[Frame]:
    """The whole (its middle square), the content on a plain ground, and the content within a disc."""
    height, width = look.shape[:2]
    longest = max(height, width)
    x, y, side = width / longest / 2, height / longest / 2, min(height, width) / longest
    frames = [Frame("whole", x, y, side)]
    if side < 0.95:
        frames.append(Frame("long", x, y, 1.0, ground=_median(_rim(look))))
    content = find_content(look)
    if content is not None:
        frames.append(content)
    inner = find_inner(look, content or frames[0])
    if inner is not None:
        frames.append(inner)
    return frames


def reference_frames(look: Pixels) -> list[Frame]:
    """The canonical frames of one of our pictures, with likely cuttings of it and turns by a few degrees."""
    frames = canonical_frames(look)
    whole = frames[0]
    cut = [replace(whole, name="cut", side=whole.side * 0.9)]
    for share, steps in ((0.9, (-0.05, 0.05)), (0.78, (-0.11, 0.0, 0.11))):
        cut += [
            replace(
                whole, name="cut", side=whole.side * share, x=whole.x + dx * whole.side, y=whole.y + dy * whole.side
            )
            for dx in steps
            for dy in steps
        ]
    turns = (-13.0, -6.5, 6.5, 13.0)
    return frames + cut + [replace(frame, name="turned", angle=angle) for frame in frames for angle in turns]


def cut_view(look: Pixels, frame: Frame, side: int = SIDE) -> Pixels:
    """The view of a frame, `[side, side]` of a grey look and `[side, side, 3]` of a coloured one."""
    longest = max(look.shape[:2])
    zoom = side / (frame.side * longest)
    if zoom < SMOOTH and frame.angle == 0.0:
        half = frame.side / 2
        left, top = (round((middle - half) * longest) for middle in (frame.x, frame.y))
        span = max(1, round(frame.side * longest))
        within = min(left, top) >= 0 and left + span <= look.shape[1] and top + span <= look.shape[0]
        if within or frame.ground is None:
            left, top = max(0, left), max(0, top)
            cut = look[top : top + span, left : left + span]
            return cv2.resize(cut, (side, side), interpolation=cv2.INTER_AREA)
    if zoom < SMOOTH:  # warping takes single pixels: smooth first, or fine detail turns into noise
        look = cv2.resize(look, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
        longest, zoom = max(look.shape[:2]), 1.0
    middle = (frame.x * longest - 0.5, frame.y * longest - 0.5)
    turn = cv2.getRotationMatrix2D(middle, frame.angle, zoom)
    turn[0, 2] += side / 2 - 0.5 - middle[0]
    turn[1, 2] += side / 2 - 0.5 - middle[1]
    border = cv2.BORDER_REPLICATE if frame.ground is None else cv2.BORDER_CONSTANT
    ground = frame.ground or (0, 0, 0)
    return cv2.warpAffine(look, turn, (side, side), flags=cv2.INTER_LINEAR, borderMode=border, borderValue=ground)


def cut_grey(look: Pixels, grey: Pixels, frame: Frame) -> Pixels:
    """`grey_of(cut_view(look, frame))`, where most views need no more than the look's grey."""
    view = cut_view(grey, frame)
    return grey_of(cut_view(look, frame)) if _spread(view) < DULL else view


def _spread(grey: Pixels) -> float:
    return float(cv2.meanStdDev(grey, mask=_inside(len(grey)))[1][0, 0])


def grey_of(view: Pixels) -> Pixels:
    """The grey of a YCrCb view; where colours of one lightness would vanish in it, the axis on which they differ."""
    grey = np.ascontiguousarray(view[..., 0])
    spread = _spread(grey)
    if spread >= DULL:
        return grey
    colours = view.reshape(-1, 3).astype(np.float32)
    shown = colours[_inside(len(view)).ravel() > 0]
    middle = shown.mean(axis=0)
    strength, axes = np.linalg.eigh((shown - middle).T @ (shown - middle) / len(shown))
    if float(strength[-1]) ** 0.5 < 2 * spread:
        return grey
    axis = axes[:, -1] * np.sign(axes[np.abs(axes[:, -1]).argmax(), -1])
    lifted: Pixels = np.clip((colours - middle) @ axis + 128, 0, 255).astype(np.uint8).reshape(grey.shape)
    return lifted


@cache
def _inside(side: int) -> Pixels:
    disc = np.zeros((side, side), np.uint8)
    cv2.circle(disc, (side // 2, side // 2), round(side * 0.46), 255, -1)
    return disc


def find_content(look: Pixels) -> Frame | None:
    """The square around what stands on a plain ground; None where the frame isn't plain or nothing is to trim."""
    ground = _plain(_rim(look))
    height, width = look.shape[:2]
    longest = max(height, width)
    whole = Frame("whole", width / longest / 2, height / longest / 2, 1.0)
    return None if ground is None else _box("content", look, ground, whole, None)


def find_inner(look: Pixels, outer: Frame) -> Frame | None:
    """The square around what stands within the disc inscribed in `outer`; None where the disc's rim isn't plain."""
    height, width = look.shape[:2]
    longest = max(height, width)
    # The content's frame has a margin; the disc of a rounded picture ends where the content does.
    radius = outer.side * longest / 2 / ((1 + 2 * MARGIN) if outer.name == "content" else 1.0)
    x, y = outer.x * longest, outer.y * longest
    columns, rows = (np.array([[x - 0.5], [y - 0.5]]) + radius * _ring()).round().astype(np.intp)
    shown = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    ground = _plain(look[rows[shown], columns[shown]])
    if ground is None:
        return None
    disc = np.zeros((height, width), np.uint8)
    cv2.circle(disc, (round(x * 16), round(y * 16)), round(radius * DISC * 16), 255, -1, cv2.LINE_8, 4)
    return _box("inner", look, ground, outer, disc)


@cache
def _ring() -> npt.NDArray[np.float64]:
    """Points near the rim of a disc of radius 1, `[2, points]`."""
    angles = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    rings = [radius * np.stack([np.cos(angles), np.sin(angles)]) for radius in (0.87, 0.9, 0.93)]
    return np.concatenate(rings, axis=1)


def _plain(rim: Pixels) -> tuple[int, int, int] | None:
    """The ground's colour, where most of the rim, `[pixels, 3]`, has it."""
    if len(rim) < 16:
        return None
    ground = _median(rim)
    alike = cv2.countNonZero(cv2.inRange(rim[:, None], *_within(ground)))
    return ground if alike >= MOSTLY * len(rim) else None


def _within(ground: tuple[int, int, int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The least and the most that still belongs to a ground."""
    return tuple(max(0, g - PLAIN) for g in ground), tuple(min(255, g + PLAIN) for g in ground)


def _box(name: str, look: Pixels, ground: tuple[int, int, int], outer: Frame, inside: Pixels | None) -> Frame | None:
    differs = cv2.bitwise_not(cv2.inRange(look, *_within(ground)))
    if inside is not None:
        differs = cv2.bitwise_and(differs, inside)
    height, width = differs.shape
    longest = max(height, width)
    rows = np.flatnonzero(cv2.reduce(differs, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S)[:, 0] > 255 * max(1, width // 100))
    columns = np.flatnonzero(cv2.reduce(differs, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S)[0] > 255 * max(1, height // 100))
    if not len(rows) or not len(columns):
        return None
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    side = max(bottom - top, right - left) / longest
    if side < LEAST_CONTENT:
        return None
    x, y, side = (left + right) / 2 / longest, (top + bottom) / 2 / longest, side * (1 + 2 * MARGIN)
    if abs(side - outer.side) < 0.03 and abs(x - outer.x) < 0.015 and abs(y - outer.y) < 0.015:
        return None
    return Frame(name, x, y, side, ground=ground)


def _rim(look: Pixels, width: int = 2) -> Pixels:
    flat = [look[:width], look[-width:], look[:, :width], look[:, -width:]]
    return np.concatenate([part.reshape(-1, 3) for part in flat])


def _median(pixels: Pixels) -> tuple[int, int, int]:
    middle = np.partition(pixels, len(pixels) // 2, axis=0)[len(pixels) // 2]
    return int(middle[0]), int(middle[1]), int(middle[2])
