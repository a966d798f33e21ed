"""What to ask a platform for: the brand's own accounts, old acquaintances, names to search, look-alike handles."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import TypeVar

from hunter.matching.handles import lookalikes
from hunter.types import Brand, Platform

_T = TypeVar("_T")

# Letters of other alphabets that look the same in nearly every typeface. A platform's search does not fold them
# ("Аcme" with a Cyrillic A is not found by "acme"), so they are searched for as an impostor would write them.
TWINS = {
    "cyrillic": dict(zip("aceijopsxykmth", "асеіјорѕхукмтн", strict=True)),
    "russian": dict(zip("aceopxy", "асеорху", strict=True)),  # what a Russian keyboard has
    "greek": dict(zip("aioukvnt", "αιουκνητ", strict=True)),
}
SEARCHES_PER_BRAND = 40
HANDLES_PER_BRAND = 300
STEMS_SEARCHED = 8  # look-alike handles that are also searched for, since a search finds longer ones around them


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquaintance:
    """An account that an earlier run found suspicious: asked for again by its own number, whatever it is called now."""

    native_id: str
    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The questions of one run to one platform, the most telling ones first in each list."""

    official: tuple[str, ...]  # the brands' own handles: the canary that must sing
    nonsense: str  # a handle that nobody has: the canary that must stay silent
    known: tuple[Acquaintance, ...]
    searches: tuple[str, ...]
    handles: tuple[str, ...]


def make_plan(
    brands: Sequence[Brand], platform: Platform, known: Iterable[Acquaintance], *, handles_per_brand: int
) -> Plan:
    """The plan for all brands on one platform; the brands take turns, so that a short budget is fair to all."""
    official = _unique(h for b in brands for h in b.official.get(platform.name, ()))
    return Plan(
        official=official,
        nonsense=nonsense_handle(platform),
        known=tuple(known),
        searches=_unique(_in_turn([search_words(b, platform) for b in brands])),
        handles=_unique(_in_turn([_handles(b, platform, handles_per_brand) for b in brands])),
    )


def search_words(brand: Brand, platform: Platform) -> Iterator[str]:
    """What to type into a platform's search for one brand: its names, and how they are disguised."""
    return islice(dict.fromkeys(_search_words(brand, platform)), SEARCHES_PER_BRAND)


def nonsense_handle(platform: Platform) -> str:
    """A random handle within the platform's rules, which nobody can have taken."""
    letters = "bcdfghjklmnpqrstvwxz"
    length = min(18, platform.handle_rule.longest)
    return "".join(secrets.choice(letters) for _ in range(length))


def _search_words(brand: Brand, platform: Platform) -> Iterator[str]:
    names = [name.casefold() for name in brand.names]
    yield from names
    yield from (name.replace(" ", "") for name in names)
    yield from (domain.partition(".")[0] for domain in brand.domains)
    for twins in TWINS.values():
        yield from (disguised for name in names if (disguised := _respell(name, twins)) != name)
    yield from (look.handle for look in islice(lookalikes(brand, platform), STEMS_SEARCHED))
    for name in names:
        for letter, twin in TWINS["cyrillic"].items():
            if letter in name:
                yield name.replace(letter, twin)


def _respell(name: str, twins: Mapping[str, str]) -> str:
    return "".join(twins.get(c, c) for c in name)


def _handles(brand: Brand, platform: Platform, most: int) -> Iterator[str]:
    return (look.handle for look in islice(lookalikes(brand, platform), most))


def _in_turn(lists: Sequence[Iterable[_T]]) -> Iterator[_T]:
    missing = object()
    for row in zip_longest(*lists, fillvalue=missing):
        yield from (value for value in row if value is not missing)  # type: ignore[misc]


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
