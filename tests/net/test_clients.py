"""Everything of ours that connects asks the guard, for every address, and never a proxy. Alerts: see test_messenger."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path

import pytest

from hunter.errors import SourceError
from hunter.evidence.dossier import Dossier
from hunter.evidence.opening import open_recorder
from hunter.evidence.stamp import request_stamp
from hunter.evidence.visit import Visitor
from hunter.net.browser import Picturer, Screenshot
from hunter.net.guard import Guard
from hunter.net.proxy import FilteringProxy
from hunter.net.recorder import Recorder
from hunter.settings import Settings
from hunter.types import Profile
from tests.evidence.test_visit import dossier_of
from tests.hostile.addresses import INSIDE
from tests.hostile.servers import Tripwire, redirect, reply, serve, use_proxy
from tests.net.test_browser import through

IN_A_LINE = [way for way in INSIDE if way.isascii() and "\t" not in way]  # what a request line can hold


def domain_at(url: str) -> Dossier:
    """A look-alike domain whose page is at `url`: no name needs to be resolved."""
    return dossier_of(Profile(platform="domain", handle="look-alike.test", url=url))


def recorder_for(*ports: int) -> Recorder:
    return Recorder(guard=Guard([("127.0.0.1", port) for port in ports]), user_agent="hunter/test")


@pytest.mark.parametrize("way", INSIDE)
def test_the_recorder_and_the_clients_behind_it_reach_nothing_inside(way: str) -> None:
    with Tripwire() as wire, serve(lambda path: redirect("away")) as site:
        url = way.format(port=wire.port)
        recorder = recorder_for(site.port)
        asked = recorder.record(url)
        registration = Visitor(recorder=recorder, rdap_url=url, ask_names=lambda *_: ()).visit(domain_at(site.url))
        with pytest.raises(SourceError):
            request_stamp(recorder, url, b"data")
    assert wire.knocks == 0
    assert asked.final.error and asked.final.request == b""
    assert [e.error for w, e in registration.exchanges if w.role == "rdap"] != [None]


@pytest.mark.parametrize("way", IN_A_LINE)
def test_no_redirect_leads_a_page_or_a_registry_inside(way: str) -> None:
    with Tripwire() as wire, serve(lambda path: redirect(way.format(port=wire.port))) as site:
        recorder = recorder_for(site.port)
        page = recorder.record(f"{site.url}/start")
        visitor = Visitor(recorder=recorder, rdap_url=site.url, ask_names=lambda *_: ())
        registration = visitor.visit(domain_at(site.url))
    assert wire.knocks == 0
    assert not page.complete and (page.stopped_by or page.final.error)
    (asked,) = [r for w, r in registration.recordings if w.role == "rdap"]
    assert asked.exchanges[0].status == 302 and not asked.complete


@pytest.mark.parametrize("way", IN_A_LINE)
def test_the_browsers_proxy_reaches_nothing_inside(way: str) -> None:
    with Tripwire() as wire, FilteringProxy(Guard()) as proxy:
        proxy.start_passing()
        url = way.format(port=wire.port)
        place = url.partition("//")[2].rstrip("/")
        plain = through(proxy, f"GET {url} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        tunnel = through(proxy, f"CONNECT {place} HTTP/1.1\r\n\r\n".encode()) if place else b"HTTP/1.1 403"
    assert wire.knocks == 0
    assert plain.startswith(b"HTTP/1.1 403") and tunnel[9:12] in (b"403", b"400", b"502")


def test_only_what_the_settings_name_is_let_through() -> None:
    with serve(lambda path: reply(200, "mine")) as mine, Tripwire() as wire:
        recorder = open_recorder(Settings(platform_urls={"rdap": (mine.url,)}, tsa_urls=(f"{mine.url}/tsa",)))
        assert recorder.record(f"{mine.url}/domain/x").final.status == 200
        assert recorder.record(f"http://127.0.0.1:{wire.port}/").final.error == "private_address"
        assert recorder.record(f"http://localhost:{mine.port}/").final.error == "private_address"
    assert wire.knocks == 0 and mine.hits == ["/domain/x"]


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    told = cycle(["8.8.8.8", "127.0.0.1", "10.0.0.1"])  # a name that changes its address at every look-up
    guard = Guard(lookup=lambda host, port, **_: [(2, 1, 6, "", (next(told), port))])
    recorder = Recorder(guard=guard, user_agent="hunter/test")
    tried: list[str] = []
    connect = socket.socket.connect

    def note(self: socket.socket, address: tuple[str, int]) -> None:
        if address[1] == 7:
            tried.append(address[0])
            raise ConnectionRefusedError
        connect(self, address)

    with FilteringProxy(guard) as proxy:
        proxy.start_passing()
        monkeypatch.setattr(socket.socket, "connect", note)
        errors = [recorder.record("http://rebind.test:7/").final.error for _ in range(6)]
        answers = [through(proxy, b"GET http://rebind.test:7/ HTTP/1.1\r\n\r\n")[9:12] for _ in range(6)]
    assert errors == ["refused", "private_address", "private_address"] * 2
    assert answers == [b"502", b"403", b"403"] * 2
    assert tried == ["8.8.8.8"] * 4, "nothing is looked up a second time between check and connection"


def test_a_proxy_of_the_environment_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with Tripwire() as proxy, serve(lambda path: reply(200, "mine")) as site, ExitStack() as stack:
        use_proxy(monkeypatch, proxy.port)
        recorder = recorder_for(site.port)
        assert recorder.record(f"{site.url}/page").final.body == b"mine"
        assert recorder.record("http://169.254.169.254/latest/meta-data").final.error == "private_address"
        visitor = Visitor(recorder=recorder, rdap_url=site.url, ask_names=lambda *_: ())
        visitor.visit(domain_at(site.url))
        for authority in (f"{site.url}/tsa", "http://169.254.169.254/"):
            with pytest.raises(SourceError):
                request_stamp(recorder, authority, b"data")
        filtering = stack.enter_context(FilteringProxy(recorder.guard))
        filtering.start_passing()
        assert through(filtering, f"GET {site.url}/shot HTTP/1.1\r\n\r\n".encode()).endswith(b"mine")
        refused = through(filtering, b"GET http://169.254.169.254/ HTTP/1.1\r\n\r\n")
    assert refused.startswith(b"HTTP/1.1 403") and proxy.knocks == 0
    assert {"/page", "/domain/look-alike.test", "/tsa", "/shot"} <= set(site.hits)


@pytest.mark.real("chromium")
def test_the_browser_takes_no_proxy_but_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with Tripwire() as proxy, serve(lambda path: reply(200, "<p>mine</p>", media_type="text/html")) as site:
        use_proxy(monkeypatch, proxy.port)
        with Picturer(Guard([("127.0.0.1", site.port)])) as picturer:
            shot = picturer.take(f"{site.url}/page")
            inside = picturer.take("http://169.254.169.254/latest/meta-data")
    assert isinstance(shot, Screenshot) and shot.text == "mine" and isinstance(inside, str)
    assert proxy.knocks == 0
