"""A bound on the head of an answer. Scrapy bounds bodies; header lines without end would cost memory and time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from twisted.python.failure import Failure

from spiders.refusals import HeadTooLong

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

LONGEST_HEAD = 256 * 1024  # bytes up to the end of the header lines, interim answers included; as in the recorder
_IN_HEAD = ("STATUS", "HEADER")  # what Twisted's parser calls itself until the body begins


class HeadBoundHandler(HTTP11DownloadHandler):
    """Scrapy's own handler for http and https, whose connections give up on a head that is too long."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _bounded(self._pool._factory)


def _bounded(factory: type[Any]) -> type[Any]:
    """The factory of connections that Scrapy uses, whatever it is, made to count what comes before a body."""

    class Bounded(factory):  # type: ignore[misc]
        def buildProtocol(self, addr: Any) -> Any:
            protocol = super().buildProtocol(addr)
            protocol.dataReceived = _counting(protocol, protocol.dataReceived)
            return protocol

    return Bounded


def _counting(protocol: Any, pass_on: Callable[[bytes], None]) -> Callable[[bytes], None]:
    parser: Any = None
    came = 0

    def receive(data: bytes) -> None:
        nonlocal parser, came
        if protocol._parser is not parser:  # the next answer on the same connection
            parser, came = protocol._parser, 0
        if parser is not None and parser.state in _IN_HEAD:
            came += len(data)
            if came > LONGEST_HEAD:
                protocol._giveUp(Failure(HeadTooLong()))  # type: ignore[no-untyped-call]
                return
        pass_on(data)

    return receive
