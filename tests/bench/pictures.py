"""What pictures cost, against Pillow's decoding and imagehash.phash of the same pictures in the same run.

python -m tests.bench.pictures [--brands 10000]
"""

from __future__ import annotations

import argparse
import io
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import cv2
import imagehash
import numpy as np
from PIL import Image

from hunter.matching.pictures import PictureIndex, compare_pictures, read_picture
from hunter.matching.pictures.samples import DRAWERS, draw_lockup, draw_mark, draw_scene
from hunter.matching.pictures.sheets import draw_up, pack_sheet, unpack_sheet
from hunter.types import Brand, Picture


def encode(number: int, side: int, name: str) -> bytes:
    drawers = list(DRAWERS.values())
    pixels = drawers[number % len(drawers)](10_000 + number)
    out = io.BytesIO()
    Image.fromarray(cv2.resize(pixels, (side, side), interpolation=cv2.INTER_CUBIC)).save(out, name, quality=85)
    return out.getvalue()


def cost(work: Callable[[bytes], object], files: Sequence[bytes], rounds: int = 3) -> float:
    """Milliseconds of CPU for one file; the best of some rounds."""
    best = 1e9
    for _ in range(rounds):
        begun = time.process_time()
        for data in files:
            work(data)
        best = min(best, (time.process_time() - begun) / len(files) * 1e3)
    return best


def decode(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def drawn_brand(number: int) -> Brand:
    pixels = np.ascontiguousarray((draw_mark, draw_lockup, draw_scene)[number % 3](50_000 + number))
    small = pack_sheet(draw_up((pixels,)))
    return Brand(slug=f"b{number}", names=(f"B{number}",), pictures=(Picture(sha256=str(number), small=small),))


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--brands", type=int, default=10_000)
    many = asked.parse_args().brands
    cv2.setNumThreads(1)
    for name, side in (("JPEG", 400), ("PNG", 400), ("WEBP", 400), ("JPEG", 1000)):
        files = [encode(k, side, name) for k in range(64)]
        plain, whole = cost(decode, files), cost(read_picture, files)
        hashed = cost(lambda data: imagehash.phash(decode(data)), files)
        print(
            f"{name} {side}: Pillow decodes {plain:.2f} ms, + imagehash.phash {hashed:.2f} ms, "
            f"read_picture {whole:.2f} ms = {whole / plain:.1f} decodes"
        )
    read = [read_picture(encode(k, 400, "JPEG")) for k in range(200)]
    for count in (10, 120, 1_000, many):
        begun = time.process_time()
        index = PictureIndex(drawn_brand(k) for k in range(count))
        built = time.process_time() - begun
        best = 1e9
        for _ in range(3):
            begun = time.process_time()
            hits = [index.look_up(p) for p in read]
            best = min(best, (time.process_time() - begun) / len(read) * 1e3)
        begun = time.process_time()
        found = [index.near(p) for p in read]
        looked = (time.process_time() - begun) / len(read) * 1e3
        print(
            f"{count} brands: built in {built:.1f} s, look-up {best:.2f} ms, with the second look {looked:.2f} ms; "
            f"{sum(map(bool, hits))} of {len(hits)} looked at again, {sum(map(bool, found))} kept"
        )
    ours = read[0]
    theirs = [replace(p, sha256=str(k)) for k, p in enumerate(read)]
    unpack_sheet.cache_clear()
    begun = time.process_time()
    for picture in theirs:
        compare_pictures(ours, picture)
    print(f"one pair, nothing known yet: {(time.process_time() - begun) / len(theirs) * 1e3:.2f} ms")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
