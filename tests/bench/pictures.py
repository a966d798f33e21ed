"""What pictures cost on one core, against Pillow's decoding and imagehash.phash of the same files in the same run.

python -m tests.bench.pictures [--brands 10000] [--rounds 20]

All pictures are drawn here. Drawn marks resemble each other more than real ones do, so that more of them get a second
look than in a crawl.
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from unittest.mock import patch

import cv2
import imagehash
import numpy as np
from PIL import Image

from hunter.matching.pictures import PictureIndex, comparison, read_picture
from hunter.matching.pictures.alignment import Alignment, compare_views
from hunter.matching.pictures.descriptors import describe, describe_windows, project
from hunter.matching.pictures.loading import load_pixels
from hunter.matching.pictures.looks import Pixels, pack_looks, take_planes
from hunter.matching.pictures.reading import take_hashes
from hunter.matching.pictures.samples import DRAWERS, draw_lockup, draw_mark, draw_sign
from hunter.matching.pictures.sheets import WINDOW_LOOK, WINDOW_SIDES, draw_up, pack_sheet, unpack_sheet
from hunter.matching.pictures.views import canonical_frames, cut_grey
from hunter.types import Brand, Picture

FILES = 32
STRANGERS = 400
FIRST_FILE, FIRST_BRAND, FIRST_STRANGER = 10_000, 50_000, 90_000


def keep_to_one_core() -> None:
    """Starts anew on a single core: numerical libraries count the cores when they are loaded."""
    cores = os.sched_getaffinity(0)
    if len(cores) > 1:
        os.sched_setaffinity(0, {max(cores)})
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
    cv2.setNumThreads(1)


def draw(number: int) -> Pixels:
    drawers = list(DRAWERS.values())
    return drawers[number % len(drawers)](number)


def encode(number: int, side: int, name: str) -> bytes:
    out = io.BytesIO()
    Image.fromarray(cv2.resize(draw(number), (side, side), interpolation=cv2.INTER_CUBIC)).save(out, name, quality=85)
    return out.getvalue()


def decode(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def take_times(works: Mapping[str, Sequence[Callable[[], object]]], rounds: int) -> dict[str, float]:
    """Milliseconds of each kind of work, one after the other for each file: the mean of each file's best round."""
    best = {name: np.full(len(each), np.inf) for name, each in works.items()}
    for _ in range(rounds):
        for number in range(FILES):
            for name, each in works.items():
                begun = time.perf_counter()
                each[number]()
                best[name][number] = min(best[name][number], time.perf_counter() - begun)
    return {name: float(found.mean()) * 1e3 for name, found in best.items()}


def stages_of(data: bytes) -> Iterator[tuple[str, Callable[[], object]]]:
    """Everything that `read_picture` does, part by part."""
    pixels = load_pixels(data).grounds
    planes = take_planes(pixels[0])
    look, grey = planes.look(), planes.grey
    frames = canonical_frames(look)
    views = np.stack([cut_grey(look, grey, frame) for frame in frames])
    small: Pixels = cv2.resize(grey, (WINDOW_LOOK, WINDOW_LOOK))
    raw = np.concatenate([describe(views), describe(views), describe_windows(small, WINDOW_SIDES)])
    yield "load and shrink", partial(load_pixels, data)
    yield "look", lambda: take_planes(pixels[0]).look()
    yield "find the frames", partial(canonical_frames, look)
    yield "cut the views", lambda: [cut_grey(look, grey, frame) for frame in frames]
    yield "describe the views", partial(describe, views)
    yield "describe the windows", partial(describe_windows, small, WINDOW_SIDES)
    yield "vectors of all", partial(project, raw)
    yield "pack the look", partial(pack_looks, [planes])
    yield "published hashes", partial(take_hashes, look)


def print_reading(rounds: int) -> None:
    print("milliseconds a picture      decode  +phash    load    read   read/decode  read/(decode+phash)")
    for name, side in (("JPEG", 400), ("PNG", 400), ("WEBP", 400), ("JPEG", 1000)):
        files = [encode(FIRST_FILE + k, side, name) for k in range(FILES)]
        kinds: dict[str, Callable[[bytes], object]] = {
            "decode": decode,
            "phash": lambda data: imagehash.phash(decode(data)),
            "load": load_pixels,
            "read": read_picture,
        }
        took = take_times({kind: [partial(work, f) for f in files] for kind, work in kinds.items()}, rounds)
        print(
            f"{name:>5} {side:>5} px            {took['decode']:8.2f}{took['phash']:8.2f}{took['load']:8.2f}"
            f"{took['read']:8.2f}{took['read'] / took['decode']:14.2f}{took['read'] / took['phash']:21.2f}"
        )
    files = [encode(FIRST_FILE + k, 400, "JPEG") for k in range(FILES)]
    works: dict[str, list[Callable[[], object]]] = {}
    for data in files:
        for stage, work in stages_of(data):
            works.setdefault(stage, []).append(work)
    print("of which, for a JPEG of 400 px: " + ", ".join(f"{k} {v:.3f}" for k, v in take_times(works, rounds).items()))


def draw_brand(number: int) -> Brand:
    pixels = np.ascontiguousarray((draw_mark, draw_lockup, draw_sign)[number % 3](FIRST_BRAND + number))
    picture = Picture(sha256=f"{number:064}", small=pack_sheet(draw_up((pixels,))))
    return Brand(slug=f"b{number}", names=(f"B{number}",), pictures=(picture,))


class Counted:
    """Lines two views up, and counts how often."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, ours: Pixels, theirs: Pixels, still: Alignment | None = None) -> Alignment:
        self.count += 1
        return compare_views(ours, theirs, still)


def print_look_ups(most: int) -> None:
    brands = [draw_brand(number) for number in range(most)]
    strangers = [read_picture(encode(FIRST_STRANGER + k, 400, "JPEG")) for k in range(STRANGERS)]
    print("brands   built       index    look-up  one alone  near  lined up     with that")
    for count in sorted({10, 120, 1_000, most}):
        begun = time.process_time()
        index = PictureIndex(brands[:count])
        built = time.process_time() - begun
        best = min(seconds_of(partial(look_up_anew, index, strangers, STRANGERS)) for _ in range(5)) / STRANGERS * 1e3
        alone = min(seconds_of(partial(look_up_anew, index, strangers[:64], 1)) for _ in range(3)) / 64 * 1e3
        near = sum(map(bool, index.look_up_all(strangers))) / STRANGERS
        lined_up, whole = count_lined_up(index, strangers)
        print(
            f"{count:>6}{built:6.1f} s{index.size / 2**20:8.1f} MiB{best:8.3f} ms{alone:8.2f} ms{near:6.3f}"
            f"{lined_up:10.4f}{whole:11.2f} ms"
        )


def count_lined_up(index: PictureIndex, strangers: Sequence[Picture]) -> tuple[float, float]:
    """The share of pictures of which a view is lined up with one of ours, and milliseconds for one picture."""
    looked, begun = 0, time.process_time()
    with patch.object(comparison, "compare_views", Counted()) as counted:
        for picture in strangers:
            before = counted.count
            index.near(picture)
            looked += counted.count > before
    return looked / len(strangers), (time.process_time() - begun) / len(strangers) * 1e3


def look_up_anew(index: PictureIndex, pictures: Sequence[Picture], at_once: int) -> None:
    """Looks pictures up as they come from the store."""
    unpack_sheet.cache_clear()
    for at in range(0, len(pictures), at_once):
        index.look_up_all(pictures[at : at + at_once])


def seconds_of(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--brands", type=int, default=10_000)
    asked.add_argument("--rounds", type=int, default=20)
    options = asked.parse_args()
    keep_to_one_core()
    print_reading(options.rounds)
    print(f"peak memory so far {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    print_look_ups(options.brands)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
