"""The ways in which a brand's name may be written by somebody who means the brand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

from anyascii import anyascii

from hunter.matching.letters import run_cost
from hunter.matching.words import Reading, company_forms, read_name, short_names, trade_words
from hunter.types import Brand

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "å": "aa", "ø": "oe"})
_SHORTEST = 2
_DIGITS = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b"}  # in a name written in leet


@dataclass(frozen=True, slots=True)
class Form:
    """One way of writing a name: its letters, where its words begin, and what it costs in nats to mean it so."""

    letters: str
    breaks: frozenset[int]
    penalty: float
    how: str  # name | company | trade | order | first_last | initial | sounds | umlaut | leet
    name: str  # the brand's name as the brand writes it
    ordinary: float  # nats of the letters as ordinary text: high for rare names


def _form(words: tuple[str, ...], penalty: float, how: str, name: str) -> Form:
    at, breaks = 0, set()
    for word in words:
        at += len(word)
        breaks.add(at)
    return Form(
        "".join(words), frozenset(breaks - {at}), penalty, how, name, sum(run_cost(w) for w in words)
    )  # fmt: skip


def _words(reading: Reading) -> tuple[str, ...]:
    return tuple(run.text for run in reading.runs)


def _read_leet(reading: Reading) -> str:
    """A name in which digits stand singly in words, one at least between letters, as it is read; or nothing."""
    digits = [run for run in reading.runs if run.text.isdigit()]
    letters = [run for run in reading.runs if not run.text.isdigit()]
    if len(digits) < 2 or not all(run.text in _DIGITS for run in digits) or 2 * len(digits) > len(reading.letters):
        return ""
    beside = [{run.start < digit.start for run in letters if run.piece == digit.piece} for digit in digits]
    if not all(beside) or {True, False} not in beside:
        return ""
    return "".join(_DIGITS.get(run.text, run.text) for run in reading.runs)


def _variants(name: str, kind: str) -> Iterator[Form]:
    reading = read_name(name.replace("&", " and ").replace("+", " plus "))
    words = _words(reading)
    if not words:
        return
    yield _form(words, 0.0, "name", name)
    if "&" in name and len(bare := _words(read_name(name))) > 1:
        yield _form(bare, 0.5, "name", name)
    umlauts = _words(read_name(name.translate(_UMLAUTS)))
    if umlauts != words:
        yield _form(umlauts, 0.3, "umlaut", name)
    if not name.isascii():
        sounds = _words(read_name(anyascii(name)))
        if sounds and sounds not in (words, umlauts):
            yield _form(sounds, 1.0, "sounds", name)
    if read := _read_leet(reading):
        yield _form((read,), 1.0, "leet", name)
    core = tuple(w for w in words if w not in company_forms())
    if core and core != words:
        yield _form(core, 0.7, "company", name)
    core = core or words
    own = tuple(w for w in core if w not in trade_words())
    if kind != "person" and own and own != core and sum(map(len, own)) >= 4:
        yield _form(own, 3.0, "trade", name)
    if kind == "person" and len(core) > 2:
        yield _form((core[0], core[-1]), 1.0, "first_last", name)
        core = (core[0], core[-1])
    if 2 <= len(core) <= 3:
        for order in permutations(core):
            if order != core:
                yield _form(order, 2.0, "order", name)
    if kind == "person" and len(core) > 1:
        for short in short_names().get(core[0], ()):
            yield _form((short, *core[1:]), 1.5, "short_name", name)
        yield _form((core[0][0], core[-1]), 4.0, "initial", name)
        yield _form((core[-1], core[0][0]), 4.5, "initial", name)


@lru_cache(maxsize=20_000)
def _forms_of(names: tuple[str, ...], kind: str) -> tuple[Form, ...]:
    best: dict[str, Form] = {}
    for name in names:
        for form in _variants(name, kind):
            known = best.get(form.letters)
            if len(form.letters) >= _SHORTEST and (known is None or form.penalty < known.penalty):
                best[form.letters] = form
    return tuple(best.values())


def forms_of(brand: Brand) -> tuple[Form, ...]:
    """Every form of every name of the brand, once each."""
    return _forms_of(brand.names, brand.kind)
