"""Adds findings up: the strongest of each family counts, families add, on top of a prior, all in bits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hunter.matching.signals import all_signals
from hunter.matching.weights import Weights, shipped_weights
from hunter.types import Assessment, Brand, Finding, Profile


def find(brand: Brand, profile: Profile, weights: Weights) -> list[Finding]:
    """What every signal has to say, weighed; signals with nothing to go on are silent. See `mark_counted`."""
    known = weights.find_known(profile)
    profile = replace(profile, known=known) if known else profile
    findings = []
    for name, signal in all_signals().items():
        seen = signal.compare(brand, profile)
        if seen is not None:
            words = seen.words or signal.levels[seen.level].format(ours=seen.ours, theirs=seen.theirs)
            findings.append(
                Finding(
                    signal=name,
                    family=signal.family,
                    level=seen.level,
                    bits=weights.bits(name, seen.level, seen.strength),
                    ours=seen.ours,
                    theirs=seen.theirs,
                    words=words,
                )
            )
    return findings


def mark_counted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings strongest first, with `counted` true for the strongest of each family only."""
    ordered = sorted(findings, key=lambda f: (-abs(f.bits), f.signal))
    families: set[str] = set()
    marked = []
    for f in ordered:
        first = f.family not in families
        families.add(f.family)
        marked.append(f if f.counted == first else replace(f, counted=first))
    return tuple(marked)


def probability(bits: float) -> float:
    """Log-odds in bits as a probability from 0 to 1."""
    if bits < -1000:
        return 0.0
    return 1.0 / (1.0 + 2.0**-bits) if bits < 1000 else 1.0


def judge(brand: Brand, profile: Profile, weights: Weights | None = None) -> Assessment:
    """Everything that speaks for and against `profile` pretending to be `brand`, added up."""
    weights = weights or shipped_weights()
    findings = mark_counted(find(brand, profile, weights))
    bits = weights.prior + sum(f.bits for f in findings if f.counted)
    return Assessment(
        brand=brand.slug,
        profile=profile,
        bits=bits,
        score=probability(bits),
        findings=findings,
        rules=weights.digest,
    )
