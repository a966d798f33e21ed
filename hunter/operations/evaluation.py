"""How well the matcher finds labelled impostors and leaves innocents alone, measured on a file of cases."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hunter.candidates import read_profile, with_picture
from hunter.errors import InputError, PictureError, RowError, StoreError
from hunter.matching.pictures import draw_pairs
from hunter.matching.pictures.comparison import find_likest
from hunter.matching.screen import Screener
from hunter.types import Assessment, Brand, Darkroom, Picture, Profile

RATES = (1e-2, 1e-3, 1e-4)  # false-positive rates that are reported
UNRELATED = "unrelated"  # an impostor whose name does not carry the brand
_DISPLAY = ("displayname", "display_name", "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One labelled profile."""

    profile: Profile
    shown: str  # the name as it stands in the file
    brand: str | None  # slug; None: an innocent that belongs to nobody
    impostor: bool
    attack: str | None = None  # the kind of attack, where the file tells; "unrelated": the brand is not in the name
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A case with what the matcher made of it."""

    case: Case
    own: float  # score for the case's own brand; 0 where it was not even looked at
    best: Assessment | None  # the highest of all brands
    pairs: tuple[float, ...]  # scores of all brands that it resembles

    @property
    def top(self) -> float:
        """The highest score of any brand."""
        return self.best.score if self.best else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What is found at one false-positive rate."""

    rate: float
    threshold: float  # a score above it counts as found
    alarms: int  # innocents above it
    named: float | None  # recall of the impostors whose name carries the brand
    all: float | None  # recall of all impostors
    hard: float | None  # share of the hard innocents above it


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The figures of one file."""

    named: int
    impostors: int
    innocents: int
    hard: int
    candidates: tuple[Point, ...]  # by candidate FPR: an innocent counts once, with its best brand
    pairs: tuple[Point, ...]  # by pair FPR: innocents times brands
    attacks: Mapping[str, tuple[int, tuple[float, ...]]]  # attack -> cases and recall at each candidate FPR
    above_half: float | None  # share of named impostors that score above 0.5
    innocents_above: tuple[int, int]  # innocents above 0.5 and above 0.9


def read_cases(path: Path, slugs: Iterable[str], darkroom: Darkroom | None = None) -> tuple[list[Case], list[str]]:
    """Labelled cases of a CSV file and the faults of rows that were left out.

    Columns: `label` (1 or 0) and `brand` (or `brand_id`; empty for innocents of nobody), beside the columns of a
    candidate file, or `candidate` with `kind` (handle, displayname, domain, package); `attack` is optional, as is
    `avatar`, a file beside the list, which `darkroom` reads.
    Raises InputError where the file can't be read as that.
    """
    known = {slug.replace("_", "-").lower() for slug in slugs}
    cases: list[Case] = []
    faults: list[str] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if not rows.fieldnames or "label" not in rows.fieldnames:
                raise InputError(
                    f"{path}: no column label", advice="label, brand, and candidate or platform and handle"
                )
            for row in rows:
                try:
                    case = _case(row, rows.line_num, known)
                    if row.get("avatar") and darkroom:
                        profile = with_picture(case.profile, path.parent / row["avatar"], darkroom)
                        case = replace(case, profile=profile)
                    cases.append(case)
                except RowError as exc:
                    faults.append(f"{path}:{rows.line_num}: {exc}; skipped")
                except PictureError as exc:
                    faults.append(f"{path}:{rows.line_num}: {row['avatar']}: {exc}; skipped")
    except (OSError, UnicodeDecodeError, csv.Error) as exc:
        raise InputError(f"{path}: {exc}") from exc
    return cases, faults


def _case(row: Mapping[str, Any], line: int, known: set[str]) -> Case:
    if row["label"] not in ("0", "1"):
        raise RowError(f"label {row['label']!r} is neither 0 nor 1")
    slug = (row.get("brand") or row.get("brand_id") or "").replace("_", "-").lower() or None
    if slug and slug not in known:
        raise RowError(f"no brand {slug}")
    if row["label"] == "1" and not slug:
        raise RowError("an impostor needs a brand")
    name = row.get("candidate")
    if name:
        kind = row.get("kind") or "handle"
        if kind == "domain":
            profile = Profile(platform="domain", handle=name)
        elif kind in _DISPLAY:
            profile = Profile(platform="unknown", handle=f"row{line}", display_name=name)
        else:
            unnamed = "package" if kind == "package" else "unknown"
            profile = Profile(platform=row.get("platform") or unnamed, handle=name)
    else:
        profile = read_profile(row)
    shown = name or profile.display_name or profile.handle
    impostor = row["label"] == "1"
    return Case(
        profile=profile, shown=shown, brand=slug, impostor=impostor, attack=row.get("attack") or None, line=line
    )


def score(cases: Sequence[Case], screener: Screener) -> list[Scored]:
    """Every case with its scores."""
    judged = screener.assess_all(case.profile for case in cases)
    found = []
    for case, (_, assessments) in zip(cases, judged, strict=True):
        own = next((a.score for a in assessments if a.brand == case.brand), 0.0)
        best = assessments[0] if assessments else None
        found.append(Scored(case=case, own=own, best=best, pairs=tuple(a.score for a in assessments)))
    return found


def measure(scored: Sequence[Scored], brands: int, rates: Sequence[float] = RATES) -> Measured:
    """The figures of scored cases; `brands` is how many brands each case was held against."""
    innocents = [s for s in scored if not s.case.impostor and not s.case.brand]
    hard = [s for s in scored if not s.case.impostor and s.case.brand]
    impostors = [s for s in scored if s.case.impostor]
    named = [s for s in impostors if s.case.attack != UNRELATED]
    tops = sorted((s.top for s in innocents), reverse=True)
    pairs = sorted((x for s in innocents for x in s.pairs), reverse=True)

    def point(rate: float, scores: Sequence[float], total: int) -> Point:
        allowed = int(rate * total)
        threshold = scores[allowed] if allowed < len(scores) else 0.0
        return Point(
            rate=rate,
            threshold=threshold,
            alarms=sum(x > threshold for x in tops),
            named=_share(named, threshold),
            all=_share(impostors, threshold),
            hard=_share(hard, threshold),
        )

    candidates = tuple(point(rate, tops, len(innocents)) for rate in rates)
    attacks: dict[str, list[Scored]] = {}
    for s in impostors:
        attacks.setdefault(s.case.attack or "", []).append(s)
    return Measured(
        named=len(named),
        impostors=len(impostors),
        innocents=len(innocents),
        hard=len(hard),
        candidates=candidates,
        pairs=tuple(point(rate, pairs, len(innocents) * brands) for rate in rates),
        attacks={
            attack: (len(group), tuple(_share(group, p.threshold) or 0.0 for p in candidates))
            for attack, group in sorted(attacks.items())
        },
        above_half=_share(named, 0.5),
        innocents_above=(sum(x > 0.5 for x in tops), sum(x > 0.9 for x in tops)),
    )


def _share(group: Sequence[Scored], threshold: float) -> float | None:
    return sum(s.own > threshold for s in group) / len(group) if group else None


def worst(scored: Sequence[Scored], count: int) -> tuple[list[Scored], list[Scored]]:
    """The named impostors that score lowest and the innocents of nobody that score highest."""
    named = [s for s in scored if s.case.impostor and s.case.attack != UNRELATED]
    innocents = [s for s in scored if not s.case.impostor and not s.case.brand]
    return sorted(named, key=lambda s: s.own)[:count], sorted(innocents, key=lambda s: -s.top)[:count]


def hardest(scored: Sequence[Scored], count: int) -> list[Scored]:
    """The hard innocents that score highest for the brand that they were held to resemble."""
    hard = [s for s in scored if not s.case.impostor and s.case.brand and s.own > 0]
    return sorted(hard, key=lambda s: -s.own)[:count]


def draw_worst(scored: Sequence[Scored], brands: Iterable[Brand], folder: Path, count: int) -> int:
    """Writes the pictures of the worst misses and alarms beside the brands', as misses.png and alarms.png.

    Returns how many pairs were drawn: only cases with a picture, against brands with one, can be. Raises StoreError.
    """
    known = {brand.slug: brand for brand in brands}
    pictured = [s for s in scored if s.case.profile.picture is not None]
    misses, alarms = worst(pictured, count)
    drawn = 0
    for name, group in (
        ("misses.png", [(s, s.case.brand, s.own) for s in misses]),
        ("alarms.png", [(s, s.best.brand, s.top) for s in alarms if s.best]),
    ):
        pairs = [pair for s, slug, score in group if (pair := _pair(s, known.get(slug or ""), score))]
        drawn += len(pairs)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(draw_pairs(pairs))
        except OSError as exc:
            raise StoreError(f"{folder / name}: {exc.strerror}") from exc
    return drawn


def _pair(scored: Scored, brand: Brand | None, score: float) -> tuple[Picture, Picture, str] | None:
    """Our picture that theirs resembles most, theirs, and a line about them."""
    theirs = scored.case.profile.picture
    if brand is None or theirs is None or not brand.pictures:
        return None
    found = find_likest(brand.pictures, theirs)
    return (
        found[1] if found else brand.pictures[0],
        theirs,
        f"{score:.3f} {scored.case.attack or ''} {scored.case.shown}",
    )


def curve(scored: Sequence[Scored]) -> list[tuple[float, float, float]]:
    """(recall of named impostors, precision, threshold) from the strictest threshold to the loosest."""
    marks = [(s.own, True) for s in scored if s.case.impostor and s.case.attack != UNRELATED]
    marks += [(s.top, False) for s in scored if not s.case.impostor and not s.case.brand]
    marks.sort(reverse=True)
    total = sum(hit for _, hit in marks)
    points, hits = [], 0
    for i, (threshold, hit) in enumerate(marks, 1):
        hits += hit
        if i == len(marks) or marks[i][0] != threshold:
            points.append((hits / max(1, total), hits / i, threshold))
    return points


def draw_curve(scored: Sequence[Scored], path: Path, title: str) -> None:
    """Writes precision against recall as a picture (PNG, SVG or PDF by the name). Raises StoreError."""
    from matplotlib.figure import Figure

    points = curve(scored)
    figure = Figure(figsize=(6, 4.5), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([r for r, _, _ in points], [p for _, p, _ in points], color="#204a87", linewidth=1.6)
    for wanted in (0.5, 0.9):
        at = [(r, p) for r, p, t in points if t > wanted]
        if at:
            axes.plot(*at[-1], "o", color="#a40000", markersize=5)
            axes.annotate(
                f"score {wanted:g}", at[-1], textcoords="offset points", xytext=(-8, -12), ha="right", fontsize=9
            )
    axes.set(xlabel="recall of impostors whose name carries the brand", ylabel="precision", title=title)
    axes.set(xlim=(0, 1.02), ylim=(0, 1.03))
    axes.grid(alpha=0.3)
    try:
        figure.savefig(path, dpi=150)
    except (OSError, ValueError) as exc:
        raise StoreError(f"{path}: {exc}") from exc
