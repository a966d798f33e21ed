"""Many names against many brands: which pairs pass the gate, found on joined text instead of name by name.

All names of a batch stand in one text, a line each. Every form of every brand, its single changes and its groups of
four letters are looked for in that text at once, so the cost grows with the names and the hits, hardly with the number
of brands. Only names beyond ASCII or with signs for letters are read in more ways than one. What comes out is a little
more than `gate.worth` lets through, never less.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from hunter.matching.forms import Form
from hunter.matching.gate import GRAM, LONG, LONGEST_NEARLY, MIDDLE, SHORT, glance, least_ratio, telling
from hunter.matching.screening.patterns import Group, Pattern, Patterns
from hunter.matching.screening.scripts import Scripts
from hunter.matching.screening.searching import (
    ALONE,
    ANYWHERE,
    AT_EDGE,
    AT_EDGES,
    AT_GAP,
    UNBROKEN,
    LongForm,
    Pairs,
    grams_of_forms,
    nearly_of_forms,
)
from hunter.matching.screening.text import (
    BREAK,
    EDGE,
    Bytes,
    Ints,
    at_a_glance,
    encode,
    letters_and_marks,
    lines_at,
    lines_of,
    one_byte_each,
    places_of,
    places_of_foreign,
    places_of_signs,
    read_quickly,
    replace_lines,
)
from hunter.matching.skeleton import read_signs
from hunter.matching.words import LONGEST

_NONE: Ints = np.empty(0, dtype=np.int64)
_CHUNK = 1 << 17  # bytes that are searched at once: what the processor keeps near
_BREAK = bytes((BREAK,))
_ALL_EDGES = bytes(mark | EDGE for mark in range(256))


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
        self._grams = grams_of_forms(list(_shared(self.forms)))
        self._nearly = nearly_of_forms([(n, encode(x)) for n, x in plain if LONG <= len(x) <= LONGEST_NEARLY], LONG)
        by_all = [len(telling(form)) > len(form.letters) - GRAM for form in self.forms]  # four letters found anywhere
        found, others = ([each for each in plain if by_all[each[0]] == whole] for whole in (True, False))
        self._strings = Patterns((*_sure(plain), *_words(plain)), (*_changed(found, GRAM), *_changed(others)))
        self._glances = Patterns(_glances(plain))

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
            done += int(np.count_nonzero(np.frombuffer(chunk, np.uint8) == ord("\n")))  # sooner than to count bytes
        return self._unique(found)

    def _unique(self, found: Sequence[Pairs]) -> Pairs:
        rows, forms = (np.concatenate([f[i] for f in found]) for i in (0, 1))
        bits = len(self.forms).bit_length()
        keys = _sorted_once(rows << bits | forms)
        return keys >> bits, keys & ((1 << bits) - 1)

    def _search(self, raw: bytes, *, anywhere: bool = False) -> Pairs:
        """`raw` begins and ends with a line's end. `anywhere`: word edges are not known."""
        codes, marks = letters_and_marks(raw)
        if anywhere:
            marks = marks.translate(_ALL_EDGES)
        found = [
            self._strings.search(codes, marks),
            self._grams.search(codes, marks),
            self._nearly.search(codes, marks),
        ]
        if len(self._glances):
            found.append(self._glances.search(*at_a_glance(codes, marks)))
        return self._unique(found)

    def _search_other(self, raw: bytes, cut: Sequence[tuple[int, str]]) -> Pairs:
        """Lines beyond ASCII, those with signs for letters and what was cut, in every way in which they may be read."""
        foreign, signed = lines_at(raw, places_of_foreign(raw)), lines_at(raw, places_of_signs(raw))
        names = [*cut, *((n, line.decode(errors="replace")) for n, line in foreign)]
        lines, owners = read_quickly([name for _, name in names]) if names else ([], [])
        numbers = [names[owner][0] for owner in owners]
        plain = [(n, line.decode()) for n, line in signed if line.isascii()]
        lines += [read_signs(line) for _, line in plain]
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
    shown, half = np.frombuffer(raw, np.uint8), LONGEST // 2
    whole = len(raw) // half * half
    parts = (shown[at : min(at + _CHUNK, whole)].reshape(-1, half) for at in range(0, whole, _CHUNK))
    if all((part == ord("\n")).any(axis=1).all() for part in parts):  # no line is long: soon told
        return raw, []
    breaks = np.concatenate(([-1], places_of(raw, b"\n")))
    numbers = np.flatnonzero(np.diff(breaks) > LONGEST)
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


def _shared(forms: Iterable[Form]) -> Iterator[LongForm]:
    for number, form in enumerate(forms):
        letters = form.letters
        firsts = [at for at in telling(form) if letters[at : at + GRAM].isascii()] if len(letters) >= LONG else []
        if firsts:
            yield LongForm(number, encode(letters), firsts, least_ratio(len(letters)), len(letters) in MIDDLE)


def _sure(forms: Sequence[tuple[int, str]]) -> Iterator[Pattern]:
    """What is enough wherever it stands: short forms as whole names, and forms of some length unchanged."""
    for number, letters in forms:
        if len(letters) <= SHORT:
            yield _BREAK + encode(letters) + _BREAK, number, ANYWHERE
        elif len(letters) in MIDDLE:
            yield encode(letters), number, ANYWHERE


def _words(forms: Sequence[tuple[int, str]]) -> Iterator[Pattern]:
    """Short forms at a word's edge."""
    for number, letters in forms:
        if len(letters) <= SHORT:
            yield encode(letters), number, UNBROKEN


def _changed(forms: Sequence[tuple[int, str]], found: int = LONGEST) -> Iterator[Group]:
    """Single changes of forms of some length; those that leave so many letters in a row are found by these."""
    for size in (SHORT, *MIDDLE):
        some = [(number, encode(letters)) for number, letters in forms if len(letters) == size]
        if some:
            letters = np.frombuffer(b"".join(codes for _, codes in some), np.uint8).reshape(-1, size)
            numbers = np.array([number for number, _ in some], np.int64)
            for changed, left, lost in _single_changes(letters):
                if size <= MIDDLE.start or left < found:
                    yield changed, np.repeat(numbers, len(changed) // len(some)), _where(size, lost)


def _where(size: int, lost: bool) -> int:
    """Where a change of a form counts by its size and by whether it loses a letter."""
    if size == SHORT:
        return ALONE
    return AT_EDGES if lost and size == MIDDLE.start else AT_EDGE


def _single_changes(letters: Bytes) -> Iterator[tuple[Bytes, int, bool]]:
    """Every string that `gate.is_changed_once` knows for strings of one size, a row each.

    Beside it how many letters in a row it leaves, at either end as many as the form has, and whether one is lost. Each
    change is a group of its own; letters are numbers, in which digits are the letters that they look like.
    """
    count, size = letters.shape
    others = np.arange(1, 27, dtype=np.uint8)
    for at in range(size):
        left = max(at, size - at - 1)
        yield np.delete(letters, at, axis=1), left, True
        changed = np.repeat(letters, len(others), axis=0)
        changed[:, at] = np.tile(others, count)
        yield changed[changed[:, at] != np.repeat(letters[:, at], len(others))], left, True
        if at:
            put_in = np.insert(np.repeat(letters, len(others), axis=0), at, np.tile(others, count), axis=1)
            yield put_in, min(max(at, size - at - 1), max(at - 1, size - at)), False
            turned = [*range(at - 1), at, at - 1, *range(at + 1, size)]
            yield letters[:, turned], max(at - 1, size - at - 1), False


def _glances(forms: Sequence[tuple[int, str]]) -> Iterator[Pattern]:
    """Forms as they look at a glance; those of four letters as a word begins or ends."""
    for number, letters in forms:
        looks = encode(glance(letters))
        if len(looks) > SHORT:
            yield looks, number, ANYWHERE
        elif len(letters) == len(looks) == SHORT:
            yield looks, number, AT_GAP
