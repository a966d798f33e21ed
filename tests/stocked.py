"""Stores with suspects in them, made the way a run makes them: runs, sightings, assessments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from hunter.matching.judge import mark_counted, probability
from hunter.store import Store, assessments, runs, sightings
from hunter.types import Assessment, Brand, Finding, Outcome, Picture, Probe, Profile

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ACME = Brand(
    slug="acme",
    names=("Acme Bank",),
    domains=("acme.example",),
    official={"bluesky": ("acme.example",), "mastodon": ("acme@social.example",)},
)
PRIOR = -6.0


def profile_of(number: int, **more: object) -> Profile:
    """An account that resembles Acme, different for each number."""
    plain = Profile(
        platform="bluesky",
        native_id=f"did:plc:{number:08}",
        handle=f"acme-help{number}.bsky.example",
        url=f"https://bsky.example/profile/acme-help{number}",
        display_name=f"Acme Bank help {number}",
        bio="Write to us for your refund",
        links=(f"https://refund{number}.example/form",),
        followers=number,
        joined=NOON,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def assess(profile: Profile, bits: float) -> Assessment:
    """An assessment that comes out at `bits`."""
    found = [
        Finding(
            signal="lookalike_handle",
            family="name",
            level="brand_plus_bait_word",
            bits=bits - PRIOR,
            ours="acme",
            theirs=profile.handle,
            words="holds the brand's name with 'help' added",
        ),
        Finding(
            signal="similar_display_name",
            family="name",
            level="close",
            bits=1.5,
            ours="Acme Bank",
            theirs=profile.display_name or "",
            words="a similar name",
        ),
    ]
    return Assessment(
        brand="acme", profile=profile, bits=bits, score=probability(bits), findings=mark_counted(found), rules="r" * 16
    )


def stock(
    store: Store,
    profiles: Iterable[Profile],
    *,
    at: datetime = NOON,
    bits: Sequence[float] = (5.0,),
    brand: Brand = ACME,
    at_once: int = 1000,
) -> int:
    """Runs once: every profile is seen and judged, with `bits` taken in turn. The run's number."""
    with store.write() as c:
        run = runs.start(c, kind="run", at=at, version="0", machine="here", process=1, brands=[brand])
    batch: list[Profile] = []
    done = 0

    def keep() -> None:
        nonlocal done
        with store.write() as c:
            probes = [
                Probe(platform=p.platform, handle=p.handle, outcome=Outcome.PRESENT, why="found", profile=p)
                for p in batch
            ]
            seen = sightings.save(c, run, probes, at=at)
            judged = [
                assessments.Judged(assessment=assess(p, bits[(done + i) % len(bits)]), sighting=s)
                for i, (p, s) in enumerate(zip(batch, seen, strict=True))
            ]
            assessments.save(c, run, judged, brands={brand.slug: brand}, min_score=0.5, at=at, seen=seen)
        done += len(batch)
        batch.clear()

    for profile in profiles:
        batch.append(profile)
        if len(batch) == at_once:
            keep()
    if batch:
        keep()
    with store.write() as c:
        runs.record_platform(
            c, run, runs.PlatformResult(platform="bluesky", state="ok", asked=done, present=done), at=at
        )
        runs.finish(c, run, state="complete", at=at, seconds=1.0)
    return run


def picture_of(sha256: str) -> Picture:
    """A picture that is known by its digest only."""
    return Picture(sha256=sha256, hashes={}, quality=1.0, width=64, height=64)
