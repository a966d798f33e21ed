"""The second look's scale: how much all particulars of a likeness speak for an impostor, in each kind of name.

A logistic regression in the four cases of the first look, with bends in its main measures; handles, display names,
domains and package names share what the data do not tell apart, and differ where they do. Its table is
`data/particulars.toml`, fitted by `fitting.fit_kinds`: case -> "any" -> measure -> natural log of odds for one unit,
case -> kind -> what is added to that, and `points`: kind -> the odds that score 0.5 and those that score 0.9 when
nothing else is known of an account.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from hunter.matching.counterparts import stand_alone
from hunter.matching.likeness import Likeness
from hunter.matching.measures import case_of, measure
from hunter.matching.measures import weigh as weigh_at_first
from hunter.matching.particulars import KNEES, kind_of, knee_name, look_closely
from hunter.tables import read_table

KINDS = ("display", "domain", "handle", "package")
HALF, SURE = 0.375, 0.573  # strengths that stand for a score of 0.5 and of 0.9
SLACK = 2.0  # natural log of odds by which the second look may exceed the first
# For a whole name in which only the looks of letters differ: what that adds, and what it may exceed the first look by
# beyond the slack. Natural log of odds, by judgement, for the data have few such names.
DISGUISED, DISGUISED_SLACK = 4.5, 1.0
SHORTEST = 5  # letters of a name for that


_Bends = tuple[tuple[str, tuple[tuple[float, float], ...]], ...]


@cache
def scale_of(case: str, kind: str) -> tuple[Mapping[str, float], _Bends]:
    """Log of odds for one unit of each measure, and for each that bends what a unit above its knees adds."""
    table = read_table("particulars")[case]
    found = dict(table["any"])
    for name, value in table.get(kind, {}).items():
        found[name] = found.get(name, 0.0) + value
    bends = tuple(
        (name, tuple((knee, found.pop(bent)) for knee in knees if (bent := knee_name(name, knee)) in found))
        for name, knees in KNEES.items()
    )
    return found, tuple(each for each in bends if each[1])


def weigh(alike: Likeness, spaced: bool = False) -> float:
    """Strength, 0 to 1, of a likeness after both looks; 0: nothing to speak of. `spaced`: a display name."""
    first = measure(alike, spaced)
    case, kind = case_of(alike), kind_of(alike.reading, spaced)
    disguised = _is_disguised(alike)
    most = weigh_at_first(case, first) + SLACK + (DISGUISED_SLACK if disguised else 0.0)
    if strength_of(most, kind) <= 0:
        return 0.0
    found = look_closely(alike) | first
    found |= stand_alone(found)
    scale, bends = scale_of(case, kind)
    odds = sum([scale[name] * value for name, value in found.items() if name in scale])
    for name, knees in bends:
        value = found.get(name, 0.0)
        odds += sum([weight * (value - knee) for knee, weight in knees if value > knee])
    if disguised:
        odds += DISGUISED
    return strength_of(min(odds, most), kind)


def _is_disguised(alike: Likeness) -> bool:
    """Whether the whole name is ours but for several look-alike or repeated letters: leet, or letters held down."""
    edits = alike.place.edits
    if len(edits) < 2 or len(alike.window) != len(alike.reading.letters) or len(alike.form.letters) < SHORTEST:
        return False
    return all(edit.kind in ("glyph", "double") for edit in edits)


def points_of(kind: str) -> tuple[float, float]:
    """The natural log odds that score 0.5 and 0.9 in a kind of name when nothing else is known."""
    half, sure = read_table("particulars")["points"][kind]
    return half, sure


def strength_of(odds: float, kind: str) -> float:
    """The strength, 0 to 1, that natural log odds stand for in a kind of name."""
    half, sure = points_of(kind)
    strength: float = HALF + (SURE - HALF) * (odds - half) / (sure - half)
    return min(1.0, max(0.0, strength))
