"""Where in a name a brand may be hidden, and by which changes of letters: a weighted edit distance of a part.

Transpositions as in Damerau (1964), the free ends of the longer text as in Sellers (1980); each kind of change has
its own cost in `data/likeness.toml`.
"""

from __future__ import annotations

from functools import cache
from math import inf
from typing import NamedTuple

from hunter.matching.compiled import compiled
from hunter.tables import read_table

_KEYS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
AGAIN = 1.0  # nats of one more of a doubled letter
INSIDE = 2.5  # nats for starting in the middle of a run
_VOWELS = frozenset("aeiouy")


class Edit(NamedTuple):
    """One change: `ours` became `theirs` ("" for nothing)."""

    kind: str
    ours: str
    theirs: str


class Place(NamedTuple):
    """Part [start, end) of their letters that may be our name, and the changes that make it so."""

    start: int
    end: int
    cost: float
    edits: tuple[Edit, ...]


@cache
def edit_costs() -> dict[str, float]:
    """Nats of each kind of change."""
    return {kind: float(cost) for kind, cost in read_table("likeness")["edits"].items()}


def _neighbours() -> set[tuple[str, str]]:
    near = set()
    for y, row in enumerate(_KEYS):
        for x, key in enumerate(row):
            for dx, dy in ((1, 0), (0, 1), (-1, 1)):
                if y + dy < len(_KEYS) and 0 <= x + dx < len(_KEYS[y + dy]):
                    near.add((key, _KEYS[y + dy][x + dx]))
    near |= {("y", "z"), ("a", "q"), ("w", "z"), ("m", "l")}  # QWERTZ and AZERTY
    return near | {(b, a) for a, b in near}


@cache
def neighbours_of(key: str) -> tuple[str, ...]:
    """The keys beside a key on the common keyboards, digits left out."""
    return tuple(sorted(b for a, b in _neighbours() if a == key and b.isalpha()))


@cache
def substitutions() -> dict[tuple[str, str], str]:
    """(ours, theirs) -> kind, for single characters that are nearer than any two."""
    table = read_table("likeness")
    kinds = dict.fromkeys(_neighbours(), "near")
    kinds |= {(a, b): "vowel" for a in _VOWELS for b in _VOWELS if a != b}
    kinds |= {(a, b): "sound" for group in table["sound"]["one"] for a in group for b in group if a != b}
    for pair in [(a, b) for group in table["glance"]["one"] for a in group for b in group if a != b]:
        kinds[pair] = "glyph"
    return kinds


@cache
def merged_letters() -> dict[str, dict[str, str]]:
    """Two letters on one side, one on the other -> kind; both directions under the longer side."""
    table = read_table("likeness")
    pairs: dict[str, dict[str, str]] = {}
    for kind, group in (("sound", table["sound"]["two"]), ("glyph", table["glance"]["two"])):
        for entry in group:
            two, one = entry.split()
            pairs.setdefault(two, {})[one] = kind
    return pairs


def places(ours: str, theirs: str, breaks: frozenset[int], gaps: frozenset[int], limit: float) -> list[Place]:
    """Every end in `theirs` where `ours` fits at a cost of at most `limit` nats, with its cheapest start.

    `breaks` are the positions where a run begins or ends, `gaps` those where a separator stood.
    """
    if ours in theirs:
        at, found = theirs.find(ours), []
        while at >= 0:
            found.append(Place(at, at + len(ours), 0.0, ()))
            at = theirs.find(ours, at + 1)
        return found
    quick = compiled("placing")
    seen = quick.find(ours, theirs, breaks, gaps, limit) if quick else None
    if seen is None:
        return places_slowly(ours, theirs, breaks, gaps, limit)
    return [Place(start, end, cost, tuple(Edit(*edit) for edit in edits)) for start, end, cost, edits in seen]


def places_slowly(ours: str, theirs: str, breaks: frozenset[int], gaps: frozenset[int], limit: float) -> list[Place]:
    """The same without the compiled part, for names in which ours does not stand unchanged."""
    rows = _fill(ours, theirs, breaks, gaps, limit)
    last = rows[-1]
    return [_trace(rows, ours, theirs, j) for j in range(1, len(theirs) + 1) if last[j][0] <= limit]


_Cell = tuple[float, int, int, str]  # cost, steps back in ours, in theirs, kind ("" for none)


_DEAR: _Cell = (inf, 1, 1, "other")  # a cell that no bearable way leads to


def _fill(ours: str, theirs: str, breaks: frozenset[int], gaps: frozenset[int], limit: float) -> list[list[_Cell]]:
    """The table; cells that cost more than the limit may be left out, for no way over them ends within it."""
    costs, kinds, pairs = edit_costs(), substitutions(), merged_letters()
    omit, filler, double, add, turn, other = (
        costs[k] for k in ("omit", "filler", "double", "add", "turn", "other")
    )  # fmt: skip
    rows: list[list[_Cell]] = [[(0.0 if j in breaks or not j else INSIDE, 0, 0, "") for j in range(len(theirs) + 1)]]
    over, alive = 0, (2 << len(theirs)) - 1  # columns within the limit, a bit each, of the last two rows
    for i, mine in enumerate(ours, 1):
        above = rows[-1]
        near = alive | (alive | over) << 1 | (alive | over) << 2
        over, alive = alive, int(above[0][0] + omit <= limit)
        row: list[_Cell] = [(above[0][0] + omit, 1, 0, "omit")]
        two = pairs.get(ours[i - 2 : i]) if i > 1 else None
        for j, yours in enumerate(theirs, 1):
            if not near >> j & 1 and not alive >> (j - 1) & 1:
                row.append(_DEAR)
                continue
            diagonal = above[j - 1][0]
            if mine == yours:
                best = diagonal
                cell: _Cell = (best, 1, 1, "")
            else:
                kind = kinds.get((mine, yours), "other")
                best = diagonal + (costs[kind] if kind != "other" else other)
                cell = (best, 1, 1, kind)
            filled = j in gaps and above[j][3] != "filler"  # one separator stands for one letter
            cost = above[j][0] + (filler if filled else omit)
            if cost < best:
                best, cell = cost, (cost, 1, 0, "filler" if filled else "omit")
            if i < len(ours):
                same = yours in (mine, ours[i])
                again = same and row[j - 1][3] == "double"  # a letter held down costs little more than one doubled
                cost = row[j - 1][0] + (AGAIN if again else double if same else add)
                if cost < best:
                    best, cell = cost, (cost, 0, 1, "double" if same else "add")
            if i > 1 and j > 1 and mine == theirs[j - 2] and ours[i - 2] == yours and mine != yours:
                cost = rows[i - 2][j - 2][0] + turn
                if cost < best:
                    best, cell = cost, (cost, 2, 2, "turn")
            if two and yours in two:
                cost = rows[i - 2][j - 1][0] + costs[two[yours]]
                if cost < best:
                    best, cell = cost, (cost, 2, 1, two[yours])
            if j > 1 and (split := pairs.get(theirs[j - 2 : j])) and mine in split:
                cost = above[j - 2][0] + costs[split[mine]]
                if cost < best:
                    best, cell = cost, (cost, 1, 2, split[mine])
            row.append(cell)
            if best <= limit:
                alive |= 1 << j
        rows.append(row)
    return rows


def _trace(rows: list[list[_Cell]], ours: str, theirs: str, end: int) -> Place:
    i, j = len(ours), end
    edits = []
    while i:
        _, di, dj, kind = rows[i][j]
        if kind:
            edits.append(Edit(kind, ours[i - di : i], theirs[j - dj : j]))
        i, j = i - di, j - dj
    return Place(j, end, rows[-1][end][0], tuple(reversed(edits)))
