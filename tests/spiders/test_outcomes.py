"""Every way of not getting a profile ends in a stored outcome of its own, and none of them reaches another machine."""

from __future__ import annotations

import gzip
import resource
import ssl
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
import trustme

from hunter.net.guard import Guard
from hunter.types import Platform
from spiders import settings as scrapy_settings
from spiders.bluesky import PLATFORM
from spiders.plan import make_plan
from tests.hostile.servers import (
    AppView,
    Behave,
    actor,
    endless_body,
    hang_up,
    redirect,
    reply,
    serve,
    short_body,
    tar_pit,
)
from tests.spiders.conftest import VELDANO, Crawled

OFFICIAL = actor("veldano.test", displayName="Veldano")
MEBI = 1024 * 1024


def planned(count: int, platform: Platform = PLATFORM) -> list[str]:
    """The first look-alike handles that a crawl for the brand asks for."""
    stems = make_plan([VELDANO], platform, [], handles_per_brand=300).handles
    return [handle for stem in stems if (handle := f"{stem}.test") != OFFICIAL["handle"]][:count]


def bomb(encoding: str) -> Behave:
    """64 MiB of spaces in a few kilobytes."""
    packed = zlib.compressobj(9, zlib.DEFLATED, 31 if encoding == "gzip" else 15)
    body = b"".join(packed.compress(b" " * MEBI) for _ in range(64)) + packed.flush()
    return reply(200, body, Content_Encoding=encoding)


def odd_answers(canary: str) -> list[tuple[Behave, tuple[str, str]]]:
    """What a platform may do to one question, and what is to be stored about it."""
    page = "text/html"
    challenge = '<script src="/cdn-cgi/challenge-platform/h/b/x"></script>'
    wall = "<form><input type=password></form>"
    says_gone = actor("says-gone.test", displayName="Not found", description="page not found, account suspended")
    return [
        (reply(400, {"error": "InvalidRequest", "message": "Profile not found"}), ("absent", "no_such_account")),
        (reply(400, {"error": "AccountDeactivated", "message": "x"}), ("absent", "deactivated")),
        (reply(400, {"error": "AccountTakedown", "message": "x"}), ("absent", "taken_down")),
        (reply(403, "<h1>no</h1>", media_type=page), ("refused", "blocked")),
        (reply(451, "{}"), ("refused", "blocked")),
        (reply(401, {"error": "AuthMissing"}), ("refused", "token_wanted")),
        (reply(403, challenge, media_type=page), ("refused", "captcha")),
        (reply(503, "", cf_mitigated="challenge"), ("refused", "captcha")),
        (reply(200, wall, media_type=page), ("refused", "login_wall")),
        (reply(200, "<h1>Hi</h1>", media_type=page), ("impossible", "changed_shape")),
        (reply(200, {"did": "did:plc:x", "name": "renamed key"}), ("impossible", "changed_shape")),
        (reply(200, {"error": "InvalidRequest", "message": "Profile not found"}), ("impossible", "changed_shape")),
        (reply(500, "{}"), ("refused", "server_error")),
        (short_body, ("impossible", "partial_body")),
        (hang_up, ("refused", "connection_lost")),
        (endless_body, ("impossible", "too_large")),
        (reply(200, b" " * (9 * MEBI)), ("impossible", "too_large")),
        (bomb("gzip"), ("impossible", "too_large")),
        (bomb("deflate"), ("impossible", "too_large")),
        (redirect(f"{canary}/latest/meta-data"), ("refused", "redirect_refused")),
        (redirect("http://169.254.169.254/", 307), ("refused", "redirect_refused")),
        (redirect("http://2130706433/", 301), ("refused", "redirect_refused")),
        (redirect("http://user@[::1]/", 308), ("refused", "redirect_refused")),
        (redirect("http://inner.test/", 303), ("refused", "redirect_refused")),
        (redirect("file:///etc/hostname"), ("refused", "redirect_refused")),
        (redirect("data:application/json,{}"), ("refused", "redirect_refused")),
        (redirect("/xrpc/app.bsky.actor.getProfile?actor=loop.test"), ("refused", "redirect_refused")),
        (redirect("http://unknown.test/"), ("refused", "dns")),
        (reply(200, says_gone), ("present", "found")),
    ]


def test_every_refusal_has_its_own_word_and_nothing_private_is_touched(
    crawled: Crawled, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lookup(host: str, port: int, **_: Any) -> list[Any]:
        known = {"127.0.0.1": "127.0.0.1", "inner.test": "127.0.0.1"}
        if host not in known:
            raise OSError("no such name")
        return [(2, 1, 6, "", (known[host], port))]

    monkeypatch.setitem(Guard.__init__.__kwdefaults__, "lookup", lookup)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    view = AppView([OFFICIAL])
    with serve(lambda path: reply(200, "secret")) as canary, serve(view) as platform:
        cases = odd_answers(canary.url)
        handles = planned(len(cases))
        view.instead = {handle: behave for handle, (behave, _) in zip(handles, cases, strict=True)}
        view.instead["loop.test"] = redirect("/xrpc/app.bsky.actor.getProfile?actor=loop.test")
        report = crawled.run(platform.url, contact="watch@veldano.test", requests_per_platform=200)
    stored = crawled.probes(report.run)
    wanted = {
        ("says-gone.test" if outcome == "present" else handle): (outcome, why)
        for handle, (_, (outcome, why)) in zip(handles, cases, strict=True)
    }
    assert {h: stored.get(h) for h in wanted} == wanted
    assert canary.hits == [], "nothing beyond the configured host and port was asked"
    assert platform.agents == {"hunter/0.1.0 (impersonation watch; watch@veldano.test)"}
    result = report.platforms[0]
    assert (result.state, result.present) == ("partial", 2)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 160 * 1024, "bombs are stopped early"


def test_a_tar_pit_costs_its_own_time_only(crawled: Crawled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrapy_settings, "DOWNLOAD_TIMEOUT", 1)
    monkeypatch.setattr(scrapy_settings, "RETRY_TIMES", 0)
    first, second = planned(2)
    view = AppView([OFFICIAL, actor(second, displayName="V")], instead={first: tar_pit})
    with serve(view) as platform:
        report = crawled.run(platform.url)
    stored = crawled.probes(report.run)
    assert stored[first] == ("refused", "timeout") and stored[second] == ("present", "found")


@pytest.mark.parametrize(
    ("base", "why"),
    [("http://127.0.0.1:1", "connection_refused"), ("http://nobody.test", "dns"), ("{tls}", "tls")],
)
def test_a_platform_that_cannot_be_reached_is_blocked_and_says_why(
    crawled: Crawled, monkeypatch: pytest.MonkeyPatch, base: str, why: str
) -> None:
    def lookup(host: str, port: int, **_: Any) -> list[Any]:
        if host == "nobody.test":
            raise OSError("no such name")
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setitem(Guard.__init__.__kwdefaults__, "lookup", lookup)
    with self_signed() as port:
        report = crawled.run(base.format(tls=f"https://veldano-platform.test:{port}"))
    result = report.platforms[0]
    assert (result.state, result.why, result.present) == ("blocked", why, 0)
    assert set(crawled.probes(report.run).values()) == {("refused", why)}


def self_signed() -> Any:
    """A server whose certificate nobody vouches for, as a context manager that gives its port."""
    from contextlib import contextmanager

    @contextmanager
    def running() -> Any:
        import threading
        from http.server import ThreadingHTTPServer

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trustme.CA().issue_cert("veldano-platform.test").configure_cert(context)

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                """Refused handshakes are the point."""

        server = Quiet(("127.0.0.1", 0), BaseHTTPRequestHandler)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    return running()


def test_robots_that_forbid_are_told_apart_from_no_such_account(crawled: Crawled) -> None:
    forbids = reply(200, "User-agent: *\nDisallow: /\n", media_type="text/plain")
    view = AppView([OFFICIAL], instead={"/robots.txt": forbids})
    with serve(view) as platform:
        refused = crawled.run(platform.url)
        agreed = crawled.run(platform.url, robots_agreed=(platform.url.partition("//")[2],))
    assert (refused.platforms[0].state, refused.platforms[0].why) == ("blocked", "robots")
    assert set(crawled.probes(refused.run).values()) == {("refused", "robots")}
    assert agreed.platforms[0].state == "ok" and agreed.platforms[0].absent > 0


@pytest.mark.parametrize("status", [500, 429])
def test_a_robots_file_that_cannot_be_served_forbids_all(crawled: Crawled, status: int) -> None:
    view = AppView([OFFICIAL], instead={"/robots.txt": reply(status, "x", Retry_After="0")})
    with serve(view) as platform:
        report = crawled.run(platform.url)
    assert report.platforms[0].state == "blocked"
    assert not [hit for hit in platform.hits if hit != "/robots.txt"]


def test_retry_after_is_obeyed_and_the_question_asked_again(crawled: Crawled) -> None:
    handle = planned(1)[0]
    seen: list[int] = []
    found = reply(200, actor(handle, displayName="V"))

    def limited(handler: BaseHTTPRequestHandler) -> None:
        seen.append(1)
        date = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
        (reply(429, "{}", Retry_After="1") if len(seen) == 1 else reply(429, "{}", Retry_After=date))(handler)

    view = AppView([OFFICIAL], instead={handle: lambda h: limited(h) if len(seen) < 2 else found(h)})
    with serve(view) as platform:
        report = crawled.run(platform.url)
    asked = [at for at, path in platform.times if handle in path and "getProfile?" in path]
    assert len(asked) == 3 and asked[1] - asked[0] >= 1.0 and asked[2] - asked[1] >= 0.9
    held = [at for at, path in platform.times if asked[0] + 0.1 < at < asked[0] + 0.95]
    assert held == [], "the whole server is left alone while it told us to wait"
    assert crawled.probes(report.run)[handle] == ("present", "found") and report.platforms[0].state == "ok"


@pytest.mark.parametrize("told", ["999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_an_absurd_wait_ends_the_asking_at_once(crawled: Crawled, told: str) -> None:
    handles = planned(40)
    view = AppView([OFFICIAL], instead={h: reply(429, "{}", Retry_After=told) for h in handles[5:]})
    with serve(view) as platform:
        report = crawled.run(platform.url, requests_per_platform=200)
    result = report.platforms[0]
    assert (result.state, result.why) == ("partial", "rate_limited") and result.refused > 30
    assert sum("getProfile?" in hit for hit in platform.hits) < 15, "asking went on after being told to stop"


def test_the_budget_of_a_run_ends_it_partial(crawled: Crawled) -> None:
    with serve(AppView([OFFICIAL])) as platform:
        report = crawled.run(platform.url, requests_per_platform=16)
    result = report.platforms[0]
    assert (result.state, result.why) == ("partial", "budget") and len(platform.hits) == 16
    assert ("refused", "budget") in crawled.probes(report.run).values()


def test_what_was_kept_is_what_came(crawled: Crawled) -> None:
    """The bytes of every answer lie in the vault under the digest of its capture, also those of refusals."""
    from sqlalchemy import select

    from hunter.store.tables import CAPTURES

    view = AppView([OFFICIAL], instead={planned(1)[0]: reply(403, b"\xff no \x00", media_type="text/html")})
    with serve(view) as platform:
        crawled.run(platform.url)
    with crawled.store.read() as c:
        captures = c.execute(select(CAPTURES)).all()
    assert captures and all(len(crawled.vault.get(row.sha256)) == row.size for row in captures if row.size)
    assert any(crawled.vault.get(row.sha256) == b"\xff no \x00" for row in captures if row.status == 403)


def test_gzip_that_is_honest_is_read(crawled: Crawled) -> None:
    import json

    handle = planned(1)[0]
    body = gzip.compress(json.dumps(actor(handle, displayName="V")).encode())
    view = AppView([OFFICIAL], instead={handle: reply(200, body, Content_Encoding="gzip")})
    with serve(view) as platform:
        report = crawled.run(platform.url)
    assert crawled.probes(report.run)[handle] == ("present", "found")
