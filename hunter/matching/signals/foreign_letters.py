"""The name is written with letters of other scripts that stand for the brand's letters."""

from __future__ import annotations

import unicodedata

from hunter.matching.resemblance import resemble
from hunter.matching.skeleton import Folded, script_of
from hunter.matching.words import Reading, read_handle, read_name
from hunter.types import Brand, Example, Profile, Seen, Signal

_LEAST = 0.375  # strength of the likeness from which on the letters matter at all
_ODD = 0x2000  # letters that no alphabet of a living language uses for words: styled, enclosed, modifier letters


def compare(brand: Brand, profile: Profile) -> Seen | None:
    found: list[Seen] = []
    for shown, reading, spaced in _names(profile):
        level = _level(shown, reading.folded)
        if level is None:
            continue
        alike = resemble(brand, reading, spaced)
        if alike is None or alike.level == "read_aloud" or alike.strength < _LEAST:
            continue
        if level == "invisible" or not {s.shown.casefold() for s in reading.folded.swaps} <= set(alike.ours.casefold()):
            found.append(Seen(level, alike.ours, shown))
    return min(found, key=lambda seen: list(SIGNAL.levels).index(seen.level), default=None)


def _names(profile: Profile) -> list[tuple[str, Reading, bool]]:
    names = [(profile.handle, read_handle(profile.handle, profile.platform), False)]
    if profile.display_name:
        names.append((profile.display_name, read_name(profile.display_name), True))
    return names


def _level(shown: str, folded: Folded) -> str | None:
    if folded.hidden and any(unicodedata.category(c) == "Cf" and c != "\u200d" for c in shown):
        return "invisible"
    swapped = [s for s in folded.swaps if s.kind in ("letter", "turned")]
    if not swapped:
        return None
    if any(s.kind == "turned" for s in swapped):
        return "turned"
    scripts = {script_of(s.shown) for s in swapped} - {""}
    if scripts - {"LATIN"} and "LATIN" in folded.scripts:
        return "mixed"
    return "whole" if scripts - {"LATIN"} else None


_BRAND = Brand(slug="zendoria", names=("Zendoria", "Scope Capex"))


def _example(handle: str, level: str | None) -> Example:
    return Example(brand=_BRAND, profile=Profile(platform="x", handle=handle), level=level)


SIGNAL = Signal(
    family="disguise",
    levels={
        "mixed": "letters of other scripts among Latin ones in {theirs}",
        "invisible": "invisible characters in {theirs}",
        "turned": "upside-down letters in {theirs}",
        "whole": "{theirs} is written in another script's letters that look Latin",
    },
    compare=compare,
    examples=(
        _example("zend\u043eria", "mixed"),
        _example("zen\u200bdoria", "invisible"),
        _example("\u0250\u0131\u0279opu\u01ddz", "turned"),
        _example("\u0455\u0441\u043e\u0440\u0435\u0441\u0430\u0440\u0435\u0445", "whole"),
        _example("zendoria", None),
    ),
)
