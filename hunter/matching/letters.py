"""How ordinary a spelling is: the cost of letters after letters in five languages, in nats (natural log).

`data/letters.bin` holds one byte for each of 27^4 groups of four (a to z and the word's edge): sixteenths of a nat,
-ln P(letter | three before it), Witten-Bell smoothed over word lists of English, German, French, Spanish and Italian.
`data/ordinary.bin` is a Bloom filter of the same lists' words. `tests/bench/letters.py` makes both again.
"""

from __future__ import annotations

import math
import zlib
from functools import cache, lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from hunter.matching.compiled import compiled
from hunter.tables import read_bytes, read_frequent_words

BITS_A_WORD = 11  # of the table of ordinary words
HASHES = 8
UNKNOWN = 3.0  # that a word is none of the known ones
DIGITS = 1.0, math.log(10)  # nats of a number, and of each of its digits
WORDS_OF_ONE = "aiy"  # letters
RANDOM = 1.5, 3.4  # nats of a random string, and of each of its letters
FOREIGN = 7.0  # nats of a letter of another script, or of any beside digits
_EDGE = 27**3
_MOST_KEPT = 65_536  # costs of runs
LONGEST_RUN = 64  # letters of one run that are looked at; no name is longer


@cache
def letter_costs() -> bytes:
    """Sixteenths of a nat for each of 27^4 groups of four letters."""
    return zlib.decompress(read_bytes("letters.bin"))


def rank_costs(count: int) -> NDArray[np.float64]:
    """Nats of so many words by their ranks, the most frequent first, by Zipf's law."""
    costs: NDArray[np.float64] = np.log(np.arange(1, count + 1) * math.log(count))
    return costs


@cache
def known_words() -> dict[str, float]:
    """Frequent English words and their cost, single letters that are none left out.

    The compiled part has a table of its own.
    """
    words = read_frequent_words().decode().split()
    costs = zip(words, rank_costs(len(words)).tolist(), strict=True)
    return {word: cost for word, cost in costs if len(word) > 1 or word in WORDS_OF_ONE}


@cache
def _ordinary() -> bytes:
    return read_bytes("ordinary.bin")


def bloom_places(word: str, size: int) -> list[int]:
    """The bits of a table of `size` bits that stand for a word (Bloom 1970, double hashing)."""
    digest = blake2b(word.encode(), digest_size=16).digest()
    first, second = int.from_bytes(digest[:8]), int.from_bytes(digest[8:]) | 1
    return [(first + i * second) % size for i in range(HASHES)]


@lru_cache(maxsize=4_096)
def is_word(word: str) -> bool:
    """Whether a folded word of four letters or more is ordinary in one of the five languages, or frequent in English.

    The table is a Bloom filter: of other strings, about one in two hundred is taken for a word.
    """
    if len(word) < 4:
        return False
    table = _ordinary()
    return is_frequent(word) or all(table[at >> 3] >> (at & 7) & 1 for at in bloom_places(word, 8 * len(table)))


def is_frequent(word: str) -> bool:
    """Whether a folded word is frequent in English."""
    quick = compiled("spelling")
    return quick.is_known(word) if quick else word in known_words()


@lru_cache(maxsize=16_384)
def spelling_cost(word: str) -> float:
    """Nats of the letters a to z of one word, its end included."""
    table, code, total = letter_costs(), 0, 0
    for char in word:
        code = code % _EDGE * 27 + ord(char) - 96
        total += table[code]
    return (total + table[code % _EDGE * 27]) / 16


@lru_cache(maxsize=_MOST_KEPT)
def run_cost(run: str) -> float:
    """Nats of a run of letters, digits or other characters as ordinary text, split into words as is cheapest."""
    if run.isdigit() and run.isascii():
        return DIGITS[0] + DIGITS[1] * len(run)
    if not (run.isascii() and run.isalpha()):
        return FOREIGN * len(run)
    return split_run(run)[0]


def split_run(run: str) -> tuple[float, tuple[str, ...]]:
    """The cheapest way to read a run of letters as words: its cost in nats and the words."""
    quick = compiled("spelling")
    return quick.split(run[:LONGEST_RUN]) if quick else split_slowly(run[:LONGEST_RUN])


def split_slowly(run: str) -> tuple[float, tuple[str, ...]]:
    """The same without the compiled part."""
    table, known = letter_costs(), known_words()
    best = [0.0] + [math.inf] * len(run)
    back = [0] * (len(run) + 1)
    for i in range(len(run)):
        if best[i] == math.inf:
            continue
        code = spelled = 0
        base = best[i]
        for j in range(i + 1, len(run) + 1):
            code = code % _EDGE * 27 + ord(run[j - 1]) - 96
            spelled += table[code]
            cost = base + min(UNKNOWN + (spelled + table[code % _EDGE * 27]) / 16, RANDOM[0] + RANDOM[1] * (j - i))
            rank = known.get(run[i:j])
            if rank is not None and base + rank < cost:
                cost = base + rank
            if cost < best[j]:
                best[j], back[j] = cost, i
    words: list[str] = []
    at = len(run)
    while at:
        words.append(run[back[at] : at])
        at = back[at]
    return best[-1], tuple(reversed(words))
