"""Many names against many brands: which pairs pass the gate, found on joined text instead of name by name.

All names of a batch stand in one text, a line each. Every form of every brand, its single changes and its groups of
four letters are looked for in that text at once, so the cost grows with the names and the hits, hardly with the number
of brands. Only names beyond ASCII or with signs for letters are read in more ways than one. What comes out is a little
more than `gate.worth` lets through, never less.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import ceil

import numpy as np
from numpy.typing import NDArray

from hunter.matching.forms import Form
from hunter.matching.gate import GRAM, LONG, LONGEST_NEARLY, MIDDLE, SHORT, glance, grams, least_ratio, one_change
from hunter.matching.screening.patterns import Group, Patterns
from hunter.matching.screening.scripts import Scripts
from hunter.matching.screening.searching import LongForm, Pairs, grams_of_forms, nearly_of_forms
from hunter.matching.screening.text import (
    BREAK,
    SPACE,
    Bytes,
    Ints,
    at_a_glance,
    encode,
    letters_only,
    lines_at,
    lines_of,
    one_byte_each,
    places_of_foreign,
    places_of_signs,
    read_quickly,
    replace_lines,
    with_signs_read,
    with_spaces,
)
from hunter.matching.words import LONGEST

_NONE: Ints = np.empty(0, dtype=np.int64)
_CHUNK = 1 << 17  # bytes that are searched at once: what the processor keeps near
_SPACE = bytes((SPACE,))
_BREAK = bytes((BREAK,))


class Index:
    """The forms of many brands, ready to be looked for in any number of names."""

    def __init__(self, forms: Iterable[tuple[int, Form]]) -> None:
        """`forms`: pairs of a brand's number and one of its forms."""
        given = list(forms)
        self.forms = [form for _, form in given]
        self.brands = np.array([brand for brand, _ in given], dtype=np.int64)
        letters = [form.letters for form in self.forms]
        plain = [(n, text) for n, text in enumerate(letters) if text.isascii()]
        self._scripts = Scripts((n, text) for n, text in enumerate(letters) if not text.isascii())
        self._grams = grams_of_forms(list(_shared(letters)))
        self._nearly = nearly_of_forms([(n, encode(x)) for n, x in plain if LONG <= len(x) <= LONGEST_NEARLY], LONG)
        self._whole = Patterns(_sure(plain), _changed(plain))
        self._glances = Patterns(_glances(plain))
        self._words = Patterns(_words(plain))
        self._edges = Patterns(_edges(plain))

    def pairs(self, names: Sequence[str]) -> tuple[Ints, Ints]:
        """Number of a name and number of a brand for every pair worth judging, each once, sorted."""
        text = "\n".join(name.replace("\n", " ") if "\n" in name else name for name in names)
        rows, forms = self.search(f"{text}\n".encode(errors="replace"))
        return self.by_brand(rows, forms)

    def by_brand(self, rows: Ints, forms: Ints) -> tuple[Ints, Ints]:
        """Pairs of lines and forms as pairs of lines and brands, each once, sorted."""
        size = int(self.brands.max(initial=0)) + 1
        return np.divmod(_sorted_once(rows * size + self.brands[forms]), size)

    def search(self, raw: bytes) -> Pairs:
        """Lines and forms worth judging, each pair once, sorted; `raw`: names in UTF-8, each ended by a line."""
        raw, cut = _cut_long(raw)
        found = [self._search_other(raw, cut)]
        done = 0
        for chunk in _chunks(raw):
            rows, forms = self._search(b"\n" + chunk)
            found.append((rows + done, forms))
            done += chunk.count(b"\n")
        return self._unique(found)

    def _unique(self, found: Sequence[Pairs]) -> Pairs:
        rows, forms = (np.concatenate([f[i] for f in found]) for i in (0, 1))
        bits = len(self.forms).bit_length()
        keys = _sorted_once(rows << bits | forms)
        return keys >> bits, keys & ((1 << bits) - 1)

    def _search(self, raw: bytes, *, anywhere: bool = False) -> Pairs:
        """`raw` begins and ends with a line's end. `anywhere`: word edges are not known."""
        codes, spaced = letters_only(raw), with_spaces(raw)
        found = [self._whole.pairs(codes), self._grams.search(codes), self._nearly.search(spaced)]
        if len(self._glances):
            found.append(self._glances.pairs(at_a_glance(codes)))
        if len(self._words):
            found.append(self._at_edges(raw, spaced, anywhere))
        if len(self._edges):
            found.append(self._edges.pairs(at_a_glance(spaced)))
        return self._unique(found)

    def _at_edges(self, raw: bytes, spaced: bytes, anywhere: bool) -> Pairs:
        """Short forms at a word's edge: beside anything but a letter, or where a capital follows a small letter."""
        lines, places, sizes, forms = self._words.hits(spaced)
        shown = np.frombuffer(raw, np.uint8)
        kept = (shown[places] < ord("0")) | _is_edge(shown, places) | _is_edge(shown, places + sizes) | anywhere
        return lines[kept], forms[kept]

    def _search_other(self, raw: bytes, cut: Sequence[tuple[int, str]]) -> Pairs:
        """Lines beyond ASCII, those with signs for letters and what was cut, in every way in which they may be read."""
        foreign, signed = lines_at(raw, places_of_foreign(raw)), lines_at(raw, places_of_signs(raw))
        names = [*cut, *((n, line.decode(errors="replace")) for n, line in foreign)]
        lines, owners = read_quickly([name for _, name in names]) if names else ([], [])
        numbers = [names[owner][0] for owner in owners]
        plain = [(n, line.decode()) for n, line in signed if line.isascii()]
        lines += with_signs_read("\n".join(line for _, line in plain)).split("\n") if plain else []
        numbers += [n for n, _ in plain]
        if not lines:
            return _NONE, _NONE
        text = "\n".join(lines)
        rows, forms = self._search(one_byte_each(f"\n{text}\n"), anywhere=True)
        found = [(rows, forms), self._scripts.search(text)]
        rows, forms = (np.concatenate([f[i] for f in found]) for i in (0, 1))
        return np.array(numbers, dtype=np.int64)[rows], forms


def _cut_long(raw: bytes) -> tuple[bytes, list[tuple[int, str]]]:
    """The lines without long ones, and of these, by their numbers, as much as the judge reads of them."""
    breaks = np.concatenate(([-1], np.flatnonzero(np.frombuffer(raw, np.uint8) == ord("\n"))))
    numbers = np.flatnonzero(np.diff(breaks) > LONGEST)
    if not len(numbers):
        return raw, []
    cut: list[tuple[int, str]] = []
    for number, line in zip(numbers.tolist(), lines_of(raw, numbers), strict=True):
        text = line.decode(errors="replace")
        bare = text.strip().removeprefix("@").strip()  # of a handle
        cut += [(number, shown) for shown in {text[:LONGEST], bare[:LONGEST]}]
    return replace_lines(raw, [(number, "") for number in numbers.tolist()]), cut


def _chunks(raw: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(raw):
        end = raw.rfind(b"\n", start, start + _CHUNK) + 1 or raw.find(b"\n", start) + 1 or len(raw)
        yield raw[start:end]
        start = end


def _sorted_once(keys: Ints) -> Ints:
    """The same as numpy's unique, which takes three times as long."""
    keys = np.sort(keys)
    return keys[np.concatenate(([True], keys[1:] != keys[:-1]))] if len(keys) else keys


def _is_edge(shown: Bytes, places: Ints) -> NDArray[np.bool_]:
    """Whether a word may begin or end before the places."""
    before, here, after = (shown[np.clip(places + i, 0, len(shown) - 1)] for i in (-1, 0, 1))
    capital, was_capital = _is_capital(here), _is_capital(before)
    begun = capital & (~was_capital | ~(_is_capital(after) | ~_is_letter(after)))
    return begun | ~(_is_letter(before) & _is_letter(here))


def _is_capital(shown: Bytes) -> NDArray[np.bool_]:
    return (shown >= ord("A")) & (shown <= ord("Z"))


def _is_letter(shown: Bytes) -> NDArray[np.bool_]:
    low = shown | 32
    return (low >= ord("a")) & (low <= ord("z"))


def _shared(forms: Iterable[str]) -> Iterator[LongForm]:
    for number, letters in enumerate(forms):
        shared = [encode(gram) for gram in grams(letters) if gram.isascii()] if len(letters) > MIDDLE.start else []
        if shared:
            least = least_ratio(len(letters))
            shortest = ceil(len(letters) * least / (2 - least) - 1e-6)
            yield LongForm(number, encode(letters), shared, shortest, least)


def _sure(forms: Sequence[tuple[int, str]]) -> Iterator[tuple[bytes, int]]:
    """What is enough wherever it stands: short forms as whole names, and forms of some length unchanged."""
    for number, letters in forms:
        if len(letters) <= SHORT:
            yield _BREAK + encode(letters) + _BREAK, number
        elif len(letters) in MIDDLE:
            yield encode(letters), number


def _changed(forms: Sequence[tuple[int, str]]) -> Iterator[Group]:
    """Single changes of forms of some length; those that leave four letters in a row are found by these."""
    for size in MIDDLE:
        some = [(number, encode(letters)) for number, letters in forms if len(letters) == size]
        if some:
            letters = np.frombuffer(b"".join(codes for _, codes in some), np.uint8).reshape(-1, size)
            numbers = np.array([number for number, _ in some], np.int64)
            for changed, left in _single_changes(letters):
                if size == MIDDLE.start or left < GRAM:
                    yield changed, np.repeat(numbers, len(changed) // len(some))


def _single_changes(letters: Bytes) -> Iterator[tuple[Bytes, int]]:
    """What `gate.one_change` finds for strings of one size, a row each, and how many letters in a row it leaves.

    Each change is a group of its own; letters are numbers, in which digits are the letters that they look like.
    """
    count, size = letters.shape
    others = np.arange(1, 27, dtype=np.uint8)
    for at in range(size):
        left = max(at, size - at - 1)
        yield np.delete(letters, at, axis=1), left
        changed = np.repeat(letters, len(others), axis=0)
        changed[:, at] = np.tile(others, count)
        yield changed, left
        if at:
            put_in = np.insert(np.repeat(letters, len(others), axis=0), at, np.tile(others, count), axis=1)
            yield put_in, max(at, size - at)
            turned = [*range(at - 1), at, at - 1, *range(at + 1, size)]
            yield letters[:, turned], max(at - 1, size - at - 1)


def _glances(forms: Sequence[tuple[int, str]]) -> Iterator[tuple[bytes, int]]:
    for number, letters in forms:
        if len(letters) > SHORT and len(glance(letters)) > SHORT:
            yield _loose(_loose(encode(glance(letters)), first=True), first=False), number


def _words(forms: Sequence[tuple[int, str]]) -> Iterator[tuple[bytes, int]]:
    """Short forms, and the changes of those of four letters as words of their own."""
    for number, letters in forms:
        if len(letters) <= SHORT:
            yield encode(letters), number
        if len(letters) == SHORT:
            for before, change, after in product((_BREAK, _SPACE), one_change(letters), (_BREAK, _SPACE)):
                yield before + encode(change) + after, number


def _edges(forms: Sequence[tuple[int, str]]) -> Iterator[tuple[bytes, int]]:
    """Forms of four letters as a word begins or ends at a glance."""
    for number, letters in forms:
        if len(letters) == SHORT and len(looks := glance(letters)) == SHORT:
            for edge in (_BREAK, _SPACE):
                yield edge + _loose(encode(looks), first=False), number
                yield _loose(encode(looks), first=True) + edge, number


def _loose(codes: bytes, *, first: bool) -> bytes:
    """Letters at a glance without the first or last one if that may be lost beside another letter."""
    looks = at_a_glance(codes)
    lost = looks[:1] == encode("i") if first else looks[-1:] == encode("r")
    return (looks[1:] if first else looks[:-1]) if lost else looks
