"""Accounts, pictures and servers that want to lead a crawl inside, round in circles, or into endless work."""

from __future__ import annotations

import errno
import resource
import socket
import time
import unicodedata
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from itertools import count, cycle
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from sqlalchemy import select

from hunter.net.guard import Guard
from hunter.store.tables import CAPTURES, PICTURE_ADDRESSES, PICTURES
from spiders import bluesky
from spiders import settings as scrapy_settings
from tests.hostile.addresses import INSIDE
from tests.hostile.bombs import CODINGS, bomb
from tests.hostile.heads import HEADS
from tests.hostile.servers import AppView, Behave, Tripwire, actor, redirect, reply, serve, use_proxy
from tests.net.test_recorder import Server, sends
from tests.spiders.conftest import Crawled
from tests.spiders.test_crawl import OFFICIAL, accounts, picture
from tests.spiders.test_outcomes import planned

MEBI = 1024 * 1024


def with_picture(number: int, url: str) -> dict[str, Any]:
    """An impostor whose picture is at `url`."""
    return actor(f"veldano-{number:03}.test", displayName="Veldano", avatar=url)


def whys(crawled: Crawled, run: int) -> list[str]:
    """What came of the impostors, in their order."""
    stored = crawled.probes(run)
    return [stored[handle][1] for handle in sorted(stored) if handle.startswith("veldano-")]


def test_every_way_to_a_private_address_ends_in_a_refusal_of_its_own(crawled: Crawled) -> None:
    view = AppView([OFFICIAL], page=100)
    with Tripwire() as wire, serve(view) as platform:
        ways = [way.format(port=wire.port) for way in INSIDE]
        view.accounts += [with_picture(n, way) for n, way in enumerate(ways)]
        view.accounts += [with_picture(n + 500, f"{platform.url}/hop/{n}") for n in range(len(ways))]
        view.instead = {f"/hop/{n}": redirect(way) for n, way in enumerate(ways) if way.isascii() and "\t" not in way}
        report = crawled.run(platform.url, requests_per_platform=600)
    assert wire.knocks == 0
    direct, hops = whys(crawled, report.run)[: len(INSIDE)], whys(crawled, report.run)[len(INSIDE) :]
    assert set(direct) == {"found:address_refused"}
    assert set(hops) <= {"found:redirect_refused", "found:picture_gone", "found:address_refused"}
    assert report.platforms[0].state == "ok", "it goes on"


def check_log(caplog: pytest.LogCaptureFixture) -> None:
    """Asserts that every event is one line in which nothing commands or hides."""
    assert caplog.records
    for record in caplog.records:
        hidden = [c for c in record.getMessage() if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")]
        assert not hidden, (record.name, record.getMessage())


LOGGED = ("\x1b]52;c;ZXZpbA==\x07", "x\r\nINFO forged", "\u202ednuora", "\u2028new line", "\x9b31mred", "a\u200bb")


def test_what_is_logged_is_one_line_that_commands_nothing(crawled: Crawled, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "spiders")
    view = AppView([OFFICIAL], page=100)
    with serve(view) as platform:
        for n, text in enumerate(LOGGED):
            shown = {"displayName": f"Veldano {text}", "description": text}
            ways = (f"http://{text}.test/{text}", f"{text}://x", f"http://127.0.0.1/{text}", f"{platform.url}/hop/{n}")
            for m, way in enumerate(ways):
                view.accounts.append(actor(f"veldano-{n}-{m}.test", **shown, avatar=way))
            view.instead[f"/hop/{n}"] = redirect("http://10.0.0.1/" + quote(text), status=302)
        report = crawled.run(platform.url, requests_per_platform=300)
    assert report.platforms[0].present == 1 + 4 * len(LOGGED)
    caplog.records[:] = [record for record in caplog.records if record.name.startswith(("spiders", "hunter"))]
    assert len(caplog.records) >= 3 * len(LOGGED), "every refusal is logged"
    check_log(caplog)


def test_a_name_that_changes_its_address_leads_nowhere(crawled: Crawled, monkeypatch: pytest.MonkeyPatch) -> None:
    told = cycle(["8.8.8.8", "127.0.0.1"])
    tried: list[str] = []
    connect = socket.socket.connect_ex

    def lookup(host: str, port: int, **_: Any) -> list[Any]:
        return [(2, 1, 6, "", (next(told) if host == "rebind.test" else "127.0.0.1", port))]

    def note(self: socket.socket, address: tuple[str, int]) -> int:
        tried.append(f"{address[0]}:{address[1]}")
        return connect(self, address) if address[0] == "127.0.0.1" else errno.ECONNREFUSED

    monkeypatch.setitem(Guard.__init__.__kwdefaults__, "lookup", lookup)
    monkeypatch.setattr(socket.socket, "connect_ex", note)
    view = AppView([OFFICIAL])
    with Tripwire() as wire, serve(view) as platform:
        view.accounts += [with_picture(n, f"http://rebind.test:{wire.port}/{n}.png") for n in range(6)]
        report = crawled.run(platform.url, robots_agreed=(f"rebind.test:{wire.port}",))
    assert wire.knocks == 0 and f"127.0.0.1:{wire.port}" not in tried
    assert f"8.8.8.8:{wire.port}" in tried, "the address that passed is the one that is connected to"
    assert set(whys(crawled, report.run)) <= {"found:connection_refused", "found:address_refused", "found:dns"}


def test_a_proxy_of_the_environment_gets_nothing_of_a_crawl(crawled: Crawled, monkeypatch: pytest.MonkeyPatch) -> None:
    view = AppView([OFFICIAL, with_picture(1, "http://169.254.169.254/latest/meta-data/x.png")])
    with Tripwire() as proxy, serve(view) as platform:
        use_proxy(monkeypatch, proxy.port)
        view.accounts.append(with_picture(2, f"{platform.url}/2.png"))
        view.instead = {"/2.png": reply(200, picture("red"), media_type="image/png")}
        report = crawled.run(platform.url)
    assert proxy.knocks == 0
    assert whys(crawled, report.run) == ["found:address_refused", "found"]
    assert "/2.png" in platform.hits and report.platforms[0].state == "ok"


def test_a_loop_of_redirects_is_left_after_five_hops(crawled: Crawled) -> None:
    step = count()

    def onward(handler: BaseHTTPRequestHandler) -> None:
        redirect(f"/on{next(step)}")(handler)

    view = AppView([OFFICIAL])
    with serve(lambda path: onward if path.startswith("/on") else view(path)) as platform:
        view.instead = {"/loop": redirect("/loop"), "/a": redirect("/b"), "/b": redirect("/a")}
        view.accounts += [with_picture(n, f"{platform.url}/{way}") for n, way in enumerate(("loop", "a", "on"))]
        report = crawled.run(platform.url)
    assert whys(crawled, report.run) == ["found:redirect_refused"] * 3
    for way in ("/loop", "/on"):
        assert sum(hit.startswith(way) for hit in platform.hits) <= 6, platform.hits
    assert sum(hit in ("/a", "/b") for hit in platform.hits) <= 6


def test_a_page_of_a_hundred_thousand_links_asks_for_nothing(crawled: Crawled) -> None:
    with Tripwire() as wire:
        bio = " ".join(f"http://127.0.0.1:{wire.port}/{n}" for n in range(100_000))
        view = AppView([OFFICIAL, actor("veldano-links.test", displayName="Veldano", description=bio)])
        with serve(view) as platform:
            began = time.monotonic()
            report = crawled.run(platform.url)
            assert time.monotonic() - began < 20
    assert wire.knocks == 0 and len(platform.hits) <= 80
    assert crawled.probes(report.run)["veldano-links.test"] == ("present", "found")
    assert report.platforms[0].state == "ok"


class Calendar(AppView):
    """Every page of a search leads to a next one, with somebody new on it."""

    def _search(self, words: str, start: int) -> Behave:
        self.accounts.append(actor(f"veldano-{len(self.accounts):05}.test", displayName="Veldano"))
        return reply(200, {"actors": [self.accounts[-1]], "cursor": str(start + 1)})


def test_a_list_without_end_is_cut_and_said(crawled: Crawled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bluesky, "PAGES", 5)  # fewer than in earnest, for the sake of time
    with serve(Calendar([OFFICIAL])) as platform:
        report = crawled.run(platform.url, requests_per_platform=3000)
    pages: dict[str, int] = {}
    for hit in platform.hits:
        if "searchActors" in hit:
            words = parse_qs(urlsplit(hit).query)["q"][0]
            pages[words] = pages.get(words, 0) + 1
    assert pages and set(pages.values()) == {5}
    assert (report.platforms[0].state, report.platforms[0].why) == ("partial", "list_cut_short")


def test_a_list_without_end_costs_no_more_than_the_budget(crawled: Crawled) -> None:
    with serve(Calendar([OFFICIAL])) as platform:
        report = crawled.run(platform.url, requests_per_platform=40)
    assert len(platform.hits) == 40
    assert (report.platforms[0].state, report.platforms[0].why) == ("partial", "budget")


def test_a_cursor_that_leads_back_to_itself_ends_the_list(crawled: Crawled) -> None:
    search = "/xrpc/app.bsky.actor.searchActors"
    view = AppView([OFFICIAL], instead={search: reply(200, {"actors": [], "cursor": "same"})})
    with serve(view) as platform:
        crawled.run(platform.url, requests_per_platform=200)
    asked = [hit for hit in platform.hits if search in hit]
    assert 0 < len(asked) <= 2 * len({parse_qs(urlsplit(hit).query)["q"][0] for hit in asked})


def test_hostile_heads_cost_their_own_picture_and_lead_nowhere(crawled: Crawled) -> None:
    view = AppView([OFFICIAL])
    with Tripwire() as wire, ExitStack() as stack:
        heads = [head.replace(b"{port}", b"%d" % wire.port) for head in HEADS.values()]
        bad = [stack.enter_context(Server(sends(head))) for head in heads]
        places = [f"127.0.0.1:{server.port}" for server in bad]
        view.accounts += [with_picture(n, f"http://{place}/x.png") for n, place in enumerate(places)]
        platform = stack.enter_context(serve(view))
        began = time.monotonic()
        urls = {"pictures": tuple(f"http://{place}" for place in places)}
        report = crawled.run(platform.url, urls=urls, robots_agreed=tuple(places), requests_per_platform=400)
        assert time.monotonic() - began < 30
        asked = [request for server in bad for request in server.asked]
    assert wire.knocks == 0
    known = {"", "too_large", "connection_lost", "redirect_refused", "partial_body", "changed_shape"}
    came = dict(zip(HEADS, whys(crawled, report.run), strict=True))
    assert {why.removeprefix("found").removeprefix(":") for why in came.values()} <= known, came
    assert came["a hundred thousand headers"] == "found:too_large"
    for request in asked:
        lines = request.split(b"\r\n")
        assert b"\r" not in b"".join(lines) and b"\n" not in b"".join(lines)
        assert not [line for line in lines if b"evil" in line and not line.startswith(b"GET /next%0d%0a")]
    with crawled.store.read() as c:
        captures = c.execute(select(CAPTURES)).all()
    assert all(len(row.media_type) <= 200 for row in captures)
    assert report.platforms[0].state == "ok" and len(accounts(crawled)) == len(HEADS) + 1


def test_a_head_without_end_is_left_at_once(crawled: Crawled) -> None:
    view = AppView([OFFICIAL])
    flood = sends(b"HTTP/1.1 200 OK\r\n", *[b"A: b\r\n" * 10_000] * 2000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Server(flood) as bad, serve(view) as platform:
        place = f"127.0.0.1:{bad.port}"
        view.accounts.append(with_picture(1, f"http://{place}/x.png"))
        began = time.monotonic()
        report = crawled.run(platform.url, urls={"pictures": (f"http://{place}",)}, robots_agreed=(place,))
        assert time.monotonic() - began < 10
    assert whys(crawled, report.run) == ["found:too_large"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 96 * 1024, "kilobytes"


def test_bombs_of_every_coding_are_stopped_early(crawled: Crawled) -> None:
    bodies = {coding: bomb(coding) for coding in CODINGS}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    view = AppView([OFFICIAL])
    with serve(view) as platform:
        for n, (coding, body) in enumerate(bodies.items()):
            view.instead[f"/{n}"] = reply(200, body, media_type="image/png", Content_Encoding=coding)
            view.accounts.append(with_picture(n, f"{platform.url}/{n}"))
        report = crawled.run(platform.url)
    assert whys(crawled, report.run) == ["found:too_large"] * len(CODINGS)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 128 * 1024, "kilobytes, for 150 mebibytes each"


def test_tar_pits_hold_up_nobody_else(crawled: Crawled, monkeypatch: pytest.MonkeyPatch) -> None:
    def lookup(host: str, port: int, **_: Any) -> list[Any]:
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    def drip(connection: socket.socket) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + bytes(1000):
            connection.sendall(bytes([byte]))
            time.sleep(0.2)

    monkeypatch.setitem(Guard.__init__.__kwdefaults__, "lookup", lookup)
    monkeypatch.setattr(scrapy_settings, "DOWNLOAD_TIMEOUT", 6)
    monkeypatch.setattr(scrapy_settings, "RETRY_TIMES", 0)
    view = AppView([OFFICIAL], instead={"/good.png": reply(200, picture("red"), media_type="image/png")})
    with ExitStack() as stack:
        pits = [stack.enter_context(Server(drip)) for _ in range(24)]
        places = [f"pit{n}.test:{pit.port}" for n, pit in enumerate(pits)]
        view.accounts += [with_picture(n, f"http://{place}/x.png") for n, place in enumerate(places)]
        platform = stack.enter_context(serve(view))
        view.accounts.append(with_picture(900, f"{platform.url}/good.png"))
        urls = {"pictures": tuple(f"http://{place}" for place in places)}
        began = time.monotonic()
        report = crawled.run(platform.url, urls=urls, robots_agreed=tuple(places))
        assert time.monotonic() - began < 20
    good = next(at for at, path in platform.times if path == "/good.png") - began
    assert good < 5, f"the good picture was asked for after {good:.1f} s"
    assert whys(crawled, report.run) == ["found:timeout"] * len(pits) + ["found"]


def test_pages_nested_without_end_cost_little(crawled: Crawled) -> None:
    handles = planned(3)
    pages = (b"<div>" * 200_000, b"<" * 8_000_000, b"<a href=x>" * 100_000)
    instead = {h: reply(200, page, media_type="text/html") for h, page in zip(handles, pages, strict=True)}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with serve(AppView([OFFICIAL], instead=dict(instead))) as platform:
        began = time.monotonic()
        report = crawled.run(platform.url)
        assert time.monotonic() - began < 20
    stored = crawled.probes(report.run)
    assert [stored[handle] for handle in handles] == [("impossible", "changed_shape")] * 3
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 512 * 1024


def half(body: bytes, *, framing: str) -> Behave:
    """The first half of a picture, with the end told in one of three ways, or as if it were the whole."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        part = body[: len(body) // 2]
        handler.send_response(200)
        handler.send_header("Content-Type", "image/png")
        if framing == "length":
            handler.send_header("Content-Length", str(len(body)))
        elif framing == "chunks":
            handler.send_header("Transfer-Encoding", "chunked")
            part = b"%x\r\n%b" % (len(body), part)
        elif framing == "lies":
            handler.send_header("Content-Length", str(len(part)))
        handler.end_headers()
        handler.wfile.write(part)
        handler.close_connection = True

    return behave


CID = "bafkreiag2xhn56zq45vigjtbehblw7cielvyvnuzjocbtnkwczvi2knb4u"  # an address whose picture is known for good


@pytest.mark.parametrize("framing", ["length", "chunks", "until the end", "lies"])
def test_a_picture_cut_off_in_the_middle_is_none_and_asked_for_again(crawled: Crawled, framing: str) -> None:
    whole, path = picture("red"), f"/img/avatar/plain/did:plc:x/{CID}"
    view = AppView([OFFICIAL], instead={path: half(whole, framing=framing)})
    with serve(view) as platform:
        view.accounts.append(with_picture(1, f"{platform.url}{path}"))
        first = crawled.run(platform.url)
        with crawled.store.read() as c:
            assert c.execute(select(PICTURES)).all() == [], "it was measured"
            assert c.execute(select(PICTURE_ADDRESSES)).all() == [], "its address counts as known"
        assert whys(crawled, first.run) == ["found" if framing == "lies" else "found:partial_body"]
        tries = platform.hits.count(path)
        view.instead[path] = reply(200, whole, media_type="image/png")
        second = crawled.run(platform.url)
        third = crawled.run(platform.url)
    assert whys(crawled, second.run) == ["found"] and second.platforms[0].pictures == 1
    assert platform.hits.count(path) == tries + 1 and third.platforms[0].pictures == 0
    with crawled.store.read() as c:
        (kept,) = c.execute(select(PICTURES)).all()
    assert crawled.vault.get(kept.sha256) == whole


def test_a_json_answer_of_a_million_levels_is_a_changed_shape(crawled: Crawled) -> None:
    deep = b'{"did": ' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}"
    view = AppView([OFFICIAL], instead={"/xrpc/app.bsky.actor.getProfiles": reply(200, deep)})
    with serve(view) as platform:
        report = crawled.run(platform.url)
    assert (report.platforms[0].state, report.platforms[0].why) == ("broken", "changed_shape")
