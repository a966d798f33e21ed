"""A served review page and a plain visitor to it, who sends exactly the headers that a test wants."""

from __future__ import annotations

import contextlib
import http.client
import re
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

from hunter.review.app import build_app
from hunter.review.desk import Desk
from hunter.review.gallery import Gallery
from hunter.review.server import Address, bind, build_server
from hunter.review.sessions import COOKIE, Sessions
from hunter.store import Store
from hunter.vault import Vault


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The page as text."""
        return self.body.decode("utf-8")


@dataclass
class Visitor:
    """A browser without a face: keeps the session cookie and says where it comes from, as browsers do."""

    port: int
    sessions: Sessions
    cookie: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """The Host header."""
        return f"127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """One request with these headers beside the cookie; a header of None or "" is left out."""
        sent = {"Host": self.host, **self.headers}
        if self.cookie:
            sent["Cookie"] = f"{COOKIE}={self.cookie}"
        sent |= headers or {}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in sent.items():
                if value:
                    connection.putheader(name, value)
            if body or method == "POST":
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body or None)
            got = connection.getresponse()
            return Answer(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        """A page."""
        return self.ask("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def post(self, path: str, form: Mapping[str, object] | list[tuple[str, object]]) -> Answer:
        """A form of our own page, as a browser sends it."""
        told = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{self.host}"}
        body = urlencode(list(form.items()) if isinstance(form, Mapping) else form).encode()
        return self.ask("POST", path, body, {**told, "Sec-Fetch-Site": "same-origin"})

    def enter(self) -> Visitor:
        """Opens the printed link."""
        answer = self.get(f"/enter?key={self.sessions.new_link()}")
        assert answer.status == 303, answer.text
        self.cookie = read_cookie(answer)
        return self


def read_cookie(answer: Answer) -> str:
    """The session that an answer sets."""
    match = re.match(rf"{COOKIE}=([^;]+)", answer.headers["set-cookie"])
    assert match
    return match.group(1)


@contextlib.contextmanager
def serve(store: Store, vault: Vault, *, sessions: Sessions | None = None, people: int = 1) -> Iterator[Visitor]:
    """The real application behind the real server, on a free port."""
    sessions = sessions or Sessions(reviewer="ana")
    with Gallery(vault) as gallery, bind(Address(host="127.0.0.1", port=0)) as listening:
        address = Address(host="127.0.0.1", port=listening.getsockname()[1])
        desk = Desk(store=store, gallery=gallery, sessions=sessions, people=people)
        server = build_server(build_app(desk, address.hosts), address)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        until = time.monotonic() + 10
        while not server.started and time.monotonic() < until:
            time.sleep(0.01)
        try:
            yield Visitor(address.port, sessions)
        finally:
            server.should_exit = True
            thread.join(10)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read_html(text: str) -> tuple[list[tuple[str, dict[str, str | None]]], str]:
    """All elements of a page with their attributes, and its words."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.tags, " ".join(reader.words)


def tokens(page: str) -> list[str]:
    """The suspects on a page of the queue, as its form names them."""
    tags, _ = read_html(page)
    boxes = (a for t, a in tags if t == "input" and a.get("name") == "suspect")
    return [value for a in boxes if (value := a.get("value"))]
