"""Their whole name held against ours, word by word: which words have a counterpart, and what the others are.

The likeness tells of the place where ours stands in theirs; this tells how far the rest of the name agrees with that.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import pairwise

from hunter.matching.forms import Form
from hunter.matching.likeness import Likeness, changes_between
from hunter.matching.registries import commonness
from hunter.matching.words import pieces_of
from hunter.tables import read_table

SOLE = (
    *("same_words", "words", "size", "size_4", "size_5", "length", "rare", "rare_letter", "spelled", "spelled_letter"),
    *("dictionary", "window_word", "window_frequent", "custom", "custom_word", "penalty", "gain"),
    *("pieces", "hyphens", "scoped"),
)
MOST_CHANGES = 6
NEAR, MIDDLE = 0.34, 0.67  # shares of a word's letters that differ
KNOWN = 1.0  # natural log of how many times six names hold a word that is in use


def find_counterparts(alike: Likeness) -> dict[str, float]:
    """What the names have in common beyond the place of the likeness: changes in letters, shares from 0 to 1."""
    own = {r.piece for r in alike.reading.runs if r.start < alike.place.end and r.end > alike.place.start}
    pieces = pieces_of(alike.reading.runs)
    rest = [text for number, text in pieces.items() if number not in own]
    return _of_whole(alike) | _of_words(alike.form, list(pieces.values())) | _of_rest(alike, rest) | _repeated(alike)


def stand_alone(found: Mapping[str, float]) -> dict[str, float]:
    """Measures that mean something else where the name is nothing but ours, as they are then."""
    if not found.get("whole") or "edits" in found:
        return {}
    return {sole_name(name): found[name] for name in SOLE if name in found}


def sole_name(name: str) -> str:
    """What a measure of a name that is nothing but ours is called."""
    return f"sole_{name}"


def _of_whole(alike: Likeness) -> dict[str, float]:
    """How many changes make the whole of their name ours."""
    ours, theirs = alike.form.letters, alike.reading.letters
    changes = changes_between(ours, theirs)
    told = len(alike.place.edits) + len(theirs) - len(alike.window)
    found = {f"changes_{most}": float(changes <= most) for most in (1, 2, 3)}
    return found | {
        "changes": float(min(changes, MOST_CHANGES)),
        "changes_size": min(1.0, changes / len(ours)),
        "changes_spared": float(told - changes),
    }


@lru_cache(maxsize=10_000)
def _words(form: Form) -> tuple[str, ...]:
    """Our words, in which digits stay beside the letters that they are written with."""
    breaks = (at for at in form.breaks if form.letters[at - 1].isdigit() == form.letters[at].isdigit())
    cuts = [0, *sorted(breaks), len(form.letters)]
    return tuple(form.letters[a:b] for a, b in pairwise(cuts))


def _of_words(form: Form, theirs: list[str]) -> dict[str, float]:
    """Where both have as many words: how many differ, and if it is one, by how much and which words they are."""
    ours = _words(form)
    if len(ours) != len(theirs):
        return {"words_differ": 1.0}
    changed = [pair for pair in zip(ours, theirs, strict=True) if pair[0] != pair[1]]
    found = {"words_paired": 1.0, "words_changed": float(len(changed))}
    return found | (_of_word(*changed[0], form) if len(changed) == 1 else {})


def _of_word(ours: str, theirs: str, form: Form) -> dict[str, float]:
    """The one word that differs."""
    changes = changes_between(ours, theirs)
    far, known = changes / max(len(ours), len(theirs)), commonness(theirs)
    found = {
        "word_one": 1.0,
        "word_far": far,
        "word_near": float(far <= NEAR),
        "word_middle": float(NEAR < far <= MIDDLE),
        "word_ours": commonness(ours),
        "word_theirs": known,
        "word_known": float(known > KNOWN),
        "word_beside": float(len(form.letters) - len(ours)),
        "word_two": float(changes <= 2),
    }
    if len(ours) == len(form.letters):
        return found
    return found | {"word_of_more": 1.0, "word_of_more_far": far, "word_of_more_theirs": known}


def _of_rest(alike: Likeness, rest: list[str]) -> dict[str, float]:
    """Whether what stands beside ours tells no more than what the software is written in."""
    return {
        "tongue": float(len(rest) == 1 and rest[0] in tongues()),
        "tongue_any": float(any(text in tongues() for text in rest)),
        "tongue_near": float(alike.left + alike.right in tongues()),
        "rest_pieces": float(len(rest)),
        "rest_unknown": float(sum(not commonness(text) for text in rest)),
    }


def _repeated(alike: Likeness) -> dict[str, float]:
    """Whether the one letter beside ours is the letter that it touches once more, as of a key held down."""
    beside = alike.left + alike.right
    again = len(beside) == 1 and beside == (alike.window[0] if alike.left else alike.window[-1])
    alone = len(alike.reading.letters) == len(alike.window) + 1
    return {"repeated": float(again), "repeated_alone": float(again and alone)}


@cache
def tongues() -> frozenset[str]:
    """Words for what software is written in."""
    return frozenset(read_table("words")["software"]["tongues"])
