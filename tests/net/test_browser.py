"""The browser sees the page, and reaches nothing that the guard refuses."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from hunter.net import browser
from hunter.net.browser import Picturer, Screenshot
from hunter.net.guard import Guard
from hunter.net.proxy import FilteringProxy


class Host:
    """A server with one page; counts what it was asked."""

    def __init__(self, page: bytes = b"secret") -> None:
        self.page, self.asked = page, list[str]()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                outer.asked.append(self.path)
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(outer.page)))
                self.end_headers()
                self.wfile.write(outer.page)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}/"

    def __enter__(self) -> Host:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def canary() -> Iterator[Host]:
    with Host() as host:
        yield host


@pytest.mark.real("chromium")
def test_the_page_is_pictured_and_no_private_address_is_reached(canary: Host) -> None:
    page = f"""<title>T</title><h1>Привет 你好</h1><img src="{canary.url}a"><img src="http://127.1:{canary.port}/b">
    <iframe src="{canary.url}c"></iframe><script>fetch("{canary.url}d",{{mode:"no-cors"}});
    new WebSocket("ws://127.0.0.1:{canary.port}/e"); window.open("{canary.url}f")</script>
    <div style="height:20000px"></div>"""
    with Host(page.encode()) as host, Picturer(Guard({("127.0.0.1", host.port)})) as picturer:
        shot = picturer.take(host.url)
        absent = picturer.take(f"{canary.url}direct")
    assert isinstance(shot, Screenshot), shot
    assert canary.asked == []
    assert shot.png.startswith(b"\x89PNG") and shot.text.startswith("Привет 你好")
    assert (shot.title, shot.status, shot.engine) == ("T", 200, "chromium")
    assert shot.cut and shot.height > 20000
    refused = [p for p in shot.passages if p.refused == "private_address" and str(canary.port) in p.host]
    assert refused
    assert absent == "the page was not reached: private_address" or "ERR_TUNNEL" in str(absent)


def through(proxy: FilteringProxy, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", int(proxy.address.rpartition(":")[2])), timeout=5) as line:
        line.sendall(request)
        said = b""
        while piece := line.recv(65536):
            said += piece
        return said


def test_the_proxy_carries_what_is_allowed_and_refuses_the_rest(canary: Host) -> None:
    with Host(b"public") as host, FilteringProxy(Guard({("127.0.0.1", host.port)})) as proxy:
        before = through(proxy, f"GET {host.url} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        proxy.start_passing()
        good = through(proxy, f"GET {host.url}p HTTP/1.1\r\nHost: x\r\nProxy-Authorization: s\r\n\r\n".encode())
        bad = through(proxy, f"GET {canary.url} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        tunnel = through(proxy, f"CONNECT 127.0.0.1:{canary.port} HTTP/1.1\r\n\r\n".encode())
        nonsense = through(proxy, b"\x16\x03\x01 hello\r\n\r\n")
        wanted = [(p.host, p.refused) for p in proxy.passages]
    assert before.startswith(b"HTTP/1.1 403")
    assert good.endswith(b"public") and host.asked == ["/p"]
    assert bad.startswith(b"HTTP/1.1 403") and tunnel.startswith(b"HTTP/1.1 403") and canary.asked == []
    assert nonsense.startswith(b"HTTP/1.1 400")
    assert wanted == [
        ("127.0.0.1", None), (canary.url, "private_address"), (f"127.0.0.1:{canary.port}", "private_address")
    ]  # fmt: skip


def test_the_proxy_stops_when_there_was_too_much() -> None:
    with Host(b"x" * 300_000) as host, FilteringProxy(Guard({("127.0.0.1", host.port)}), most=100_000) as proxy:
        proxy.start_passing()
        got = through(proxy, f"GET {host.url} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert len(got) < 200_000


def test_a_missing_browser_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "find_browser", lambda: None)
    assert browser.missing_browser() == "no Chromium on this machine"
