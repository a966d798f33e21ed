"""Small crawls told in a line: who was seen when, as what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from hunter.store import Store, assessments, departures, runs, sightings
from hunter.store.runs import RunRecord
from hunter.store.sightings import Sighting
from hunter.types import Assessment, Brand, Capture, Finding, Outcome, Picture, Probe, Profile

DAY0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ACME = Brand(slug="acme", names=("Acme",), domains=("acme.example",), pictures=(Picture(sha256="c" * 64, small=b"\1"),))
LOGO = Picture(sha256="a" * 64, hashes={"look": "00ff"}, quality=0.9, width=64, height=64, small=b"\1\2")
OTHER = Picture(sha256="b" * 64, hashes={"look": "ff00"}, quality=0.8, width=32, height=32, small=b"\1\3")
IMPOSTOR = Profile(
    platform="bluesky",
    native_id="did:plc:impostor",
    handle="acme-help.example",
    url="https://social.example/acme-help",
    display_name="Acme Help",
    bio="Send us your card",
    links=("https://refund.example/a",),
    joined=datetime(2026, 2, 1, tzinfo=UTC),
    followers=12,
    verified_by=("b.example", "a.example"),
    avatar_url="https://cdn.example/1.png",
    picture=LOGO,
)


def capture(number: int = 0, at: datetime = DAY0) -> Capture:
    return Capture(
        url=f"https://api.example/{number}",
        final_url=f"https://api.example/{number}",
        fetched_at=at,
        status=200,
        media_type="application/json",
        sha256=f"{number:064x}",
        size=number + 1,
        by="bluesky/1",
    )


def present(profile: Profile, *captures: Capture) -> Probe:
    return Probe(
        platform=profile.platform,
        handle=profile.handle,
        outcome=Outcome.PRESENT,
        why="found",
        profile=profile,
        captures=captures,
    )


def answered(outcome: Outcome, handle: str = IMPOSTOR.handle, why: str = "no_such_account") -> Probe:
    return Probe(platform="bluesky", handle=handle, outcome=outcome, why=why)


def start(c: Connection, at: datetime = DAY0, brand: Brand = ACME) -> int:
    return runs.start(c, kind="run", at=at, version="1", machine="here", process=1, rules="r1", brands=[brand])


def assess(profile: Profile, score: float = 0.9, brand: str = "acme") -> Assessment:
    finding = Finding(
        signal="lookalike_handle", family="name", level="close", bits=4.0, ours="acme", theirs=profile.handle, words="w"
    )
    return Assessment(brand=brand, profile=profile, bits=4.0, score=score, findings=(finding,), rules="r1")


def crawl(
    store: Store,
    *probes: Probe,
    at: datetime = DAY0,
    score: float | None = 0.9,
    sampled: bool = False,
    brand: Brand = ACME,
) -> RunRecord:
    """One whole run in which these probes came back; `score` None: the screen let nobody through."""
    with store.write() as c:
        run = start(c, at, brand)
        seen = sightings.save(c, run, probes, at=at)
        judged = [_judged(s, score, sampled, brand) for s in seen if s.profile] if score is not None else []
        assessments.save(c, run, judged, brands={brand.slug: brand}, min_score=0.5, at=at, seen=seen)
        departures.mark_gone(c, run, at=at)
        return runs.finish(c, run, state="complete", at=at + timedelta(minutes=5), seconds=300.0)


def _judged(sighting: Sighting, score: float, sampled: bool, brand: Brand) -> assessments.Judged:
    assert sighting.profile is not None
    return assessments.Judged(
        assessment=assess(sighting.profile, score, brand.slug), sighting=sighting, sampled=sampled
    )


def renamed(**changes: object) -> Profile:
    return replace(IMPOSTOR, **changes)  # type: ignore[arg-type]
