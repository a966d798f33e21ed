"""A proxy on loopback that lets a browser reach only what the guard lets through, and notes what it refused."""

from __future__ import annotations

import re
import select
import socket
import socketserver
import threading
import time
from types import TracebackType
from typing import NamedTuple

from hunter.errors import AddressRefused, Unreachable
from hunter.net.guard import Guard, Target, read_url

_LONGEST_HEAD = 64 * 1024
_PIECE = 65536
_REQUEST = re.compile(rb"^([A-Z]{1,20}) (\S{1,8192}) HTTP/1\.[01]\r?\n")
_HOP = re.compile(rb"^(?:proxy-[a-z-]+|connection|keep-alive):[^\n]*\n", re.IGNORECASE | re.MULTILINE)


class Passage(NamedTuple):
    """One connection that the browser wanted."""

    host: str
    port: int
    refused: str | None  # None: let through


class FilteringProxy:
    """Listens on a loopback port of its own while it is open; use it as a context manager.

    `most` bytes come through in all and `seconds` is how long one connection may last, then it is cut.
    """

    def __init__(self, guard: Guard, *, most: int = 64 * 1024 * 1024, seconds: float = 60.0) -> None:
        self.guard, self.most, self.seconds = guard, most, seconds
        self.passages: list[Passage] = []
        self.carried = 0
        self.passing = False
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Connection)
        self._server.proxy = self

    @property
    def address(self) -> str:
        """host:port to give to the browser."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> FilteringProxy:
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def start_passing(self) -> None:
        """Lets connections through from now on, and forgets what the page before carried and wanted."""
        with self._lock:
            self.passages, self.carried, self.passing = [], 0, True

    def stop_passing(self) -> None:
        """Refuses everything: what a browser asks for on its own between two pages is not our business."""
        with self._lock:
            self.passing = False

    def note(self, host: str, port: int, refused: str | None) -> None:
        """Keeps what became of one wanted connection."""
        with self._lock:
            if len(self.passages) < 1000:
                self.passages.append(Passage(host, port, refused))

    def may_carry(self, size: int) -> bool:
        """Counts bytes; False once there were too many."""
        with self._lock:
            self.carried += size
            return self.carried <= self.most


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64
    proxy: FilteringProxy

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that broke concerns nobody but the browser, which sees it itself."""


class _Connection(socketserver.BaseRequestHandler):
    server: _Server
    request: socket.socket

    def handle(self) -> None:
        self.request.settimeout(15.0)
        head = b""
        while b"\r\n\r\n" not in head and b"\n\n" not in head:
            piece = self.request.recv(_PIECE)
            if not piece or len(head) > _LONGEST_HEAD:
                return
            head += piece
        match = _REQUEST.match(head)
        if not match or not self.server.proxy.passing:
            self._answer("403 Forbidden" if match else "400 Bad Request")
            return
        method, wanted = match[1].decode("ascii"), match[2].decode("latin-1")
        tunnel = method == "CONNECT"
        try:
            target = read_url(f"https://{wanted}/" if tunnel else wanted)
            theirs = self._connect(target)
        except AddressRefused as exc:
            self.server.proxy.note(*_shown(wanted), exc.why)
            self._answer("403 Forbidden")
            return
        except (Unreachable, OSError):
            self.server.proxy.note(*_shown(wanted), "unreachable")
            self._answer("502 Bad Gateway")
            return
        with theirs:
            self.server.proxy.note(target.host, target.port, None)
            if tunnel:
                self.request.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                theirs.sendall(_for_server(head, match, target))
            self._carry(theirs)

    def _connect(self, target: Target) -> socket.socket:
        last: OSError | None = None
        for address in self.server.proxy.guard.resolve(target.host, target.port):
            try:
                return socket.create_connection((address, target.port), timeout=10.0)
            except OSError as exc:
                last = exc
        raise last or Unreachable(target.host)

    def _answer(self, status: str) -> None:
        self.request.sendall(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())

    def _carry(self, theirs: socket.socket) -> None:
        until = time.monotonic() + self.server.proxy.seconds
        other = {self.request: theirs, theirs: self.request}
        while time.monotonic() < until:
            ready, _, _ = select.select(list(other), [], [], 1.0)
            for side in ready:
                piece = side.recv(_PIECE)
                if not piece or not self.server.proxy.may_carry(len(piece)):
                    return
                other[side].sendall(piece)


def _shown(wanted: str) -> tuple[str, int]:
    """What was wanted, for the note: hosts that we cannot read are kept as they were written."""
    return wanted[:200], 0


def _for_server(head: bytes, match: re.Match[bytes], target: Target) -> bytes:
    """A proxy request as the server wants it: the path alone, and no second request on the same connection."""
    path = "/" + target.url.partition("://")[2].partition("/")[2]
    rest = _HOP.sub(b"", head[match.end() :])
    return match[1] + b" " + path.encode("latin-1", "replace") + b" HTTP/1.1\r\nConnection: close\r\n" + rest
