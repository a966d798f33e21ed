"""Plain names of a batch taken apart all at once, as `words.read_name` takes one: letters, runs, gaps and capitals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hunter.matching.screening.text import Bytes, Ints

Flags = NDArray[np.bool_]

DIGIT = 27  # the number of "0"; letters are 1 to 26
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
NUMBERS = {char: number for number, char in enumerate(_ALPHABET, 1)}
KINDS = len(NUMBERS) + 1
_LINE = 255
_NUMBERED = bytes(
    _LINE if byte == 10 else NUMBERS.get(chr(byte).lower(), 0) if byte < 128 else 0 for byte in range(256)
)
_LETTERS = f"\0{_ALPHABET}".ljust(256, "\0").encode()
_FILLERS = b"_-."
_ODD = bytes(byte > 127 or byte in b"@$!|" for byte in range(256))  # what makes a handle more than its letters


@dataclass(frozen=True, slots=True)
class Lines:
    """Names, a row each; what tells about the place between two letters has a column more than there are letters."""

    letters: Bytes  # numbers of letters and digits, 0 past the end
    sizes: Ints
    starts: Flags  # a run of letters or of digits begins or ends
    edges: Flags  # the same, or a capital begins a word
    gaps: Flags  # a separator stood there

    def take(self, rows: Ints, width: int) -> Lines:
        """Some of the names, which are no longer than `width`."""
        return Lines(
            self.letters[rows, :width],
            self.sizes[rows],
            self.starts[rows, : width + 1],
            self.edges[rows, : width + 1],
            self.gaps[rows, : width + 1],
        )


def numbers_of(letters: str) -> bytes:
    """Letters and digits of ASCII as their numbers."""
    return bytes(NUMBERS[char] for char in letters)


def letters_of(numbers: bytes) -> str:
    """Numbers as the letters and digits that they stand for."""
    return numbers.translate(_LETTERS).decode()


def read_lines(names: Sequence[bytes]) -> Lines:
    """Names in ASCII without a line's end in them, as a handle of no known platform is read."""
    raw = b"\n" + b"\n".join(names) + b"\n"
    shown = np.frombuffer(raw, np.uint8)
    number = np.frombuffer(raw.translate(_NUMBERED), np.uint8)
    kept = (number > 0) & (number < _LINE)
    rows = np.cumsum(number == _LINE)[kept] - 1
    sizes = np.bincount(rows, minlength=len(names))
    columns = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    width = int(sizes.max(initial=2))
    places = np.flatnonzero(kept)
    apart = ~kept[places - 1]
    begun = apart | ((number[places - 1] >= DIGIT) != (number[places] >= DIGIT))
    letters = np.zeros((len(names), width), np.uint8)
    starts, gaps = np.zeros((len(names), width + 1), np.bool_), np.zeros((len(names), width + 1), np.bool_)
    letters[rows, columns] = number[places]
    starts[rows, columns] = begun
    starts[np.arange(len(names)), sizes] = True
    gaps[rows, columns] = apart & (columns > 0)
    breaks = np.flatnonzero(number == _LINE)
    fillers = np.frombuffer(_FILLERS, np.uint8)
    gaps[:, 0] |= np.isin(shown[breaks[:-1] + 1], fillers)
    gaps[np.arange(len(names)), sizes] |= np.isin(shown[breaks[1:] - 1], fillers)
    edges = starts.copy()
    edges[rows, columns] |= _begins_word(shown, places)
    return Lines(letters, sizes, starts, edges, gaps)


def are_plain(names: Sequence[bytes], longest: int) -> Flags:
    """Which handles are read as they are written and have no more than so many characters."""
    found = np.ones(len(names), np.bool_)
    if not names:
        return found
    raw = b"\n" + b"\n".join(names) + b"\n"
    shown = np.frombuffer(raw, np.uint8)
    breaks = np.flatnonzero(shown == ord("\n"))
    found[np.diff(breaks) > longest + 1] = False
    odd = np.flatnonzero(np.frombuffer(raw.translate(_ODD), np.bool_))
    odd = odd[(shown[odd] > 127) | (shown[odd - 1] != ord("\n"))]  # a sign in front is none of the name
    found[np.searchsorted(breaks, odd) - 1] = False
    return found


def _begins_word(shown: Bytes, places: Ints) -> Flags:
    """Whether a capital follows a small letter or ends a row of capitals."""
    before, here, after = shown[places - 1], shown[places], shown[places + 1]
    return _is_capital(here) & (_is_small(before) | (_is_capital(before) & _is_small(after)))


def _is_capital(shown: Bytes) -> Flags:
    return (shown >= ord("A")) & (shown <= ord("Z"))


def _is_small(shown: Bytes) -> Flags:
    return (shown >= ord("a")) & (shown <= ord("z"))
