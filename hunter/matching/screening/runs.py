"""`letters.run_cost` of many runs at once: how ordinary each is, split into words as is cheapest."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hunter.matching.letters import RANDOM, UNKNOWN, keep_costs, kept_cost, known_words, letter_costs, run_cost
from hunter.matching.screening.lines import DIGIT, letters_of
from hunter.matching.screening.text import Ints

Numbers = NDArray[np.float64]

_FEW = 60  # runs that are split one by one in less time
_SIZES = (3, 6, 9, 13, 18, 24, 36, 64)  # letters of runs that are taken together
_LONGEST_WORD = 30  # letters of a word; its number is taken modulo 2^64, so that two words hardly ever share one
_EDGE = 27**3
_MIX, _SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(42)
_TEN = math.log(10)


class _Words(NamedTuple):
    codes: Ints  # sorted
    costs: Numbers
    marked: NDArray[np.bool_]  # what may be a word, by a mix of its code


@cache
def _words() -> _Words:
    sized: dict[int, list[str]] = {}
    for word in known_words():
        if len(word) <= _LONGEST_WORD and word.isascii() and word.isalpha():
            sized.setdefault(len(word), []).append(word)
    codes: list[Ints] = []
    for size, words in sized.items():
        letters = np.frombuffer("".join(words).lower().encode(), np.uint8).reshape(-1, size).astype(np.int64) - 96
        codes.append(np.zeros(len(words), np.int64))
        for column in letters.T:
            codes[-1] = codes[-1] * 27 + column
    costs = np.array([known_words()[word] for words in sized.values() for word in words])
    order = np.argsort(all_codes := np.concatenate(codes))
    marked = np.zeros(1 << 22, np.bool_)
    marked[_mixed(all_codes)] = True
    return _Words(all_codes[order], costs[order], marked)


@cache
def costs_of_letters() -> NDArray[np.int32]:
    """`letters.letter_costs` as numbers: sixteenths of a nat for each of 27^4 groups of four letters."""
    return np.frombuffer(letter_costs(), np.uint8).astype(np.int32)


def _mixed(codes: Ints) -> NDArray[np.uint64]:
    return (codes.astype(np.uint64) * _MIX) >> _SHIFT


def run_costs(runs: Iterable[bytes]) -> Mapping[bytes, float]:
    """Nats of runs of letters, or of digits, given as numbers (see `screening.lines`); each once."""
    found: dict[bytes, float] = {}
    sized: dict[int, list[bytes]] = {}
    for run in set(runs):
        if not run:
            found[run] = 0.0
        elif run[0] >= DIGIT:
            found[run] = 1.0 + _TEN * len(run)
        elif (cost := kept_cost(letters_of(run))) is not None:
            found[run] = cost
        else:
            sized.setdefault(next(size for size in _SIZES if len(run) <= size), []).append(run)
    for size, some in sized.items():
        if len(some) < _FEW:
            found.update((run, run_cost(letters_of(run))) for run in some)
            continue
        letters = np.frombuffer(b"".join(run.ljust(size, b"\0") for run in some), np.uint8).reshape(-1, size)
        costs = _split(letters.astype(np.int32), np.array([len(run) for run in some]))
        found.update(zip(some, costs.tolist(), strict=True))
        keep_costs({letters_of(run): found[run] for run in some})  # the judge asks for those of what is left
    return found


def _split(letters: NDArray[np.int32], sizes: Ints) -> Numbers:
    """The cheapest way to read each row as words: its cost in nats."""
    runs, width = letters.shape
    table, words = costs_of_letters(), _words()
    best = np.full((width + 1, runs), np.inf)
    best[0] = 0.0
    for start in range(width):
        code, spelled = np.zeros(runs, np.int32), np.zeros(runs, np.int32)
        whole = np.zeros(runs, np.int64)
        for end in range(start + 1, width + 1):
            letter = letters[:, end - 1]
            code = code % _EDGE * 27 + letter
            spelled += table[code]
            cost = np.minimum(
                UNKNOWN + (spelled + table[code % _EDGE * 27]) / 16, RANDOM[0] + RANDOM[1] * (end - start)
            )
            if end - start <= _LONGEST_WORD:
                whole = whole * 27 + letter
                maybe = np.flatnonzero(words.marked[_mixed(whole)])
                at = np.minimum(np.searchsorted(words.codes, whole[maybe]), len(words.codes) - 1)
                known = words.codes[at] == whole[maybe]
                cost[maybe[known]] = np.minimum(cost[maybe[known]], words.costs[at[known]])
            best[end] = np.minimum(best[end], best[start] + cost)
    return best[sizes, np.arange(runs)]
