"""The sample network on loopback: real HTTP in the shapes of the AT Protocol, as far as reading profiles goes."""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from hunter.demo.accounts import Account, Script, content_id

_VERIFIER = "did:plc:sampleverifier2222222222"
_ROBOTS = "User-agent: *\nAllow: /\n"
_MOST_AT_ONCE = 25  # actors that one getProfiles may ask for
_BLOCKED_PAGE = b"<!doctype html><title>Members only</title><h1>Log in to see this page</h1>"


class SampleNetwork:
    """The accounts of a script on one day; `asked` counts the questions that came."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.day = 1
        self.asked = 0
        self.url = ""

    @contextmanager
    def serve(self) -> Iterator[str]:
        """The base URL of the network, which lives on a free port of 127.0.0.1 while the context is open."""
        server = _Server(self)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="sample network", daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self.url
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def accounts(self) -> tuple[Account, ...]:
        return self.script.on_day(self.day)

    def find(self, actor: str) -> Account | None:
        """The account of a handle or DID; None where the network knows none."""
        for account in self.accounts():
            if actor == account.did or (actor.lower() == account.handle and not account.handle_invalid):
                return account
        return None

    def search(self, words: str) -> list[Account]:
        """Active accounts in whose handle, name or bio every word occurs."""
        wanted = _folded(words).split()
        found = []
        for account in self.accounts():
            text = _folded(f"{account.handle} {account.name or ''} {(account.bio or '')[:1000]}")
            if account.status == "active" and all(word in text for word in wanted):
                found.append(account)
        return found

    def profile(self, account: Account, *, detailed: bool) -> dict[str, Any]:
        """One account as `profileView`, or `profileViewDetailed` with its counts."""
        view: dict[str, Any] = {
            "did": account.did,
            "handle": "handle.invalid" if account.handle_invalid else account.handle,
            "associated": {"activitySubscription": {"allowSubscriptions": "followers"}},
            "labels": [],
        }
        if account.name is not None:
            joined = account.joined.strftime("%Y-%m-%dT%H:%M:%S.000Z")
            view |= {"displayName": account.name, "createdAt": joined, "indexedAt": joined}
        if account.bio:
            view["description"] = account.bio
        if account.picture:
            cid = content_id(self.script.read_picture(account.picture))
            view["avatar"] = f"{self.url}/img/avatar/plain/{account.did}/{cid}"
        if account.verified:
            view["verification"] = _verification(account)
        if detailed:
            followers, following, posts = account.counts
            view |= {"followersCount": followers, "followsCount": following, "postsCount": posts}
        return view


def _verification(account: Account) -> dict[str, Any]:
    entry = {
        "issuer": _VERIFIER,
        "uri": f"at://{_VERIFIER}/app.bsky.graph.verification/{account.did[-12:]}",
        "isValid": True,
        "createdAt": account.joined.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    }
    return {"verifications": [entry], "verifiedStatus": "valid", "trustedVerifierStatus": "none"}


def _folded(text: str) -> str:
    """Lower case without marks, as the network's search compares."""
    plain = unicodedata.normalize("NFKD", text).lower()
    return "".join(c for c in plain if not unicodedata.combining(c))


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, network: SampleNetwork) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.network = network


class _Answer(BaseHTTPRequestHandler):
    """Answers one connection for the network of its server."""

    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 60

    @property
    def network(self) -> SampleNetwork:
        return self.server.network

    def do_GET(self) -> None:
        self.network.asked += 1
        address = urlsplit(self.path)
        query = parse_qs(address.query)
        for refusal in self.network.script.refusals:
            if address.path == refusal.path and query.get("q", [""])[0] == refusal.q:
                self.send(refusal.status, "text/html; charset=utf-8", _BLOCKED_PAGE)
                return
        if address.path == "/robots.txt":
            self.send(200, "text/plain; charset=utf-8", _ROBOTS.encode())
        elif address.path.startswith("/img/avatar/plain/"):
            self.picture(unquote(address.path).split("/")[4:])
        elif address.path.startswith("/xrpc/"):
            self.method(address.path.removeprefix("/xrpc/"), query)
        else:
            self.send(404, "text/html; charset=utf-8", b"<!doctype html><title>Not found</title>")

    def method(self, name: str, query: dict[str, list[str]]) -> None:
        if name == "app.bsky.actor.searchActors":
            self.search(query)
        elif name == "app.bsky.actor.getProfiles":
            self.profiles(query.get("actors", []))
        elif name == "app.bsky.actor.getProfile":
            self.one_profile(query.get("actor", [""])[0])
        else:
            self.refuse(501, "MethodNotImplemented", "Method Not Implemented")

    def search(self, query: dict[str, list[str]]) -> None:
        limit, start = query.get("limit", ["25"])[0], query.get("cursor", ["0"])[0]
        if not limit.isdigit() or not 1 <= int(limit) <= 100:
            self.refuse(400, "InvalidRequest", "Error: limit can not be greater than 100")
            return
        if not start.isdigit():
            self.refuse(400, "BadQueryString", "bad limit or cursor")
            return
        found = self.network.search(query.get("q", [""])[0])
        first, last = int(start), int(start) + int(limit)
        body: dict[str, Any] = {"actors": [self.network.profile(a, detailed=False) for a in found[first:last]]}
        if last < len(found):
            body["cursor"] = str(last)
        self.send_json(200, body)

    def profiles(self, actors: list[str]) -> None:
        if len(actors) > _MOST_AT_ONCE:
            self.refuse(400, "InvalidRequest", "Error: actors must not have more than 25 elements")
            return
        found = [account for actor in actors if (account := self.network.find(actor)) and account.status == "active"]
        self.send_json(200, {"profiles": [self.network.profile(account, detailed=True) for account in found]})

    def one_profile(self, actor: str) -> None:
        account = self.network.find(actor)
        if account is None:
            self.refuse(400, "InvalidRequest", "Profile not found")
        elif account.status == "takendown":
            self.refuse(400, "AccountTakedown", "Account has been suspended")
        elif account.status == "deactivated":
            self.refuse(400, "AccountDeactivated", "Account is deactivated")
        else:
            self.send_json(200, self.network.profile(account, detailed=True))

    def picture(self, parts: list[str]) -> None:
        did, cid = [*parts, "", ""][:2]
        account = self.network.find(did)
        data = self.network.script.read_picture(account.picture) if account and account.picture else b""
        if not account or account.status != "active" or content_id(data) != cid.partition("@")[0]:
            self.refuse(404, "NotFoundError", "Blob not found")
            return
        kind = guess_type(account.picture or "")[0] or ""
        self.send(200, kind if kind.startswith("image/") else "image/png", data)

    def refuse(self, status: int, error: str, message: str) -> None:
        self.send_json(status, {"error": error, "message": message})

    def send_json(self, status: int, body: dict[str, Any]) -> None:
        self.send(status, "application/json; charset=utf-8", json.dumps(body, ensure_ascii=False).encode())

    def send(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The tour's screen belongs to the crawler."""
