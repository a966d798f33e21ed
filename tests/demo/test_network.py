"""The sample network answers in the shapes of the AT Protocol, and changes from day to day."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from hunter.demo.accounts import Script, content_id, read_script
from hunter.demo.network import SampleNetwork

NOW = datetime(2027, 1, 2, 3, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def script() -> Script:
    return read_script(NOW)


@pytest.fixture
def network(script: Script) -> Iterator[SampleNetwork]:
    network = SampleNetwork(script)
    with network.serve():
        yield network


def ask(network: SampleNetwork, path: str) -> tuple[int, str, bytes]:
    """Status, media type and body of one GET."""
    connection = http.client.HTTPConnection(urlsplit(network.url).netloc, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type") or "", answer.read()
    finally:
        connection.close()


def xrpc(network: SampleNetwork, method: str) -> tuple[int, Any]:
    status, media_type, body = ask(network, f"/xrpc/app.bsky.actor.{method}")
    assert media_type.startswith("application/json")
    return status, json.loads(body)


def test_search_needs_every_word_and_pages_by_cursor(network: SampleNetwork) -> None:
    _, first = xrpc(network, "searchActors?q=TALVORA&limit=3")
    assert len(first["actors"]) == 3
    _, second = xrpc(network, f"searchActors?q=talvora&limit=100&cursor={first['cursor']}")
    assert "cursor" not in second
    handles = [actor["handle"] for actor in first["actors"] + second["actors"]]
    assert len(handles) == len(set(handles))
    assert "desk77.test" not in handles, "a Cyrillic name is not found by its Latin twin"
    assert {"did", "handle", "labels", "displayName", "createdAt", "indexedAt", "avatar"} <= set(first["actors"][0])
    _, both = xrpc(network, f"searchActors?q={quote('talvora running')}")
    assert [actor["handle"] for actor in both["actors"]] == ["talvora-runners.test"]


def test_profiles_come_in_batches_and_the_missing_are_left_out(network: SampleNetwork) -> None:
    _, answer = xrpc(network, "getProfiles?actors=talvora.example&actors=nobody.test&actors=zorelia.example")
    assert [p["handle"] for p in answer["profiles"]] == ["talvora.example", "zorelia.example"]
    assert answer["profiles"][0]["verification"]["verifiedStatus"] == "valid"
    assert answer["profiles"][0]["followersCount"] == 48210
    status, error = xrpc(network, "getProfiles?" + "&".join(["actors=a.test"] * 26))
    assert (status, error["error"]) == (400, "InvalidRequest")


REFUSALS = {
    "nobody": (1, "getProfile?actor=nobody.test", 400, "InvalidRequest"),
    "taken down": (2, "getProfile?actor=talvora-prize.test", 400, "AccountTakedown"),
    "limit": (1, "searchActors?q=a&limit=101", 400, "InvalidRequest"),
    "cursor": (1, "searchActors?q=a&cursor=x", 400, "BadQueryString"),
    "method": (1, "getSuggestions", 501, "MethodNotImplemented"),
}


@pytest.mark.parametrize(("day", "question", "status", "error"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(network: SampleNetwork, day: int, question: str, status: int, error: str) -> None:
    network.day = day
    said, answer = xrpc(network, question)
    assert (said, answer["error"]) == (status, error)


def test_members_only_and_other_paths(network: SampleNetwork) -> None:
    status, media_type, _ = ask(network, f"/xrpc/app.bsky.actor.searchActors?q={quote('зорелия')}&limit=100")
    assert status == 403
    assert media_type.startswith("text/html")
    assert ask(network, "/about")[0] == 404
    assert b"User-agent" in ask(network, "/robots.txt")[2]


def test_a_picture_lies_under_its_content_id(network: SampleNetwork) -> None:
    _, profile = xrpc(network, "getProfile?actor=ta1vora.test")
    path = urlsplit(profile["avatar"]).path
    status, media_type, body = ask(network, path)
    assert (status, media_type) == (200, "image/png")
    assert path.endswith(content_id(body))
    assert ask(network, path[:-3] + "aaa")[0] == 404


def test_days_bring_a_new_name_and_keep_the_number(script: Script) -> None:
    before, after = ({a.did: a for a in script.on_day(day)} for day in (1, 2))
    assert before.keys() == after.keys()
    renamed = {(before[did].handle, a.handle) for did, a in after.items() if a.handle != before[did].handle}
    assert ("sunny.meadow.test", "talvora-refunds.test") in renamed
    assert [a.handle for a in after.values() if a.status == "takendown"] == ["talvora-prize.test"]


def test_accounts_are_as_old_as_the_script_says(script: Script) -> None:
    young = next(a for a in script.accounts if a.handle == "talvora-prize.test")
    assert 5 <= (NOW - young.joined).days <= 20
    assert all(account.joined < NOW for account in script.accounts)


def test_an_invalid_handle_leads_to_nobody(network: SampleNetwork) -> None:
    assert xrpc(network, "getProfile?actor=books-and-tea.test")[0] == 400
    did = next(a.did for a in network.accounts() if a.handle_invalid)
    assert xrpc(network, f"getProfile?actor={did}")[1]["handle"] == "handle.invalid"
