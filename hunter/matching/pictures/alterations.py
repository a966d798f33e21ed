"""What squatters do to a picture, drawn by number: the copies that the matcher is fitted and tried on.

Each alteration takes a square RGB picture and a generator of numbers; `alter` finishes it as a platform would, in
another size and packed anew. The same number always gives the same copy.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from hunter.matching.pictures.looks import Pixels
from hunter.matching.pictures.samples import draw_scene

Numbers = np.random.Generator
Alteration = Callable[[Pixels, Numbers], Pixels]
SIZES = (64, 96, 128, 200, 256, 400)
_WORDS = ("SUPPORT", "OFFICIAL", "HELP", "BONUS", "ADMIN", "TEAM")


def alter(pixels: Pixels, name: str, number: int) -> Pixels:
    """A copy of a picture of any shape, altered as `ALTERATIONS` names it, in a drawn size and quality."""
    draw = np.random.default_rng([17, list(ALTERATIONS).index(name), number])
    height, width = pixels.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = np.ascontiguousarray(pixels[top : top + side, left : left + side])
    square = cv2.resize(square, (320, 320), interpolation=cv2.INTER_AREA if side > 320 else cv2.INTER_CUBIC)
    return _finish(ALTERATIONS[name](square, draw), draw, small=name not in _NEEDS_ROOM)


def _finish(pixels: Pixels, draw: Numbers, *, small: bool) -> Pixels:
    """As a platform shows it: shrunk or enlarged, and packed with some loss."""
    size = int(draw.choice(SIZES if small else SIZES[2:]))
    quality = int(draw.integers(60, 95))
    shrunk = cv2.resize(pixels, (size, size), interpolation=cv2.INTER_AREA if size < len(pixels) else cv2.INTER_LINEAR)
    return _pack(shrunk, quality)


def _pack(pixels: Pixels, quality: int) -> Pixels:
    packed = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.ascontiguousarray(np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR))[..., ::-1])


def _colour(draw: Numbers) -> tuple[int, int, int]:
    red, green, blue = (int(v) for v in draw.integers(0, 256, 3))
    return ((255, 255, 255), (0, 0, 0), (red, green, blue))[int(draw.integers(3))]


def _rim(pixels: Pixels) -> tuple[int, int, int]:
    """The colour of most of the rim."""
    rim = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    red, green, blue = (int(v) for v in np.median(rim, axis=0))
    return red, green, blue


def _warp(pixels: Pixels, corners: Pixels) -> Pixels:
    """The picture with its corners moved there (clockwise from the upper left)."""
    side = len(pixels)
    square = np.array([(0, 0), (side, 0), (side, side), (0, side)], np.float32)
    bent = cv2.getPerspectiveTransform(square, corners.astype(np.float32))
    return np.asarray(cv2.warpPerspective(pixels, bent, (side, side), flags=cv2.INTER_LINEAR, borderValue=_rim(pixels)))


def _recode(pixels: Pixels, draw: Numbers) -> Pixels:
    small = int(draw.integers(48, 200))
    return _pack(cv2.resize(pixels, (small, small), interpolation=cv2.INTER_AREA), int(draw.integers(15, 60)))


def _soften(pixels: Pixels, draw: Numbers) -> Pixels:
    if draw.random() < 0.5:
        return np.asarray(cv2.GaussianBlur(pixels, (0, 0), float(draw.uniform(1.0, 5.0))))
    return np.clip(pixels + draw.normal(0, draw.uniform(5, 22), pixels.shape), 0, 255).astype(np.uint8)


def _tone(pixels: Pixels, draw: Numbers) -> Pixels:
    shown = (pixels.astype(np.float32) / 255) ** float(np.exp(draw.uniform(-0.7, 0.7)))
    shown = (shown - 0.5) * float(draw.uniform(0.6, 1.5)) + 0.5 + float(draw.uniform(-0.15, 0.15))
    return np.asarray(np.clip(shown * 255, 0, 255).astype(np.uint8))


def _grey(pixels: Pixels, draw: Numbers) -> Pixels:
    return np.asarray(cv2.cvtColor(cv2.cvtColor(_tone(pixels, draw), cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB))


def _mirror(pixels: Pixels, draw: Numbers) -> Pixels:
    return np.ascontiguousarray(pixels[:, ::-1])


def _crop(pixels: Pixels, draw: Numbers) -> Pixels:
    side = len(pixels)
    kept = round(side * float(draw.uniform(0.74, 0.96)))
    x, y = (int(v) for v in draw.integers(0, side - kept + 1, 2))
    return np.ascontiguousarray(pixels[y : y + kept, x : x + kept])


def _frame(pixels: Pixels, draw: Numbers) -> Pixels:
    colour = _rim(pixels) if draw.random() < 0.4 else _colour(draw)
    width = round(len(pixels) * float(draw.uniform(0.04, 0.28)))
    return np.asarray(cv2.copyMakeBorder(pixels, width, width, width, width, cv2.BORDER_CONSTANT, value=colour))


def _shrink(pixels: Pixels, draw: Numbers) -> Pixels:
    side = len(pixels)
    ground = np.full_like(pixels, _rim(pixels) if draw.random() < 0.5 else _colour(draw))
    small = round(side * float(draw.uniform(0.33, 0.72)))
    x, y = (int((side - small) * v) for v in draw.uniform(0.25, 0.75, 2))
    ground[y : y + small, x : x + small] = cv2.resize(pixels, (small, small), interpolation=cv2.INTER_AREA)
    return ground


def _disc(side: int, radius: float) -> Pixels:
    disc = np.zeros((side, side), np.uint8)
    cv2.circle(disc, (side // 2, side // 2), round(radius), 255, -1, cv2.LINE_AA)
    return disc


def _blend(over: Pixels, under: Pixels, mask: Pixels) -> Pixels:
    share = mask[..., None].astype(np.float32) / 255
    return np.asarray((over * share + under * (1 - share)).astype(np.uint8))


def _round(pixels: Pixels, draw: Numbers) -> Pixels:
    return _blend(pixels, np.full_like(pixels, _colour(draw)), _disc(len(pixels), len(pixels) / 2))


def _ring(pixels: Pixels, draw: Numbers) -> Pixels:
    side = len(pixels)
    inner = side / 2 * float(draw.uniform(0.84, 0.95))
    ring = _blend(np.full_like(pixels, _colour(draw)), np.full_like(pixels, _colour(draw)), _disc(side, side / 2))
    return _blend(pixels, ring, _disc(side, inner))


def _turn(pixels: Pixels, draw: Numbers) -> Pixels:
    side = len(pixels)
    angle = float(draw.uniform(2, 16)) * (1 if draw.random() < 0.5 else -1)
    how = cv2.getRotationMatrix2D((side / 2, side / 2), angle, 1.0)
    return np.asarray(cv2.warpAffine(pixels, how, (side, side), flags=cv2.INTER_LINEAR, borderValue=_rim(pixels)))


def _stretch(pixels: Pixels, draw: Numbers) -> Pixels:
    narrow = round(len(pixels) * float(draw.uniform(0.75, 0.92)))
    size = (narrow, len(pixels)) if draw.random() < 0.5 else (len(pixels), narrow)
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    across, down = (len(pixels) - v for v in size)
    edges = (down // 2, down - down // 2, across // 2, across - across // 2)
    return np.asarray(cv2.copyMakeBorder(small, *edges, cv2.BORDER_CONSTANT, value=_rim(pixels)))


def _lean(pixels: Pixels, draw: Numbers) -> Pixels:
    side = len(pixels)
    corners = np.array([(0, 0), (side, 0), (side, side), (0, side)]) + draw.uniform(-0.09, 0.09, (4, 2)) * side
    return _warp(pixels, corners)


def _negative(pixels: Pixels, draw: Numbers) -> Pixels:
    return 255 - pixels


def _hue(pixels: Pixels, draw: Numbers) -> Pixels:
    colours = cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV)
    colours[..., 0] = (colours[..., 0].astype(np.int16) + int(draw.integers(25, 155))) % 180
    return np.asarray(cv2.cvtColor(colours, cv2.COLOR_HSV2RGB))


def _share_of_mark(pixels: Pixels) -> npt.NDArray[np.float32]:
    """How far each pixel stands out from the colour of the rim, 0 to 1."""
    away = np.abs(pixels.astype(np.float32) - np.array(_rim(pixels), np.float32)).max(axis=2)
    return np.asarray(np.clip(away / 60, 0, 1), np.float32)


def _ground(pixels: Pixels, draw: Numbers) -> Pixels:
    """The same mark on another ground."""
    mark = (255 * _share_of_mark(pixels)).astype(np.uint8)
    return _blend(pixels, np.full_like(pixels, _colour(draw)), mark)


def _stencil(pixels: Pixels, draw: Numbers) -> Pixels:
    """The mark in one colour on another; a picture without a plain ground in two tones."""
    mark = _share_of_mark(pixels)
    if float((mark > 0.5).mean()) > 0.6:
        grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        mark = (grey > float(np.median(grey))).astype(np.float32)
    light, dark = np.full_like(pixels, 255), np.zeros_like(pixels)
    dark[:] = draw.integers(0, 170, 3)
    pair = (light, dark) if draw.random() < 0.5 else (dark, light)
    return _blend(*pair, (255 * mark).astype(np.uint8))


def _badge(pixels: Pixels, draw: Numbers) -> Pixels:
    """A tick, a dot or a heart in a corner."""
    side = len(pixels)
    size = side * float(draw.uniform(0.1, 0.17))
    low, high = round(size * 1.1), round(side - size * 1.1)
    corners = ((high, high), (high, high), (low, high), (high, low), (low, low))
    middle = corners[int(draw.integers(len(corners)))]
    shown = pixels.copy()
    cv2.circle(shown, middle, round(size), (255, 255, 255), -1, cv2.LINE_AA)
    red, green, blue = (int(v) for v in draw.integers(0, 220, 3))
    cv2.circle(shown, middle, round(size * 0.86), (red, green, blue), -1, cv2.LINE_AA)
    if draw.random() < 0.6:
        x, y = middle
        shape = np.array([(x - size * 0.4, y), (x - size * 0.1, y + size * 0.35), (x + size * 0.45, y - size * 0.3)])
        cv2.polylines(shown, [np.round(shape).astype(np.int32)], False, (255, 255, 255), max(2, round(size / 5)))
    return shown


def _banner(pixels: Pixels, draw: Numbers) -> Pixels:
    """A bar with or without a word, mostly near the lower edge."""
    side = len(pixels)
    height = side * float(draw.uniform(0.13, 0.26))
    top = (side - height) if draw.random() < 0.6 else float(draw.uniform(0, side - height))
    shown = pixels.copy()
    red, green, blue = (int(v) for v in draw.integers(0, 200, 3))
    cv2.rectangle(shown, (0, round(top)), (side, round(top + height)), (red, green, blue), -1)
    if draw.random() < 0.75:
        word = str(draw.choice(_WORDS))
        scale = height / 55
        (width, tall), _ = cv2.getTextSize(word, cv2.FONT_HERSHEY_DUPLEX, scale, 2)
        place = (round((side - width) / 2), round(top + (height + tall) / 2))
        cv2.putText(shown, word, place, cv2.FONT_HERSHEY_DUPLEX, scale, (255, 255, 255), 2, cv2.LINE_AA)
    return shown


def _cover(pixels: Pixels, draw: Numbers) -> Pixels:
    """A patch over up to a third of the picture: glasses, a hat, a sticker."""
    side = len(pixels)
    width, height = (side * v for v in draw.uniform((0.3, 0.15), (0.75, 0.4)))
    x, y = float(draw.uniform(0, side - width)), float(draw.uniform(0, side - height))
    shown = pixels.copy()
    middle = (round(x + width / 2), round(y + height / 2))
    if draw.random() < 0.5:
        axes = (round(width / 2), round(height / 2))
        cv2.ellipse(shown, middle, axes, float(draw.uniform(-20, 20)), 0, 360, _colour(draw), -1, cv2.LINE_AA)
    else:
        cv2.rectangle(shown, (round(x), round(y)), (round(x + width), round(y + height)), _colour(draw), -1)
    return shown


def _inside(pixels: Pixels, draw: Numbers) -> Pixels:
    """The picture, square or round, as a part of another one."""
    side = len(pixels)
    scene = cv2.resize(draw_scene(int(draw.integers(1000, 1400))), (side, side), interpolation=cv2.INTER_CUBIC)
    if draw.random() < 0.3:
        scene = np.full_like(scene, _colour(draw))
        cv2.rectangle(scene, (0, 0), (side, round(side * float(draw.uniform(0.08, 0.2)))), _colour(draw), -1)
    small = round(side * float(draw.uniform(0.48, 0.75)))
    x, y = (int(v) for v in draw.integers(0, side - small, 2))
    part = scene[y : y + small, x : x + small]
    mask = _disc(small, small / 2) if draw.random() < 0.5 else np.full((small, small), 255, np.uint8)
    scene[y : y + small, x : x + small] = _blend(cv2.resize(pixels, (small, small)), part, mask)
    return scene


def _on_scene(pixels: Pixels, draw: Numbers) -> Pixels:
    """The mark, cut out, on a photograph."""
    side = len(pixels)
    scene = cv2.resize(draw_scene(int(draw.integers(1400, 1800))), (side, side), interpolation=cv2.INTER_CUBIC)
    return _blend(pixels, scene, (255 * _share_of_mark(pixels)).astype(np.uint8))


def _several(pixels: Pixels, draw: Numbers) -> Pixels:
    """Two or three of the others at once."""
    names = ("mirror", "turn", "crop", "tone", "grey", "badge", "banner", "frame", "round")
    for place in sorted(int(v) for v in draw.choice(len(names), int(draw.integers(2, 4)), replace=False)):
        pixels = ALTERATIONS[names[place]](pixels, draw)
    return pixels


ALTERATIONS: dict[str, Alteration] = {
    "recode": _recode,
    "soften": _soften,
    "tone": _tone,
    "grey": _grey,
    "mirror": _mirror,
    "crop": _crop,
    "frame": _frame,
    "shrink": _shrink,
    "round": _round,
    "ring": _ring,
    "turn": _turn,
    "stretch": _stretch,
    "lean": _lean,
    "negative": _negative,
    "hue": _hue,
    "ground": _ground,
    "stencil": _stencil,
    "badge": _badge,
    "banner": _banner,
    "cover": _cover,
    "inside": _inside,
    "on_scene": _on_scene,
    "several": _several,
}
_NEEDS_ROOM = {"inside", "on_scene", "shrink"}
