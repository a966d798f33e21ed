"""Records what a URL answers, as evidence: raw bytes, peer, certificates and each redirect, all from one visit.

The crawler is no recorder (it rewrites headers and decodes bodies); this is small, slow and exact. Nothing leaves the
machine before the guard has checked the address, and the address that was checked is the one that is connected to.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urljoin

from hunter.errors import AddressRefused, Unreachable
from hunter.net.certificates import Handshake
from hunter.net.guard import Guard, Target
from hunter.net.http1 import Answer, Cut, Head, Limits, decode_body, read_answer
from hunter.net.wire import Wire

_REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its answer on one connection of their own."""

    method: str
    url: str
    request: bytes  # as sent inside TLS
    response: bytes  # as received inside TLS, nothing decoded; b"" when nothing came
    head: Head | None
    head_span: tuple[int, int]  # where in `response` the head lies
    body: bytes  # chunks joined, still content-encoded
    framing: str
    truncated_by: str | None  # None: complete
    error: str | None  # why no answer came: "address", "dns", "refused", "timeout", "tls", …
    addresses: tuple[str, ...]  # what the name resolved to when the guard checked it
    peer: tuple[str, int] | None  # address and port that answered
    handshake: Handshake | None
    started_at: datetime
    ended_at: datetime
    elapsed: float  # seconds, monotonic

    @property
    def complete(self) -> bool:
        """Whether a whole answer came."""
        return self.error is None and self.truncated_by is None

    @property
    def status(self) -> int:
        """HTTP status; 0: no answer came."""
        return self.head.status if self.head else 0

    @property
    def media_type(self) -> str:
        """The declared type without parameters, lower case; "" where none was declared."""
        return ((self.head and self.head.value("content-type")) or "").partition(";")[0].strip().lower()

    def decoded(self, limit: int) -> tuple[bytes, str | None]:
        """The body for readers, at most `limit` bytes, and why it is not whole ("size", "broken", "unknown")."""
        return decode_body(self.body, ",".join(self.head.values("content-encoding")) if self.head else "", limit)

    def body_sha256(self) -> str:
        """Digest of the body as transferred: chunks joined, still content-encoded."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One URL asked for, with every hop on the way to its answer."""

    url: str
    exchanges: tuple[Exchange, ...]
    stopped_by: str | None  # why the last redirect was not followed: "hops", "loop", or the guard's reason

    @property
    def final(self) -> Exchange:
        """The last exchange."""
        return self.exchanges[-1]

    @property
    def complete(self) -> bool:
        """Whether every hop came whole and the last one is no redirect that was refused."""
        return self.stopped_by is None and all(e.complete for e in self.exchanges)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorder:
    """Asks for URLs through the guard and keeps all that came. Anonymous: no cookies, no credentials."""

    guard: Guard
    user_agent: str
    limits: Limits = field(default_factory=Limits)
    roots: Path | None = None  # PEM file with more roots to trust, besides the system's
    accept_language: str = "en"
    clock: Callable[[], datetime] = field(default=_now)

    def record(self, url: str, headers: Mapping[str, str] | None = None) -> Recording:
        """Asks for `url` and follows redirects, each through the guard. Never raises for what the net does."""
        exchanges: list[Exchange] = []
        seen: set[str] = set()
        here, stopped = url, None
        while True:
            exchanges.append(self.exchange("GET", here, headers=headers))
            seen.add(here)
            last = exchanges[-1]
            location = last.head.value("location") if last.head and last.status in _REDIRECTS else None
            if last.error or not location:
                if last.error and len(exchanges) > 1:
                    stopped = last.error
                break
            here = urljoin(here, location)
            if here in seen or len(exchanges) > self.limits.hops:
                stopped = "loop" if here in seen else "hops"
                break
        return Recording(url=url, exchanges=tuple(exchanges), stopped_by=stopped)

    def exchange(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Exchange:
        """One request on a connection of its own, no redirect followed. Never raises for what the net does."""
        started, clock = self.clock(), time.monotonic()
        request, answer, wire, error = b"", None, None, None
        addresses: tuple[str, ...] = ()
        try:
            target = self.guard.check_url(url)
            addresses = tuple(self.guard.resolve(target.host, target.port))
            request = self._request(method, target, headers or {}, body)
            with Wire(
                target.host, target.port, addresses, tls=target.scheme == "https",
                seconds=self.limits.seconds, roots=self.roots,
            ) as wire:  # fmt: skip
                try:
                    wire.send(request)
                except Cut as cut:
                    if cut.why == "time":
                        raise
                answer = read_answer(wire.receive, method, self.limits)
        except AddressRefused as exc:
            error = exc.why
        except Unreachable as exc:
            error = exc.why
        except Cut as cut:
            error = cut.why
        return Exchange(
            method=method,
            url=url,
            request=request if wire else b"",
            response=answer.raw if answer else b"",
            head=answer.head if answer else None,
            head_span=answer.head_span if answer else (0, 0),
            body=answer.body if answer else b"",
            framing=answer.framing if answer else "none",
            truncated_by=answer.truncated_by if answer else None,
            error=error or _silence(answer),
            addresses=addresses,
            peer=wire.peer if wire else None,
            handshake=wire.handshake if wire else None,
            started_at=started,
            ended_at=self.clock(),
            elapsed=time.monotonic() - clock,
        )

    def _request(self, method: str, target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
        authority, slash, rest = target.url.partition("://")[2].partition("/")
        given = {
            "Host": authority,
            "User-Agent": self.user_agent,
            "Accept": "*/*",
            "Accept-Language": self.accept_language,
            "Accept-Encoding": "identity",  # so that the raw bytes can be read with the eye
            "Connection": "close",
            **headers,
        }
        if body:
            given["Content-Length"] = str(len(body))
        path = quote(slash + rest, safe="%/?:@!$&'()*+,;=~-._[]|^`{}<>\"#")  # only what is not ASCII is changed
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
        if any(c in line for line in lines for c in "\r\n\0"):
            raise ValueError("a request line may not hold line breaks")
        return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + body


def _silence(answer: Answer | None) -> str | None:
    """The error of an exchange in which not one byte came back."""
    return "empty" if answer is not None and not answer.raw and answer.truncated_by == "connection" else None
