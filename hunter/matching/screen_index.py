"""Many names against many brands: which pairs pass the gate, found on joined text instead of name by name.

All names of a batch stand in one text, a line each. An Aho-Corasick automaton (Aho and Corasick 1975) over every form
of every brand, its single changes and its groups of four letters runs over that text once, so the cost grows with the
names and the hits, hardly with the number of brands. Only names beyond ASCII are folded one by one. What comes out is
a little more than `gate.worth` lets through, never less.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain

import ahocorasick
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from hunter.matching.forms import Form
from hunter.matching.gate import AT_A_GLANCE, MIDDLE, PAIRS, SHORT, glance, grams, least_ratio, one_change
from hunter.matching.skeleton import has_signs
from hunter.matching.words import Reading, read_name, readings

Ints = NDArray[np.int64]
_NONE: Ints = np.empty(0, dtype=np.int64)

_SEPARATORS = bytes(c for c in range(128) if not chr(c).isalnum() and chr(c) != "\n")
_LOWER = bytes(range(256)).lower()
_SPACED = bytes(ord(" ") if c in _SEPARATORS or c == 10 else b for c, b in enumerate(_LOWER))
_WORDS = bytes(ord(" ") if c in _SEPARATORS else b for c, b in enumerate(_LOWER))
_LOOKS = bytes(ord(AT_A_GLANCE.get(chr(b), chr(b))) if b < 128 else b for b in _LOWER)


class _Patterns:
    """Strings that stand for forms, and the automaton that finds them all at once."""

    def __init__(self) -> None:
        self._owners: dict[str, list[int]] = {}

    def add(self, pattern: str, form: int) -> None:
        """Lets `pattern` stand for a form, by its number."""
        self._owners.setdefault(pattern, []).append(form)

    def build(self) -> None:
        """Makes the automaton; nothing can be added any more."""
        self._automaton = ahocorasick.Automaton()
        for number, pattern in enumerate(self._owners):
            self._automaton.add_word(pattern, number)
        self._automaton.make_automaton()
        self.sizes = np.array([len(p) for p in self._owners], dtype=np.int64)
        self._counts = np.array([len(o) for o in self._owners.values()], dtype=np.int64)
        self._starts = np.concatenate(([0], np.cumsum(self._counts)))[:-1] if self._owners else _NONE
        self._forms = np.fromiter(chain.from_iterable(self._owners.values()), np.int64)
        del self._owners

    def hits(self, text: str) -> tuple[Ints, Ints, Ints]:
        """Last position in `text`, size and form of every hit."""
        if not len(self.sizes):
            return _NONE, _NONE, _NONE
        flat = np.fromiter(chain.from_iterable(self._automaton.iter(text)), np.int64)
        ends, numbers = flat[0::2], flat[1::2]
        counts = self._counts[numbers]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        forms = self._forms[np.repeat(self._starts[numbers], counts) + within]
        return np.repeat(ends, counts), np.repeat(self.sizes[numbers], counts), forms


class Index:
    """The forms of many brands, ready to be looked for in any number of names."""

    def __init__(self, forms: Iterable[tuple[int, Form]]) -> None:
        """`forms`: pairs of a brand's number and one of its forms."""
        given = list(forms)
        self._brands = np.array([brand for brand, _ in given], dtype=np.int64)
        self._letters = [form.letters for _, form in given]
        self._foreign = [(n, text) for n, text in enumerate(self._letters) if not text.isascii()]
        self._least = np.array([100 * least_ratio(len(text)) for text in self._letters])
        self._sure, self._likely, self._words, self._glances, self._edges = (_Patterns() for _ in range(5))
        for number, letters in enumerate(self._letters):
            self._add(number, letters)
        for patterns in (self._sure, self._likely, self._words, self._glances, self._edges):
            patterns.build()

    def _add(self, number: int, letters: str) -> None:
        if not letters.isascii():
            return  # found by the slow path only
        if len(letters) <= SHORT:
            self._add_short(number, letters)
            return
        self._sure.add(letters, number)
        if len(letters) in MIDDLE:
            for change in one_change(letters):
                self._sure.add(change, number)
        if len(letters) > 5:
            for gram in grams(letters):
                self._likely.add(gram, number)
        if len(glance(letters)) > SHORT:
            self._glances.add(glance(letters), number)

    def _add_short(self, number: int, letters: str) -> None:
        self._words.add(letters, number)
        self._sure.add(f"\n{letters}\n", number)
        if len(letters) < SHORT:
            return
        for change in one_change(letters):
            self._words.add(f" {change} ", number)
        if len(looks := glance(letters)) == SHORT:
            self._edges.add(f" {looks}", number)
            self._edges.add(f"{looks} ", number)

    def pairs(self, names: Sequence[str]) -> tuple[Ints, Ints]:
        """Number of a name and number of a brand for every pair worth judging, each once, sorted."""
        slow = {i for i, name in enumerate(names) if not name.isascii() or has_signs(name)}
        plain = [("" if i in slow else name) for i, name in enumerate(names)] if slow else names
        text = "\n" + "\n".join(name.replace("\n", " ") if "\n" in name else name for name in plain) + "\n"
        found = [self._search(text)]
        found += [self._search_foreign(names, sorted(slow))] if slow else []
        rows, brands = (np.concatenate([f[i] for f in found]) for i in (0, 1))
        keys = np.unique(rows * max(1, self._brands.max(initial=0) + 1) + brands)
        return np.divmod(keys, max(1, self._brands.max(initial=0) + 1))

    def _search(self, text: str) -> tuple[Ints, Ints]:
        raw = text.encode("ascii")
        squashed = raw.translate(_LOWER, _SEPARATORS)
        rows, forms = self._in_lines(squashed, self._sure)
        found = [(rows, forms), self._alike(squashed)]
        if len(self._words.sizes):
            found.append(self._at_edges(raw))
        if len(self._glances.sizes):
            found.append(self._in_lines(_at_a_glance(squashed), self._glances))
        if len(self._edges.sizes):
            found.append(self._in_lines(_at_a_glance(raw.translate(_WORDS)), self._edges))
        return np.concatenate([f[0] for f in found]), self._brands[np.concatenate([f[1] for f in found])]

    @staticmethod
    def _in_lines(text: bytes, patterns: _Patterns) -> tuple[Ints, Ints]:
        ends, sizes, forms = patterns.hits(text.decode("ascii"))
        breaks = np.flatnonzero(np.frombuffer(text, np.uint8) == 10)
        middles = ends - (sizes - 1) // 2  # a pattern may begin or end with the line break
        return np.searchsorted(breaks, middles, side="left") - 1, forms

    def _alike(self, text: bytes) -> tuple[Ints, Ints]:
        rows, forms = self._in_lines(text, self._likely)
        if not len(rows):
            return _NONE, _NONE
        lines = text.decode("ascii").split("\n")[1:]
        ours, theirs = [self._letters[i] for i in forms.tolist()], [lines[i] for i in rows.tolist()]
        least = self._least[forms] - 1e-3
        kept = process.cpdist(ours, theirs, scorer=fuzz.partial_ratio, score_cutoff=self._least.min() - 1) >= least
        kept |= process.cpdist(ours, theirs, scorer=fuzz.ratio, score_cutoff=self._least.min() - 1) >= least
        return rows[kept], forms[kept]

    def _at_edges(self, raw: bytes) -> tuple[Ints, Ints]:
        """Short forms at a word's edge: beside anything but a letter, or where a capital follows a small letter."""
        spaced = raw.translate(_SPACED)
        ends, sizes, forms = self._words.hits(spaced.decode("ascii"))
        shown, low = np.frombuffer(raw, np.uint8), np.frombuffer(spaced, np.uint8)
        letter = (low >= ord("a")) & (low <= ord("z"))
        capital = letter & (shown != low)
        edge = ~(letter[:-1] & letter[1:]) | (capital[1:] & ~capital[:-1])
        edge[1:-1] |= capital[1:-2] & capital[2:-1] & letter[3:] & ~capital[3:]
        starts = ends - sizes + 1
        kept = (low[starts] == 32) | edge[np.maximum(starts - 1, 0)] | edge[np.minimum(ends, len(edge) - 1)]
        breaks = np.flatnonzero(shown == 10)
        return np.searchsorted(breaks, starts[kept] + (low[starts[kept]] == 32), side="left") - 1, forms[kept]

    def _search_foreign(self, names: Sequence[str], which: Sequence[int]) -> tuple[Ints, Ints]:
        lines: list[str] = []
        owners: list[int] = []
        own: list[tuple[int, int]] = []
        for i in which:
            for reading, _ in readings(read_name(names[i])):
                lines.append(_as_line(reading))
                owners.append(i)
                own += [(i, n) for n, letters in self._foreign if letters in reading.letters]
        rows, brands = self._search("\n" + "\n".join(lines) + "\n")
        rows = np.array(owners, dtype=np.int64)[rows]
        if own:
            more = np.array(own, dtype=np.int64)
            rows = np.concatenate((rows, more[:, 0]))
            brands = np.concatenate((brands, self._brands[more[:, 1]]))
        return rows, brands


def _as_line(reading: Reading) -> str:
    pieces: dict[int, str] = {}
    for run in reading.runs:
        pieces[run.piece] = pieces.get(run.piece, "") + run.text
    return re.sub("[^\x00-\x7f]", "~", " ".join(pieces.values()))


def _at_a_glance(squashed: bytes) -> bytes:
    squashed = squashed.replace(b"\n", b" \n ")
    for two, one in PAIRS.items():
        squashed = squashed.replace(two.encode(), one.encode())
    looks = np.frombuffer(squashed.translate(_LOOKS), np.uint8)
    kept = np.concatenate(([True], (looks[1:] != looks[:-1]) | (looks[1:] == 10)))
    return looks[kept].tobytes()
