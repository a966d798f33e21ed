"""A store to review, filled through the same doors as a run fills it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hunter.store import Store, arrangement, assessments, departures, runs, sightings
from hunter.store.runs import PlatformResult
from hunter.types import Assessment, Brand, Finding, Outcome, Picture, Probe, Profile

BEGAN = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
RULES = "c0ffee0123456789"


def picture(name: str) -> Picture:
    """A picture with hashes of its own; the bytes need not exist."""
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    return Picture(sha256=sha256, hashes={"phash": sha256[:16]}, quality=1.0, width=64, height=64)


OURS = Brand(
    slug="acme",
    names=("Acme Bank", "Акме Банк"),
    domains=("acme.example",),
    official={"bluesky": ("acme.example",)},
    pictures=(picture("our logo"),),
)


def account(handle: str, **fields: object) -> Profile:
    """One account as it was seen."""
    known = {"platform": "bluesky", "native_id": f"did:{handle}", "display_name": handle.title(), "bio": "hello"}
    return Profile(handle=handle, **{**known, **fields})  # type: ignore[arg-type]


def finding(level: str, bits: float, *, signal: str = "lookalike_handle", words: str = "looks like ours") -> Finding:
    """One finding that counts."""
    return Finding(signal=signal, family=signal, level=level, bits=bits, ours="acme", theirs="acrne", words=words)


def assess(profile: Profile, bits: float, *findings: Finding, brand: str = OURS.slug) -> Assessment:
    """What was made of it: the findings, on top of a prior that makes the sum `bits`."""
    found = findings or (finding("alike", bits + 6.0),)
    return Assessment(brand=brand, profile=profile, bits=bits, score=1 / (1 + 2**-bits), findings=found, rules=RULES)


def run(
    store: Store,
    assessed: Sequence[Assessment],
    *,
    day: int = 0,
    brands: Sequence[Brand] = (OURS,),
    sampled: Sequence[str] = (),
    missing: Sequence[tuple[str, str]] = (),
) -> int:
    """One whole run on a day: what it saw, what it made of it, and its end. Its number."""
    at = BEGAN + timedelta(days=day)
    by_slug = {brand.slug: brand for brand in brands}
    with store.write() as c:
        number = runs.start(
            c, kind="run", at=at, version="0.1.0", machine="here", process=1, rules=RULES, brands=brands
        )
        probes = [
            Probe(platform=a.profile.platform, handle=a.profile.handle, outcome=Outcome.PRESENT, why="found",
                  profile=replace(a.profile, seen_at=at))
            for a in assessed
        ]  # fmt: skip
        probes += [Probe(platform=p, handle=h, outcome=Outcome.ABSENT, why="no_such_account") for p, h in missing]
        for first in range(0, len(probes), 1000):
            seen = sightings.save(c, number, probes[first : first + 1000], at=at)
            judged = [
                assessments.Judged(assessment=a, sighting=s, sampled=a.profile.handle in sampled)
                for a, s in zip(assessed[first : first + 1000], seen, strict=False)
            ]
            assessments.save(c, number, judged, brands=by_slug, min_score=0.5, at=at, seen=seen)
        platforms = sorted({p.platform for p in probes})
        for name in platforms:
            asked = sum(p.platform == name for p in probes)
            result = PlatformResult(platform=name, state="ok", asked=asked, present=asked, policy="api")
            runs.record_platform(c, number, result, at=at)
        departures.mark_gone(c, number, at=at)
        arrangement.arrange(c, at=at)
        runs.finish(c, number, state="complete", at=at + timedelta(minutes=4), seconds=240.0)
    return number
