"""Asks the platforms, keeps the answers, matches and stores: one whole crawl of one run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from hunter.errors import UsageError
from hunter.settings import Settings
from hunter.types import Brand

if TYPE_CHECKING:
    from hunter.vault import Vault


class Health(StrEnum):
    """How one platform did in one run."""

    OK = "ok"  # everything was asked and the canary was seen
    PARTIAL = "partial"  # something was not asked or not answered; what was is valid
    BLOCKED = "blocked"  # the platform refused us altogether
    BROKEN = "broken"  # the canary failed or the answers changed their shape: "nothing found" means nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformReport:
    """What came of asking one platform. `why` is "" when it is ok, else the most frequent reason, as in `Probe.why`."""

    platform: str
    health: Health
    why: str = ""
    asked: int = 0
    present: int = 0
    absent: int = 0
    refused: int = 0
    impossible: int = 0
    pictures: int = 0  # fetched in this run


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlReport:
    """What came of one crawl. What changed among the suspects is the store's to tell, by run."""

    run: int
    platforms: tuple[PlatformReport, ...]
    interrupted: bool = False  # Ctrl-C: what was stored is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a crawl stands, for a progress bar; given after each stored batch and at most a few times a second."""

    platform: str
    asked: int
    expected: int  # grows while searches bring more accounts
    present: int
    refused: int
    waiting: float = 0.0  # seconds that the platform told us to wait from now on


def crawl(
    brands: Sequence[Brand],
    settings: Settings,
    store: Any,
    vault: Vault,
    *,
    run: int,
    platforms: Sequence[str] = (),
    limit: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> CrawlReport:
    """Crawls `platforms` (empty: `settings.platforms`, else all) for all brands and returns what came of each.

    `store` is a SQLAlchemy engine, `run` the id of a begun run; the caller holds the lock and closes the run.
    `limit` caps the accounts asked for per platform. Everything is stored in batches as it comes, each batch in one
    transaction: a crash loses the last batch, never half of one. May be called again in the same process.

    Raises UsageError for a platform that there is no spider for. Refusals are results, not errors.
    """
    raise UsageError("crawling is not built in yet")
