"""One event loop for Scrapy in this process, which may be used for one crawl after the other.

Scrapy's own process class runs the reactor once and can never run it again. Here the reactor is started once without
blocking and its asyncio loop is run until a crawl is complete, as often as needed.
"""

from __future__ import annotations

import asyncio
import atexit
import signal
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from scrapy.utils.reactor import install_reactor, is_reactor_installed, verify_installed_reactor

_T = TypeVar("_T")
_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"


def run_in_loop(work: Coroutine[Any, Any, _T], interrupt: Callable[[], None]) -> _T:
    """Runs `work` to its end. The first Ctrl-C or SIGTERM calls `interrupt`, the second one stops at once."""
    loop = _loop()
    signals = (signal.SIGINT, signal.SIGTERM) if threading.current_thread() is threading.main_thread() else ()

    def first() -> None:
        for number in signals:
            loop.remove_signal_handler(number)
        interrupt()

    for number in signals:
        loop.add_signal_handler(number, first)
    task = loop.create_task(work)
    try:
        return loop.run_until_complete(task)
    finally:
        if not task.done():  # the second Ctrl-C
            task.cancel()
            with suppress(asyncio.CancelledError):
                loop.run_until_complete(task)
        for number in signals:
            loop.remove_signal_handler(number)
        _end_threads()


def _end_threads() -> None:
    """Twisted's threads are no daemons: left alone they keep the program from ending. The next crawl gets new ones."""
    from twisted import internet

    reactor: Any = internet.reactor
    if reactor.threadpool is not None:
        reactor.removeSystemEventTrigger(reactor.threadpoolShutdownID)
        reactor._stopThreadPool()


def _loop() -> asyncio.AbstractEventLoop:
    if not is_reactor_installed():
        install_reactor(_REACTOR)
    verify_installed_reactor(_REACTOR)
    from twisted.internet import reactor

    loop: asyncio.AbstractEventLoop = reactor._asyncioEventloop
    if not reactor.running:
        reactor.startRunning(installSignalHandlers=False)
        atexit.register(loop.close)
    return loop
