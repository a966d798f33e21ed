"""Makes `data/letters.bin` and `data/ordinary.bin` from word lists: python tests/bench/letters.py FOLDER

FOLDER holds the English, German, French, Spanish and Italian lists of the package pyspellchecker (MIT licence), which
need not be installed otherwise: en.json.gz and so on, in its folder `resources`. The ranks come from the package
wordninja (MIT licence). Only statistics and hashed bits are kept, no word can be read back.
"""

from __future__ import annotations

import gzip
import json
import sys
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import wordninja
from numpy.typing import NDArray

from hunter.matching.letters import BITS_A_WORD, HASHES, bloom_places
from hunter.matching.skeleton import fold
from hunter.tables import data_folder

LANGUAGES = ("en", "de", "fr", "es", "it")
ORDER = 4  # letters of a group
SYMBOLS = 27  # a to z and the word's edge
Floats = NDArray[np.float64]


def words_of(path: Path) -> set[str]:
    """The words of one list, folded, without apostrophes' tails."""
    found = set()
    for written in json.loads(gzip.decompress(path.read_bytes())):
        word = fold(written.split("'")[0]).text
        if word.isascii() and word.isalpha() and 2 <= len(word) <= 18:
            found.add(word)
    return found


def count(words: Iterable[tuple[str, float]]) -> list[Floats]:
    """How often each group of one to ORDER letters stands in weighted words; the newest letter is the lowest digit."""
    totals = [np.zeros(SYMBOLS ** (k + 1)) for k in range(ORDER)]
    codes: list[list[int]] = [[] for _ in range(ORDER)]
    weights = []
    for word, weight in words:
        text = [0] * (ORDER - 1) + [ord(c) - 96 for c in word] + [0]
        for i in range(ORDER - 1, len(text)):
            weights.append(weight)
            code = 0
            for k in range(ORDER):
                code += text[i - k] * SYMBOLS**k
                codes[k].append(code)
    for k in range(ORDER):
        totals[k] += np.bincount(np.array(codes[k]), weights=np.array(weights), minlength=SYMBOLS ** (k + 1))
    return totals


def smooth(totals: list[Floats]) -> NDArray[np.uint8]:
    """Sixteenths of a nat of each letter after three others (after Witten and Bell 1991)."""
    p: Floats = (totals[0] + 1 / SYMBOLS) / (totals[0].sum() + 1)
    for k in range(1, ORDER):
        seen = totals[k].reshape(-1, SYMBOLS)
        sums, kinds = seen.sum(axis=1, keepdims=True), 3.0 * (seen > 0).sum(axis=1, keepdims=True)
        shorter = p.reshape(-1, SYMBOLS)[np.arange(SYMBOLS**k) % SYMBOLS ** (k - 1)]
        mixed = (seen + kinds * shorter) / (sums + kinds + 1e-12)
        p = np.where(sums + kinds > 0, mixed, shorter).reshape(-1)
    cost = np.round(-np.log(np.maximum(p, 1e-9)) * 16).astype(int)
    return np.minimum((cost + 1) // 3 * 3, 255).astype(np.uint8)  # in steps of three: it packs better


def main(folder: Path) -> None:
    lists = [words_of(folder / f"{language}.json.gz") for language in LANGUAGES]
    totals = [np.zeros(SYMBOLS ** (k + 1)) for k in range(ORDER)]
    ranked = [w for w in wordninja.DEFAULT_LANGUAGE_MODEL._wordcost if w.isascii() and w.isalpha()]
    weighted = [[(word, 100_000 / len(words)) for word in words] for words in lists]
    weighted.append([(word, min(20.0, 200_000 / (rank + 1000))) for rank, word in enumerate(ranked)])
    for part in weighted:
        for total, more in zip(totals, count(part), strict=True):
            total += more
    (data_folder() / "letters.bin").write_bytes(zlib.compress(smooth(totals).tobytes(), 9))
    ordinary = {word for words in lists for word in words if len(word) > 3}
    bits = np.zeros(len(ordinary) * BITS_A_WORD // 8 + 1, dtype=np.uint8)
    places = np.array([bloom_places(word, 8 * len(bits)) for word in ordinary]).reshape(-1)
    np.bitwise_or.at(bits, places // 8, np.uint8(1) << (places % 8).astype(np.uint8))
    (data_folder() / "ordinary.bin").write_bytes(bits.tobytes())
    print(
        f"{len(ordinary)} words, {len(bits)} bytes, {HASHES} hashes, {np.unpackbits(bits).mean():.2f} of the bits set"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
