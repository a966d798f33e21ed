"""The recorder keeps what came, byte for byte, and says what is missing; nothing goes where the guard forbids."""

from __future__ import annotations

import gzip
import hashlib
import socket
import ssl
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import brotli
import pytest
import trustme
import zstandard

from hunter.net.guard import Guard
from hunter.net.http1 import Limits
from hunter.net.recorder import Recorder
from tests.hostile.bombs import CODINGS, bomb
from tests.hostile.heads import HEADS
from tests.hostile.servers import Tripwire

Script = Callable[[socket.socket], None]


class Server:
    """Answers every connection by a script; keeps what it was asked."""

    def __init__(self, script: Script, context: ssl.SSLContext | None = None) -> None:
        self._script, self._context = script, context
        self.asked: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Server:
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in [self._accepting, *self._threads]:
            thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._threads.append(threading.Thread(target=self._serve, args=(connection,), daemon=True))
            self._threads[-1].start()

    def _serve(self, connection: socket.socket) -> None:
        with ExitStack() as stack:
            stack.enter_context(connection)
            try:
                if self._context:
                    connection = stack.enter_context(self._context.wrap_socket(connection, server_side=True))
                self.asked.append(connection.recv(65536))
                self._script(connection)
                if self._context:
                    connection.unwrap()
            except OSError:
                return


def sends(*pieces: bytes) -> Script:
    def script(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return script


def recorder_for(*servers: Server, **more: object) -> Recorder:
    guard = Guard({("127.0.0.1", s.port) for s in servers})
    return Recorder(guard=guard, user_agent="hunter/test", **more)  # type: ignore[arg-type]


ODD = (
    b"HTTP/1.1 200 Fine By Me\r\nx-WEIRD-case:  two spaces\r\nX-Dup: 1\r\nX-Dup: 2\r\n"
    b"N\xe4me: \xff\r\nContent-Length: 5\r\n\r\nhello"
)


def test_bytes_are_kept_as_they_came() -> None:
    with Server(sends(ODD[:30], ODD[30:])) as server:
        exchange = recorder_for(server).exchange("GET", f"http://127.0.0.1:{server.port}/a?b=c")
    assert exchange.response == ODD
    assert exchange.request == server.asked[0]
    assert exchange.request.startswith(b"GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"Cookie" not in exchange.request and b"Authorization" not in exchange.request
    assert exchange.head is not None
    assert exchange.head.reason == "Fine By Me"
    assert exchange.head.headers[:3] == (("x-WEIRD-case", "two spaces"), ("X-Dup", "1"), ("X-Dup", "2"))
    assert exchange.complete and exchange.body == b"hello" and exchange.framing == "length"
    assert exchange.peer == ("127.0.0.1", server.port) and exchange.addresses == ("127.0.0.1",)
    assert exchange.body_sha256() == hashlib.sha256(b"hello").hexdigest()


HEAD = b"HTTP/1.1 200 OK\r\n"
ANSWERS = {
    "chunked": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: v\r\n\r\n",
        b"abcde",
        None,
    ),
    "until the end": (HEAD + b"\r\nabc", b"abc", None),
    "no body": (b"HTTP/1.1 204 No Content\r\n\r\n", b"", None),
    "interim first": (b"HTTP/1.1 103 Early Hints\r\n\r\n" + HEAD + b"Content-Length: 1\r\n\r\na", b"a", None),
    "bare line feeds": (b"HTTP/1.0 200 OK\nContent-Length: 2\n\nab", b"ab", None),
    "short": (HEAD + b"Content-Length: 9\r\n\r\nabc", b"abc", "connection"),
    "cut chunk": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\nabc", b"abc", "connection"),
    "chunk that is none": (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc", b"", "framing"),
    "two lengths": (HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", b"abcd", "framing"),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.2p1 Debian\r\n", b"", "not_http"),
    "head without end": (b"HTTP/1.1 200 OK\r\nX: ", b"", "connection"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_framing(name: str) -> None:
    raw, body, truncated_by = ANSWERS[name]
    with Server(sends(raw)) as server:
        exchange = recorder_for(server).exchange("GET", f"http://127.0.0.1:{server.port}/")
    assert (exchange.response, exchange.body, exchange.truncated_by) == (raw, body, truncated_by)
    assert exchange.complete == (truncated_by is None)


def drip(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\n")
    for _ in range(100):
        connection.sendall(b".")
        time.sleep(0.05)


TOO_MUCH = {
    "slow drip": (drip, "time"),
    "endless body": (sends(HEAD + b"\r\n", *[b"x" * 4096] * 64), "size"),
    "endless head": (sends(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 9999), "size"),
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_is_too_much_is_cut_and_said(name: str) -> None:
    script, why = TOO_MUCH[name]
    limits = Limits(size=65536, head=16384, seconds=0.6)
    with Server(script) as server:
        began = time.monotonic()
        exchange = recorder_for(server, limits=limits).exchange("GET", f"http://127.0.0.1:{server.port}/")
        assert time.monotonic() - began < 3
    assert exchange.truncated_by == why and not exchange.complete
    assert 0 < len(exchange.response) <= 65536


CODERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("coding", CODERS)
def test_codings_are_undone_for_readers_and_bombs_cost_no_more_than_the_limit(coding: str) -> None:
    for plain, limit, expected in ((b"<p>hi</p>" * 50, 4096, None), (bytes(2_000_000), 4096, "size")):
        packed = CODERS[coding](plain)
        raw = HEAD + f"Content-Encoding: {coding}\r\nContent-Length: {len(packed)}\r\n\r\n".encode() + packed
        with Server(sends(raw)) as server:
            exchange = recorder_for(server).exchange("GET", f"http://127.0.0.1:{server.port}/")
        assert exchange.response == raw and exchange.body == packed
        readable, why = exchange.decoded(limit)
        assert readable == plain[:limit] and why == expected


def test_broken_and_unknown_codings_are_told() -> None:
    for coding, why in (("gzip", "broken"), ("sdch", "unknown")):
        raw = HEAD + f"Content-Encoding: {coding}\r\nContent-Length: 3\r\n\r\nabc".encode()
        with Server(sends(raw)) as server:
            assert recorder_for(server).exchange("GET", f"http://127.0.0.1:{server.port}/").decoded(99)[1] == why


@contextmanager
def tls_server(authority: trustme.CA, name: str = "127.0.0.1", **more: object) -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, **more).configure_cert(context)  # type: ignore[arg-type]
    with Server(sends(HEAD + b"Content-Length: 2\r\n\r\nok"), context) as server:
        yield server


def test_certificates_are_recorded_and_checked_depth_by_depth(tmp_path: Path) -> None:
    root = trustme.CA()
    middle = root.create_child_ca()
    roots = tmp_path / "roots.pem"
    root.cert_pem.write_to_path(str(roots))
    with tls_server(middle) as server:
        url = f"https://127.0.0.1:{server.port}/"
        known = recorder_for(server, roots=roots).exchange("GET", url)
        unknown = recorder_for(server).exchange("GET", url)
    assert known.response == unknown.response == HEAD + b"Content-Length: 2\r\n\r\nok"
    assert known.handshake and known.handshake.trusted and known.handshake.protocol.startswith("TLSv1.")
    assert [d.depth for d in known.handshake.depths] == [0, 1]
    assert known.handshake.pem().count(b"BEGIN CERTIFICATE") == 2
    assert known.handshake.depths[0].names == ("127.0.0.1",)
    assert unknown.handshake and not unknown.handshake.trusted
    assert any("trust" in p or "not found" in p for p in unknown.handshake.problems)
    assert unknown.handshake.depths[0].sha256 == known.handshake.depths[0].sha256


def test_wrong_name_and_expired_certificates_are_captured_and_labelled(tmp_path: Path) -> None:
    root = trustme.CA()
    roots = tmp_path / "roots.pem"
    root.cert_pem.write_to_path(str(roots))
    past = datetime.now(UTC) - timedelta(days=1)
    cases = (
        ({"name": "wrong.example"}, "depth 0: made for another host name"),
        ({"not_after": past, "not_before": past - timedelta(days=9)}, "depth 0: expired"),
    )
    for more, problem in cases:
        with tls_server(root, **more) as server:  # type: ignore[arg-type]
            exchange = recorder_for(server, roots=roots).exchange("GET", f"https://127.0.0.1:{server.port}/")
        assert exchange.status == 200
        assert exchange.handshake and exchange.handshake.problems == (problem,)
        assert exchange.handshake.depths[0].problems == (problem.partition(": ")[2],)


def test_tls_spoken_to_a_plain_server_is_an_error_not_a_crash() -> None:
    with Server(sends(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        exchange = recorder_for(server).exchange("GET", f"https://127.0.0.1:{server.port}/")
    assert exchange.error == "tls" and exchange.response == b"" and not exchange.complete


def to(location: str, status: int = 302) -> Script:
    return sends(f"HTTP/1.1 {status} Go\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode("latin-1"))


def test_redirects_are_kept_hop_by_hop() -> None:
    with Server(sends(ODD)) as end, Server(to(f"http://127.0.0.1:{end.port}/end")) as start:
        recording = recorder_for(start, end).record(f"http://127.0.0.1:{start.port}/")
    assert [e.status for e in recording.exchanges] == [302, 200]
    assert recording.final.url == f"http://127.0.0.1:{end.port}/end" and recording.complete


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["http://127.0.0.1:{canary}/", "file:///etc/hostname", "data:text/plain,x",
                                      "//127.1:{canary}/", "gopher://127.0.0.1:{canary}/"])  # fmt: skip
def test_no_redirect_leads_past_the_guard(status: int, location: str) -> None:
    with Server(sends(ODD)) as canary, Server(to(location.format(canary=canary.port), status)) as start:
        recording = recorder_for(start).record(f"http://127.0.0.1:{start.port}/")
    assert canary.asked == []
    assert recording.exchanges[0].status == status
    assert recording.stopped_by and recording.final.error and not recording.complete


def test_loops_and_long_ways_end() -> None:
    count = iter(range(1000))
    with Server(lambda c: to(f"/{next(count)}")(c)) as server, Server(to("/")) as loop:
        far = recorder_for(server).record(f"http://127.0.0.1:{server.port}/")
        round_and_round = recorder_for(loop).record(f"http://127.0.0.1:{loop.port}/")
    assert far.stopped_by == "hops" and len(far.exchanges) == Limits().hops + 1
    assert round_and_round.stopped_by == "loop" and len(round_and_round.exchanges) == 1


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:{port}/", "http://2130706433:{port}/", "http://127.1:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
     "http://user@127.0.0.1:{port}/", "http://localhost:{port}/", "ftp://127.0.0.1:{port}/"],
)  # fmt: skip
def test_private_addresses_are_refused_before_anything_is_sent(url: str) -> None:
    with Server(sends(ODD)) as canary:
        exchange = Recorder(guard=Guard(), user_agent="x").exchange("GET", url.format(port=canary.port))
    assert canary.asked == [] and exchange.error and exchange.request == b"" and exchange.status == 0


def test_nobody_there_is_an_error_with_its_reason() -> None:
    with Server(sends(ODD)) as server:
        recorder, url = recorder_for(server), f"http://127.0.0.1:{server.port}/"
    exchange = recorder.exchange("GET", url)
    assert exchange.error == "refused" and exchange.peer is None


def test_header_lines_cannot_be_smuggled_in() -> None:
    with Server(sends(ODD)) as server, pytest.raises(ValueError, match="line breaks"):
        recorder_for(server).exchange("GET", f"http://127.0.0.1:{server.port}/", headers={"Accept": "a\r\nX: y"})


@pytest.mark.parametrize("name", HEADS)
def test_hostile_heads_are_bounded_kept_raw_and_lead_nowhere(name: str) -> None:
    with Tripwire() as wire, Server(sends(HEADS[name].replace(b"{port}", b"%d" % wire.port))) as server:
        recorder = recorder_for(server)
        began = time.monotonic()
        recording = recorder.record(f"http://127.0.0.1:{server.port}/")
        assert time.monotonic() - began < 10
    raw = HEADS[name].replace(b"{port}", b"%d" % wire.port)
    first = recording.exchanges[0]
    assert wire.knocks == 0, "nothing that a header says is followed past the guard"
    assert first.response and raw.startswith(first.response) and len(first.response) <= Limits().head + 65536
    assert first.complete == (first.response == raw and name not in ("two lengths", "a length that is none"))
    if len(raw) > Limits().head:
        assert first.truncated_by == "size" and not recording.complete
    for request in server.asked:  # what a header said is nowhere repeated as a line of its own
        lines = request.split(b"\r\n")
        assert b"\r" not in b"".join(lines) and b"\n" not in b"".join(lines)
        assert not [line for line in lines if b"evil" in line and not line.startswith(b"GET /next%0d%0a")]


@pytest.mark.parametrize("coding", CODINGS)
def test_a_bomb_costs_no_more_memory_than_the_limit(coding: str) -> None:
    script = """
import resource, sys
from hunter.net.guard import Guard
from hunter.net.recorder import Recorder
exchange = Recorder(guard=Guard([("127.0.0.1", int(sys.argv[1]))]), user_agent="x").exchange("GET", sys.argv[2])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
readable, why = exchange.decoded(8 * 1024 * 1024)
assert exchange.complete and why == "size" and len(readable) <= 8 * 1024 * 1024, (why, len(readable))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    packed = bomb(coding)
    raw = HEAD + f"Content-Encoding: {coding}\r\nContent-Length: {len(packed)}\r\n\r\n".encode() + packed
    with Server(sends(raw)) as server:
        command = [sys.executable, "-c", script, str(server.port), f"http://127.0.0.1:{server.port}/"]
        done = subprocess.run(command, capture_output=True, check=True)
    assert int(done.stdout) < 64 * 1024, "kilobytes, for 150 mebibytes"


def test_a_flood_of_heads_costs_no_more_than_the_limit(tmp_path: Path) -> None:
    script = """
import resource, sys
from hunter.net.guard import Guard
from hunter.net.recorder import Recorder
recorder = Recorder(guard=Guard([("127.0.0.1", int(sys.argv[1]))]), user_agent="x")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
exchange = recorder.exchange("GET", f"http://127.0.0.1:{sys.argv[1]}/")
assert exchange.truncated_by == "size", exchange.truncated_by
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    with Server(sends(b"HTTP/1.1 200 OK\r\n", *[b"A: b\r\n" * 10_000] * 2000)) as server:
        done = subprocess.run([sys.executable, "-c", script, str(server.port)], capture_output=True, check=True)
    assert int(done.stdout) < 64 * 1024, "kilobytes, for a head of 120 MB"
