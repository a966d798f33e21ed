"""Two names laid one under the other, character by character, with every difference marked and named."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from hunter.matching.skeleton import fold, fold_character, squash
from hunter.visible import visible

LONGEST = 72  # characters of each name that are laid out; the cost grows with their product
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
    def marked(self) -> tuple[Pair, ...]:
        """The columns that a reader may overlook: look-alikes, and characters that have to be named."""
        return tuple(p for p in self.pairs if p.kind == LOOKALIKE or p.names)

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
    """Lays `theirs` under `ours` with the fewest differences; look-alike letters count less than other ones."""
    left, right = clusters(ours), clusters(theirs)
    cut = len(left) > LONGEST or len(right) > LONGEST
    left, right = left[:LONGEST], right[:LONGEST]
    costs = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
    kinds = [[compare(a, b) for b in right] for a in left]
    for i in range(1, len(left) + 1):
        costs[i][0] = i * COST[MISSING]
    for j in range(1, len(right) + 1):
        costs[0][j] = j * COST[ADDED]
    for i in range(1, len(left) + 1):
        row, above, kinds_row = costs[i], costs[i - 1], kinds[i - 1]
        for j in range(1, len(right) + 1):
            cost = above[j - 1] + COST[kinds_row[j - 1]]
            cost = min(cost, row[j - 1] + COST[ADDED], above[j] + COST[MISSING])
            if j > 1 and is_drawn_by_two(left[i - 1], right[j - 2] + right[j - 1]):
                cost = min(cost, above[j - 2] + COST[LOOKALIKE])
            row[j] = cost
    return Alignment(ours, theirs, tuple(walk_back(left, right, costs, kinds)), cut)


def walk_back(left: list[str], right: list[str], costs: list[list[float]], kinds: list[list[str]]) -> list[Pair]:
    """The cheapest way through the table of costs, as columns from left to right."""
    i, j = len(left), len(right)
    pairs: list[Pair] = []
    while i or j:
        if i and j and costs[i][j] == costs[i - 1][j - 1] + COST[kinds[i - 1][j - 1]]:
            i, j = i - 1, j - 1
            pairs.append(make_pair(left[i], right[j], kinds[i][j]))
        elif (
            i
            and j > 1
            and is_drawn_by_two(left[i - 1], right[j - 2] + right[j - 1])
            and costs[i][j] == costs[i - 1][j - 2] + COST[LOOKALIKE]
        ):
            i, j = i - 1, j - 2
            pairs.append(make_pair(left[i], right[j] + right[j + 1], LOOKALIKE))
        elif j and costs[i][j] == costs[i][j - 1] + COST[ADDED]:
            j -= 1
            pairs.append(make_pair("", right[j], ADDED))
        else:
            i -= 1
            pairs.append(make_pair(left[i], "", MISSING))
    return pairs[::-1]


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
