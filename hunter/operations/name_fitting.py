"""Fits both scales of names to labelled cases, and tells how they do on brands and on files that they did not see."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from zlib import crc32

from hunter.matching.fitting import Sample, fit_kinds, fit_scale
from hunter.matching.likeness import Likeness
from hunter.matching.measures import case_of, measure
from hunter.matching.particulars import bend, kind_of, look_closely
from hunter.matching.resemblance import best_likeness
from hunter.matching.scales import HALF, SLACK, SURE
from hunter.matching.screen import Screener
from hunter.matching.signals import all_signals
from hunter.matching.words import Reading, read_handle, read_name
from hunter.operations.evaluation import UNRELATED, Case
from hunter.operations.name_tables import Table
from hunter.types import Brand, Profile

PARTS = 5  # brands are held out in so many parts
_MISSED = 0.04  # of the impostors may stay below a score of 0.5,
_HALF_RATE = 1e-2  # and of the innocents may be above it, above 0.9 no more than
_SURE_RATE = 1e-4
_NEARLY_ALL = 0.9
_NARROWEST = 4.0  # natural log of odds between the two scores
_EVEN = 10_000  # pairs of a file that count as what they are; a file's weight grows with the root of their number
_MOST = 4.0
_AS_HANDLES = 0.2  # weight of package names that are read as plain handles: lists often do not tell
_FEW = 20  # pairs: what fewer show is not fitted
_STRENGTH_BITS = 16.0  # from strength 0 to 1 in the shipped weights


class Pair(NamedTuple):
    """A case and a brand that the index let through to it."""

    case: int  # which case of the file
    brand: str
    impostor: bool | None  # None: neither a named impostor of this brand nor an innocent
    first: Sample
    second: Sample
    levels: Mapping[str, str]  # of the signals that are fitted beside the scales


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """One file of cases, measured."""

    name: str
    cases: Sequence[Case]
    pairs: Sequence[Pair]

    @cached_property
    def is_innocent(self) -> bool:
        """Whether nobody in it is an impostor: it teaches the second look alone what ordinary names are like."""
        return not any(pair.impostor for pair in self.pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one file's cases came to with scales that did not see them."""

    name: str
    recall: tuple[float, ...]  # of the named impostors, at each of the rates
    rates: tuple[float, ...]  # candidate false-positive rates


BESIDE = ("ordinary_word", "foreign_letters")


def measure_cases(name: str, cases: Sequence[Case], brands: Iterable[Brand]) -> Labelled:
    """Every pair of a case and a brand that the index lets through, with what both looks see."""
    screener = Screener(brands)
    found = screener.candidates([case.profile for case in cases])
    pairs = [
        pair
        for number, (case, rows) in enumerate(zip(cases, found, strict=True))
        for row in sorted(rows)
        if (pair := _measure(number, case, screener.brands[row]))
    ]
    weight = min(_MOST, math.sqrt(_EVEN / max(1, len(pairs))))
    return Labelled(name=name, cases=cases, pairs=[_weighed(pair, weight) for pair in pairs])


def as_handles(file: Labelled) -> Labelled | None:
    """The same cases as if nobody had told that they are packages; None without an impostor among such."""
    if file.is_innocent:
        return None
    found = [_weighed(p, p.first.weight * _AS_HANDLES, "handle") for p in file.pairs if p.second.kind == "package"]
    return Labelled(name=f"{file.name} as handles", cases=file.cases, pairs=found) if found else None


def _weighed(pair: Pair, weight: float, kind: str | None = None) -> Pair:
    first, second = (s._replace(weight=weight, kind=kind or s.kind) for s in (pair.first, pair.second))
    return pair._replace(first=first, second=second)


def _measure(number: int, case: Case, brand: Brand) -> Pair | None:
    profile, signals = case.profile, all_signals()
    if signals["official_account"].compare(brand, profile):
        return None
    reading, spaced = _reading(profile)
    alike = best_likeness(brand, reading)
    if alike is None:
        return None
    own = case.brand == brand.slug
    told: bool | None = None
    if not case.brand:
        told = False
    elif own and case.impostor and case.attack != UNRELATED:
        told = True
    seen = {name: signals[name].compare(brand, profile) for name in BESIDE}
    first, second = look(alike, spaced, bool(told))
    return Pair(number, brand.slug, told, first, second, {name: s.level for name, s in seen.items() if s})


def _reading(profile: Profile) -> tuple[Reading, bool]:
    if profile.display_name and profile.platform != "domain":
        return read_name(profile.display_name), True
    return read_handle(profile.handle, profile.platform), False


def look(alike: Likeness, spaced: bool, impostor: bool) -> tuple[Sample, Sample]:
    """What both looks see of a likeness, as samples to fit to."""
    case, first = case_of(alike), measure(alike, spaced)
    second = look_closely(alike) | first
    second |= bend(second)
    kind = kind_of(alike.reading, spaced)
    return Sample(case, first, impostor, 1.0, kind), Sample(case, second, impostor, 1.0, kind)


@dataclass(frozen=True, slots=True)
class Scales:
    """The tables of both looks."""

    first: Table
    second: Table

    def odds(self, pair: Pair) -> float:
        """Natural log of the odds of a pair after both looks."""
        most = _sum(self.first.get(pair.first.case, {}), pair.first.measures) + SLACK
        tables = self.second.get(pair.second.case, {})
        own = tables.get(pair.second.kind, {}) if pair.second.kind != "handle" else {}
        found = _sum(tables.get("any", {}), pair.second.measures) + _sum(own, pair.second.measures)
        return min(found, most)


def _sum(table: Mapping[str, float], measures: Mapping[str, float]) -> float:
    return sum(value * measures.get(name, 0.0) for name, value in table.items())


def fit(files: Sequence[Labelled], wanted: Callable[[Labelled, Pair], bool] = lambda file, pair: True) -> Scales:
    """Both scales, fitted to the pairs that are wanted."""
    told = [(f, p) for f in files for p in f.pairs if p.impostor is not None and wanted(f, p)]
    return Scales(fit_scale(p.first for f, p in told if not f.is_innocent), fit_kinds(p.second for _, p in told))


def part_of(brand: str) -> int:
    """In which part a brand is held out."""
    return crc32(brand.encode()) % PARTS


def hold_brands_out(files: Sequence[Labelled]) -> list[list[float]]:
    """For each file the odds of its pairs by scales that were fitted without the pair's brand."""
    scales = [fit(files, lambda file, pair, out=part: part_of(pair.brand) != out) for part in range(PARTS)]  # type: ignore[misc]
    return [[scales[part_of(pair.brand)].odds(pair) for pair in file.pairs] for file in files]


def hold_files_out(files: Sequence[Labelled]) -> list[list[float]]:
    """For each file the odds of its pairs by scales that were fitted to the other files alone."""
    found = []
    for out in files:
        scales = fit([file for file in files if file.cases is not out.cases])
        found.append([scales.odds(pair) for pair in out.pairs])
    return found


def tell(file: Labelled, odds: Sequence[float], rates: Sequence[float] = (1e-2, 1e-3)) -> Told:
    """Recall of a file's named impostors at candidate false-positive rates."""
    named, innocents = tops(file, odds)
    at = [_reached(innocents, rate) for rate in rates]
    recall = tuple(sum(x > threshold for x in named) / max(1, len(named)) for threshold in at)
    return Told(name=file.name, recall=recall, rates=tuple(rates))


def tops(file: Labelled, odds: Sequence[float]) -> tuple[list[float], list[float]]:
    """Odds of the named impostors, and of each innocent with its best brand; minus infinity where there are none."""
    best: dict[int, float] = {}
    for pair, value in zip(file.pairs, odds, strict=True):
        if pair.impostor is not None:
            best[pair.case] = max(best.get(pair.case, -math.inf), value)
    named = [i for i, case in enumerate(file.cases) if case.impostor and case.attack != UNRELATED]
    innocents = [i for i, case in enumerate(file.cases) if not case.impostor and not case.brand]
    return [best.get(i, -math.inf) for i in named], sorted((best.get(i, -math.inf) for i in innocents), reverse=True)


def _reached(innocents: Sequence[float], rate: float) -> float:
    """The odds that no more than this share of innocents exceed."""
    return innocents[min(int(rate * len(innocents)), len(innocents) - 1)] if innocents else -math.inf


def find_points(files: Sequence[Labelled], odds: Sequence[Sequence[float]]) -> dict[str, tuple[float, float]]:
    """Kind -> the odds that shall score 0.5 and 0.9, from odds of held-out brands.

    0.5 is reached by nearly all named impostors, or where that would be too many innocents, by few of these; 0.9 by
    hardly an innocent of any file of that kind. Files of mixed kinds, and those without both sorts, tell nothing.
    """
    points: dict[str, tuple[float, float]] = {}
    for file, values in zip(files, odds, strict=True):
        kind = _kind_of(file)
        named, innocents = tops(file, values)
        there = sorted(x for x in named if x > -math.inf)
        if kind and len(there) >= _FEW and len(innocents) >= 1 / _HALF_RATE:
            half = max(there[int(_MISSED * len(there))], _reached(innocents, _HALF_RATE))
            low, high = points.get(kind, (half, half + _NARROWEST))
            points[kind] = (round(min(half, low), 3), round(max(_reached(innocents, _SURE_RATE), high), 3))
    return points


def _kind_of(file: Labelled) -> str | None:
    """The kind of nearly all of a file's names; None where they are mixed."""
    kinds = Counter(pair.second.kind for pair in file.pairs)
    return next((kind for kind, count in kinds.items() if count >= _NEARLY_ALL * len(file.pairs)), None)


def weigh_beside(
    files: Sequence[Labelled], odds: Sequence[Sequence[float]], points: Mapping[str, tuple[float, float]]
) -> dict[tuple[str, str], tuple[float, int, int]]:
    """(signal, level) -> the bits that it is worth beside the name, and the impostors and innocents that show it.

    The bits are those of as much likeness as would move the odds by the same. Levels that few pairs show, and kinds
    without points, are left out.
    """
    rows: list[tuple[float, Mapping[str, str], float, float]] = []
    for file, values in zip(files, odds, strict=True):
        if file.is_innocent:
            continue
        for pair, value in zip(file.pairs, values, strict=True):
            if pair.impostor is not None and pair.second.kind in points:
                half, sure = points[pair.second.kind]
                bits = _STRENGTH_BITS * (SURE - HALF) * (value - half) / (sure - half)
                rows.append((bits, pair.levels, float(pair.impostor), pair.second.weight))
    shown = sorted({item for _, levels, _, _ in rows for item in levels.items()})
    samples = [
        Sample(
            "all",
            {"one": 1.0, "bits": bits} | {f"{s}.{level}": 1.0 for s, level in levels.items()},
            impostor > 0,
            weight,
        )
        for bits, levels, impostor, weight in rows
    ]
    table = fit_scale(samples, ridge=1.0).get("all", {})
    found = {}
    for signal, level in shown:
        hits = [impostor for _, levels, impostor, _ in rows if levels.get(signal) == level]
        if len(hits) >= _FEW and table.get("bits"):
            worth = table.get(f"{signal}.{level}", 0.0) / table["bits"]
            found[signal, level] = (round(worth, 2), int(sum(hits)), len(hits) - int(sum(hits)))
    return found
