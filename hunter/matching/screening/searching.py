"""The two searches on which the index rests: compiled where that could be done, else slower, with the same answer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from hunter.matching.compiled import compiled
from hunter.matching.gate import CHANGES, LONGER, has_like_part
from hunter.matching.letters import is_frequent
from hunter.matching.screening.text import BREAK, DIGIT, EDGE, GAP, GRAM, SPACE, Ints, grams_of

Pairs = tuple[Ints, Ints]  # numbers of lines, numbers of forms

ENTRY = 7  # numbers that tell a string that is looked for, see `finder_of`
# Where a string counts: anywhere; where it begins or ends at a word's edge; begins and ends there; begins or ends there
# with no separator within; between separators, none within; behind a separator or before one.
ANYWHERE, AT_EDGE, AT_EDGES, UNBROKEN, ALONE, AT_GAP = range(6)
_LONGEST = 8  # letters of a string that are compared at once: as many as fit into one number
_BITS = 5  # of a letter
_NUMERAL = 1 << _BITS
_LETTERS = bytes(code & ~_NUMERAL for code in range(256))
_Z = 26


class LongForm(NamedTuple):
    """A form that is looked for by four letters in a row, its letters as numbers (see `screening.text`)."""

    number: int
    letters: bytes
    firsts: Sequence[int]  # where in it four letters begin by which it is looked for
    least: float  # how alike, 0 to 1, a part of a name must be
    at_edge: bool  # whether the part is to begin or end at a word's edge


class Finder(Protocol):
    """Finds strings in a text."""

    def search(self, codes: bytes, marks: bytes | None = None) -> Pairs:
        """Lines and forms, in any order; the text begins and ends with a line's end. Without `marks`: anywhere.

        A string may begin or end with a line's end, and has none within.
        """


class Grams(Protocol):
    """Finds lines that share four letters in a row with long forms and are alike enough around them."""

    def search(self, codes: bytes, marks: bytes) -> Pairs:
        """Lines and forms, in any order; the text begins and ends with a line's end. Sometimes a pair too many."""


def finder_of(entries: Ints, rests: Sequence[bytes]) -> Finder:
    """A finder of strings: rows of gram, its offset, size, letters, form, number of the rest, where the string counts.

    Rows are sorted by their grams. Size and letters are those of the first eight letters; behind them stands one of the
    `rests`, of which the first is empty.
    """
    quick = compiled("finding")
    found: Finder = quick.Finder(entries, rests) if quick else SlowFinder(entries, rests)
    return found


class Nearly(Protocol):
    """Finds lines in which a word, two neighbouring words or all of them together are nearly a form."""

    def search(self, codes: bytes, marks: bytes) -> Pairs:
        """Lines and forms, in any order; the text begins and ends with a line's end."""


def nearly_of_forms(forms: Sequence[tuple[int, bytes]], shortest: int) -> Nearly:
    """A search for forms, by their numbers, that are nearly there; none has fewer letters than `shortest`."""
    quick = compiled("nearly")
    found: Nearly = quick.Nearly(forms, shortest) if quick else SlowNearly(forms)
    return found


def grams_of_forms(forms: Sequence[LongForm]) -> Grams:
    """A search for long forms."""
    quick = compiled("grams")
    found: Grams = quick.Grams(list(forms)) if quick else SlowGrams(forms)
    return found


class SlowFinder:
    """A `Finder` on whole arrays."""

    def __init__(self, entries: Ints, rests: Sequence[bytes] = (b"",)) -> None:
        self._grams, self._firsts, self._counts = np.unique(entries[:, 0], return_index=True, return_counts=True)
        self._offsets, self._sizes, self._wanted, self._forms, self._rest, self._where = entries[:, 1:].T
        self._rests = rests
        self._marked = np.zeros(1 << GRAM * _BITS, np.bool_)
        self._marked[self._grams] = True

    def search(self, codes: bytes, marks: bytes | None = None) -> Pairs:
        grams = grams_of(codes + bytes(_LONGEST))
        places = np.flatnonzero(self._marked[grams])
        which = np.searchsorted(self._grams, grams[places])
        counts = self._counts[which]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        entries = np.repeat(self._firsts[which], counts) + within
        places = np.repeat(places, counts) - self._offsets[entries]
        sizes, begun = self._sizes[entries], np.maximum(places, 0)
        read = (grams[begun].astype(np.int64) << GRAM * _BITS) | grams[np.minimum(begun + GRAM, len(grams) - 1)]
        kept = (places >= 0) & (read >> (_LONGEST - sizes) * _BITS == self._wanted[entries])
        for at in np.flatnonzero(kept & (self._rest[entries] > 0)).tolist():
            kept[at] = codes.startswith(self._rests[self._rest[entries[at]]], int(places[at]) + _LONGEST)
        if marks is not None:
            for at in np.flatnonzero(kept & (self._where[entries] > ANYWHERE)).tolist():
                first = int(places[at])
                end = first + int(sizes[at]) + len(self._rests[self._rest[entries[at]]])
                kept[at] = stands(marks[first : end + 1], int(self._where[entries[at]]))
        lines = np.cumsum(np.frombuffer(codes, np.uint8) == BREAK)[places[kept]] - 1
        return lines, self._forms[entries[kept]]


def stands(marks: bytes, where: int) -> bool:
    """Whether a string counts by the marks of its letters and of what follows."""
    if where in (UNBROKEN, ALONE) and any(mark & GAP for mark in marks[1:-1]):
        return False
    first, last = marks[0], marks[-1]
    if where in (ALONE, AT_EDGES):
        return bool(first & last & (GAP if where == ALONE else EDGE))
    return bool((first | last) & (GAP if where == AT_GAP else EDGE))


class SlowGrams:
    """A `Grams` that compares lines one by one."""

    def __init__(self, forms: Sequence[LongForm]) -> None:
        self._forms = forms
        entries = [(form.letters[at : at + GRAM], number) for number, form in enumerate(forms) for at in form.firsts]
        found = [(_number(gram), 0, GRAM, _number(gram), number, 0, ANYWHERE) for gram, number in entries]
        self._finder = SlowFinder(np.unique(np.array(found, np.int64).reshape(-1, ENTRY), axis=0))

    def search(self, codes: bytes, marks: bytes) -> Pairs:
        found, which = self._finder.search(codes)
        breaks = np.flatnonzero(np.frombuffer(codes, np.uint8) == BREAK)
        lines, numbers = np.unique(np.stack([found, which], axis=1), axis=0).T
        ends = list(zip((breaks[lines] + 1).tolist(), breaks[lines + 1].tolist(), strict=True))
        theirs = [codes[begun:end].decode("latin-1") for begun, end in ends]
        forms = [self._forms[number] for number in numbers.tolist()]
        ours = [form.letters.decode("latin-1") for form in forms]
        least = 100 * np.array([form.least for form in forms]) - 1e-3
        alike = [process.cpdist(ours, theirs, scorer=scorer) >= least for scorer in (fuzz.ratio, fuzz.partial_ratio)]
        kept: list[int] = []
        for at in np.flatnonzero(alike[0] | alike[1]).tolist():  # sooner told
            begun, end = ends[at]
            edges = _edges(marks[begun : end + 1]) if forms[at].at_edge else None
            if has_like_part(ours[at], theirs[at], forms[at].firsts, edges):
                kept.append(at)
        return lines[kept], np.array([forms[at].number for at in kept], np.int64)


class SlowNearly:
    """A `Nearly` that compares all of a size that begin alike."""

    def __init__(self, forms: Sequence[tuple[int, bytes]]) -> None:
        self._forms: dict[tuple[int, int], list[tuple[int, bytes]]] = {}
        for number, letters in forms:
            for size in range(len(letters) - LONGER, len(letters) + LONGER + 1):
                self._forms.setdefault((letters[0], size), []).append((number, letters))

    def search(self, codes: bytes, marks: bytes) -> Pairs:
        marked = np.frombuffer(marks, np.uint8)
        letters = np.frombuffer(codes, np.uint8) | (marked & DIGIT > 0) * np.uint8(_NUMERAL)
        spaced = np.insert(letters, np.flatnonzero(marked & GAP), SPACE).tobytes()
        sized: dict[tuple[int, int], list[tuple[int, bytes]]] = {}
        for line, text in enumerate(spaced.split(bytes((BREAK,)))[1:-1]):
            words = text.split(bytes((SPACE,)))
            words = [word for word in words if word]
            for stretch in (*words, *map(b"".join, pairwise(words)), b"".join(words)):
                if stretch and (key := (stretch[0] & ~_NUMERAL, len(stretch))) in self._forms:
                    sized.setdefault(key, []).append((line, stretch))
        found = [(np.empty(0, np.int64), np.empty(0, np.int64))]
        for key, some in sized.items():
            theirs, ours = [text.translate(_LETTERS) for _, text in some], [form for _, form in self._forms[key]]
            changes = process.cdist(theirs, ours, scorer=OSA.distance, score_cutoff=CHANGES, dtype=np.uint8)
            most = [CHANGES - _is_ordinary(text) for _, text in some]
            at, which = np.nonzero(changes <= np.array(most)[:, None])
            numbers = np.array([number for number, _ in self._forms[key]], np.int64)
            found.append((np.array([line for line, _ in some], np.int64)[at], numbers[which]))
        return np.concatenate([lines for lines, _ in found]), np.concatenate([forms for _, forms in found])


def _edges(marks: bytes) -> set[int]:
    return {at for at, mark in enumerate(marks) if mark & EDGE}


def _is_ordinary(text: bytes) -> bool:
    """Whether letters in numbers are a frequent word; `_NUMERAL` marks digits, which are none."""
    return max(text) <= _Z and is_frequent("".join(chr(96 + letter) for letter in text))


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number << _BITS | letter
    return number
