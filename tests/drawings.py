"""Draws the pictures of the sample brands and of the sample network: `python tests/drawings.py` writes them anew."""

from __future__ import annotations

import math
import random
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

DATA = Path(__file__).parent.parent / "data"
SIZE = 400


def canvas(colour: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGB", (SIZE, SIZE), colour)
    return picture, ImageDraw.Draw(picture)


def talvora() -> Image.Image:
    """A bank: a gate of three stripes with a sun that leans to the left."""
    picture, pen = canvas("#0b3d4f")
    for i, colour in enumerate(("#f2b84b", "#e2784f", "#d9e6e0")):
        pen.polygon(
            [(70 + 95 * i, 320), (120 + 95 * i, 320), (170 + 70 * i, 110 + 40 * i), (120 + 70 * i, 110)], fill=colour
        )
    pen.ellipse((52, 48, 152, 148), fill="#f7ead0")
    pen.ellipse((86, 60, 166, 140), fill="#0b3d4f")
    pen.rectangle((50, 330, 350, 352), fill="#d9e6e0")
    return picture


def talvora_dark() -> Image.Image:
    """The bank's second logo: a key of the same stripes on cream."""
    picture, pen = canvas("#f7ead0")
    pen.ellipse((60, 60, 210, 210), outline="#0b3d4f", width=34)
    pen.line((190, 190, 345, 345), fill="#0b3d4f", width=34)
    pen.line((285, 285, 330, 240), fill="#e2784f", width=26)
    pen.line((330, 330, 372, 288), fill="#f2b84b", width=26)
    return picture


def marenthal() -> Image.Image:
    """A person: grey hair tied to one side, glasses, a green scarf, a window behind."""
    picture, pen = canvas("#c9d8e8")
    pen.rectangle((250, 30, 375, 190), fill="#eef6fb", outline="#8796a8", width=8)
    pen.line((312, 30, 312, 190), fill="#8796a8", width=6)
    pen.ellipse((95, 70, 300, 300), fill="#8d8f96")
    pen.ellipse((60, 60, 140, 140), fill="#7b7d84")
    pen.ellipse((125, 110, 280, 310), fill="#edc7a7")
    pen.pieslice((118, 85, 290, 230), 180, 360, fill="#8d8f96")
    for x in (168, 235):
        pen.ellipse((x - 26, 180, x + 26, 226), outline="#2c2c34", width=6)
        pen.ellipse((x - 7, 196, x + 7, 210), fill="#2c2c34")
    pen.line((194, 200, 209, 200), fill="#2c2c34", width=6)
    pen.arc((172, 220, 236, 275), 20, 160, fill="#a34d4d", width=6)
    pen.polygon([(80, 400), (140, 300), (270, 300), (345, 400)], fill="#2f6b4a")
    pen.polygon([(180, 300), (260, 300), (230, 400), (205, 400)], fill="#49926a")
    return picture


def zorelia() -> Image.Image:
    """A tea: a leaf that folds into a cup, on violet."""
    picture, pen = canvas("#4b2a63")
    pen.pieslice((80, 130, 320, 370), 0, 180, fill="#f0d9ff")
    pen.arc((270, 220, 370, 310), -80, 100, fill="#f0d9ff", width=20)
    pen.chord((120, 40, 260, 240), 100, 280, fill="#8fc46b")
    pen.chord((140, 60, 300, 240), -70, 110, fill="#5f9a46")
    pen.line((205, 60, 190, 235), fill="#e6f5da", width=7)
    return picture


def any_colour(dice: random.Random, darkest: int, brightest: int) -> str:
    return "#" + "".join(f"{dice.randrange(darkest, brightest):02x}" for _ in range(3))


def scenery(seed: int) -> Image.Image:
    """What an ordinary person has: hills, a sky, a sun or some windows, different for each seed."""
    dice = random.Random(seed)
    picture, pen = canvas(any_colour(dice, 90, 240))
    for _ in range(dice.randrange(3, 6)):
        base, swing, wave = dice.randrange(120, 380), dice.randrange(10, 70), dice.uniform(0.006, 0.03)
        colour = any_colour(dice, 20, 230)
        edge = [(x, base + swing * math.sin(wave * x + base)) for x in range(0, SIZE + 1, 8)]
        pen.polygon([(0, SIZE), *edge, (SIZE, SIZE)], fill=colour)
    for _ in range(dice.randrange(2, 7)):
        x, y, r = dice.randrange(SIZE), dice.randrange(SIZE // 2), dice.randrange(12, 70)
        colour = any_colour(dice, 60, 255)
        (pen.ellipse if dice.random() < 0.6 else pen.rectangle)((x - r, y - r, x + r, y + r), fill=colour)
    return picture.filter(ImageFilter.GaussianBlur(dice.uniform(0, 1.5)))


def mirrored() -> Image.Image:
    return ImageOps.mirror(talvora())


def framed() -> Image.Image:
    """The bank's logo made smaller, with a coloured ring and a badge: what a fake "support" account wears."""
    picture = ImageOps.expand(talvora().resize((320, 320)), border=40, fill="#d42f3c")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((290, 290, 392, 392), fill="#2f7de1", outline="white", width=8)
    pen.line((316, 342, 338, 364, 368, 320), fill="white", width=12)
    return picture


def fan_art() -> Image.Image:
    """What a fan drew: a cup of tea and a heart, in the colours of the brand but not its logo."""
    picture, pen = canvas("#e9d7f5")
    pen.rounded_rectangle((110, 190, 280, 340), 30, fill="#6b4a85")
    pen.arc((250, 220, 350, 310), -80, 100, fill="#6b4a85", width=18)
    for x in (140, 195, 250):
        pen.arc((x - 25, 90, x + 25, 180), 90, 270, fill="#8d7a99", width=10)
    pen.polygon([(195, 315), (150, 262), (172, 240), (195, 258), (218, 240), (240, 262)], fill="#f2a5b8")
    return picture


PICTURES = {
    "brands/talvora/logo.png": talvora,
    "brands/talvora/logo-light.png": talvora_dark,
    "brands/ilse-marenthal/portrait.png": marenthal,
    "brands/zorelia/logo.png": zorelia,
    "demo/pictures/talvora.png": talvora,
    "demo/pictures/talvora-mirrored.png": mirrored,
    "demo/pictures/talvora-framed.png": framed,
    "demo/pictures/marenthal.png": marenthal,
    "demo/pictures/marenthal-warm.jpg": lambda: ImageEnhance.Color(marenthal().crop((24, 24, 376, 376))).enhance(1.5),
    "demo/pictures/zorelia.png": zorelia,
    "demo/pictures/fan-art.png": fan_art,
    **{f"demo/pictures/person-{i}.jpg": (lambda i=i: scenery(i)) for i in range(1, 9)},
}


def main() -> None:
    for name, draw in PICTURES.items():
        path = DATA / name
        path.parent.mkdir(parents=True, exist_ok=True)
        draw().save(path, **({"quality": 82} if path.suffix == ".jpg" else {"optimize": True}))
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
