"""One whole crawl against a server on loopback, as a test sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from hunter.settings import Settings
from hunter.store import Store, open_store, runs
from hunter.store.tables import PROBES
from hunter.types import Brand
from hunter.vault import Vault
from spiders.crawl import CrawlReport, crawl

VELDANO = Brand(slug="veldano", names=("Veldano",), official={"bluesky": ("veldano.test",)}, domains=("veldano.com",))


@dataclass
class Crawled:
    """A store with the crawls of a test."""

    store: Store
    vault: Vault

    def run(
        self, url: str, *, brand: Brand = VELDANO, platform: str = "bluesky", limit: int | None = None, **more: Any
    ) -> CrawlReport:
        """One run against one server."""
        urls = {platform: (url,), **more.pop("urls", {})}
        more.setdefault("requests_per_platform", 80)  # a quarter of it for look-alike handles: enough for any test
        settings = Settings(platform_urls=urls, min_score=0.5, **more)
        at = datetime.now(UTC)
        with self.store.write() as c:
            number = runs.start(c, kind="run", at=at, version="0", machine="m", process=1, brands=[brand])
        return crawl([brand], settings, self.store, self.vault, run=number, platforms=[platform], limit=limit)

    def probes(self, run: int) -> dict[str, tuple[str, str]]:
        """Handle -> (outcome, why) of one run."""
        with self.store.read() as c:
            rows = c.execute(select(PROBES).where(PROBES.c.run_id == run)).all()
        return {row.handle: (row.outcome, row.why) for row in rows}


@pytest.fixture
def crawled(tmp_path: Path) -> Iterator[Crawled]:
    with open_store(f"sqlite:///{tmp_path / 'hunter.db'}") as store:
        yield Crawled(store, Vault(tmp_path / "vault"))
