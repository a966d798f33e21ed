"""One visit: what is asked for, what came of it, and how a domain's names and registration get into the bag."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hunter.evidence.capture import verdict_of, write_visit
from hunter.evidence.dossier import Dossier, Version
from hunter.evidence.visit import Visit, Visitor, wanted_for
from hunter.net.guard import Guard
from hunter.net.names import Lookup
from hunter.net.recorder import Recorder
from hunter.types import Assessment, Brand, Capture, Profile
from tests.net.test_recorder import ODD, Script, Server, sends, to

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CONTEXT = {"case_id": "b-1", "tool": {"name": "hunter", "version": "0"}, "operator": {"id": "r", "role": "reviewer"}}


def dossier_of(profile: Profile, *captures: Capture) -> Dossier:
    assessment = Assessment(brand="b", profile=profile, bits=1.0, score=0.6, findings=(), rules="r")
    return Dossier(
        suspect=1, case=1, status="confirmed", brand=Brand(slug="b", names=("B",)), brand_digest=None,
        assessment=assessment, decisions=(), events=(), audit=(), audit_head="0" * 64,
        versions=(Version(profile=profile, seen_at=NOW, last_seen_at=NOW, captures=captures),),
    )  # fmt: skip


def capture(url: str, media_type: str) -> Capture:
    return Capture(
        url=url, final_url=url, fetched_at=NOW, status=200, media_type=media_type, sha256="0" * 64, size=1, by="t"
    )


def test_what_is_asked_for() -> None:
    profile = Profile(
        platform="x", handle="h", native_id="7", url="https://a.example/@h", avatar_url="https://a.example/h.png"
    )
    asked = wanted_for(
        dossier_of(
            profile,
            capture("https://a.example/api/7", "application/activity+json"),
            capture("https://a.example/api?id=7&id=8", "application/json"),
            capture("https://a.example/robots.txt", "text/plain"),
            capture("https://a.example/other.png", "image/png"),
            capture("urn:no-address", "application/json"),
        )
    )
    assert [(w.role, w.url, w.accept) for w in asked] == [
        ("page", "https://a.example/@h", None),
        ("api", "https://a.example/api/7", "application/activity+json"),
        ("api", "https://a.example/api?id=7", "application/json"),
        ("avatar", "https://a.example/h.png", "image/*"),
    ]
    (domain,) = wanted_for(dossier_of(Profile(platform="domain", handle="xn--acme-9ta.example")))
    assert (domain.role, domain.url) == ("page", "https://xn--acme-9ta.example/")


def visit_of(*servers: Server, profile: Profile, **more: object) -> Visit:
    guard = Guard({("127.0.0.1", s.port) for s in servers})
    visitor = Visitor(recorder=Recorder(guard=guard, user_agent="hunter/test"), **more)  # type: ignore[arg-type]
    return visitor.visit(dossier_of(profile))


@pytest.fixture
def serving() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_a_domain_brings_names_and_registration(tmp_path: Path, serving: ExitStack) -> None:
    rdap = json.dumps({"ldhName": "look-alike.example", "events": []}).encode()
    page = serving.enter_context(Server(sends(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Sign in</p>")))
    registry = serving.enter_context(
        Server(sends(b"HTTP/1.1 200 OK\r\nContent-Type: application/rdap+json\r\n\r\n" + rdap))
    )
    asked: list[tuple[str, tuple[str, ...]]] = []

    def names(name: str, kinds: tuple[str, ...]) -> tuple[Lookup, ...]:
        asked.append((name, kinds))
        return (Lookup(name=name, kind="MX", answers=("10 mx.",), ttl=60, resolver="r", asked_at=NOW, error=None),)

    visit = visit_of(
        page, registry, profile=Profile(platform="domain", handle="look-alike.example", url=f"http://127.0.0.1:{page.port}/"),
        rdap_url=f"http://127.0.0.1:{registry.port}", ask_names=names,
    )  # fmt: skip
    written = write_visit(tmp_path, 1, visit, CONTEXT)
    folder = tmp_path / "data/captures/1"
    assert (folder / "rdap-domain.json").read_bytes() == (folder / "rdap-ip.json").read_bytes() == rdap
    assert [a.split(b" ")[1] for a in registry.asked] == [b"/domain/look-alike.example", b"/ip/127.0.0.1"]
    assert b"Accept: application/rdap+json" in registry.asked[0]
    (lookup,) = json.loads((folder / "dns.json").read_bytes())
    assert (lookup["answers"], lookup["ttl"]) == (["10 mx."], 60)
    assert [name for name, _ in asked] == ["look-alike.example"] and "MX" in asked[0][1]
    assert (folder / "page.txt").read_text() == "Sign in\n"
    assert (written.verdict, written.responses) == ("ok", 4)


def answer(status: str, *headers: str) -> Script:
    return sends("\r\n".join((f"HTTP/1.1 {status}", *headers, "Content-Length: 0", "", "")).encode())


VERDICTS = {
    "ok": (answer("200 OK"), "ok"),
    "gone": (answer("404 Not Found"), "not_found"),
    "gone for good": (answer("410 Gone"), "not_found"),
    "forbidden": (answer("403 Forbidden"), "blocked"),
    "too many": (answer("429 Too Many Requests"), "blocked"),
    "challenge": (answer("403 Forbidden", "cf-mitigated: challenge"), "captcha"),
    "log in": (answer("401 Unauthorized"), "login_wall"),
    "broken": (answer("500 Oops"), "error"),
    "short": (sends(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), "partial"),
    "words prove nothing": (sends(b"HTTP/1.1 200 OK\r\nContent-Length: 23\r\n\r\npage not found, captcha"), "ok"),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_what_came_of_it_is_read_from_status_and_headers(name: str, serving: ExitStack) -> None:
    script, expected = VERDICTS[name]
    server = serving.enter_context(Server(script))
    profile = Profile(platform="x", handle="h", url=f"http://127.0.0.1:{server.port}/@h")
    assert verdict_of(visit_of(server, profile=profile)) == expected


def test_a_redirect_to_a_login_page_is_a_wall(serving: ExitStack) -> None:
    wall = serving.enter_context(Server(sends(ODD)))
    start = serving.enter_context(Server(to(f"http://127.0.0.1:{wall.port}/accounts/login?next=x")))
    profile = Profile(platform="x", handle="h", url=f"http://127.0.0.1:{start.port}/@h")
    assert verdict_of(visit_of(wall, start, profile=profile)) == "login_wall"


def test_a_page_that_fails_beside_a_picture_that_came_is_partial(tmp_path: Path, serving: ExitStack) -> None:
    server = serving.enter_context(Server(sends(ODD)))
    profile = Profile(
        platform="x", handle="h", url="http://10.0.0.1/@h", avatar_url=f"http://127.0.0.1:{server.port}/a.png"
    )
    visit = visit_of(server, profile=profile)
    written = write_visit(tmp_path, 1, visit, CONTEXT)
    assert written.verdict == "partial" and written.avatar and written.avatar[1] == b"hello"
    told = json.loads((tmp_path / "data/captures/1/capture.json").read_bytes())
    assert told["errors"] == ["http://10.0.0.1/@h: private_address"]
    assert told["exchanges"][0]["request_file"] and (tmp_path / "data/captures/1/001.request.bin").read_bytes() == b""


def test_nothing_to_visit_is_no_visit() -> None:
    assert wanted_for(dossier_of(Profile(platform="x", handle="h"))) == []
