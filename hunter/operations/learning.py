"""How the score held against people's verdicts: precision by band, a calibration curve, a threshold for a workload."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from hunter.errors import StoreError
from hunter.matching.refitting import Case
from hunter.matching.refitting import measure as measure_pair
from hunter.matching.weights import Weights
from hunter.store import Store, profiles, verdicts
from hunter.store import brands as kept_brands
from hunter.store.verdicts import Held
from hunter.types import Brand, Verdict

BANDS = (0.0, 0.3, 0.5, 0.7, 0.9, 0.97, 1.0)
FEW = 20  # verdicts in a band: below it the share says little
_WEEKS = 8  # how far back the workload is measured
_Z = 1.96  # 95 %


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Verdicts on suspects that scored from `low` to `high`."""

    low: float
    high: float
    impostors: int
    others: int  # parody, official, unrelated
    said: float | None  # mean score: what the matcher promised

    @property
    def decided(self) -> int:
        """All verdicts but "unsure"."""
        return self.impostors + self.others

    @property
    def precision(self) -> float | None:
        """The share of impostors; None where nothing was decided."""
        return self.impostors / self.decided if self.decided else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the precision (Wilson 1927)."""
        n = self.decided
        if not n:
            return 0.0, 1.0
        share = self.impostors / n
        middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z / (1 + _Z**2 / n) * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What own verdicts say about the score."""

    bands: tuple[Band, ...]
    unsure: int
    rules: tuple[str, ...]  # the sets of rules that the verdicts were given under
    brier: float | None  # mean squared difference of score and verdict: 0 is perfect, 0.25 is a coin


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """The score from which on about `wanted` cases a week come up."""

    wanted: int
    weeks: float
    cases: int
    threshold: float | None  # None: even all of them are not as many


def report(store: Store) -> Report:
    """Measures the score against the verdicts that hold, each with the score that was on the screen."""
    with store.read() as c:
        return measure(verdicts.all_held(c))


def measure(held: Iterable[Held]) -> Report:
    """Bands and Brier score of verdicts; "unsure" is counted apart."""
    scores: list[tuple[float, bool]] = []
    unsure = 0
    rules: dict[str, None] = {}
    for each in held:
        rules[each.rules] = None
        if each.verdict is Verdict.UNSURE:
            unsure += 1
        else:
            scores.append((each.score, each.verdict is Verdict.IMPERSONATION))
    return Report(
        bands=tuple(_band(scores, low, high) for low, high in pairwise(BANDS)),
        unsure=unsure,
        rules=tuple(rules),
        brier=sum((score - hit) ** 2 for score, hit in scores) / len(scores) if scores else None,
    )


def _band(scores: Sequence[tuple[float, bool]], low: float, high: float) -> Band:
    mine = [(score, hit) for score, hit in scores if low <= score < high or score == high == BANDS[-1]]
    hits = sum(hit for _, hit in mine)
    said = sum(score for score, _ in mine) / len(mine) if mine else None
    return Band(low=low, high=high, impostors=hits, others=len(mine) - hits, said=said)


def own_cases(store: Store, weights: Weights) -> list[Case]:
    """The verdicts that hold as cases to learn from: each account as it looked when it was decided.

    "Unsure" teaches nothing; a verdict whose account or brand is no longer in the store is left out.
    """
    cases = []
    brands: dict[str, Brand | None] = {}
    with store.read() as c:
        held = [h for h in verdicts.all_held(c) if h.verdict is not Verdict.UNSURE and h.version and h.brand_digest]
        looks = profiles.versions(c, [h.version for h in held if h.version])
        for each in held:
            digest = each.brand_digest or ""
            if digest not in brands:
                brands[digest] = kept_brands.get(c, digest)
            brand, look = brands[digest], looks.get(each.version or 0)
            if brand and look:
                clues = measure_pair(brand.as_of(each.at.date()), look.profile, weights)
                cases.append(Case(clues, each.verdict is Verdict.IMPERSONATION))
    return cases


def find_threshold(store: Store, wanted: int, *, now: datetime) -> Workload:
    """The score that gives about `wanted` new cases a week, by what came up in the last eight weeks."""
    with store.read() as c:
        first = verdicts.first_seen(c)
        since = max(first or now, now - timedelta(weeks=_WEEKS))
        scores = verdicts.case_scores(c, since)
    weeks = max((now - since) / timedelta(weeks=1), 1.0)
    fit = math.floor(wanted * weeks)
    threshold = None if len(scores) <= fit else scores[fit - 1] if fit else 1.0
    return Workload(wanted=wanted, weeks=weeks, cases=len(scores), threshold=threshold)


def draw_curve(measured: Report, path: Path) -> None:
    """Writes the calibration curve as a PNG: what the score promised against what people found. Raises StoreError."""
    from matplotlib.figure import Figure

    shown = [band for band in measured.bands if band.decided]
    figure = Figure(figsize=(7, 6), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="#9aa5b1", linestyle="--", linewidth=1, label="as promised")
    promised = [band.said or 0.0 for band in shown]
    found = [band.precision or 0.0 for band in shown]
    below = [share - band.interval[0] for share, band in zip(found, shown, strict=True)]
    above = [band.interval[1] - share for share, band in zip(found, shown, strict=True)]
    axes.errorbar(
        promised, found, yerr=(below, above), color="#1f5f8b", marker="o", capsize=4, label="own verdicts, 95 %"
    )
    for band, x, y in zip(shown, promised, found, strict=True):
        axes.annotate(f"{band.decided}", (x, y), textcoords="offset points", xytext=(8, -12), color="#1f5f8b")
    axes.set(
        xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), xlabel="score on the screen", ylabel="share that was an impersonation"
    )
    axes.set_title("How the score held against own verdicts (numbers: verdicts)")
    axes.legend(loc="upper left")
    axes.grid(alpha=0.25)
    try:
        figure.savefig(path, dpi=120, format="png", metadata={"Software": None})
    except OSError as exc:
        raise StoreError(f"{path}: {exc.strerror}", advice="name a file in a folder that can be written") from exc
