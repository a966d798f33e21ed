"""The door: names, origins, sizes, methods, and the headers that every answer carries."""

from __future__ import annotations

import socket

import pytest

from hunter.review.gate import CONTENT_POLICY, HEADERS, LARGEST_BODY, LONGEST_QUERY
from hunter.review.routes import WAYS
from tests.review.visitor import Visitor

FORM = "application/x-www-form-urlencoded"
EVERY_PATH = sorted({way.path for way in WAYS} | {"/nothing", "/static/none.css"})


@pytest.fixture
def visitor(door: Visitor) -> Visitor:
    """Somebody at the door; another one for each test, the server stays."""
    return Visitor(door.port, door.sessions)


def address(path: str) -> str:
    return (
        path.replace("{number:int}", "1")
        .replace("{which:int}", "0")
        .replace("{sha256:str}", "0" * 64)
        .replace("{size:str}", "small")
        .replace("{name:str}", "style.css")
    )


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:{port}", 303),
        ("localhost:{port}", 303),
        ("LOCALHOST:{port}", 303),
        ("[::1]:{port}", 303),
        ("127.0.0.1", 421),
        ("localhost", 421),
        ("127.0.0.1:1", 421),
        ("evil.test", 421),
        ("evil.test:{port}", 421),
        ("127.0.0.1:{port}.evil.test", 421),
        ("127.0.0.1.evil.test:{port}", 421),
        ("127.0.0.2:{port}", 421),
        ("0.0.0.0:{port}", 421),
        ("user@127.0.0.1:{port}", 421),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_only_our_own_names_are_answered(visitor: Visitor, host: str, status: int, method: str) -> None:
    assert visitor.ask(method, "/", headers={"Host": host.format(port=visitor.port)}).status == status


@pytest.mark.parametrize("hosts", [[], ["127.0.0.1:{port}", "evil.test"], ["evil.test", "127.0.0.1:{port}"]])
def test_none_or_two_host_headers_are_refused(visitor: Visitor, hosts: list[str]) -> None:
    lines = "".join(f"Host: {host.format(port=visitor.port)}\r\n" for host in hosts)
    with socket.create_connection(("127.0.0.1", visitor.port), timeout=10) as line:
        line.sendall(f"GET / HTTP/1.1\r\n{lines}Connection: close\r\n\r\n".encode())
        status = line.recv(4096).split(b" ")[1]
    assert status in (b"400", b"421")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": "own"}, 303),
        ({"Origin": "own"}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "own"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:1"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://evil.test"}, 403),
        ({"Origin": "https://127.0.0.1:{port}"}, 403),
        ({"Origin": "own", "Content-Type": "text/plain"}, 415),
        ({"Origin": "own", "Content-Type": "application/json"}, 415),
        ({"Origin": "own", "Content-Type": "multipart/form-data; boundary=x"}, 415),
        ({"Origin": "own", "Content-Type": ""}, 415),
    ],
)
def test_only_our_own_forms_change_anything(ana: Visitor, headers: dict[str, str], status: int) -> None:
    told = {"Content-Type": FORM, **headers}
    told = {k: v.replace("own", f"http://{ana.host}").format(port=ana.port) for k, v in told.items()}
    assert ana.ask("POST", "/leave", b"", told).status == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, 403),
    ],
)
def test_other_sites_read_nothing(ana: Visitor, headers: dict[str, str], status: int) -> None:
    assert ana.ask("GET", "/help", headers=headers).status == status


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW"])
def test_other_methods_are_refused(ana: Visitor, method: str) -> None:
    assert ana.ask(method, "/").status == 405


@pytest.mark.parametrize("path", EVERY_PATH)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT"])
@pytest.mark.parametrize("inside", [True, False])
def test_every_answer_carries_every_header(visitor: Visitor, path: str, method: str, inside: bool) -> None:
    if inside:
        visitor.enter()
    answer = visitor.post(address(path), {}) if method == "POST" else visitor.ask(method, address(path))
    policy = answer.headers.get("content-security-policy", "")
    sandboxed = path.startswith("/pictures") and inside and method in ("GET", "HEAD")
    assert ("sandbox" in policy) if sandboxed else (policy == CONTENT_POLICY), policy
    for name, value in HEADERS.items():
        if name != "content-security-policy":
            assert answer.headers.get(name) == value, (name, answer.status)
    assert "server" not in answer.headers


def test_headers_stand_on_pages_that_break_too(ana: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("<script>secret</script>")

    monkeypatch.setattr("hunter.store.runs.recent", breaks)
    answer = ana.get("/runs")
    assert answer.status == 500
    assert answer.headers["content-security-policy"] == CONTENT_POLICY
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_too_much_is_refused(ana: Visitor) -> None:
    own = {"Content-Type": FORM, "Origin": f"http://{ana.host}", "Sec-Fetch-Site": "same-origin"}
    assert ana.ask("POST", "/judgements", b"x" * (LARGEST_BODY + 1), own).status == 413
    assert ana.get("/?words=" + "x" * LONGEST_QUERY).status == 414
    with socket.create_connection(("127.0.0.1", ana.port), timeout=10) as line:
        line.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000 + b"\r\n\r\n")
        assert b" 400 " in line.recv(4096).split(b"\r\n")[0]


def test_a_body_without_length_is_counted_as_it_comes(ana: Visitor) -> None:
    head = f"POST /leave HTTP/1.1\r\nHost: {ana.host}\r\nOrigin: http://{ana.host}\r\nContent-Type: {FORM}\r\n"
    chunk = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", ana.port), timeout=10) as line:
        line.sendall(head.encode() + b"Transfer-Encoding: chunked\r\n\r\n")
        line.sendall(chunk * 9)
        assert b" 413 " in line.recv(4096).split(b"\r\n")[0]


def test_web_sockets_are_not_spoken(ana: Visitor) -> None:
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    answer = ana.ask("GET", "/", headers={**upgrade, "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="})
    assert answer.status == 200, "an upgrade is ignored, the page is served as ever"
