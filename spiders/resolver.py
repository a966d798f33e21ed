"""The guard at Scrapy's doors: every URL is read by it, every connection goes to an address that it handed out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Request
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from zope.interface import implementer

from hunter.errors import AddressRefused, Unreachable
from hunter.net.guard import DEFAULT_PORTS, Guard, Target, allowed_pairs, read_url
from hunter.settings import load_settings
from hunter.visible import visible
from spiders.refusals import ADDRESS_REFUSED, NotAsked

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase

logger = logging.getLogger(__name__)


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """A lookup in a thread cannot be called back; its answer is then not used."""


@implementer(IHostnameResolver)
class GuardedResolver:
    """Resolves names in a thread, through the guard, for every new connection: nothing is remembered in between."""

    def __init__(self, reactor: ReactorBase, guard: Guard) -> None:
        self._reactor = reactor
        self._guard = guard

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """For `scrapy crawl`, which makes the resolver before the spider: the guard comes from the settings."""
        settings = load_settings()
        urls = [url for several in settings.platform_urls.values() for url in several]
        return cls(reactor, Guard(allowed_pairs(urls), settings.deny_networks))

    def install_on_reactor(self) -> None:
        self._reactor.installNameResolver(self)  # type: ignore[arg-type]

    def resolveHostName(
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type] | None = None,
        transportSemantics: str = "TCP",
    ) -> _Resolution:
        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)

        def resolved(work: asyncio.Future[list[str]]) -> None:
            exc = work.exception()
            if isinstance(exc, AddressRefused):
                logger.warning("refused to connect: %s", exc)
            elif exc is None:
                for text in work.result():
                    kind = IPv6Address if ":" in text else IPv4Address
                    resolutionReceiver.addressResolved(kind("TCP", text, portNumber))
            resolutionReceiver.resolutionComplete()  # without an address the connection fails for want of one
            if exc is not None and not isinstance(exc, AddressRefused | Unreachable):
                raise exc

        # The loop's own threads, not the reactor's: those would keep the program from ending.
        loop = asyncio.get_running_loop()
        loop.run_in_executor(None, self._guard.resolve, hostName, portNumber).add_done_callback(resolved)
        return resolution


class GuardMiddleware:
    """Reads every URL before it is asked for, redirects included."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.spider.errand.guard)  # type: ignore[union-attr]

    def process_request(self, request: Request) -> None:
        try:
            target = self._guard.check_url(request.url)
            if not _reads_the_same(request.url, target):
                raise AddressRefused("the URL can be read in more than one way", why="odd_url")
        except AddressRefused as exc:
            logger.warning("refused to ask for %s: %s", visible(request.url, 300), exc)
            raise NotAsked(ADDRESS_REFUSED, str(exc)) from exc


class RefusedNames:
    """Tells a name whose address was refused from a name that has none; Scrapy reports both as unknown."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.spider.errand.guard)  # type: ignore[union-attr]

    async def process_exception(self, request: Request, exception: Exception) -> None:
        if not isinstance(exception, CannotResolveHostError):
            return
        target = read_url(request.url)
        try:
            await asyncio.to_thread(self._guard.resolve, target.host, target.port)
        except AddressRefused as exc:
            raise NotAsked(ADDRESS_REFUSED, str(exc)) from exc
        except Unreachable:
            return


def _reads_the_same(url: str, target: Target) -> bool:
    """Whether Scrapy, which is going to fetch `url`, finds the host and port in it that the guard checked."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removesuffix(".")
    if ":" in host:
        host = str(ip_address(host))
    return (host, parts.port or DEFAULT_PORTS[target.scheme]) == (target.host, target.port)
