"""One run from the command line: lock, crawl, progress bar, record. The only place that starts the crawler."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hunter.cli.terminal import show_progress, tell

if TYPE_CHECKING:
    from hunter.operations.clock import Clock
    from hunter.settings import Settings
    from hunter.store import Store
    from hunter.store.runs import RunRecord
    from hunter.types import Brand
    from hunter.vault import Vault


def crawl_once(
    brands: Sequence[Brand],
    settings: Settings,
    store: Store,
    vault: Vault,
    *,
    platforms: Sequence[str] = (),
    limit: int | None = None,
    title: str = "",
    kind: str = "run",
    clock: Clock | None = None,
) -> RunRecord:
    """Crawls once and gives the run as it was recorded; an interrupted one too.

    Raises Locked, StoreError, UsageError; refusals of platforms are results, not errors.
    """
    from hunter.operations.officials import with_official_pictures
    from hunter.operations.runs import begin_run
    from hunter.rules import load_rules
    from spiders.crawl import crawl

    brands = with_official_pictures(store, brands, tell)
    begun = begin_run(
        store,
        vault,
        kind=kind,
        brands=brands,
        rules=load_rules(settings).digest,
        options={"platforms": list(platforms), "limit": limit},
        free_megabytes=settings.min_free_mb,
        heartbeat=settings.heartbeat,
        clock=clock,
    )
    try:
        with begun as run, show_progress(title) as progress:
            report = crawl(
                brands, settings, store, vault, run=run.id, platforms=platforms, limit=limit, progress=progress
            )
            run.results += report.platforms
            run.interrupted = report.interrupted
    except KeyboardInterrupt:
        if run.record is None:
            raise
    assert run.record is not None
    return run.record
