"""Makes `data/registries.bin` from lists of package names, one a line: python tests/bench/registries.py LIST…

The shipped table comes from 1,113,000 names of npm and PyPI as they were in November 2026. Only hashes and counts are
kept, no name can be read back.
"""

from __future__ import annotations

import math
import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from hunter.matching.registries import ENTRY, STEPS
from hunter.tables import data_folder

LEAST = 12  # names in which a string must be
BASE = 6  # names that count as nothing
MOST_PARTS = 3


def strings_of(name: str) -> set[str]:
    """Every row of up to three neighbouring parts of a name, without what separates them."""
    parts = [part for part in re.split("[^a-z0-9]+", name.lower()) if part]
    spans = ((i, i + n) for n in range(1, MOST_PARTS + 1) for i in range(len(parts) - n + 1))
    return {"".join(parts[start:end]) for start, end in spans}


def make_table(names: Iterable[str]) -> bytes:
    """The table, packed, in the order of its hashes."""
    counts = Counter(string for name in names for string in strings_of(name))
    levels = {
        zlib.crc32(string.encode()): min(255, round(STEPS * math.log(count / BASE)))
        for string, count in counts.items()
        if count >= LEAST
    }
    return zlib.compress(np.array(sorted(levels.items()), ENTRY).tobytes(), 9)


def main(paths: Iterable[Path]) -> None:
    names = (line.strip() for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    table = make_table(names)
    (data_folder() / "registries.bin").write_bytes(table)
    print(f"{len(zlib.decompress(table)) // ENTRY.itemsize} strings, {len(table)} bytes")


if __name__ == "__main__":
    main(map(Path, sys.argv[1:]))
