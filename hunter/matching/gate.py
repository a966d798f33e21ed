"""Which names are worth a close look for a form of a brand's name: the rule that judge and index share.

A form of the brand's name is looked for in a name only if the name
- holds it (forms of up to four letters: at a word's edge, or as the whole name), or
- holds it at a glance: after look-alike characters are made one and repeated letters squeezed, or
- has a word that is one change away or begins or ends like it at a glance (four letters), holds one change of it at a
  word's edge (five to eight letters; five of them as a word of their own if one is lost), or
- has four letters in a row in common, not all of a trade's word, and is alike enough around them (at a word's edge up
  to eight letters), or
- has a word, or two neighbouring words, or is as a whole nearly the form: begins like it, is two changes away at most,
  an ordinary word one, and a letter longer or shorter at most (six letters and more).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from itertools import groupby, pairwise

from hunter.matching.forms import Form
from hunter.matching.letters import is_frequent
from hunter.matching.likeness import changes_between, common_letters, part_ratio
from hunter.matching.words import Reading, pieces_of, trade_words

SHORT = 4  # forms of so many letters count only at a word's edge
GRAM = 4
LONG, LONGEST_NEARLY = 6, 64  # letters of a form that need not be held to be nearly there
CHANGES, LONGER = 2, 1
MIDDLE = range(5, 9)  # lengths whose single changes are all listed; what is changed counts at a word's edge
_LEAST_OF_ONE = 0.6  # no part of a name that holds a single change of five letters or more is less alike
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
AT_A_GLANCE = {
    "1": "i",
    "l": "i",
    "j": "i",
    "0": "o",
    "q": "o",
    "3": "e",
    "5": "s",
    "4": "a",
    "7": "t",
    "8": "b",
    "6": "b",
    "9": "g",
    "2": "z",
    "u": "v",
}
PAIRS = {"rn": "m", "vv": "w", "cl": "d", "nn": "m"}
_LOOKS = str.maketrans(AT_A_GLANCE)


@lru_cache(maxsize=4_096)
def glance(letters: str) -> str:
    """Letters as a hurried eye has them: look-alikes made one, repeated ones squeezed."""
    for two, one in PAIRS.items():
        letters = letters.replace(two, one)
    return "".join(c for c, _ in groupby(letters.translate(_LOOKS)))


def least_ratio(size: int) -> float:
    """How alike, 0 to 1, the best part of a name must be to a form of `size` letters."""
    return 0.83 if size < 7 else 0.8 if size < 8 else 0.77 if size < 11 else 0.76


@lru_cache(maxsize=4_000)
def telling(form: Form) -> tuple[int, ...]:
    """Where four letters of a form begin that tell of it: not all of a trade's word, unless there are no others."""
    cuts = [0, *sorted(form.breaks), len(form.letters)]
    trade = [(begun, end) for begun, end in pairwise(cuts) if form.letters[begun:end] in trade_words()]
    common = {at for begun, end in trade for at in range(begun, end - GRAM + 1)}
    every = range(len(form.letters) - GRAM + 1)
    return tuple(at for at in every if at not in common) or tuple(every)


def worth(form: Form, reading: Reading) -> bool:
    """Whether `form` is to be looked for in a name."""
    ours, theirs = form.letters, reading.letters
    if len(ours) <= SHORT:
        if ours in theirs and _at_edge(ours, reading):
            return True
        if len(ours) < SHORT:
            return False
        return any(is_changed_once(ours, piece) for piece in reading.pieces) or _at_a_glance(ours, reading)
    if ours in theirs:
        return True
    at_a_glance = glance(ours)
    if len(at_a_glance) > SHORT and at_a_glance in "".join(map(glance, pieces_of(reading.runs).values())):
        return True
    if len(ours) >= LONG:
        firsts = [at for at in telling(form) if ours[at : at + GRAM] in theirs]
        edges = reading.starts | reading.humps if firsts and len(ours) in MIDDLE else None
        if firsts and has_like_part(ours, theirs, firsts, edges):
            return True
        if len(ours) <= LONGEST_NEARLY and ours.isascii() and any(is_nearly(ours, x) for x in stretches(reading)):
            return True
    return len(ours) in MIDDLE and _holds_change(ours, reading)


def has_like_part(ours: str, theirs: str, firsts: Iterable[int], edges: Collection[int] | None = None) -> bool:
    """Whether a part of theirs has four of our letters in a row and enough of the others on the same sides of them.

    `firsts`: where the four may begin in ours. A part is as long as ours, or shorter at the ends of theirs; all of
    theirs where that is shorter. It begins or ends at one of the edges unless there are None.
    """
    size, least = len(ours), least_ratio(len(ours))
    if part_ratio(ours, theirs) < least:  # sooner told
        return False
    for first in firsts:
        before, behind = ours[:first], ours[first + GRAM :]
        for at in _places(ours[first : first + GRAM], theirs):
            for begun in range(at + GRAM - size, at + 1) if len(theirs) >= size else (0,):
                start, end = max(0, begun), min(begun + size, len(theirs))
                if edges is None or start in edges or end in edges:
                    common = common_letters(before, theirs[start:at]) + common_letters(behind, theirs[at + GRAM : end])
                    if 2 * (GRAM + common) >= least * (size + end - start):
                        return True
    return False


def _places(part: str, text: str) -> Iterator[int]:
    """Where a part stands in a text."""
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def is_nearly(ours: str, theirs: str) -> bool:
    """Whether a text begins like ours, is about as long and two changes away at most; ordinary words one at most."""
    if theirs[:1] != ours[0] or abs(len(theirs) - len(ours)) > LONGER:
        return False
    changes = changes_between(ours, theirs)
    return changes < CHANGES or (changes == CHANGES and not is_frequent(theirs))


def stretches(reading: Reading) -> list[str]:
    """The words of a name between separators, each two neighbouring ones as one, and all of them as one."""
    words = list(pieces_of(reading.runs).values())
    return [*words, *map("".join, pairwise(words)), reading.letters]


def is_changed_once(ours: str, theirs: str) -> bool:
    """Whether a letter of ours was left out, put in between others, changed, or turned with its neighbour; once."""
    if abs(len(theirs) - len(ours)) > 1 or changes_between(ours, theirs) != 1:
        return False
    if len(theirs) > len(ours) and (theirs[0], theirs[-1]) != (ours[0], ours[-1]):  # put in before or behind
        return False
    return all(c in ours or c in _ALPHABET for c in theirs)


def _holds_change(ours: str, reading: Reading) -> bool:
    theirs, edges = reading.letters, reading.starts | reading.humps
    if part_ratio(ours, theirs) < _LEAST_OF_ONE:
        return False
    for size in range(len(ours) - 1, len(ours) + 2):
        for at in range(len(theirs) - size + 1):
            at_edges, part = (at in edges) + (at + size in edges), theirs[at : at + size]
            enough = at_edges and (at_edges > 1 or len(ours) > MIDDLE.start or _loses_nothing(ours, part))
            if enough and is_changed_once(ours, part):
                return True
    return False


def _loses_nothing(ours: str, changed: str) -> bool:
    """Whether all our letters stand in what one change made of them: two are turned, or one was put in."""
    return len(changed) > len(ours) or sorted(changed) == sorted(ours)


def _at_a_glance(ours: str, reading: Reading) -> bool:
    looks = glance(ours)
    if len(looks) < SHORT:
        return False
    return any((seen := glance(piece)).startswith(looks) or seen.endswith(looks) for piece in reading.pieces)


def _at_edge(ours: str, reading: Reading) -> bool:
    if ours == reading.letters:
        return True
    edges = reading.starts | reading.humps
    for at in _places(ours, reading.letters):
        end = at + len(ours)
        if (at in edges or end in edges) and not any(at < gap < end for gap in reading.gaps):
            return True
    return False
