"""Serves the review page: bound to this machine, or to a network with TLS and users; patient with nobody."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from hunter.errors import UsageError
from hunter.review.gate import App
from hunter.visible import visible

SLOWEST_HEAD = 10.0  # seconds until a whole request head is there
LARGEST_HEAD = 16 * 1024
CONNECTIONS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the page is served."""

    host: str
    port: int
    names: tuple[str, ...] = ()  # by which a network page is called
    certificate: Path | None = None
    key: Path | None = None

    @property
    def tls(self) -> bool:
        """Whether it speaks TLS."""
        return self.certificate is not None and self.key is not None

    @property
    def hosts(self) -> tuple[str, ...]:
        """The Host headers that are answered."""
        if self.is_loopback():
            local = ("127.0.0.1", "localhost", "[::1]")
            return tuple(f"{name}:{self.port}" for name in (*local, *self.names))
        usual = 443 if self.tls else 80
        own = tuple(f"{name}:{self.port}" for name in self.names)
        return own + (self.names if self.port == usual else ())

    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def check_address(address: Address, users: Path | None) -> None:
    """Raises UsageError for a page that others could reach without TLS, users and a name of its own."""
    if (address.certificate is None) != (address.key is None):
        raise UsageError("TLS needs both --tls-certificate and --tls-key")
    if address.is_loopback():
        return
    missing = [
        option
        for option, there in (
            ("--tls-certificate and --tls-key", address.tls),
            ("--users", users is not None),
            ("--name", bool(address.names)),
        )
        if not there
    ]
    if missing:
        raise UsageError(
            f"{address.host} can be reached by others; the review page then needs {', '.join(missing)}",
            advice="without --host it is served to this machine only",
        )


def bind(address: Address) -> socket.socket:
    """The listening socket; port 0 takes a free one. Raises UsageError where it is taken."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1" if address.host == "localhost" else address.host, address.port))
        listening.listen(CONNECTIONS)  # whoever opens the printed link at once waits, instead of being refused
    except OSError as exc:
        listening.close()
        raise UsageError(
            f"{address.host}:{address.port} cannot be served: {exc.strerror}", advice="--port takes another one"
        ) from exc
    return listening


class ImpatientProtocol(H11Protocol):
    """Closes a connection on which no whole request head arrives in time."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def handle_events(self) -> None:
        """Reads what has come; a request that is under way stops the clock, its end starts it anew."""
        super().handle_events()
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()

    def on_response_complete(self) -> None:
        """A further request on the same connection has as long as the first one."""
        super().on_response_complete()
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._stop_waiting()
        self._patience = self.loop.call_later(SLOWEST_HEAD, self._give_up)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.abort()


class OneLine(logging.Formatter):
    """One event, one line, nothing invisible: a traceback holds what strangers wrote."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return visible(" | ".join(line.strip() for line in text.splitlines() if line.strip()), 8000)


def build_server(app: App, address: Address) -> uvicorn.Server:
    """A server that is ready to be started with `run(sockets=[…])`."""
    config = uvicorn.Config(
        app,
        http=ImpatientProtocol,
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        h11_max_incomplete_event_size=LARGEST_HEAD,
        timeout_keep_alive=int(SLOWEST_HEAD),
        timeout_graceful_shutdown=3,
        ssl_certfile=address.certificate,
        ssl_keyfile=address.key,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine("hunter review: %(levelname)s %(message)s"))
    for name in ("uvicorn.error", "hunter.review"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(logging.WARNING)
    return uvicorn.Server(config)


def serve(app: App, address: Address, sockets: Sequence[socket.socket]) -> None:
    """Serves until interrupted."""
    build_server(app, address).run(sockets=list(sockets))
