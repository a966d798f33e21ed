"""The server: where it may stand, how patient it is, and what it writes."""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import threading
import time
from pathlib import Path

import pytest
import trustme

from hunter.errors import UsageError
from hunter.review import server as served
from hunter.review.app import build_app
from hunter.review.desk import Desk
from hunter.review.gallery import Gallery
from hunter.review.server import Address, OneLine, bind, build_server, check_address
from hunter.review.sessions import Sessions
from hunter.store import Store
from hunter.vault import Vault
from tests.hostile import read_strings
from tests.review.visitor import Visitor


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.9.9.9"])
def test_this_machine_needs_nothing(host: str) -> None:
    check_address(Address(host=host, port=1), None)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "review.acme.example", "", "127.0.0.1.evil.test"])
def test_a_network_needs_tls_users_and_a_name(host: str) -> None:
    with pytest.raises(UsageError, match="--tls-certificate and --tls-key, --users, --name"):
        check_address(Address(host=host, port=1), None)


def test_each_missing_part_is_named(tmp_path: Path) -> None:
    full = {"certificate": tmp_path, "key": tmp_path, "names": ("review.acme.example",)}
    check_address(Address(host="0.0.0.0", port=1, **full), tmp_path)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="needs --users"):
        check_address(Address(host="0.0.0.0", port=1, **full), None)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="needs --name"):
        check_address(Address(host="0.0.0.0", port=1, certificate=tmp_path, key=tmp_path), tmp_path)
    with pytest.raises(UsageError, match="both"):
        check_address(Address(host="0.0.0.0", port=1, certificate=tmp_path), tmp_path)


def test_names_that_are_answered() -> None:
    assert Address(host="127.0.0.1", port=8765).hosts == ("127.0.0.1:8765", "localhost:8765", "[::1]:8765")
    named = Address(host="0.0.0.0", port=443, names=("a.example",), certificate=Path("c"), key=Path("k"))
    assert named.hosts == ("a.example:443", "a.example")


def test_a_port_that_is_taken_is_told() -> None:
    with bind(Address(host="127.0.0.1", port=0)) as taken:
        taken.listen()
        with pytest.raises(UsageError, match="in use"):
            bind(Address(host="127.0.0.1", port=taken.getsockname()[1]))


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "], ids=["nothing", "line", "header"]
)
def test_whoever_is_slow_is_left(visitor: Visitor, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(served, "SLOWEST_HEAD", 0.3)
    with socket.create_connection(("127.0.0.1", visitor.port), timeout=10) as line:
        began = time.monotonic()
        line.sendall(sent)
        try:
            left = line.recv(4096)
        except ConnectionResetError:
            left = b""
        assert left == b""
        assert time.monotonic() - began < 8


def test_a_connection_is_used_again_and_then_left(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "SLOWEST_HEAD", 0.5)
    with socket.create_connection(("127.0.0.1", visitor.port), timeout=10) as line:
        for _ in range(2):
            line.sendall(f"GET /static/icon.svg HTTP/1.1\r\nHost: {visitor.host}\r\n\r\n".encode())
            answer = b""
            while b"</svg>" not in answer:
                answer += line.recv(65536)
            assert answer.startswith(b"HTTP/1.1 200")
        with contextlib.suppress(ConnectionResetError):
            assert line.recv(65536).strip() == b""


def test_a_slow_body_is_refused(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hunter.review.gate.SLOWEST_BODY", 0.3)
    head = f"POST /leave HTTP/1.1\r\nHost: {visitor.host}\r\nOrigin: http://{visitor.host}\r\n"
    head += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nx"
    with socket.create_connection(("127.0.0.1", visitor.port), timeout=10) as line:
        line.sendall(head.encode())
        assert b" 413 " in line.recv(4096).split(b"\r\n")[0]


def test_one_event_is_one_line_with_nothing_invisible() -> None:
    formatter = OneLine("%(levelname)s %(message)s")
    for text in read_strings():
        try:
            raise ValueError(text)
        except ValueError as exc:
            caught = (type(exc), exc, exc.__traceback__)
            record = logging.LogRecord("x", logging.ERROR, __file__, 1, "broke: %s", (text,), caught)
        line = formatter.format(record)
        assert "\n" not in line
        assert all(ord(c) >= 32 and not 0x7F <= ord(c) < 0xA0 for c in line)


def test_it_speaks_tls(store: Store, vault: Vault, tmp_path: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    issued.cert_chain_pems[0].write_to_path(certificate)
    issued.private_key_pem.write_to_path(key)
    with Gallery(vault) as gallery, bind(Address(host="127.0.0.1", port=0)) as listening:
        port = listening.getsockname()[1]
        address = Address(host="127.0.0.1", port=port, certificate=certificate, key=key)
        desk = Desk(store=store, gallery=gallery, sessions=Sessions(reviewer="ana"), tls=True)
        server = build_server(build_app(desk, address.hosts), address)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            context = ssl.create_default_context()
            authority.configure_trust(context)
            with (
                socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
                context.wrap_socket(plain, server_hostname="localhost") as line,
            ):
                key_of_link = desk.sessions.new_link()
                line.sendall(f"GET /enter?key={key_of_link} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
                head = line.recv(65536).decode().lower()
        finally:
            server.should_exit = True
            thread.join(10)
    assert "303" in head.split("\r\n")[0]
    assert "strict-transport-security: max-age=" in head
    assert "; secure" in head
