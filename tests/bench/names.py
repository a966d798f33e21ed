"""CPU seconds of the whole screen against a bare rapidfuzz cdist on the same names: python tests/bench/names.py [LIST].

LIST is a text file with one name a line, best a million real ones; without it names are made of ordinary words.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import wordninja
from rapidfuzz import fuzz, process

from hunter.candidates import Reader
from hunter.matching.letters import run_cost
from hunter.matching.screen import Screener
from hunter.matching.weights import shipped_weights
from hunter.operations.screening import Rules, screen_names
from hunter.types import Brand

TOTAL = 1_000_000


def make_names(count: int) -> Iterator[str]:
    """Handles as people make them: words, parts of words, digits and separators."""
    chance = random.Random(1)
    words = [w for w in wordninja.DEFAULT_LANGUAGE_MODEL._wordcost if w.isascii() and 2 < len(w) < 11]
    for _ in range(count):
        parts = [words[int(len(words) * chance.random() ** 2)] for _ in range(chance.choice((1, 1, 2, 2, 3)))]
        name = chance.choice(("", "_", "-", ".")).join(parts)
        yield name + (str(chance.randrange(1, 2100)) if chance.random() < 0.3 else "")


def make_brands(count: int) -> list[Brand]:
    """Invented names of six to ten letters, one and two words."""
    chance = random.Random(2)
    starts = "zor tal vex mur kel bri dor fan gel lum nor pra sil tre vol".split()  # noqa: SIM905
    middles = "a e i o u an el ir on us".split()  # noqa: SIM905
    ends = "dia lia nex vora tis mont dex rima lon sen quo".split()  # noqa: SIM905
    names: dict[str, None] = {}
    while len(names) < count:
        name = chance.choice(starts) + chance.choice(middles) + chance.choice(ends)
        if chance.random() < 0.2:
            name += " " + chance.choice(("bank", "pay", "air", "group", "labs"))
        if run_cost(name.replace(" ", "")) > 15:
            names[name] = None
    return [Brand(slug=f"b{i}", names=(name.title(),)) for i, name in enumerate(names)]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "names.txt"
        if len(sys.argv) < 2:
            path.write_text("\n".join(make_names(TOTAL)), encoding="utf-8")
        names = path.read_text(encoding="utf-8").split("\n")[:TOTAL]
        print("brands\tcdist s\tscreen s\tratio\thits\tpeak MiB")
        for count in (20, 1000):
            brands = make_brands(count)
            ours = [b.names[0].lower() for b in brands]
            low = [n.lower() for n in names]
            start = time.process_time()
            for i in range(0, len(low), 20_000):
                process.cdist(ours, low[i : i + 20_000], scorer=fuzz.ratio, score_cutoff=82)
            bare = time.process_time() - start
            start = time.process_time()
            rules = Rules(tuple(brands), shipped_weights(), 0.5)
            batches = Reader(complain=print).name_batches(str(path))
            hits = sum(len(found) for _, found in screen_names(batches, rules))
            took = time.process_time() - start
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{count}\t{bare:.2f}\t{took:.2f}\t{took / bare:.2f}\t{hits}\t{peak:.0f}", flush=True)


if __name__ == "__main__":
    print(f"{os.cpu_count()} cores, {Screener.__name__} of {len(shipped_weights().levels)} signals")
    main()
