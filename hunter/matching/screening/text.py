"""Many names as one text of small numbers, so that all of them are folded and searched at once, not name by name.

A letter is 1 to 26, a digit the letter that it looks like, anything beyond ASCII 31, the end of a name 0.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np
from anyascii import anyascii
from numpy.typing import NDArray

from hunter.matching.compiled import compiled
from hunter.matching.gate import AT_A_GLANCE, PAIRS
from hunter.matching.skeleton import SIGN, fold_character, read_signs
from hunter.matching.words import LONGEST, read_name, readings
from hunter.tables import read_table

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Codes = NDArray[np.uint32]

GRAM = 4  # letters in one code of a text
BREAK, SPACE, FOREIGN = 0, 27, 31
# Marks: a word may begin or end before a letter; a separator or a line's end stands there; the letter is a digit.
EDGE, GAP, DIGIT = 1, 2, 4
_DIGITS = dict(zip("0123456789", "olzeasbtbg", strict=True))
_SEPARATORS = bytes(c for c in range(128) if not chr(c).isalnum() and chr(c) != "\n")
_SIGNS = (b"@", b"$", b"!", b"|")
_MEANT = np.array([c > 127 or chr(c).isalnum() for c in range(256)])  # behind which a sign may stand for a letter
_STRETCH = 1 << 16  # bytes that are compared at once: what is told of more fills the memory anew each time
_NONE: Ints = np.empty(0, dtype=np.int64)


def _letters() -> bytes:
    codes = bytearray([FOREIGN]) * 256
    for at in range(26):
        codes[ord("a") + at] = codes[ord("A") + at] = at + 1
    for digit, letter in _DIGITS.items():
        codes[ord(digit)] = codes[ord(letter)]
    codes[10] = BREAK
    return bytes(codes)


_CODES = _letters()
_SPACED = bytes(SPACE if byte in _SEPARATORS else _CODES[byte] for byte in range(256))
_LOOKS = bytes(  # at a glance
    _CODES[ord(AT_A_GLANCE.get(chr(code + 96), chr(code + 96)))] if 0 < code < 27 else code for code in range(32)
)


def _together() -> bytes:
    """For any two letters the one that they look like at a glance, 0 for none."""
    table = bytearray(1 << 10)
    for two, one in PAIRS.items():
        table[_CODES[ord(two[0])] << 5 | _CODES[ord(two[1])]] = _LOOKS[_CODES[ord(one)]]
    return bytes(table)


_TOGETHER = _together()
_BEYOND = re.compile("[^\x00-\x7f]")
_APART, _ONE = 28, 29  # what stands for a gap, and for a digit that looks like an l, while letters are put together


def one_byte_each(text: str) -> bytes:
    """Text with one byte for every character, the same one for all beyond ASCII."""
    return _BEYOND.sub("\x80", text).encode("latin-1")


def encode(text: str) -> bytes:
    """Letters and digits as numbers."""
    return one_byte_each(text).translate(_CODES)


def letters_only(raw: bytes) -> bytes:
    """The letters of lines of ASCII, each line ended by 0."""
    return raw.translate(_CODES, _SEPARATORS)


def letters_and_marks(raw: bytes) -> tuple[bytes, bytes]:
    """The same with the marks of each letter and of each line's end: `EDGE`, `GAP`, both, or none."""
    quick = compiled("finding")
    found: tuple[bytes, bytes] = quick.mark(raw, _SPACED) if quick else mark_slowly(raw)
    return found


def mark_slowly(raw: bytes) -> tuple[bytes, bytes]:
    """The same without the compiled part."""
    shown, codes = np.frombuffer(raw, np.uint8), letters_only(raw)
    at = np.flatnonzero(np.frombuffer(with_spaces(raw), np.uint8) != SPACE)
    ended = np.frombuffer(codes, np.uint8) == BREAK
    apart = np.diff(at, prepend=-2) > 1
    apart |= ended | np.concatenate(([True], ended[:-1]))
    marks = _is_edge(shown, at) * np.uint8(EDGE) | apart * np.uint8(EDGE | GAP)
    return codes, (marks | ((shown[at] >= ord("0")) & (shown[at] <= ord("9"))) * np.uint8(DIGIT)).tobytes()


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


def with_spaces(raw: bytes) -> bytes:
    """The same with a space for every separator, as long as `raw`."""
    return raw.translate(_SPACED)


def at_a_glance(codes: bytes, marks: bytes) -> tuple[bytes, bytes]:
    """Letters as `gate.glance` has each word, with their gaps."""
    quick = compiled("finding")
    found: tuple[bytes, bytes] = (
        quick.squeeze(codes, marks, _LOOKS, _TOGETHER) if quick else squeeze_slowly(codes, marks)
    )
    return found


def squeeze_slowly(codes: bytes, marks: bytes) -> tuple[bytes, bytes]:
    """The same without the compiled part."""
    marked, letters = np.frombuffer(marks, np.uint8), np.frombuffer(codes, np.uint8).copy()
    letters[(letters == _CODES[ord("l")]) & (marked & DIGIT > 0)] = _ONE
    text = np.insert(letters, np.flatnonzero(marked & GAP), _APART).tobytes()
    for two, one in PAIRS.items():
        text = text.replace(encode(two), encode(one))
    looks = np.frombuffer(text.translate(_LOOKS.ljust(256, b"\0")), np.uint8).copy()
    looks[looks == _ONE] = _LOOKS[_CODES[ord("l")]]
    looks = looks[np.diff(looks, prepend=BREAK + 256) != 0]
    apart = looks == _APART
    gaps = np.concatenate(([False], apart[:-1]))[~apart] * np.uint8(GAP)
    return looks[~apart].tobytes(), gaps.tobytes()


def grams_of(codes: bytes) -> Codes:
    """For every position, the code of the four letters that begin there; past the end are breaks."""
    wide = np.frombuffer(codes + bytes(GRAM - 1), np.uint8).astype(np.uint32)
    two: Codes = (wide[:-1] << np.uint32(5)) | wide[1:]
    four: Codes = (two[:-2] << np.uint32(10)) | two[2:]
    return four


class _Characters(dict[int, str]):
    """What each character becomes, looked up once: a table for str.translate that fills itself."""

    def __init__(self, aloud: bool) -> None:
        super().__init__({10: "\n"})
        self._aloud = aloud

    def __missing__(self, code: int) -> str:
        self[code] = found = anyascii(chr(code)) if self._aloud else fold_character(chr(code))
        return found


@cache
def _tables() -> tuple[_Characters, _Characters]:
    return _Characters(False), _Characters(True)


@cache
def _odd() -> re.Pattern[str]:
    """Characters that may make a whole name be read otherwise: direction, upside-down letters, fancy East Asian."""
    table = read_table("lookalikes")
    return re.compile(f"[\u202d\u202e{re.escape(''.join((*table['turned'], *table['fancy'])))}]")


def places_of(raw: bytes, sign: bytes) -> Ints:
    """Where a sign of one byte stands."""
    shown = np.frombuffer(raw, np.uint8)
    stretches = range(0, len(shown), _STRETCH)
    return np.concatenate([_NONE, *(np.flatnonzero(shown[at : at + _STRETCH] == sign[0]) + at for at in stretches)])


def places_of_foreign(raw: bytes) -> Ints:
    """Where bytes beyond ASCII stand."""
    return _NONE if raw.isascii() else np.flatnonzero(np.frombuffer(raw, np.int8) < 0)


def places_of_signs(raw: bytes) -> Ints:
    """Where a sign like "$" stands behind a letter or digit, for which it may be meant."""
    signs = [sign for sign in _SIGNS if sign in raw]
    if not signs:
        return _NONE
    places = np.concatenate([places_of(raw, sign) for sign in signs])
    kept: Ints = places[_MEANT[np.frombuffer(raw, np.uint8)[np.maximum(places - 1, 0)]]]
    return kept


def lines_of(raw: bytes, numbers: Ints) -> list[bytes]:
    """The lines of these numbers."""
    breaks = np.concatenate(([-1], places_of(raw, b"\n")))
    edges = zip(breaks[numbers].tolist(), breaks[numbers + 1].tolist(), strict=True)
    return [raw[start + 1 : end] for start, end in edges]


def lines_at(raw: bytes, places: Ints) -> list[tuple[int, bytes]]:
    """Number and bytes of the lines, each once, in which the places lie."""
    if not len(places):
        return []
    breaks = places_of(raw, b"\n")
    numbers = np.unique(np.searchsorted(breaks, places))
    return list(zip(numbers.tolist(), lines_of(raw, numbers), strict=True))


def lines_with(raw: bytes, sign: bytes) -> list[tuple[int, str]]:
    """Number and text of the lines that have a sign behind their first character."""
    places = places_of(raw, sign) if sign in raw else _NONE
    inside = (places > 0) & (np.frombuffer(raw, np.uint8)[np.maximum(places - 1, 0)] != ord("\n"))
    return [(number, line.decode(errors="replace")) for number, line in lines_at(raw, places[inside])]


def replace_lines(raw: bytes, lines: Sequence[tuple[int, str]]) -> bytes:
    """Lines with some of them, in their order, replaced."""
    if not lines:
        return raw
    breaks = np.concatenate(([-1], places_of(raw, b"\n")))
    numbers = np.array([number for number, _ in lines], np.int64)
    parts: list[bytes] = []
    done = 0
    for (_, text), start, end in zip(lines, breaks[numbers].tolist(), breaks[numbers + 1].tolist(), strict=True):
        parts += [raw[done : start + 1], text.encode(errors="replace")]
        done = end
    return b"".join((*parts, raw[done:]))


def read_slowly(names: Sequence[str]) -> tuple[list[str], list[int]]:
    """Every line of ASCII that stands for one of the names, as seen or as read aloud, and the number of its name."""
    lines: list[str] = []
    owners: list[int] = []
    for number, name in enumerate(names):
        for reading, _ in readings(read_name(name)):
            lines.append(reading.folded.text)
            owners.append(number)
    return lines, owners


def read_quickly(names: Sequence[str]) -> tuple[list[str], list[int]]:
    """The same, character by character where a name needs no more; sometimes a line too many."""
    text = unicodedata.normalize("NFC", "\n".join(names))
    odd = [number for number, name in enumerate(text.split("\n")) if _odd().search(name)]
    lines, owners = read_slowly([names[number] for number in odd])
    owners = [odd[owner] for owner in owners]
    for variant in (text, "\n".join(map(read_signs, text.split("\n")))) if SIGN.search(text) else (text,):
        seen, aloud = (variant.translate(table).split("\n") for table in _tables())
        lines += [*seen, *(line[:LONGEST] for line in aloud)]
        owners += [*range(len(names)), *range(len(names))]
    return lines, owners
