"""Catch -> vault and store: in batches, each in one transaction, in a thread of its own beside the reactor."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from hunter.errors import PictureError, StoreError
from hunter.matching.judge import judge
from hunter.matching.screen import Screener
from hunter.store import Connection, Store, assessments, pictures, sightings, suspects
from hunter.store.assessments import Judged
from hunter.store.sampling import Sample
from hunter.store.sightings import Sighting
from hunter.types import Assessment, Brand, Picture, Probe, Profile
from hunter.vault import Vault
from spiders.base import ProfileSpider
from spiders.errand import Catch

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from hunter.darkroom import Darkroom

logger = logging.getLogger(__name__)

BATCH = 200  # catches stored together
SECONDS = 2.0  # the longest that a catch waits for others
WAITING = 3 * BATCH  # catches that may lie in memory before the spiders are held back
REMEMBERED = 512  # pictures kept at hand: one that many accounts show is read once


class ShelvedKeeper:
    """Keeps catches in a vault and a store, and judges what was seen. Used from one thread at a time."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        screener: Screener,
        darkroom: Darkroom,
        *,
        run: int,
        brands: Sequence[Brand],
        min_score: float,
        sample: int = 0,
    ) -> None:
        self._store = store
        self._vault = vault
        self._screener = screener
        self._darkroom = darkroom
        self._run = run
        self._brands: Mapping[str, Brand] = {b.slug: b for b in brands}
        self._min_score = min_score
        self._sample = Sample(sample, min_score)
        self._pictures: dict[str, Picture | None] = {}
        # How pictures are measured now: what an older hunter measured is measured again from the bytes.
        self._measures = {p.small[:1] for b in brands for p in b.pictures}

    def keep(self, catches: Sequence[Catch]) -> None:
        """Bytes into the vault first, then everything that is said about them in one transaction."""
        for digest, body in {d: b for c in catches for d, b in c.bodies.items() if b}.items():
            if not self._vault.has(digest):
                self._vault.put(body)
        probes = self._with_pictures(catches)
        judged = {id(p.profile): self._screener.assess(p.profile) for p in probes if p.profile}
        shown = [(c.picture_url, c.picture) for c in catches if c.picture_url and c.picture]
        # Only what is a picture: an address that gave half of one is asked again.
        addresses = {url: digest for url, digest in shown if self._pictures.get(digest)}
        at = datetime.now(UTC)
        with self._store.write() as c:
            seen = sightings.save(c, self._run, probes, at=at)
            pictures.remember_addresses(c, addresses, at=at)
            found = [
                Judged(assessment=assessment, sighting=sighting)
                for probe, sighting in zip(probes, seen, strict=True)
                if sighting.profile is not None
                for assessment in self._assessed(probe.profile, sighting.profile, judged)
            ]
            found += self._judge_who_hid(c, seen, found)
            assessments.save(c, self._run, found, brands=self._brands, min_score=self._min_score, at=at, seen=seen)
        for one in found:
            self._sample.offer(one)

    def draw_sample(self) -> None:
        """Offers a few of those that scored just below the line for a second look; at the end of the crawl."""
        with self._store.write() as c:
            self._sample.save(c, self._run, brands=self._brands, at=datetime.now(UTC))

    def known_pictures(self, urls: Sequence[str]) -> set[str]:
        """Those of the addresses whose picture is kept already."""
        with self._store.read() as c:
            return set(pictures.at_addresses(c, urls))

    def holds(self, sha256: str) -> bool:
        """Whether the vault has these bytes."""
        return self._vault.has(sha256)

    def _judge_who_hid(self, c: Connection, seen: Sequence[Sighting], found: Sequence[Judged]) -> list[Judged]:
        """Suspects that the screen no longer lets through: who changed to hide must not keep an old score."""
        judged = {(one.assessment.brand, one.sighting.account_id) for one in found}
        there = {s.account_id: (s, s.profile) for s in seen if s.account_id is not None and s.profile is not None}
        hidden = []
        for account, suspected in suspects.of_accounts(c, there).items():
            sighting, profile = there[account]
            for slug in suspected.keys() & self._brands.keys():
                if (slug, account) not in judged:
                    assessment = judge(self._brands[slug], self._measured(profile), self._screener.weights)
                    hidden.append(Judged(assessment=assessment, sighting=sighting))
        return hidden

    def _assessed(
        self, asked: Profile | None, kept: Profile, judged: Mapping[int, list[Assessment]]
    ) -> list[Assessment]:
        """What was judged before, unless the store knows a picture that was not fetched this time."""
        if asked is not None and kept == asked:
            return judged[id(asked)]
        return self._screener.assess(self._measured(kept))

    def _measured(self, kept: Profile) -> Profile:
        """A profile of the store with its picture as it is measured now."""
        picture = self._as_measured_now(kept.picture.sha256, kept.picture) if kept.picture else None
        return replace(kept, picture=picture)

    def _with_pictures(self, catches: Sequence[Catch]) -> list[Probe]:
        """The probes, each profile with its picture: measured now, known by its bytes, or known by its address."""
        self._measure({c.picture: c.bodies.get(c.picture) for c in catches if c.picture})
        elsewhere = [c.picture_url for c in catches if c.picture_url and not c.picture]
        at_address: dict[str, Picture] = {}
        if elsewhere:
            with self._store.read() as c:
                at_address = pictures.at_addresses(c, elsewhere)
        self._measure({p.sha256: None for p in at_address.values()})
        probes = []
        for catch in catches:
            probe = catch.probe
            if probe.profile is not None:
                there = at_address.get(catch.picture_url or "")
                digest = catch.picture or (there.sha256 if there else "")
                picture = self._pictures.get(digest)
                seen_at = probe.captures[0].fetched_at if probe.captures else None
                probe = replace(probe, profile=replace(probe.profile, picture=picture, seen_at=seen_at))
            probes.append(probe)
        return probes

    def _measure(self, bodies: Mapping[str, bytes | None]) -> None:
        """Measures each picture that is new to us, once."""
        unknown = []
        for digest in bodies:
            if digest in self._pictures:  # moves to the end: what this batch needs is not what makes room for the rest
                self._pictures[digest] = self._pictures.pop(digest)
            else:
                unknown.append(digest)
        if not unknown:
            return
        with self._store.read() as c:
            known: dict[str, Picture | None] = dict(pictures.known(c, unknown))
        for digest in unknown:
            if len(self._pictures) >= REMEMBERED:
                self._pictures.pop(next(iter(self._pictures)))
            found = self._as_measured_now(digest, known.get(digest), bodies[digest])
            self._pictures[digest] = found

    def _as_measured_now(self, digest: str, picture: Picture | None, body: bytes | None = None) -> Picture | None:
        if picture is not None and (not self._measures or picture.small[:1] in self._measures):
            return picture
        return self._develop(digest, body)

    def _develop(self, digest: str, body: bytes | None) -> Picture | None:
        try:
            return self._darkroom.develop(self._vault.get(digest) if body is None else body)
        except PictureError as exc:
            logger.info("picture %s: %s", digest, exc.why)
            return None
        except StoreError as exc:  # purged, or damaged: the account is judged without it
            logger.warning("picture %s: %s", digest, exc)
            return None


class Shelf:
    """Collects the catches of all spiders of a crawl and hands them to a keeper, batch by batch, in one thread."""

    def __init__(
        self,
        keep: Callable[[Sequence[Catch]], None],
        *,
        failed: Callable[[], None] = lambda: None,
    ) -> None:
        self._keep = keep
        self._failed = failed  # called once, when storing failed: there is no use in crawling on
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="shelf")
        self._catches: list[Catch] = []
        self._working: asyncio.Future[None] | None = None
        self._room: asyncio.Event | None = None
        self.fault: BaseException | None = None

    async def add(self, catch: Catch) -> None:
        """Takes a catch; waits while too many lie here. After a fault they are dropped: the store takes no more."""
        if self.fault is not None:
            return
        self._catches.append(catch)
        if len(self._catches) == 1:
            asyncio.get_running_loop().call_later(SECONDS, self._start)
        if len(self._catches) >= BATCH:
            self._start()
        while len(self._catches) >= WAITING and self._working and self.fault is None:
            self._room = self._room or asyncio.Event()
            await self._room.wait()

    async def flush(self) -> None:
        """Stores everything that lies here. Raises what storing raised."""
        while self._catches or self._working:
            self._start()
            if self._working is not None:
                await asyncio.wait([self._working])
                await asyncio.sleep(0)  # lets _ended run, which was told at the same moment
        if self.fault is not None:
            raise self.fault

    def close(self) -> None:
        """Ends the thread."""
        self._thread.shutdown()

    def _start(self) -> None:
        if self._working is not None or not self._catches or self.fault is not None:
            return
        batch, self._catches = self._catches[:BATCH], self._catches[BATCH:]
        self._working = asyncio.get_running_loop().run_in_executor(self._thread, self._keep, batch)
        self._working.add_done_callback(self._ended)

    def _ended(self, work: asyncio.Future[None]) -> None:
        self._working = None
        self.fault = work.exception()
        if self._room is not None:
            self._room.set()
            self._room = None
        if self.fault is not None:
            self._catches.clear()
            self._failed()
            return
        if len(self._catches) >= BATCH:
            self._start()
        elif self._catches:
            work.get_loop().call_later(SECONDS, self._start)


class StorePipeline:
    """Hands every catch of a spider to the shelf of its errand, and at its end what still waited for a picture."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(self, item: Catch) -> Catch:
        await self._spider.errand.shelf.add(item)
        return item

    async def close_spider(self) -> None:
        shelf = self._spider.errand.shelf
        for catch in self._spider.leftovers():
            await shelf.add(catch)
        if shelf.fault is None:
            await shelf.flush()

    @property
    def _spider(self) -> ProfileSpider:
        assert isinstance(self._crawler.spider, ProfileSpider)
        return self._crawler.spider
