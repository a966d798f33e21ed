"""One connection to one checked address, plain or TLS, with one deadline for all of it."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from OpenSSL import SSL, crypto

from hunter.errors import Unreachable
from hunter.net.certificates import Handshake, describe_handshake, is_address
from hunter.net.http1 import Cut

_PIECE = 65536


class Wire:
    """A connection to `host` at the first of `addresses` that answers; addresses are IP literals, already checked.

    No certificate is refused here: what the handshake showed stands in `handshake`, the caller decides.
    """

    def __init__(
        self,
        host: str,
        port: int,
        addresses: Sequence[str],
        *,
        tls: bool,
        seconds: float,
        roots: Path | None = None,
    ) -> None:
        self._deadline = time.monotonic() + seconds
        self._socket = self._connect(addresses, port)
        self._tls: SSL.Connection | None = None
        self.handshake: Handshake | None = None
        name = self._socket.getpeername()
        self.peer = (str(name[0]), int(name[1]))
        if tls:
            try:
                self._tls = self._shake(host, roots)
            except Unreachable:
                self._socket.close()
                raise

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()

    def send(self, message: bytes) -> None:
        """Sends all of it. Raises Cut."""
        view = memoryview(message)
        while view:
            try:
                view = view[(self._tls or self._socket).send(view) :]
            except (BlockingIOError, SSL.WantWriteError):
                self._wait(writing=True)
            except SSL.WantReadError:
                self._wait()
            except (OSError, SSL.Error) as exc:
                raise Cut("connection") from exc

    def receive(self) -> bytes:
        """The next bytes; b"" when the other side ended cleanly. Raises Cut."""
        while True:
            try:
                return (self._tls or self._socket).recv(_PIECE)
            except SSL.ZeroReturnError:
                return b""
            except (BlockingIOError, SSL.WantReadError):
                self._wait()
            except SSL.WantWriteError:
                self._wait(writing=True)
            except (OSError, SSL.Error) as exc:
                raise Cut("connection") from exc

    def _wait(self, *, writing: bool = False) -> None:
        left = self._deadline - time.monotonic()
        ready = left > 0 and select.select([self._socket], [self._socket] if writing else [], [], left)
        if not ready or not (ready[0] or ready[1]):
            raise Cut("time")

    def _connect(self, addresses: Sequence[str], port: int) -> socket.socket:
        why, last = "refused", "no address"
        for address in addresses:
            left = self._deadline - time.monotonic()
            if left <= 0:
                break
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            connection = socket.socket(family, socket.SOCK_STREAM)
            connection.settimeout(min(left, 10.0))
            try:
                connection.connect((address, port))
            except OSError as exc:
                connection.close()
                why, last = ("timeout" if isinstance(exc, TimeoutError) else "refused"), f"{address}: {exc}"
                continue
            connection.setblocking(False)
            return connection
        raise Unreachable(f"no connection to port {port}: {last}", why=why)

    def _shake(self, host: str, roots: Path | None) -> SSL.Connection:
        context = SSL.Context(SSL.TLS_CLIENT_METHOD)
        context.set_default_verify_paths()
        if roots is not None:
            context.load_verify_locations(str(roots))
        results: dict[int, list[int]] = {}

        def note(_: SSL.Connection, certificate: crypto.X509, code: int, depth: int, ok: int) -> bool:
            if not ok and code not in results.setdefault(depth, []):
                results[depth].append(code)
            return True  # we record what is shown, trusted or not

        context.set_verify(SSL.VERIFY_PEER, note)
        connection = SSL.Connection(context, self._socket)
        if not is_address(host):
            connection.set_tlsext_host_name(host.encode("ascii"))
        connection.set_alpn_protos([b"http/1.1"])
        connection.set_connect_state()
        while True:
            try:
                connection.do_handshake()
                break
            except SSL.WantReadError:
                self._wait_or_give_up(host)
            except SSL.WantWriteError:
                self._wait_or_give_up(host, writing=True)
            except (SSL.Error, OSError) as exc:
                raise Unreachable(f"{host}: no TLS connection: {exc}", why="tls") from exc
        self.handshake = describe_handshake(connection, host, {d: c for d, c in results.items() if c})
        return connection

    def _wait_or_give_up(self, host: str, *, writing: bool = False) -> None:
        with suppress(Cut):
            self._wait(writing=writing)
            return
        raise Unreachable(f"{host}: the TLS handshake took too long", why="timeout")
