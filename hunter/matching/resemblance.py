"""What a name has to do with a brand: the best likeness, how much it says, the trick it plays, and the words for it."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from hunter.matching.alignment import Edit
from hunter.matching.forms import forms_of
from hunter.matching.gate import worth
from hunter.matching.likeness import Likeness, liken
from hunter.matching.measures import case_of
from hunter.matching.scales import weigh
from hunter.matching.skeleton import Swap, fold
from hunter.matching.words import Reading, bait_words, readings
from hunter.types import Brand

_SHORT = 5  # names with fewer letters count on their own only where the brand says so
_SHORT_LOSS = 0.05  # strength
_FEW = 3  # characters beside a name that are no word

LEVELS = {
    "same": "{theirs} is the brand's name",
    "swapped_letters": "{theirs} is the brand's name in other characters",
    "bait_word": "{theirs} is the brand's name with a bait word added",
    "added_characters": "{theirs} is the brand's name with characters added",
    "added_words": "{theirs} holds the brand's name as a word of its own",
    "changed_letters": "{theirs} is the brand's name with letters changed",
    "changed_and_bait": "{theirs} is the brand's name with letters changed and a bait word added",
    "changed_inside": "part of {theirs} is like the brand's name",
    "inside": "{theirs} holds the brand's name inside a longer word",
    "read_aloud": "{theirs} sounds like the brand's name when read aloud",
}
_TOLD = {
    "glyph": "“{theirs}” for “{ours}”, which look alike",
    "turn": "“{ours}” turned to “{theirs}”",
    "omit": "“{ours}” left out",
    "filler": "a separator for “{ours}”",
    "double": "“{theirs}” doubled",
    "near": "“{theirs}” for “{ours}”, a key beside it",
    "vowel": "“{theirs}” for “{ours}”",
    "sound": "“{theirs}” for “{ours}”, which sound alike",
    "add": "“{theirs}” put in",
    "other": "“{theirs}” for “{ours}”",
}
_HOW = {
    "company": "without its legal form",
    "trade": "by its own word alone",
    "order": "with its words in another order",
    "first_last": "without the middle name",
    "initial": "with an initial",
    "short_name": "with a short form of the given name",
    "sounds": "in Latin letters",
    "leet": "with its digits read as letters",
}


class Resemblance(NamedTuple):
    """How a name resembles a brand's name."""

    level: str  # one of LEVELS
    strength: float  # 0 to 1, as `scales.weigh` has it
    ours: str
    words: str


@lru_cache(maxsize=4096)
def _folded(keywords: tuple[str, ...]) -> frozenset[str]:
    return frozenset(text for word in keywords if len(text := fold(word).text) > 1)  # single letters stand anywhere


def keywords_of(brand: Brand) -> frozenset[str]:
    """The brand's keywords, folded."""
    return _folded(brand.keywords)


def best_likeness(brand: Brand, reading: Reading, spaced: bool = False) -> Likeness | None:
    """The best explanation of a name, as seen or as read aloud, as a form of one of the brand's names."""
    kind = None if spaced else "package" if reading.is_package else "handle"
    keywords = keywords_of(brand)
    found = []
    for seen, sounds in readings(reading):
        forms = [form for form in forms_of(brand) if worth(form, seen)]
        alike = liken(forms, seen, keywords, sounds, kind)
        if alike is not None:
            found.append(alike)
    return max(found, key=lambda alike: alike.gain, default=None)


def resemble(brand: Brand, reading: Reading, spaced: bool = False) -> Resemblance | None:
    """The best likeness of a name with the brand's, None where it has none. `spaced`: a display name."""
    alike, strength = _look(brand, reading, spaced)
    if alike is None or strength <= 0:
        return None
    return Resemblance(level_of(alike), strength, alike.form.name, tell(alike))


def strength_of(brand: Brand, reading: Reading, spaced: bool = False) -> float:
    """The strength alone, 0 or less where there is no likeness; `resemble` after it need not look again."""
    return _look(brand, reading, spaced)[1]


_Looked = tuple[Brand, Reading, bool, Likeness | None, float]
_last: dict[None, _Looked] = {}  # what was looked at last: several signals ask for the same


def _look(brand: Brand, reading: Reading, spaced: bool) -> tuple[Likeness | None, float]:
    last = _last.get(None)
    if last is not None and last[0] is brand and last[1] is reading and last[2] == spaced:
        return last[3], last[4]
    alike, strength = best_likeness(brand, reading, spaced), 0.0
    if alike is not None:
        strength = weigh(alike, spaced) if alike.strength is None else alike.strength
        if len(alike.form.letters) < _SHORT and not brand.short_name_ok and level_of(alike) in _LOOSE:
            strength -= _SHORT_LOSS
    _last[None] = brand, reading, spaced, alike, strength
    return alike, strength


_LOOSE = frozenset({"changed_letters", "changed_and_bait", "changed_inside", "inside", "read_aloud"})


def disguises(alike: Likeness) -> list[Swap]:
    """Characters of other scripts that stand for the brand's letters; none where the brand itself is written so."""
    own = {swap.shown.casefold() for swap in fold(alike.form.name).swaps}
    swaps = [s for s in alike.reading.folded.swaps if s.kind in ("letter", "turned")]
    return [s for s in swaps if s.shown.casefold() not in own]


def level_of(alike: Likeness) -> str:
    """The trick, by its plainest name."""
    bait = alike.bait or alike.far_bait
    beside = alike.left + alike.right
    whole = len(alike.reading.letters) == alike.place.end - alike.place.start
    swapped = bool(disguises(alike))
    if alike.sounds:
        return "read_aloud"
    if alike.place.edits:
        if bait:
            return "changed_and_bait"
        if whole and all(e.kind == "glyph" for e in alike.place.edits):
            return "swapped_letters"
        return "changed_letters" if not beside else "changed_inside"
    if whole:
        return "swapped_letters" if swapped else "same"
    if bait:
        return "bait_word"
    if len(alike.reading.letters) - len(alike.window) <= _FEW:
        return "added_characters"
    return "added_words" if case_of(alike).endswith("own") else "inside"


def tell(alike: Likeness) -> str:
    """The reason in words: which part matched, which letters were swapped, which bait word stands beside it."""
    form, window = alike.form, alike.window
    parts = []
    if alike.place.edits:
        changes = ", ".join(_tell_edit(e) for e in alike.place.edits)
        parts.append(f"“{window}” is “{form.letters}” with {changes}")
    elif window == alike.reading.letters:
        parts.append(f"is the name “{form.name}”")
    else:
        parts.append(f"holds the name “{form.name}”")
    if form.how in _HOW:
        parts.append(_HOW[form.how])
    swaps = disguises(alike)
    if swaps:
        shown = ", ".join(f"“{s.shown}” (U+{ord(s.shown):04X}) for “{s.meant}”" for s in swaps[:4])
        parts.append(f"written with {shown}")
    elif any(s.kind == "style" for s in alike.reading.folded.swaps):
        parts.append("written in a fancy style")
    if alike.reading.folded.hidden:
        parts.append(f"{alike.reading.folded.hidden} invisible characters between")
    parts += _tell_beside(alike)
    if alike.sounds:
        parts.append("when read aloud")
    return ", ".join(parts)


def _tell_edit(edit: Edit) -> str:
    return _TOLD[edit.kind].format(ours=edit.ours, theirs=edit.theirs)


def _tell_beside(alike: Likeness) -> list[str]:
    bait = dict.fromkeys(alike.bait + alike.far_bait)
    parts = [f"the word “{w}” added ({bait_words().get(w, 'a word of the trade')})" for w in list(bait)[:2]]
    added = [x for x in (alike.left, alike.right) if x and not alike.bait]
    if added and case_of(alike).endswith("inside"):
        told = " and ".join(f"“{x}”" for x in added)
        parts.append(f"with {told}" if len("".join(added)) <= 3 else f"inside a longer word, with {told}")
    return parts
