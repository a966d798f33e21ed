"""A page that shows programs something else than it shows people."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from hunter.evidence.capture import write_visit
from hunter.evidence.cloaking import told_apart
from hunter.evidence.visit import Visit, Visitor
from hunter.net.browser import Picturer, Screenshot
from hunter.net.guard import Guard
from hunter.net.recorder import Recorder
from hunter.types import Profile
from tests.evidence.test_visit import CONTEXT, dossier_of

HARMLESS = "<p>This domain is parked and for sale, come back another day or write to us</p>"
HARMFUL = "<h1>Acme Bank</h1><p>Sign in with your card number, its code and your birthday to unlock it</p>"


@contextmanager
def page_for(program: str, person: str, status: int = 200) -> Iterator[int]:
    """The port of a server that shows `person` to browsers only."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            browses = "Chrome" in self.headers.get("User-Agent", "")
            body = (person if browses else program).encode()
            self.send_response(200 if browses else status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def visited(port: int, picturer: Picturer | None = None) -> Visit:
    recorder = Recorder(guard=Guard({("127.0.0.1", port)}), user_agent="hunter/test")
    visitor = Visitor(recorder=recorder, picturer=picturer, ask_names=lambda *_: ())
    return visitor.visit(dossier_of(Profile(platform="x", handle="h", url=f"http://127.0.0.1:{port}/h")))


def seen(visit: Visit, text: str, *, status: int = 200, url: str | None = None) -> Visit:
    """The visit as if a browser had been along."""
    shot = Screenshot(
        png=b"", url=url or visit.recordings[0][1].url, title="", text=text, engine="chromium", version="1",
        viewport=(1, 1), height=1, cut=False, locale="en", status=status, taken_at=datetime.now(UTC), passages=(),
    )  # fmt: skip
    return replace(visit, screenshot=shot, no_screenshot=None)


def test_without_a_browser_nothing_is_compared(tmp_path: Path) -> None:
    with page_for(HARMLESS, HARMLESS) as port:
        visit = visited(port)
    assert told_apart(visit) is None
    assert write_visit(tmp_path, 1, visit, CONTEXT).told_apart == ()
    assert json.loads((tmp_path / "data/captures/1/capture.json").read_bytes())["told_apart"] is None


def test_a_page_that_scripts_add_to_is_the_same_page() -> None:
    with page_for(HARMLESS, "") as port:
        visit = visited(port)
    assert told_apart(seen(visit, "Menu This DOMAIN is parked and for sale, come back another day, write us")) == ()


@pytest.mark.parametrize(
    "text, status, url, told",
    [
        ("Sign in with your card", 200, None, "of 15 words that the recorder was given the browser showed 0"),
        ("x", 404, None, "the recorder was answered with status 200, the browser with 404"),
        ("x", 200, "https://acme.example/", "the recorder ended up at 127.0.0.1, the browser at acme.example"),
    ],
)
def test_what_differs_is_told(text: str, status: int, url: str | None, told: str) -> None:
    with page_for(HARMLESS, "") as port:
        visit = visited(port)
    assert told in (told_apart(seen(visit, text, status=status, url=url)) or ())


@pytest.mark.real("chromium")
@pytest.mark.parametrize("status", [200, 404])
def test_a_server_that_hides_from_programs_is_caught_by_a_real_browser(tmp_path: Path, status: int) -> None:
    with page_for(HARMLESS, HARMFUL, status) as port:
        with Picturer(Guard({("127.0.0.1", port)})) as picturer:
            visit = visited(port, picturer)
        told = write_visit(tmp_path, 1, visit, CONTEXT).told_apart
    assert any("words" in line for line in told) and any("status 404" in line for line in told) == (status == 404)
    assert json.loads((tmp_path / "data/captures/1/capture.json").read_bytes())["told_apart"] == list(told)
    assert "Acme Bank" in (tmp_path / "data/captures/1/page.txt").read_text()


@pytest.mark.real("chromium")
def test_an_honest_page_is_the_same_to_both(tmp_path: Path) -> None:
    with page_for(HARMFUL, HARMFUL) as port, Picturer(Guard({("127.0.0.1", port)})) as picturer:
        assert told_apart(visited(port, picturer)) == ()
