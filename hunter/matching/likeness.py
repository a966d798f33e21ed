"""The best place for a brand's name in another name, and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, JaroWinkler, LCSseq

from hunter.matching.alignment import Edit, Place, places
from hunter.matching.compiled import compiled
from hunter.matching.forms import Form
from hunter.matching.letters import LONGEST_RUN, run_cost, split_run
from hunter.matching.words import Reading, Run, affix_cost, bait_words

MOST_A_LETTER = 1.9  # nats of changes that a letter of ours may cost
_SOUNDS = 1.5  # nats for being our name only when read aloud
SAME = 1e-9  # nats by which two explanations are equally good: of these the first is taken
CROSSING = 3.0  # nats for a word edge inside the place that the brand does not have


class Likeness(NamedTuple):
    """The best explanation of their name as a form of ours. Costs in nats."""

    form: Form
    place: Place
    reading: Reading
    sounds: bool  # found in the transliteration
    gain: float  # how much cheaper the name is as "brand with changes" than as ordinary text
    left: str  # what stands before the brand in the same runs
    right: str
    crossings: int  # word edges inside the place that are not ours
    bait: tuple[str, ...]  # bait words beside it in the same runs
    far_bait: tuple[str, ...]  # bait words elsewhere in the name
    strength: float | None = None  # as `scales.weigh` has it, where it was told with the rest

    @property
    def window(self) -> str:
        """The letters taken for our name."""
        return self.reading.letters[self.place.start : self.place.end]


def liken(
    forms: Iterable[Form],
    theirs: Reading,
    keywords: frozenset[str] = frozenset(),
    sounds: bool = False,
    kind: str | None = None,
) -> Likeness | None:
    """The best likeness over all forms and places, None if nothing fits at a bearable cost.

    `sounds`: `theirs` is a name read aloud, not as it is written. `kind`: of the name, where its strength is wanted.
    """
    best: Likeness | None = None
    for form in forms:
        found = None if sounds else _liken_quickly(form, theirs, keywords, kind)
        for each in liken_slowly(form, theirs, keywords, sounds) if found is None else found:
            if best is None or each.gain > best.gain + SAME:
                best = each
    return best


def liken_slowly(form: Form, theirs: Reading, keywords: frozenset[str], sounds: bool = False) -> list[Likeness]:
    """The likeness at each place."""
    limit = min(MOST_A_LETTER * len(form.letters), form.ordinary)
    found = places(form.letters, theirs.letters, theirs.starts, theirs.gaps, limit)
    return [_weigh(form, place, theirs, sounds, keywords) for place in found]


def _liken_quickly(form: Form, theirs: Reading, keywords: frozenset[str], kind: str | None) -> list[Likeness] | None:
    """The best likeness of a plain name, if there is any; None: the compiled part cannot tell."""
    shown = theirs.shown
    plain = shown.isascii() and not theirs.suffix and shown == shown.strip()
    quick = compiled("looking") if plain else None
    told = quick.explain(form, keywords, shown, kind) if quick else None
    if not told:
        return told
    start, end, cost, edits, gain, left, right, crossings, strength = told
    place, letters = Place(start, end, cost, tuple([Edit(*edit) for edit in edits])), theirs.letters
    before, behind = letters[start - left : start], letters[end : end + right]
    beside = (*_bait(before, keywords), *_bait(behind, keywords)) if left or right else ()
    others = [r for r in theirs.runs if r.start >= end or r.end <= start]
    far = tuple([w for r in others for w in _bait(r.text, keywords)])
    return [Likeness(form, place, theirs, False, gain, before, behind, crossings, beside, far, strength)]


def _weigh(form: Form, place: Place, reading: Reading, sounds: bool, keywords: frozenset[str]) -> Likeness:
    runs = [r for r in reading.runs if r.start < place.end and r.end > place.start]
    left = reading.letters[runs[0].start : place.start]
    right = reading.letters[place.end : runs[-1].end]
    crossings = _crossings(form, place, runs) if len(runs) > 1 else 0
    gain = sum([run_cost(r.text) for r in runs]) - place.cost - form.penalty
    gain -= affix_cost(left) + affix_cost(right) + CROSSING * crossings + (_SOUNDS if sounds else 0.0)
    beside = (*_bait(left, keywords), *_bait(right, keywords)) if left or right else ()
    others = [r for r in reading.runs if r.start >= place.end or r.end <= place.start]
    far = tuple([w for r in others for w in _bait(r.text, keywords)])
    return Likeness(form, place, reading, sounds, gain, left, right, crossings, beside, far)


def _crossings(form: Form, place: Place, runs: Iterable[Run]) -> int:
    """Word edges inside a place that ours does not have; separators that stand for letters are none."""
    ours = {place.start + b for b in form.breaks} if not place.edits else _near_breaks(form, place)
    crossings = sum([place.start < r.start < place.end and r.start not in ours for r in runs])
    return max(0, crossings - sum([e.kind == "filler" for e in place.edits]))


def _near_breaks(form: Form, place: Place) -> set[int]:
    """Where our word edges may have moved to when letters were added or left out."""
    slack = abs(place.end - place.start - len(form.letters)) + 1
    return {place.start + b + d for b in form.breaks for d in range(-slack, slack + 1)}


@lru_cache(maxsize=8_192)
def _bait(run: str, keywords: frozenset[str]) -> tuple[str, ...]:
    """The bait words and the brand's keywords of which a run is made up."""
    bait = bait_words()
    if run in bait or run in keywords:
        return (run,)
    if not (run.isascii() and run.isalpha() and _may_hold(run, bait, keywords)):
        return ()
    return tuple(w for w in split_run(run)[1] if len(w) > 2 and (w in bait or w in keywords))


def _may_hold(run: str, bait: Mapping[str, str], keywords: frozenset[str]) -> bool:
    """Whether a bait word of three letters and more stands anywhere in a run: much sooner told than its words."""
    size = min(len(run), LONGEST_RUN)
    return any(
        (part := run[at:end]) in bait or part in keywords for at in range(size - 2) for end in range(at + 3, size + 1)
    )


def ratio(ours: str, theirs: str) -> float:
    """Twice the common letters over all letters, 0 to 1 (Indel similarity of the whole names)."""
    return fuzz.ratio(ours, theirs) / 100


def winkler(ours: str, theirs: str) -> float:
    """Jaro-Winkler similarity of the whole names, 0 to 1: rewards a common beginning."""
    return JaroWinkler.similarity(ours, theirs)


def part_ratio(ours: str, theirs: str) -> float:
    """The ratio of our name and the part of theirs that is most alike, 0 to 1; of all of theirs where it is shorter."""
    return (fuzz.partial_ratio if len(theirs) >= len(ours) else fuzz.ratio)(ours, theirs) / 100


def common_letters(ours: str, theirs: str) -> int:
    """How many letters both have in their order, others left out (longest common subsequence)."""
    return LCSseq.similarity(ours, theirs)


def changes_between(ours: str, theirs: str) -> int:
    """How many letters must be put in, left out, changed or turned with their neighbour to make one the other."""
    return OSA.distance(ours, theirs)
