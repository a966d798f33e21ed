"""Asks the platforms, keeps the answers, matches and stores: one whole crawl of one run."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pkgutil import iter_modules

from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings as ScrapySettings

import spiders
from hunter.darkroom import Darkroom
from hunter.errors import UsageError
from hunter.matching.screen import Screener
from hunter.net.guard import Guard, allowed_pairs
from hunter.rules import load_rules
from hunter.settings import Settings
from hunter.store import Store, runs, suspects
from hunter.store.runs import PlatformResult
from hunter.types import Brand, Outcome
from hunter.vault import Vault
from spiders.base import ProfileSpider
from spiders.errand import Errand
from spiders.loop import run_in_loop
from spiders.pipelines import Shelf, ShelvedKeeper
from spiders.plan import Acquaintance
from spiders.politeness import Patience
from spiders.resolver import GuardedResolver
from spiders.tally import Health, Tally, merge

__all__ = ["CrawlReport", "Health", "Progress", "crawl", "find_platforms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlReport:
    """What came of one crawl. What changed among the suspects is the store's to tell, by run."""

    run: int
    platforms: tuple[PlatformResult, ...]
    interrupted: bool = False  # Ctrl-C: what was stored is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where the crawl of one platform stands, for a progress bar; told twice a second."""

    platform: str
    asked: int
    expected: int  # grows while searches bring more accounts
    present: int
    refused: int
    waiting: float = 0.0  # seconds that the platform told us to wait from now on


Tell = Callable[[Progress], None]


def find_platforms() -> dict[str, type[ProfileSpider]]:
    """Platform -> its spider, for every platform file there is."""
    found: dict[str, type[ProfileSpider]] = {}
    for name in sorted(m.name for m in iter_modules(spiders.__path__)):
        module = import_module(f"spiders.{name}")
        if not hasattr(module, "PLATFORM"):
            continue
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, ProfileSpider) and value.__module__ == module.__name__:
                found[module.PLATFORM.name] = value
    return found


def crawl(
    brands: Sequence[Brand],
    settings: Settings,
    store: Store,
    vault: Vault,
    *,
    run: int,
    platforms: Sequence[str] = (),
    limit: int | None = None,
    progress: Tell | None = None,
) -> CrawlReport:
    """Crawls `platforms` (empty: `settings.platforms`, else all) for all brands and returns what came of each.

    `run` is the number of a begun run; the caller holds the lock and closes the run. `limit` caps the accounts asked
    for per platform. Everything is stored in batches as it comes, each batch in one transaction: a crash loses the
    last batch, never half of one. May be called again in the same process.

    Raises UsageError for a platform that there is no spider for, StoreError when storing failed. Refusals of a
    platform are results, not errors.
    """
    _quiet_scrapy()
    with ExitStack() as stack:
        darkroom = stack.enter_context(Darkroom())
        expedition = Expedition(brands, settings, store, vault, darkroom, run=run, limit=limit, progress=progress)
        stack.callback(expedition.shelf.close)
        expedition.prepare(platforms)
        return run_in_loop(expedition.go(), expedition.interrupt)


class Expedition:
    """All spiders of one crawl, with the one shelf that they share."""

    def __init__(
        self,
        brands: Sequence[Brand],
        settings: Settings,
        store: Store,
        vault: Vault,
        darkroom: Darkroom,
        *,
        run: int,
        limit: int | None = None,
        progress: Tell | None = None,
    ) -> None:
        self.brands = tuple(b.as_of(datetime.now(UTC).date()) for b in brands)
        self.settings = settings
        self.store = store
        self.run = run
        self.limit = limit
        self.interrupted = False
        urls = [url for several in settings.platform_urls.values() for url in several]
        self.guard = Guard(allowed_pairs(urls), settings.deny_networks)
        self.keeper = ShelvedKeeper(
            store,
            vault,
            Screener(self.brands, load_rules(settings)),
            darkroom,
            run=run,
            brands=self.brands,
            min_score=settings.min_score,
            sample=settings.sample_per_run,
        )
        self.shelf = Shelf(self.keeper.keep, failed=self._stop)
        self._progress = progress
        self._crawls: list[tuple[type[ProfileSpider], Errand, Crawler | None]] = []
        self._runner: AsyncCrawlerRunner | None = None
        self._stopping: asyncio.Task[None] | None = None

    def prepare(self, platforms: Sequence[str]) -> None:
        """Chooses the spiders and notes in the store that their platforms are being asked. Raises UsageError."""
        known = find_platforms()
        names = list(dict.fromkeys(platforms or self.settings.platforms or known))
        unknown = [n for n in names if n not in known]
        if unknown:
            raise UsageError(f"no spider for {', '.join(unknown)}", advice=f"there are: {', '.join(known)}")
        for name in names:
            spider = known[name]
            urls = self.settings.platform_urls.get(name) or spider.default_urls
            for group in [(u,) for u in urls] if spider.one_per_server else [urls]:
                if group:
                    self._crawls.append((spider, self.errand(spider, tuple(group)), None))
        with self.store.write() as c:
            for spider, errand, _ in self._crawls:
                runs.start_platform(c, self.run, spider.platform.name, at=errand.tally.started_at, policy=spider.policy)

    def errand(self, spider: type[ProfileSpider], urls: tuple[str, ...]) -> Errand:
        """What a spider is sent out with to these servers."""
        name = spider.platform.name
        with self.store.read() as c:
            known = [Acquaintance(native_id=n, handle=h) for n, h in suspects.known(c, name)]
        return Errand(
            brands=self.brands,
            settings=self.settings,
            guard=self.guard,
            keeper=self.keeper,
            shelf=self.shelf,
            tally=Tally(name, spider.policy, datetime.now(UTC)),
            urls=urls,
            known=tuple(known),
            limit=self.limit,
        )

    async def go(self) -> CrawlReport:
        """Sends all spiders out at once and waits for them; stores what is left. Raises what storing raised."""
        from twisted.internet import reactor

        GuardedResolver(reactor, self.guard).install_on_reactor()
        scrapy_settings = ScrapySettings()
        scrapy_settings.setmodule("spiders.settings")
        self._runner = AsyncCrawlerRunner(scrapy_settings)
        self._crawls = [(s, e, self._runner.create_crawler(s)) for s, e, _ in self._crawls]
        ticking = asyncio.ensure_future(self._tick())
        try:
            await asyncio.gather(*(self._runner.crawl(c, errand=e) for _, e, c in self._crawls if c is not None))
        finally:
            ticking.cancel()
        self._tell()
        if self._stopping is not None:
            await self._stopping
        await self.shelf.flush()
        self.keeper.draw_sample()
        return self._report()

    def interrupt(self) -> None:
        """Ends the crawl cleanly: what is under way is finished and stored."""
        self.interrupted = True
        self._stop()

    def _stop(self) -> None:
        if self._runner is not None and self._stopping is None:
            self._stopping = asyncio.ensure_future(self._runner.stop())

    def _report(self) -> CrawlReport:
        by_platform: dict[str, list[PlatformResult]] = {}
        for spider, errand, crawler in self._crawls:
            assert crawler is not None
            errand.tally.finish = str(crawler.stats.get_value("finish_reason"))
            errand.tally.errors = int(crawler.stats.get_value("spider_exceptions/count") or 0)
            by_platform.setdefault(spider.platform.name, []).append(errand.tally.report())
        return CrawlReport(
            run=self.run,
            platforms=tuple(merge(name, reports) for name, reports in by_platform.items()),
            interrupted=self.interrupted,
        )

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(0.5)
            self._tell()

    def _tell(self) -> None:
        if self._progress is None:
            return
        for _, errand, crawler in self._crawls:
            tally = errand.tally
            patience = crawler.get_downloader_middleware(Patience) if crawler and crawler.crawling else None
            self._progress(
                Progress(
                    platform=tally.platform,
                    asked=tally.asked,
                    expected=max(tally.expected, tally.asked),
                    present=tally.counts[Outcome.PRESENT],
                    refused=tally.counts[Outcome.REFUSED],
                    waiting=patience.waiting() if patience else 0.0,
                )
            )


def _quiet_scrapy() -> None:
    """What Scrapy warns of is in our results; its warnings would tear the progress bar."""
    logging.getLogger("scrapy").setLevel(logging.ERROR)
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
