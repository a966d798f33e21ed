"""How fast the store takes what a crawl brings, and whether it stays as fast when it is large.

    python -m tests.bench.store [--profiles 100000] [--url sqlite:///FILE] [--batch 200]

Three runs over the same accounts: all new, all seen again unchanged, one in ten changed; one account in ten is a
suspect. Prints rows per second of the processor (this program's; a server's own work is not in it) and on the wall
for the first and the last tenth of each run, what ending a run and purging cost, and the peak of memory.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from hunter.operations.retention import purge_expired
from hunter.settings import Settings
from hunter.store import Store, arrangement, assessments, departures, open_store, runs, sightings, upkeep
from hunter.types import Picture, Probe, Profile
from hunter.vault import Vault
from tests.store.scenes import ACME, DAY, DAY0, assess, capture, present, start


def main() -> None:
    """Measures and prints."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--profiles", type=int, default=100_000)
    options.add_argument("--batch", type=int, default=200)
    options.add_argument("--url")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, open_store(given.url or f"sqlite:///{folder}/bench.db") as store:
        print(f"{given.profiles} profiles in batches of {given.batch}, {store.url.get_backend_name()}")
        looks: tuple[tuple[str, Callable[[int], Profile]], ...] = (
            ("new", profile_of),
            ("seen again", profile_of),
            ("one in ten changed", lambda n: replace(profile_of(n), bio="changed") if n % 10 == 3 else profile_of(n)),
        )
        for day, (name, look) in enumerate(looks):
            crawl(store, name, look, given.profiles, given.batch, DAY0 + day * DAY)
        if store.path:
            size = sum(p.stat().st_size for p in store.path.parent.glob("bench.db*"))
            print(f"files: {size / 1e6:.0f} MB, {size / given.profiles:.0f} bytes a profile")
        with watched("check"):
            assert upkeep.check(store) == []
        with watched(f"purge of {given.profiles * 9 // 10} innocents"):
            done = purge_expired(store, Vault(f"{folder}/vault"), Settings(), by="bench", at=DAY0 + 40 * DAY)
        assert done.accounts == given.profiles * 9 // 10, done
    print(f"peak of memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def profile_of(number: int) -> Profile:
    """An account with everything, different for each number."""
    sha256 = f"{number:064x}"
    return Profile(
        platform="bluesky",
        native_id=f"did:plc:{number:024}",
        handle=f"acme{number}.bsky.example",
        url=f"https://bsky.example/profile/acme{number}",
        display_name=f"Acme Support {number}",
        bio="We are here to help you with your account, write to us at any time " * 2,
        links=(f"https://help{number}.example/form",),
        followers=number,
        avatar_url=f"https://cdn.example/{number}.jpg",
        picture=Picture(
            sha256=sha256, hashes={"look": sha256[:16], "mirror": sha256[:16]}, quality=1.0, small=b"x" * 600
        ),
    )


def crawl(store: Store, name: str, look: Callable[[int], Profile], profiles: int, batch: int, at: datetime) -> None:
    """One run; prints its speed at the beginning and at the end."""
    with store.write() as c:
        run = start(c, at)
    times: list[tuple[float, float]] = []
    for first in range(0, profiles, batch):
        probes = [probe_of(look(n), n, at) for n in range(first, min(first + batch, profiles))]
        wall, cpu = time.perf_counter(), time.process_time()
        keep(store, run, probes, at)
        times.append((time.perf_counter() - wall, time.process_time() - cpu))
    tenth = max(1, len(times) // 10)
    for part, some in (("first tenth", times[:tenth]), ("last tenth", times[-tenth:])):
        wall, cpu = (sum(t[i] for t in some) for i in (0, 1))
        rows = tenth * batch
        print(f"  {name:20} {part}: {rows / cpu:7.0f} profiles/CPU s, {rows / wall:7.0f} on the wall")
    with watched("end of the run"), store.write() as c:
        departures.mark_gone(c, run, at=at)
        arrangement.arrange(c, at=at)
        runs.finish(c, run, state="complete", at=at + timedelta(hours=1))


def probe_of(profile: Profile, number: int, at: datetime) -> Probe:
    """An answer holds 25 profiles, as the platforms give them."""
    return present(profile, replace(capture(number // 25, at), sha256=f"{number // 25 + int(at.timestamp()):064x}"))


def keep(store: Store, run: int, probes: list[Probe], at: datetime) -> None:
    """One batch in one transaction, as the pipeline keeps it; one account in ten is a suspect."""
    with store.write() as c:
        seen = sightings.save(c, run, probes, at=at)
        judged = [
            assessments.Judged(assessment=assess(s.profile), sighting=s)
            for n, s in enumerate(seen)
            if s.profile and n % 10 == 3
        ]
        assessments.save(c, run, judged, brands={"acme": ACME}, min_score=0.5, at=at, seen=seen)


@contextmanager
def watched(name: str) -> Iterator[None]:
    """Prints how long something took."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    print(f"  {name}: {time.process_time() - cpu:.2f} CPU s, {time.perf_counter() - wall:.2f} s on the wall")


if __name__ == "__main__":
    main()
