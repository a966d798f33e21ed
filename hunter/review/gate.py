"""The door of the review page: who may speak to it, how much he may send, and the headers that every answer carries.

The page shows hostile content to people with rights, so the browser is told to trust nothing but our own files. Cookies
are shared between all ports of a host and sent along by other sites' forms: the Host, Origin and Sec-Fetch-Site
headers decide, before any route is looked up. Pure ASGI, so that nothing inside can answer without passing here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_BODY = 256 * 1024  # a bulk verdict over one page of the queue is some 20 KB
SLOWEST_BODY = 15.0  # seconds until the whole body is there
LONGEST_QUERY = 4096
FORM = "application/x-www-form-urlencoded"

CONTENT_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "x-robots-tag": "noindex",
}


class Gate:
    """Wraps the whole application. `hosts` are the only Host headers that are answered, with their port."""

    def __init__(self, app: App, hosts: Iterable[str], *, tls: bool = False) -> None:
        self.app = app
        self.hosts = frozenset(h.lower() for h in hosts)
        scheme = "https" if tls else "http"
        self.origins = frozenset(f"{scheme}://{host}" for host in self.hosts)
        self.tls = tls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # no web sockets here
            await send({"type": "websocket.close", "code": 1008})
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self.tls:
                    headers["strict-transport-security"] = "max-age=31536000"
            await send(message)

        refusal = self.refuse(scope)
        if refusal is not None:
            status, why = refusal
            await PlainTextResponse(why + "\n", status)(scope, receive, send_guarded)
            return
        body = await read_body(receive) if scope["method"] == "POST" else b""
        if body is None:
            await PlainTextResponse("too much was sent, or too slowly\n", 413)(scope, receive, send_guarded)
            return
        await self.app(scope, replay(body, receive), send_guarded)

    def refuse(self, scope: Scope) -> tuple[int, str] | None:
        """Why this request is not answered, with the status for it; None: it may pass."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self.hosts:
            return 421, "this name is not served here"
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405, "only GET and POST"
        if len(scope.get("query_string", b"")) > LONGEST_QUERY:
            return 414, "the address is too long"
        if scope["method"] == "POST":
            return self.refuse_change(headers)
        return self.refuse_look(headers)

    def refuse_look(self, headers: Headers) -> tuple[int, str] | None:
        """Reading: our own pages and a person at the address bar; another site may only navigate here."""
        site = headers.get("sec-fetch-site", "none")
        navigates = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
        if site in ("same-origin", "none") or navigates:
            return None
        return 403, "another site may not read this page"

    def refuse_change(self, headers: Headers) -> tuple[int, str] | None:
        """Changing: only a form of our own page, told by two headers that no other site can write."""
        site, origins = headers.get("sec-fetch-site"), headers.getlist("origin")
        if site is not None and site != "same-origin":
            return 403, "a form of another site changes nothing here"
        if origins and (len(origins) > 1 or origins[0].lower() not in self.origins):
            return 403, "a form of another origin changes nothing here"
        if site is None and not origins:
            return 403, "the browser does not say where this form comes from"
        if headers.get("content-type", "").split(";")[0].strip().lower() != FORM:
            return 415, "only plain forms are read"
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            return 413, "too much was sent"
        return None


async def read_body(receive: Receive) -> bytes | None:
    """The whole body, or None where it is too large, too slow or breaks off."""
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(SLOWEST_BODY):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    return None
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > LARGEST_BODY:
                    return None
                if not message.get("more_body", False):
                    return b"".join(parts)
    except TimeoutError:
        return None


def replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that hands the read body on, then whatever comes after it (the end of the connection)."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
