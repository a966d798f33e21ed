"""Pictures drawn by number: marks, words, letters, faces and scenes that belong to nobody.

They serve as the cohort against which a brand's picture is measured, as templates of letter and default avatars, and
as references and strangers in tests and in `hunter evaluate`. The same number always draws the same picture.
"""

from __future__ import annotations

import colorsys
import io
from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from hunter.matching.pictures.looks import Pixels

SIDE = 256
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_SYLLABLES = ("ba", "do", "ka", "lu", "mi", "no", "pe", "ra", "so", "ti", "va", "zen", "qui", "lor", "hex", "byt")
Colour = tuple[int, int, int]
Font = ImageFont.FreeTypeFont
# Faces and weights of OpenCV's own letters; which ones they are differs between its versions.
_STROKES = ((cv2.FONT_HERSHEY_SIMPLEX, 1), (cv2.FONT_HERSHEY_SIMPLEX, 5), (cv2.FONT_HERSHEY_TRIPLEX, 16))
FACES = 1 + len(_STROKES)


def _colour(draw: np.random.Generator, least: float = 0.2, most: float = 1.0) -> Colour:
    r, g, b = colorsys.hsv_to_rgb(draw.random(), draw.uniform(0.3, 1.0), draw.uniform(least, most))
    return round(255 * r), round(255 * g), round(255 * b)


def _two_colours(draw: np.random.Generator) -> tuple[Colour, Colour]:
    """A ground and a mark that can be told from it."""
    kind = int(draw.integers(4))
    if kind == 0:
        return (255, 255, 255), _colour(draw, 0.2, 0.7)
    if kind == 1:
        return _colour(draw, 0.3, 0.8), (255, 255, 255)
    if kind == 2:
        return (20, 22, 28), _colour(draw, 0.7)
    return _colour(draw, 0.2, 0.45), _colour(draw, 0.85)


def draw_mark(number: int) -> Pixels:
    """A mark of a few plain shapes on a plain ground, RGB, `[256, 256, 3]`."""
    draw = np.random.default_rng([1, number])
    ground, colour = _two_colours(draw)
    sheet = Image.new("RGB", (SIDE, SIDE), ground)
    pen = ImageDraw.Draw(sheet)
    third = _colour(draw)
    for _ in range(int(draw.integers(2, 6))):
        ink = (colour, colour, third, ground)[int(draw.integers(4))]
        _shape(pen, draw, ink)
    return np.asarray(sheet)


def draw_sign(number: int) -> Pixels:
    """One plain shape, as the simplest marks and many icons are: a diamond, ring, arrow, tick, pill, bars."""
    draw = np.random.default_rng([7, number])
    ground, ink = _two_colours(draw)
    sheet = Image.new("RGB", (SIDE, SIDE), ground)
    pen = ImageDraw.Draw(sheet)
    middle, size, kind = SIDE / 2, float(draw.uniform(50, 95)), number % 10
    width = round(size * float(draw.uniform(0.12, 0.4)))
    low, high = middle - size, middle + size
    box = (low, low, high, high)
    if kind == 0:
        pen.polygon([(middle, low), (high, middle), (middle, high), (low, middle)], fill=ink)
    elif kind == 1:
        pen.ellipse(box, outline=ink, width=width)
    elif kind == 2:
        pen.rounded_rectangle(box, round(size * float(draw.uniform(0.05, 0.5))), fill=ink)
    elif kind == 3:
        pen.line([(low, middle), (middle - size / 4, high - size / 3), (high, low + size / 3)], fill=ink, width=width)
    elif kind == 4:
        pen.line([(low, high), (high, low)], fill=ink, width=width)
        pen.line([(low, low), (high, high)], fill=ink, width=width)
    elif kind == 5:
        pen.rounded_rectangle((low, middle - width, high, middle + width), width, fill=ink)
    elif kind == 6:
        for bar in (-0.7, 0.0, 0.7):
            y = middle + bar * size
            pen.rectangle((low, y - width / 2, high, y + width / 2), fill=ink)
    elif kind == 7:
        pen.polygon([(middle, low), (high, high), (low, high)], fill=ink)
    elif kind == 8:
        slant = size * float(draw.uniform(0.2, 0.8))
        pen.polygon([(low + slant, low), (high, low), (high - slant, high), (low, high)], fill=ink)
    else:
        start, end = sorted(float(a) for a in draw.uniform(0, 360, 2))
        pen.pieslice(box, start, end, fill=ink)
    return np.asarray(sheet.rotate(90 * int(draw.integers(4))))


def draw_lockup(number: int) -> Pixels:
    """A small mark with a made-up word beside it, as most companies have one."""
    draw = np.random.default_rng([8, number])
    ground, colour = _two_colours(draw)
    word = "".join(draw.choice(_SYLLABLES, int(draw.integers(2, 4))))
    word = (word.upper, word.lower, word.title)[int(draw.integers(3))]()
    sheet = Image.new("RGB", (SIDE, SIDE), ground)
    share = float(draw.uniform(0.5, 0.62))
    _write(sheet, word, colour, share, 0.94 - share / 2)
    pen, size, x = ImageDraw.Draw(sheet), float(draw.uniform(16, 26)), SIDE * (0.9 - share) - 26
    box = (x - size, SIDE / 2 - size, x + size, SIDE / 2 + size)
    (pen.ellipse, pen.rectangle)[number % 2](box, fill=_colour(draw))
    return np.asarray(sheet)


def _shape(pen: ImageDraw.ImageDraw, draw: np.random.Generator, ink: Colour) -> None:
    x, y = (float(v) for v in draw.uniform(70, 186, 2))
    size = float(draw.uniform(18, 72))
    kind = int(draw.integers(5))
    if kind == 0:
        pen.ellipse((x - size, y - size, x + size, y + size), fill=ink)
    elif kind == 1:
        pen.ellipse((x - size, y - size, x + size, y + size), outline=ink, width=max(4, int(size / 3)))
    elif kind == 2:
        corners, turn = int(draw.integers(3, 8)), float(draw.uniform(0, 6.3))
        angles = turn + np.arange(corners) * 2 * np.pi / corners
        pen.polygon([(x + size * float(np.cos(a)), y + size * float(np.sin(a))) for a in angles], fill=ink)
    elif kind == 3:
        start, end = sorted(float(a) for a in draw.uniform(0, 360, 2))
        pen.arc((x - size, y - size, x + size, y + size), start, end, fill=ink, width=16)
    else:
        points = [(float(a), float(b)) for a, b in draw.uniform(50, 206, (int(draw.integers(2, 5)), 2))]
        pen.line(points, fill=ink, width=int(draw.integers(8, 26)), joint="curve")


def draw_word(number: int) -> Pixels:
    """A made-up word on a plain ground."""
    draw = np.random.default_rng([2, number])
    ground, colour = _two_colours(draw)
    word = "".join(draw.choice(_SYLLABLES, int(draw.integers(2, 4))))
    word = (word.upper, word.lower, word.title)[int(draw.integers(3))]()
    sheet = Image.new("RGB", (SIDE, SIDE), ground)
    _write(sheet, word, colour, float(draw.uniform(0.6, 0.9)))
    return np.asarray(sheet)


def draw_letter(number: int) -> Pixels:
    """One or two letters on a plain ground, as platforms draw them where no picture was given."""
    draw = np.random.default_rng([3, number])
    letters = LETTERS[number % len(LETTERS)]
    if number >= 2 * len(LETTERS):
        letters += LETTERS[int(draw.integers(26))]
    ground, _ = _two_colours(draw)
    sheet = Image.new("RGB", (SIDE, SIDE), ground)
    ink = (255, 255, 255) if sum(ground) < 480 else (40, 40, 48)
    _write(sheet, letters, ink, 0.32 * len(letters) ** 0.7)
    return np.asarray(sheet)


def draw_initial(letter: str, face: int | Font, number: int) -> Pixels:
    """One letter on a plain ground in one of the built-in faces (0 to `FACES` - 1) or in a given one."""
    draw = np.random.default_rng([9, number])
    ground, ink = _two_colours(draw)
    sheet = Image.new("RGB", (SIDE, SIDE), ground)
    height = SIDE * float(draw.uniform(0.38, 0.55))
    if not isinstance(face, int) or face == 0:
        font = _default_font(100) if isinstance(face, int) else face
        left, top, right, bottom = font.getbbox(letter)
        font = font.font_variant(size=font.size * height / max(bottom - top, 1, 0.6 * (right - left)))
        left, top, right, bottom = font.getbbox(letter)
        corner = ((SIDE - right - left) / 2, (SIDE - bottom - top) / 2)
        ImageDraw.Draw(sheet).text(corner, letter, font=font, fill=ink)
        return np.asarray(sheet)
    strokes, thickness = _STROKES[face - 1]
    (_, tall), _ = cv2.getTextSize(letter, strokes, 4.0, thickness)
    scale = 4.0 * height / tall
    (width, tall), _ = cv2.getTextSize(letter, strokes, scale, thickness)
    pixels = np.array(sheet)
    cv2.putText(pixels, letter, ((SIDE - width) // 2, (SIDE + tall) // 2), strokes, scale, ink, thickness, cv2.LINE_AA)
    return pixels


def load_font(data: bytes) -> Font:
    """A TrueType face from its file's bytes."""
    return ImageFont.truetype(io.BytesIO(data), 100)


def _default_font(size: float) -> Font:
    font = ImageFont.load_default(size)
    assert isinstance(font, Font)  # with a size, and FreeType, which Pillow's wheels bring
    return font


def _write(sheet: Image.Image, text: str, ink: Colour, share: float, middle: float = 0.5) -> None:
    """The text at half the sheet's height, `share` of its width and around `middle` of it."""
    font = _default_font(100)
    left, top, right, bottom = font.getbbox(text)
    size = max(8.0, 100 * share * SIDE / (right - left))
    font = _default_font(size)
    left, top, right, bottom = font.getbbox(text)
    corner = (SIDE * middle - (right + left) / 2, (SIDE - bottom - top) / 2)
    ImageDraw.Draw(sheet).text(corner, text, font=font, fill=ink)


def draw_person(number: int) -> Pixels:
    """The outline of head and shoulders that stands for "no picture"."""
    draw = np.random.default_rng([4, number])
    grey = int(draw.integers(150, 230))
    ground = (grey, grey, grey) if number % 2 else _colour(draw, 0.5, 0.9)
    ink = ((255, 255, 255), (100, 110, 120))[int(draw.integers(2))]
    sheet = Image.new("RGB", (SIDE, SIDE), ground)
    pen = ImageDraw.Draw(sheet)
    head, height, shoulders = (float(draw.uniform(*r)) * SIDE for r in ((0.15, 0.22), (0.34, 0.42), (0.28, 0.42)))
    middle = SIDE / 2
    pen.ellipse((middle - head, height - head, middle + head, height + head), fill=ink)
    top = height + head + 0.03 * SIDE
    pen.ellipse((middle - shoulders, top, middle + shoulders, top + 2 * shoulders), fill=ink)
    return np.asarray(sheet)


def draw_face(number: int) -> Pixels:
    """A cartoon face."""
    draw = np.random.default_rng([5, number])
    sheet = Image.new("RGB", (SIDE, SIDE), _colour(draw, 0.6))
    pen = ImageDraw.Draw(sheet)
    w, h = (float(v) for v in draw.uniform(55, 90, 2))
    pen.ellipse(
        (128 - w - 12, 122 - h - 14, 128 + w + 12, 122 + h * float(draw.uniform(0, 0.8))), fill=_colour(draw, 0.1, 0.7)
    )
    pen.ellipse((128 - w, 128 - h, 128 + w, 128 + h), fill=_colour(draw, 0.7))
    eye, apart = float(draw.uniform(6, 16)), float(draw.uniform(20, 38))
    for x in (128 - apart, 128 + apart):
        pen.ellipse((x - eye, 110 - eye, x + eye, 110 + eye), fill=(255, 255, 255))
        pen.ellipse((x - eye / 2, 110 - eye / 2, x + eye / 2, 110 + eye / 2), fill=(20, 20, 20))
    smile = float(draw.uniform(10, 34))
    pen.arc((128 - smile, 140, 128 + smile, 140 + smile), 10, 170, fill=(120, 20, 30), width=6)
    pen.ellipse((128 - w, 128 + h, 128 + w, 400), fill=_colour(draw))
    return np.asarray(sheet)


def draw_scene(number: int) -> Pixels:
    """Something like a photograph: soft detail at every scale, with light from one side."""
    draw = np.random.default_rng([6, number])
    scene = np.zeros((SIDE, SIDE, 3), np.float32)
    for octave in range(2, 8):
        coarse = draw.normal(0, 1, (2**octave, 2**octave, 3)).astype(np.float32)
        grey = coarse.mean(axis=2, keepdims=True)
        scene += cv2.resize(coarse * 0.4 + grey, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC) / 1.7**octave
    scene += np.linspace(-0.4, 0.4, SIDE, dtype=np.float32)[:, None, None] * float(draw.choice([-1, 1]))
    for _ in range(int(draw.integers(1, 5))):
        centre = (int(draw.integers(SIDE)), int(draw.integers(SIDE)))
        axes = (int(draw.integers(20, 90)), int(draw.integers(10, 70)))
        tone = tuple(float(v) for v in draw.normal(0, 0.6, 3))
        cv2.ellipse(scene, centre, axes, float(draw.uniform(0, 180)), 0, 360, tone, -1, cv2.LINE_AA)
    scene = (scene - scene.mean()) / max(float(scene.std()), 1e-3)
    shown: Pixels = np.clip(scene * 55 + 125, 0, 255).astype(np.uint8)
    return shown


DRAWERS: dict[str, Callable[[int], Pixels]] = {
    "mark": draw_mark,
    "sign": draw_sign,
    "word": draw_word,
    "lockup": draw_lockup,
    "letter": draw_letter,
    "person": draw_person,
    "face": draw_face,
    "scene": draw_scene,
}
