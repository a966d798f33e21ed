"""CPU seconds of the whole screen against a bare rapidfuzz cdist on the same names: python tests/bench/names.py.

--names LIST: a text file with one name a line, best a million real ones; without it names are made of ordinary words.
--forms csv,jsonl,parquet: the same names in these formats, too. --times 10: that many times as many names, each time
with another ending, which shows whether memory stays flat. --brands 20,1000: how many brands, of invented names; with
--brand FOLDER as many of the brand files there.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import wordninja
from rapidfuzz import fuzz, process

from hunter import load_brands
from hunter.candidates import Reader
from hunter.matching.weights import shipped_weights
from hunter.operations.screening import Rules, parts_of, screen_alone
from hunter.types import Brand

TOTAL = 1_000_000
SCORE = 82  # of a hundred, from which on the bare comparison keeps a pair
COMMON = 0.1  # share of brands that are ordinary words


def make_names(count: int) -> Iterator[str]:
    """Handles as people make them: words, parts of words, digits and separators."""
    chance = random.Random(1)
    words = [w for w in wordninja.DEFAULT_LANGUAGE_MODEL._wordcost if w.isascii() and 2 < len(w) < 11]
    for _ in range(count):
        parts = [words[int(len(words) * chance.random() ** 2)] for _ in range(chance.choice((1, 1, 2, 2, 3)))]
        name = chance.choice(("", "_", "-", ".")).join(parts)
        yield name + (str(chance.randrange(1, 2100)) if chance.random() < 0.3 else "")


def make_brands(count: int) -> list[Brand]:
    """Invented names of one and two words, of five to twelve letters each, and some that are ordinary words."""
    chance = random.Random(2)
    consonants, vowels = "b c d f g h k l m n p r s t v z br cr dr gl kr pl st tr".split(), "a e i o u ea io".split()  # noqa: SIM905
    ends = "a o n r s x ta nt lia ra don via sta well ium ex".split()  # noqa: SIM905
    trades = "bank pay air group labs media travel energy systems foods".split()  # noqa: SIM905
    ordinary = [w for w in list(wordninja.DEFAULT_LANGUAGE_MODEL._wordcost)[500:6000] if 4 < len(w) < 10]
    names: dict[str, None] = {}
    while len(names) < count:
        size = chance.choice((1, 2, 2, 2, 3))
        name = "".join(chance.choice(consonants) + chance.choice(vowels) for _ in range(size)) + chance.choice(ends)
        if chance.random() < COMMON:
            name = chance.choice(ordinary)
        elif chance.random() < 0.25:
            name += " " + chance.choice(trades)
        if len(name) > 4:
            names[name] = None
    return [Brand(slug=f"b{i}", names=(name.title(),)) for i, name in enumerate(names)]


def choose_brands(count: int, folder: Path | None) -> list[Brand]:
    """As many brands: any of a folder's files, always the same ones, or invented ones."""
    if folder is None:
        return make_brands(count)
    brands = load_brands(str(folder))
    return random.Random(3).sample(brands, min(count, len(brands)))


def write(names: Iterable[str], path: Path) -> None:
    """The names as a candidate file of the format that its ending tells."""
    if path.suffix == ".parquet":
        handles = list(names)
        pq.write_table(pa.table({"platform": ["x"] * len(handles), "handle": handles}), path)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            csv.writer(file, lineterminator="\n").writerows([("platform", "handle"), *(("x", n) for n in names)])
        elif path.suffix == ".jsonl":
            file.writelines(json.dumps({"platform": "x", "handle": n}, ensure_ascii=False) + "\n" for n in names)
        else:
            file.writelines(f"{name}\n" for name in names)


def repeat(names: list[str], times: int) -> Iterator[str]:
    """The names again and again, each time with another ending."""
    for turn in range(times):
        yield from (f"{name}{turn}" if turn else name for name in names)


def compare_bare(names: Iterable[str], brands: list[Brand]) -> float:
    """CPU seconds of the bare comparison."""
    ours, stream, spent = [b.names[0].lower() for b in brands], iter(names), 0.0
    while some := [name.lower() for name in islice(stream, 20_000)]:
        start = time.process_time()
        process.cdist(ours, some, scorer=fuzz.ratio, score_cutoff=SCORE)
        spent += time.process_time() - start
    return spent


def screen(path: Path, brands: list[Brand]) -> None:
    """Reads, folds, looks up and judges everything in a fresh process, and prints what it took."""
    rules = Rules(tuple(brands), shipped_weights(), 0.5)
    bare = compare_bare(read_lines(path), brands) if path.suffix == ".txt" else float("nan")
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start = time.process_time()
    hits = sum(len(found) for _, found in screen_alone(parts_of(Reader(complain=print), str(path), rules), rules))
    took = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(brands)}\t{path.suffix[1:]}\t{bare:.2f}\t{took:.2f}\t{took / bare:.2f}\t{hits}\t{base:.0f}\t{peak:.0f}",
        flush=True,
    )


def read_lines(path: Path) -> Iterator[str]:
    """The names of a text file."""
    with path.open(encoding="utf-8") as file:
        yield from (line.rstrip("\n") for line in file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=Path)
    parser.add_argument("--forms", default="")
    parser.add_argument("--brands", default="20,1000")
    parser.add_argument("--brand", type=Path)
    parser.add_argument("--times", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        names = list(islice(read_lines(given.names), TOTAL)) if given.names else list(make_names(TOTAL))
        paths = [Path(folder) / f"names.{form}" for form in ("txt", *filter(None, given.forms.split(",")))]
        for path in paths:
            write(repeat(names, given.times), path)
        del names
        print(f"{os.cpu_count()} cores, {len(shipped_weights().levels)} signals, {given.times} x {TOTAL} names")
        print("brands\tform\tcdist s\tscreen s\tratio\thits\tMiB before\tpeak MiB")
        for count in map(int, given.brands.split(",")):
            for path in paths:
                worker = get_context("spawn").Process(target=screen, args=(path, choose_brands(count, given.brand)))
                worker.start()
                worker.join()


if __name__ == "__main__":
    main()
