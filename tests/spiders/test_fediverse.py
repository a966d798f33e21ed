"""Servers of the fediverse: what each offers, who is theirs, and one server's trouble that is not the others'."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from hunter.types import Brand
from tests.hostile.servers import Behave, reply, serve
from tests.spiders.conftest import Crawled

GONE = reply(404, {"error": "Record not found"})
LOST = reply(404, "<h1>404</h1>", media_type="text/html")


def account(number: int, name: str, server: str, **more: Any) -> dict[str, Any]:
    """An `Account` entity."""
    url = f"http://{server}/@{name.partition('@')[0]}"
    return {"id": str(number), "username": name, "acct": name, "display_name": "Veldano", "url": url, "note": ""} | more


class Mastodon:
    """The client API of one server; `instead` maps a path to what it does instead."""

    def __init__(self) -> None:
        self.accounts: list[dict[str, Any]] = []
        self.instead: dict[str, Behave] = {}

    def __call__(self, path: str) -> Behave:
        parts = urlsplit(path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if parts.path in self.instead:
            return self.instead[parts.path]
        if parts.path == "/api/v1/accounts/lookup":
            return self._one(lambda a: a["acct"] == query["acct"] and not a.get("suspended"))
        if parts.path.startswith("/api/v1/accounts/"):
            return self._one(lambda a: a["id"] == parts.path.rpartition("/")[2])
        if parts.path == "/api/v2/search":
            return reply(200, {"accounts": [a for a in self.accounts if query["q"] in a["acct"]]})
        if parts.path == "/api/v1/directory":
            start = int(query["offset"])
            return reply(200, json.dumps(self.accounts[start : start + int(query["limit"])]))
        return LOST

    def _one(self, wanted: Callable[[dict[str, Any]], bool]) -> Behave:
        found = next((a for a in self.accounts if wanted(a)), None)
        return reply(200, found) if found else GONE


def brand(platform: str, *handles: str) -> Brand:
    return Brand(slug="veldano", names=("Veldano",), official={platform: handles})


def test_search_directory_and_look_up_of_one_server(crawled: Crawled) -> None:
    api = Mastodon()
    with serve(api) as server:
        here = server.url.partition("//")[2]
        api.accounts = [
            account(1, "veldano", here),
            account(2, "veldano_help", here),
            account(3, "veldano@far.example", here, uri="https://far.example/users/veldano"),
            *(account(10 + n, f"person{n:03}", here, display_name=f"P {n}") for n in range(90)),
        ]
        report = crawled.run(server.url, platform="mastodon", brand=brand("mastodon", f"veldano@{here}"))
        again = crawled.run(server.url, platform="mastodon", brand=brand("mastodon", f"veldano@{here}"))
    result = report.platforms[0]
    assert (result.state, result.present) == ("ok", 93)
    assert (result.canary or {})[f"veldano@{here}"] == "found"
    probes = crawled.probes(report.run)
    assert probes[f"veldano_help@{here}"] == probes["veldano@far.example"] == ("present", "found")
    assert "/api/v1/accounts/2" in server.hits, "a known suspect is asked for by its number"
    assert again.platforms[0].present == 93


def test_a_suspended_account_is_told_from_one_that_never_was(crawled: Crawled) -> None:
    api = Mastodon()
    with serve(api) as server:
        here = server.url.partition("//")[2]
        api.accounts = [account(1, "veldano", here), account(2, "veldano_help", here)]
        official = brand("mastodon", f"veldano@{here}")
        crawled.run(server.url, platform="mastodon", brand=official)
        api.accounts[1] |= {"suspended": True}
        report = crawled.run(server.url, platform="mastodon", brand=official)
    assert crawled.probes(report.run)[f"{here}/2"] == ("absent", "taken_down")
    assert ("absent", "no_such_account") in crawled.probes(report.run).values()


def test_a_closed_search_is_said_once_and_the_rest_goes_on(crawled: Crawled) -> None:
    api = Mastodon()
    api.instead["/api/v2/search"] = reply(401, {"error": "This method requires an authenticated user"})
    with serve(api) as server:
        here = server.url.partition("//")[2]
        api.accounts = [account(1, "veldano", here), account(2, "veldano_help", here)]
        report = crawled.run(server.url, platform="mastodon", brand=brand("mastodon", f"veldano@{here}"))
    result = report.platforms[0]
    assert (result.state, result.why, result.refused, result.present) == ("partial", "token_wanted", 1, 2)


def test_one_servers_trouble_is_not_the_others(crawled: Crawled) -> None:
    good, bad = Mastodon(), lambda path: LOST
    with serve(good) as first, serve(bad) as second:
        here = first.url.partition("//")[2]
        good.accounts = [account(1, "veldano", here)]
        urls = {"mastodon": (first.url, second.url)}
        report = crawled.run(first.url, platform="mastodon", brand=brand("mastodon", f"veldano@{here}"), urls=urls)
    result = report.platforms[0]
    assert len(report.platforms) == 1 and result.state == "partial" and result.why == "changed_shape"
    assert result.present == 1


def test_a_server_that_speaks_activitypub_only(crawled: Crawled) -> None:
    def answer(path: str) -> Behave:
        parts = urlsplit(path)
        if parts.path == "/robots.txt":
            return LOST
        if parts.path == "/.well-known/webfinger":
            name = parse_qs(parts.query)["resource"][0].removeprefix("acct:").partition("@")[0]
            targets = {"veldano": f"{base[0]}/users/veldano", "veldanoa": f"{base[0]}/users/veldanoa"}
            targets |= {"veldanob": "http://169.254.169.254/", "veldanoc": "http://["}
            if name not in targets:
                return LOST
            link = {"rel": "self", "type": "application/activity+json", "href": targets[name]}
            return reply(200, {"subject": f"acct:{name}", "links": [{"rel": "x"}, link]})
        name = parts.path.rpartition("/")[2]
        if parts.path == "/users/veldanoa":
            return reply(401, {"error": "Request not signed"})
        actor = {"id": f"{base[0]}{path}", "type": "Person", "preferredUsername": name, "name": "Veldano"}
        return reply(200, actor, media_type="application/activity+json")

    base = [""]
    with serve(answer) as server:
        base[0] = server.url
        here = server.url.partition("//")[2]
        official = brand("activitypub", f"veldano@{here}")
        report = crawled.run(server.url, platform="activitypub", brand=official)
    probes = crawled.probes(report.run)
    assert probes[f"veldano@{here}"] == ("present", "found")
    assert probes[f"veldanoa@{here}"] == ("refused", "token_wanted")
    assert probes[f"veldanob@{here}"] == probes[f"veldanoc@{here}"] == ("refused", "address_refused")
    assert ("absent", "no_such_account") in probes.values()
    assert report.platforms[0].state == "partial"
