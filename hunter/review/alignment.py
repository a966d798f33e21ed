"""Two names laid one under the other, character by character, with every difference marked and named."""

from __future__ import annotations

import difflib
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from hunter.matching.skeleton import fold, fold_character, squash
from hunter.visible import visible

LONGEST = 60  # characters of each name that are laid out; the cost grows with their product
SAME, CASE, LOOKALIKE, OTHER, ADDED, MISSING = "same", "case", "lookalike", "other", "added", "missing"
WORDS = {
    SAME: "same",
    CASE: "other case",
    LOOKALIKE: "looks alike",
    OTHER: "different",
    ADDED: "only theirs",
    MISSING: "only ours",
}
DIGITS = {"0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "b", "7": "t", "8": "b", "9": "g"}
DRAWN_BY_TWO = {"m": ("rn", "nn"), "w": ("vv",), "d": ("cl",)}  # one letter of ours, drawn by two of theirs
TELLING = 0.5  # share of our letters
GAP = 0.7  # to begin one inside the names
COST = {SAME: 0.0, CASE: 0.1, LOOKALIKE: 0.2, OTHER: 1.1, ADDED: 0.6, MISSING: 0.6}


class Pair(NamedTuple):
    """One column of the comparison: what stands in our name and in theirs, and how they differ."""

    ours: str  # as it may be shown; "" where theirs has something added
    theirs: str
    kind: str  # same | case | lookalike | other | added | missing
    names: tuple[str, ...]  # "U+0430 CYRILLIC SMALL LETTER A" of every unusual or differing character of theirs

    @property
    def words(self) -> str:
        """How they differ, in words."""
        return WORDS[self.kind]


class Alignment(NamedTuple):
    """The whole comparison of one pair of names."""

    ours: str
    theirs: str
    pairs: tuple[Pair, ...]
    cut: bool  # one of the names is longer than what is laid out

    @property
    def marked(self) -> tuple[tuple[Pair, int], ...]:
        """What a reader may overlook, each with how often: look-alikes, and characters that have to be named."""
        return tuple(Counter(p for p in self.pairs if p.kind == LOOKALIKE or p.names).items())

    @property
    def is_telling(self) -> bool:
        """Whether a good part of our name stands in theirs; else laying them out shows nothing."""
        kept = sum(p.kind in (SAME, CASE, LOOKALIKE) for p in self.pairs)
        return kept >= TELLING * min(len(clusters(self.ours)), LONGEST)

    @property
    def scripts(self) -> str:
        """The scripts of their letters, when there is more than one or it is not ours."""
        theirs, ours = fold(self.theirs).scripts, fold(self.ours).scripts
        return ", ".join(sorted(s.capitalize() for s in theirs)) if len(theirs) > 1 or theirs - ours else ""


def clusters(text: str) -> list[str]:
    """Characters with the marks, joiners and selectors that belong to them."""
    found: list[str] = []
    for char in text:
        if found and (unicodedata.category(char) in ("Mn", "Me", "Mc") or char in "\u200d\ufe0e\ufe0f"):
            found[-1] += char
        else:
            found.append(char)
    return found


def align(ours: str, theirs: str) -> Alignment:
    """Lays `theirs` under `ours` with the fewest differences; look-alike letters count less than other ones.

    Beginning a gap inside the names costs more than making one longer, so that what was added stays together
    (Gotoh 1982, with free beginnings at both ends).
    """
    left, right = clusters(ours), clusters(theirs)
    cut = len(left) > LONGEST or len(right) > LONGEST
    left, right = left[:LONGEST], right[:LONGEST]
    return Alignment(ours, theirs, tuple(_walk_back(left, right, _fill(left, right))), cut)


class _Cell(NamedTuple):
    """The cheapest way to a place in the table of costs: what it costs, and the step that it ended with."""

    cost: float
    step: str  # one | two | added | missing: how many of theirs stand under one of ours, or a gap
    after_gap: bool  # the way before this step ended in a gap


_Table = list[list[tuple[_Cell, _Cell]]]  # for each place the best way that ends in a pair, and in a gap
_NEVER = _Cell(float("inf"), "", False)


def _fill(left: list[str], right: list[str]) -> _Table:
    table: _Table = []
    for i in range(len(left) + 1):
        row: list[tuple[_Cell, _Cell]] = []
        table.append(row)
        for j in range(len(right) + 1):
            if not i and not j:
                row.append((_Cell(0.0, "", False), _NEVER))
                continue
            pair = _NEVER
            if i and j:
                pair = _after(table[i - 1][j - 1], COST[compare(left[i - 1], right[j - 1])], "one")
                if j > 1 and is_drawn_by_two(left[i - 1], right[j - 2] + right[j - 1]):
                    pair = min(pair, _after(table[i - 1][j - 2], COST[LOOKALIKE], "two"))
            added = _gap(row[j - 1], ADDED, at_an_end=i in (0, len(left))) if j else _NEVER
            missing = _gap(table[i - 1][j], MISSING, at_an_end=j in (0, len(right))) if i else _NEVER
            row.append((pair, min(added, missing)))
    return table


def _after(ways: tuple[_Cell, _Cell], cost: float, step: str) -> _Cell:
    pair, gap = ways
    return _Cell(min(pair.cost, gap.cost) + cost, step, gap.cost < pair.cost)


def _gap(ways: tuple[_Cell, _Cell], step: str, *, at_an_end: bool) -> _Cell:
    pair, gap = ways
    begun = pair.cost + (0.0 if at_an_end else GAP)
    return _Cell(min(begun, gap.cost) + COST[step], step, gap.cost < begun)


def _walk_back(left: list[str], right: list[str], table: _Table) -> list[Pair]:
    """The cheapest way through the table of costs, as columns from left to right."""
    i, j = len(left), len(right)
    pairs: list[Pair] = []
    in_gap = table[i][j][1].cost < table[i][j][0].cost
    while i or j:
        cell = table[i][j][in_gap]
        if cell.step == "one":
            i, j = i - 1, j - 1
            pairs.append(make_pair(left[i], right[j], compare(left[i], right[j])))
        elif cell.step == "two":
            i, j = i - 1, j - 2
            pairs.append(make_pair(left[i], right[j] + right[j + 1], LOOKALIKE))
        elif cell.step == ADDED:
            j -= 1
            pairs.append(make_pair("", right[j], ADDED))
        else:
            i -= 1
            pairs.append(make_pair(left[i], "", MISSING))
        in_gap = cell.after_gap
    return pairs[::-1]


@lru_cache(maxsize=20_000)
def compare(ours: str, theirs: str) -> str:
    """How two characters differ."""
    if ours == theirs:
        return SAME
    if ours.casefold() == theirs.casefold():
        return CASE
    left, right = "".join(map(fold_character, ours)), "".join(map(fold_character, theirs))
    if left and (left == right or is_digit_for(left, right) or {left, right} == {"i", "l"}):
        return LOOKALIKE
    return OTHER


def is_digit_for(one: str, other: str) -> bool:
    """Whether one of two characters is a digit that is written for the other, a letter."""
    return one in DIGITS.get(other, "") or other in DIGITS.get(one, "")


def is_drawn_by_two(ours: str, theirs: str) -> bool:
    """Whether two of their letters, run together, look like one of ours."""
    return theirs.casefold() in DRAWN_BY_TWO.get(ours.casefold(), ())


def make_pair(ours: str, theirs: str, kind: str) -> Pair:
    """A column, safe to show; differing or unusual characters of theirs with their code points."""
    odd = [c for c in theirs if (ord(c) > 127 and kind != SAME) or not c.isprintable()]
    names = tuple(f"U+{ord(c):04X} {unicodedata.name(c, 'UNNAMED')}" for c in odd[:4])
    if len(odd) > 4:
        names += (f"and {len(odd) - 4} more",)
    return Pair(shown(ours), shown(theirs), kind, names)


def shown(cluster: str) -> str:
    """A cluster as it may stand on the page; a blank as a visible blank."""
    return "␣" if cluster.isspace() and cluster.isprintable() else visible(cluster)


def alikeness(ours: str, theirs: str) -> float:
    """How much of two names is the same once both are folded, from 0 to 1; good enough to choose one of ours."""
    left, right = (squash(fold(name[:LONGEST]).text) for name in (ours, theirs))
    return difflib.SequenceMatcher(None, left, right, autojunk=False).ratio()


def nearest(candidates: Iterable[str], theirs: str) -> str | None:
    """The one of our names that theirs is laid under; None without any."""
    return max(candidates, key=lambda ours: alikeness(ours, theirs), default=None)
