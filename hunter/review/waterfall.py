"""The sum of bits as a picture: from the prior, step by step, to what the score says."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from hunter.types import Finding


class Step(NamedTuple):
    """One bar. Positions are percent of the width."""

    words: str
    signal: str
    ours: str
    theirs: str
    bits: float
    kind: str  # prior | for | against
    left: float
    width: float


class Fall(NamedTuple):
    """The whole picture: bars from top to bottom, where zero bits is, and the findings that did not count."""

    steps: tuple[Step, ...]
    zero: float
    bits: float
    score: float
    uncounted: tuple[Finding, ...]


NARROWEST = 0.8  # percent: a bar that small is still seen


def draw(findings: Iterable[Finding], bits: float, score: float) -> Fall:
    """Bars for the prior and each counted finding, strongest first."""
    findings = tuple(findings)
    counted = [f for f in findings if f.counted]
    prior = bits - sum(f.bits for f in counted)
    ends = [0.0, prior]
    for finding in counted:
        ends.append(ends[-1] + finding.bits)
    low, high = min(ends), max(ends)
    scale = 100.0 / ((high - low) or 1.0)

    def place(begin: float, end: float) -> tuple[float, float]:
        width = max(abs(end - begin) * scale, NARROWEST)
        return round(min((min(begin, end) - low) * scale, 100.0 - width), 2), round(width, 2)

    steps = [Step("how rare impostors are among those who resemble the brand", "prior", "", "", prior, "prior",
                  *place(0.0, prior))]  # fmt: skip
    for finding, (begin, end) in zip(counted, pairwise(ends[1:]), strict=True):
        kind = "for" if finding.bits >= 0 else "against"
        words = finding.words or f"{finding.signal}: {finding.level}"
        steps.append(Step(words, finding.signal, finding.ours, finding.theirs, finding.bits, kind, *place(begin, end)))
    return Fall(tuple(steps), round(-low * scale, 2), bits, score, tuple(f for f in findings if not f.counted))
