"""A picture of a page as a person would see it, taken by a browser that reaches the net only through the guard."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hunter.net.guard import Guard
from hunter.net.proxy import FilteringProxy, Passage

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, FloatRect, Page, Playwright

VIEWPORT = (1280, 900)  # pixels
TALLEST = 8000  # pixels of a page that are pictured; an endless page is cut there, and said so
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # names are resolved by the proxy alone
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screenshot:
    """A page as the browser showed it, and how it was taken."""

    png: bytes
    url: str  # where the browser ended up
    title: str
    text: str  # the page's text as shown
    engine: str
    version: str
    viewport: tuple[int, int]
    height: int  # of the page, as the page told it
    cut: bool  # the page was taller than what is pictured
    locale: str
    status: int | None
    taken_at: datetime
    passages: tuple[Passage, ...]  # every connection it wanted, and what was refused


class Picturer:
    """Takes pictures of pages, one after the other, in one browser; use it as a context manager.

    Every page gets a fresh, anonymous context. A page that breaks the browser costs its own picture only.
    """

    def __init__(
        self,
        guard: Guard,
        *,
        locale: str = "en",
        seconds: float = 20.0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._proxy = FilteringProxy(guard)
        self._locale, self._seconds, self._clock = locale, seconds, clock
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    def __enter__(self) -> Picturer:
        self._proxy.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, at: TracebackType | None) -> None:
        self._close_browser()
        if self._playwright:
            self._playwright.stop()
        self._proxy.__exit__(kind, exc, at)

    def take(self, url: str) -> Screenshot | str:
        """The page's picture, or why there is none. Never raises for what the page or the browser does."""
        from playwright.sync_api import Error

        try:
            return self._take(url)
        except Error as exc:
            self._close_browser()
            wanted = urlsplit(url).netloc
            refused = next((p.refused for p in self._proxy.passages if p.refused and wanted in p.host), None)
            told = exc.message.splitlines()[0][:200] if exc.message else type(exc).__name__
            return f"the page was not reached: {refused}" if refused else f"the browser gave up: {told}"
        finally:
            self._proxy.stop_passing()

    def _take(self, url: str) -> Screenshot:
        browser = self._open_browser()
        self._proxy.start_passing()
        context = browser.new_context(
            viewport={"width": VIEWPORT[0], "height": VIEWPORT[1]},
            locale=self._locale,
            accept_downloads=False,
            service_workers="block",
            ignore_https_errors=True,  # a suspect's bad certificate is recorded elsewhere; the page is still wanted
        )
        try:
            page = context.new_page()
            context.on("page", lambda other: other.close())
            response = page.goto(url, timeout=self._seconds * 1000, wait_until="load")
            return self._shoot(browser, context, page, response.status if response else None)
        finally:
            context.close()

    def _shoot(self, browser: Browser, context: BrowserContext, page: Page, status: int | None) -> Screenshot:
        from playwright.sync_api import Error

        with suppress(Error):
            page.wait_for_load_state("networkidle", timeout=3000)
        told = page.evaluate("document.documentElement.scrollHeight")
        height = int(told) if isinstance(told, int | float) and 0 < told < 10**7 else VIEWPORT[1]
        shown = float(min(max(height, VIEWPORT[1]), TALLEST))
        clip: FloatRect = {"x": 0.0, "y": 0.0, "width": float(VIEWPORT[0]), "height": shown}
        png = page.screenshot(
            full_page=True, clip=clip, timeout=self._seconds * 1000, animations="disabled", caret="hide"
        )
        text = ""
        with suppress(Error):
            text = page.inner_text("body", timeout=2000)[: 1024 * 1024]
        return Screenshot(
            png=png,
            url=page.url,
            title=page.title()[:500],
            text=text,
            engine="chromium",
            version=browser.version,
            viewport=VIEWPORT,
            height=height,
            cut=height > TALLEST,
            locale=self._locale,
            status=status,
            taken_at=self._clock(),
            passages=tuple(self._proxy.passages),
        )

    def _open_browser(self) -> Browser:
        from playwright.sync_api import sync_playwright

        if self._browser is not None and self._browser.is_connected():
            return self._browser
        if self._playwright is None:
            self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(
            executable_path=find_browser(),
            args=list(_FLAGS),
            proxy={"server": f"http://{self._proxy.address}", "bypass": "<-loopback>"},
            chromium_sandbox=os.geteuid() != 0,  # Chromium refuses its sandbox to root
            timeout=30_000,
        )
        return self._browser

    def _close_browser(self) -> None:
        from playwright.sync_api import Error

        browser, self._browser = self._browser, None
        if browser is not None:
            with suppress(Error):
                browser.close()


def find_browser() -> str | None:
    """The path of the system's Chromium, or None."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def missing_browser() -> str | None:
    """Why no picture can be taken on this machine; None: one can."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "the browser extra is not installed (pip install 'hunter[browser]')"
    return None if find_browser() else "no Chromium on this machine"
