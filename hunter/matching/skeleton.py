"""Folds a name to what a hurried reader sees: look-alike letters, marks, invisible characters, turned text."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

import disarm

from hunter.tables import read_table

_RUN = re.compile("[\u202d\u202e][^\u202c\u202d\u202e]*\u202c?")
SIGN = re.compile(r"(?<=[^\W_])[@$!|€£]+(?=[^\W_])")  # signs that may stand for letters
_ADDRESS = re.compile(r"[^\s@]@[\w-]+\.\w")
_FANCY = 4  # signs
_REGIONAL_A = 0x1F1E6
_TAGS = range(0xE0000, 0xE1000)


class Swap(NamedTuple):
    """One character that stands for another: "а" (U+0430) for "a"."""

    at: int  # index in the folded text
    shown: str  # the character as the platform shows it
    meant: str  # what a reader takes it for
    kind: str  # letter | style | accent | turned


class Folded(NamedTuple):
    """A name as a reader sees it, in lower case, and what had to be undone for it."""

    text: str  # folded, separators kept
    swaps: tuple[Swap, ...]
    scripts: frozenset[str]  # scripts of the letters as written: LATIN, CYRILLIC, …
    hidden: int  # invisible characters that were dropped


@cache
def _own() -> dict[str, str]:
    table = read_table("lookalikes")
    return {**table["letters"], **table["turned"]}


@cache
def _turned() -> frozenset[str]:
    return frozenset(read_table("lookalikes")["turned"])


@lru_cache(maxsize=65536)
def fold_character(char: str) -> str:
    """What one character looks like, in lower case without marks; "" for invisible ones."""
    if char.isascii():
        return char.lower()
    code = ord(char)
    if char in _own():
        return _own()[char]
    if _REGIONAL_A <= code < _REGIONAL_A + 26:
        return chr(code - _REGIONAL_A + 97)
    if code in _TAGS or unicodedata.category(char) in ("Cf", "Cc", "Mn", "Me", "Cs", "Co"):
        return ""
    wide = unicodedata.normalize("NFKC", char)
    looks = disarm.normalize_confusables(disarm.strip_accents(wide))
    bare = "".join(c for c in unicodedata.normalize("NFD", looks) if unicodedata.category(c) not in ("Mn", "Me"))
    folded = disarm.normalize_confusables(bare.casefold())
    return "".join(_own().get(c, c) for c in folded)


@lru_cache(maxsize=65536)
def script_of(char: str) -> str:
    """The script of a letter by its character name, "" for anything that is no letter."""
    if char.isascii():
        return "LATIN" if char.isalpha() else ""
    if not char.isalpha():
        return ""
    name = unicodedata.name(unicodedata.normalize("NFKC", char)[:1], "")
    return name.split(" ", 1)[0].split("-", 1)[0]


def _kind(char: str, meant: str) -> str:
    if char in _turned():
        return "turned"
    if unicodedata.normalize("NFKC", char).casefold() == meant:
        return "style"
    if script_of(char) == "LATIN" and unicodedata.normalize("NFD", char)[:1].casefold() == meant:
        return "accent"
    return "letter"


def undo_direction(text: str) -> str:
    """Text under a right-to-left override in the order in which it is seen."""
    if "\u202e" not in text:
        return text
    return _RUN.sub(lambda m: m[0].strip("\u202c\u202d\u202e")[:: -1 if m[0][0] == "\u202e" else 1], text)


def has_signs(text: str) -> bool:
    """Whether a sign like "$" may stand for a letter in `text`."""
    return ("@" in text or "$" in text or "!" in text or "|" in text) and SIGN.search(text) is not None


def read_signs(text: str) -> str:
    """Signs between letters as letters; an address keeps its @."""
    signs = read_table("lookalikes")["signs"]
    address = _ADDRESS.search(text)
    return SIGN.sub(lambda m: m[0] if address and m[0] == "@" else "".join(signs[c] for c in m[0]), text)


def _read_fancy(text: str) -> str:
    """East Asian signs as the Latin letters that they are drawn for, if the name has nothing else of their kind."""
    fancy = read_table("lookalikes")["fancy"]
    eastern = [c for c in text if script_of(c) in ("CJK", "BOPOMOFO", "KATAKANA", "HIRAGANA", "HANGUL")]
    if len(eastern) < _FANCY or any(c not in fancy for c in eastern):
        return text
    return "".join(fancy.get(c, c) for c in text)


@lru_cache(maxsize=4_096)
def fold(text: str) -> Folded:
    """`text` as it is seen. Upside-down names are turned back; ASCII is only lower-cased."""
    if has_signs(text):
        text = read_signs(text)
    if text.isascii():
        return Folded(text.lower(), (), frozenset({"LATIN"}) if any(map(str.isalpha, text)) else frozenset(), 0)
    text = _read_fancy(undo_direction(text))
    if sum(c in _turned() for c in text) > 1:
        upside_down = read_table("lookalikes")["upside_down"]
        text = "".join(upside_down.get(c, c) for c in reversed(text))
    out: list[str] = []
    swaps: list[Swap] = []
    scripts: set[str] = set()
    at = hidden = 0
    for char in unicodedata.normalize("NFC", text):
        folded = fold_character(char)
        if script := script_of(char):
            scripts.add(script)
        if not folded:
            hidden += 1
        elif not char.isascii() and folded != char.casefold():
            swaps.append(Swap(at, char, folded, _kind(char, folded)))
        out.append(folded)
        at += len(folded)
    return Folded("".join(out), tuple(swaps), frozenset(scripts), hidden)


def squash(text: str) -> str:
    """Letters and digits only."""
    return "".join(c for c in text if c.isalnum())
