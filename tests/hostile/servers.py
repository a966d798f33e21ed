"""Servers on loopback that behave as badly as told: a platform in the AT Protocol's shape, and a canary for SSRF."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

Behave = Callable[[BaseHTTPRequestHandler], None]


def reply(
    status: int = 200,
    body: bytes | str | dict[str, Any] | list[Any] = b"",
    *,
    media_type: str = "application/json",
    **headers: str,
) -> Behave:
    """A whole answer; underscores in header names become hyphens."""
    raw = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()

    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", media_type)
        handler.send_header("Content-Length", str(len(raw)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(raw)

    return behave


def redirect(target: str, status: int = 302) -> Behave:
    return reply(status, Location=target)


def short_body(handler: BaseHTTPRequestHandler) -> None:
    """Promises more than it gives."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b'{"did": "did:plc:x"')
    handler.close_connection = True


def endless_body(handler: BaseHTTPRequestHandler) -> None:
    """Never stops, and never says how much it is."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    handler.close_connection = True
    try:
        while True:
            handler.wfile.write(b" " * 65536)
    except OSError:
        return


def tar_pit(handler: BaseHTTPRequestHandler) -> None:
    """One byte from time to time."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.close_connection = True
    try:
        for _ in range(60):
            handler.wfile.write(b" ")
            time.sleep(0.2)
    except OSError:
        return


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """Says nothing and closes."""
    handler.close_connection = True


@dataclass
class Served:
    """A running server and what it was asked for."""

    url: str
    hits: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    times: list[tuple[float, str]] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


@contextmanager
def serve(answer: Callable[[str], Behave]) -> Iterator[Served]:
    """Runs a server whose answer to each path (with its query) is what `answer` gives."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else every answer waits 40 ms for an acknowledgement

        def do_GET(self) -> None:
            served.hits.append(self.path)
            served.times.append((time.monotonic(), self.path))
            served.agents.add(self.headers.get("User-Agent", ""))
            answer(self.path)(self)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.do_GET()

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """Clients that hang up are the point here."""

    server = Server(("127.0.0.1", 0), Handler)
    served = Served(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Tripwire:
    """A port of this machine, in both families, that nobody may knock at, whatever they speak; counts who does."""

    def __init__(self) -> None:
        self.knocks = 0
        self._ends = [socket.create_server(("127.0.0.1", 0))]
        self.port = int(self._ends[0].getsockname()[1])
        with suppress(OSError):  # a machine without IPv6
            self._ends.append(socket.create_server(("::1", self.port), family=socket.AF_INET6))

    def __enter__(self) -> Tripwire:
        for end in self._ends:
            threading.Thread(target=self._count, args=(end,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _count(self, end: socket.socket) -> None:
        while True:
            try:
                end.accept()[0].close()
            except OSError:
                return
            self.knocks += 1


def use_proxy(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    """What a careless or hostile environment says: everything through the proxy at this port."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        monkeypatch.setenv(name.upper(), f"http://127.0.0.1:{port}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


def actor(handle: str, **more: Any) -> dict[str, Any]:
    """An account in the shape of `app.bsky.actor.defs#profileViewDetailed`."""
    did = "did:plc:" + handle.partition(".")[0].replace("-", "").replace("_", "")[:24].ljust(24, "z")
    return {"did": did, "handle": handle, "labels": [], "followersCount": 1, "followsCount": 2, "postsCount": 3} | more


@dataclass
class AppView:
    """A platform in the AT Protocol's shape: accounts that it knows, and answers that are not what they should be."""

    accounts: list[dict[str, Any]] = field(default_factory=list)
    instead: dict[str, Behave] = field(default_factory=dict)  # actor, or path -> what it does instead
    page: int = 3  # accounts of one search page; less than asked for, as platforms do

    def __call__(self, path: str) -> Behave:
        parts = urlsplit(path)
        query = parse_qs(parts.query)
        method = parts.path.rpartition(".")[2]
        if parts.path in self.instead:
            return self.instead[parts.path]
        if method == "getProfile":
            return self._profile(query["actor"][0])
        if method == "getProfiles":
            found = [a for name in query["actors"] if (a := self._find(name)) is not None and name not in self.instead]
            return reply(200, {"profiles": found})
        if method == "searchActors":
            return self._search(query["q"][0], int(query.get("cursor", ["0"])[0]))
        return reply(404, "<h1>Cannot GET</h1>", media_type="text/html")

    def _find(self, name: str) -> dict[str, Any] | None:
        return next((a for a in self.accounts if name in (a["did"], a["handle"])), None)

    def _profile(self, name: str) -> Behave:
        if name in self.instead:
            return self.instead[name]
        found = self._find(name)
        return reply(200, found) if found else reply(400, {"error": "InvalidRequest", "message": "Profile not found"})

    def _search(self, words: str, start: int) -> Behave:
        told = [a for a in self.accounts if words.lower() in f"{a['handle']} {a.get('displayName', '')}".lower()]
        following = {"cursor": str(start + self.page)} if start + self.page < len(told) else {}
        return reply(200, {"actors": told[start : start + self.page], **following})
