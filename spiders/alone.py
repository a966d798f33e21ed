"""`scrapy crawl PLATFORM -a brand=FILE` from the checkout: the same crawl as `hunter run`, for one platform."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from scrapy import signals

from hunter.brands import load_brands
from hunter.darkroom import Darkroom
from hunter.errors import UsageError
from hunter.operations.runs import begin_run
from hunter.rules import load_rules
from hunter.settings import load_settings
from hunter.store import open_store
from hunter.vault import Vault
from spiders.crawl import Expedition
from spiders.errand import Errand

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.base import ProfileSpider


def errand_alone(crawler: Crawler, spider: type[ProfileSpider], brand: str = "", limit: str = "") -> Errand:
    """An errand from the settings and a brand file or folder; its run is recorded and closed with the spider.

    Raises UsageError, BrandFileError, Locked, StoreError.
    """
    settings = load_settings()
    if not brand and settings.brands is None:
        raise UsageError("whom to look for?", advice=f"scrapy crawl {spider.name} -a brand=acme.toml")
    with ExitStack() as stack:
        darkroom = stack.enter_context(Darkroom())
        brands = load_brands(brand or str(settings.brands), darkroom=darkroom)
        store = stack.enter_context(open_store(settings.store))
        vault = Vault(settings.vault)
        rules = load_rules(settings).digest
        begun = begin_run(store, vault, kind="run", brands=brands, rules=rules, options={"platforms": [spider.name]})
        run = stack.enter_context(begun)
        many = int(limit) if limit else None
        expedition = Expedition(brands, settings, store, vault, darkroom, run=run.id, limit=many)
        stack.callback(expedition.shelf.close)
        errand = expedition.errand(spider, settings.platform_urls.get(spider.name) or spider.default_urls)
        opened = stack.pop_all()  # from here on it is the spider's end that closes them

    def closed(reason: str) -> None:
        errand.tally.finish = reason
        errand.tally.errors = int(crawler.stats.get_value("spider_exceptions/count") or 0)
        run.results.append(errand.tally.report())
        run.interrupted = reason == "shutdown"
        opened.close()

    crawler.signals.connect(closed, signal=signals.spider_closed, weak=False)
    return errand
