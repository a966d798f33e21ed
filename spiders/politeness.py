"""How we behave: who we say we are, robots.txt, waiting as we are told, and a budget for each run."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Request, Response

from hunter import __version__
from spiders.refusals import BUDGET, RATE_LIMITED, ROBOTS, NotAsked

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

logger = logging.getLogger(__name__)

ATTEMPTS = 4  # of one question that is answered with "too many requests"
FIRST_BACK_OFF = 5.0  # seconds, doubled each time, where nobody tells how long
FIRST_PACE = 0.25  # seconds between two requests after the first "too many requests", doubled at each further one
SLOWEST_PACE = 4.0
RECOVERY = 0.8  # what each good answer leaves of the pace
AT_ONCE = 2  # requests under way to one server
_EPOCH_FROM = 10**8  # a larger "reset" is a moment, a smaller one a number of seconds
_RESETS = ("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset")
_REMAINING = ("ratelimit-remaining", "x-ratelimit-remaining", "x-rate-limit-remaining")


def user_agent(contact: str) -> str:
    """Who we say we are: our name and version, and whom to write to."""
    clean = "".join(c for c in contact if c.isprintable() and c.isascii() and c not in "()")
    return f"hunter/{__version__} (impersonation watch; {clean or 'no contact given'})"


def wait_told(headers: Mapping[str, str], body: Mapping[str, Any] | None, now: datetime) -> float | None:
    """How many seconds an answer tells us to wait, None when it tells nothing.

    Understands `Retry-After` (seconds or HTTP date), `retry_after` and `retry_after_ms` in JSON, and the four kinds
    of reset: an ISO 8601 time, seconds or milliseconds since 1970, and seconds left. `headers` has lower-case names.
    """
    told = headers.get("retry-after")
    if told is not None:
        seconds = _number(told)
        return max(0.0, seconds) if seconds is not None else _until(told, now)
    for name, scale in (("retry_after_ms", 1000.0), ("retry_after", 1.0)):
        value = (body or {}).get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
            return value / scale
    reset = next((headers[name] for name in _RESETS if name in headers), None)
    return None if reset is None else _reset(reset, now)


def remaining_told(headers: Mapping[str, str]) -> int | None:
    """How many requests an answer says are left, None when it says nothing."""
    told = next((headers[name] for name in _REMAINING if name in headers), None)
    value = None if told is None else _number(told)
    return None if value is None else int(value)


def _reset(text: str, now: datetime) -> float | None:
    value = _number(text)
    if value is None:
        return _until(text, now)
    if value < _EPOCH_FROM:
        return max(0.0, value)
    moment = value / 1000 if value > _EPOCH_FROM * 1000 else value
    return max(0.0, moment - now.timestamp())


def _number(text: str) -> float | None:
    try:
        value = float(text.strip())
    except ValueError:
        return None
    return value if value == value and abs(value) < 1e15 else None


def _until(text: str, now: datetime) -> float | None:
    """Seconds until a moment in ISO 8601 or as an HTTP date; None for anything else."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except (TypeError, ValueError):
            return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


@dataclass(slots=True)
class _Host:
    not_before: float = 0.0  # on the monotonic clock
    next_at: float = 0.0  # when the next request may go out, at the pace below
    pace: float = 0.0  # seconds between two requests
    permits: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    waited: float = 0.0  # seconds that it made us wait in this run
    refusals: int = 0  # one after the other
    given_up: bool = False


class Patience:
    """Waits as a server tells, for its whole host, and asks more slowly after it; impatience ends the asking.

    A wait that does not fit into what is left of `settings.patience` is not shortened: asking earlier than told
    would be rude and useless. Everything else for this host is then answered "rate_limited" without a request.
    """

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self.hosts: dict[str, _Host] = {}
        self._under_way: set[int] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.spider.errand.settings.patience)  # type: ignore[union-attr]

    async def process_request(self, request: Request) -> None:
        """Lets two requests a server through at a time: who waits here does not go out while it told us to wait."""
        host = self._host(request)
        await host.permits.acquire()
        turn = max(monotonic(), host.next_at)
        host.next_at = turn + host.pace
        while not host.given_up and (left := max(turn, host.not_before) - monotonic()) > 0:
            await asyncio.sleep(left)
        if host.given_up:
            host.permits.release()
            raise NotAsked(RATE_LIMITED)
        self._under_way.add(id(request))

    def process_exception(self, request: Request, exception: Exception) -> None:
        self._came_back(request)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        self._came_back(request)
        host = self._host(request)
        headers = {k.decode("latin-1").lower(): v[-1].decode("latin-1") for k, v in response.headers.items() if v}
        now = datetime.now(UTC)
        limited = response.status == 429 or (response.status == 503 and "retry-after" in headers)
        if not limited:
            host.refusals = 0
            host.pace = host.pace * RECOVERY if host.pace > 0.01 else 0.0
            if remaining_told(headers) == 0:
                self._hold(host, wait_told(headers, None, now) or 0.0)
            return response
        host.refusals += 1
        host.pace = min(SLOWEST_PACE, max(FIRST_PACE, 2 * host.pace))
        told = wait_told(headers, _json(response), now)
        wait = FIRST_BACK_OFF * 2 ** (host.refusals - 1) if told is None else told
        attempts = request.meta.get("attempts", 1)
        if attempts >= ATTEMPTS or not self._hold(host, wait):
            host.given_up = True
            logger.info("%s: no more questions in this run, it asked for %.0f s", urlsplit(request.url).netloc, wait)
            return response
        again: Request = request.replace(dont_filter=True, meta={**request.meta, "attempts": attempts + 1})
        return again

    def _hold(self, host: _Host, wait: float) -> bool:
        """Holds the host for `wait` seconds from now; False when that is more than we have left for it."""
        now = monotonic()
        more = now + wait - max(host.not_before, now)
        if host.waited + more > self.patience:
            return False
        if more > 0:
            host.waited += more
            host.not_before = now + wait
        return True

    def waiting(self) -> float:
        """Seconds until the most patient-making host may be asked again."""
        return max([0.0, *(h.not_before - monotonic() for h in self.hosts.values() if not h.given_up)])

    def _came_back(self, request: Request) -> None:
        if id(request) in self._under_way:
            self._under_way.remove(id(request))
            self._host(request).permits.release()

    def _host(self, request: Request) -> _Host:
        return self.hosts.setdefault(urlsplit(request.url).netloc.lower(), _Host())


class Budget:
    """Counts the requests of one platform in one run, and lets no more out than the settings say."""

    def __init__(self, most: int) -> None:
        self.left = most

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.spider.errand.settings.requests_per_platform)  # type: ignore[union-attr]

    def process_request(self, request: Request) -> None:
        if self.left <= 0:
            raise NotAsked(BUDGET)
        self.left -= 1


class Robots(RobotsTxtMiddleware):
    """Obeys robots.txt, and says so when it forbids; a robots.txt that cannot be served forbids all (RFC 9309, 2.3.1).

    Hosts in `settings.robots_agreed` (host:port) are asked all the same: their operators agreed to it.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._agreed = frozenset(h.lower() for h in crawler.spider.errand.settings.robots_agreed)  # type: ignore[union-attr]

    async def process_request(self, request: Request, spider: object = None) -> None:
        if urlsplit(request.url).netloc.lower() not in self._agreed:
            await super().process_request(request)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        if rp is not None and not rp.allowed(request.url, self._robotstxt_useragent or "hunter"):
            raise NotAsked(ROBOTS)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status == 429 or response.status >= 500:
            response = response.replace(body=b"User-agent: *\nDisallow: /\n")
        elif response.status >= 300:
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)


def _json(response: Response) -> Mapping[str, Any] | None:
    try:
        value = json.loads(response.body[:65536])
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
