"""ActivityPub servers without a client API: WebFinger finds a name, its actor document is the profile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from scrapy import Request
from scrapy.http import Response

from hunter.types import Outcome, Platform, Profile
from spiders.base import Answer, Result, Yield, read_json, read_text, read_time
from spiders.fediverse import HANDLE_RULE, FediverseSpider
from spiders.markup import read_fields, read_markup
from spiders.refusals import ADDRESS_REFUSED, CHANGED_SHAPE, NO_SUCH_ACCOUNT, TAKEN_DOWN, refusal_of

PLATFORM = Platform(
    name="activitypub",
    handle_rule=HANDLE_RULE,
    profile_url="https://{server}/@{name}",
    report_url="https://{server}/@{name}",
    notes="WebFinger (RFC 7033) and actor documents, unsigned. They are made for machines, and robots.txt is obeyed "
    "all the same, unless a server's operator agreed otherwise (setting robots_agreed). There is no search: only "
    "look-alike handles and known accounts are asked for.",
)

ACTOR = "application/activity+json"
ACTORS = ("Person", "Service", "Organization", "Group", "Application")
_ACCEPT = f'{ACTOR}, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'


def parse_profile(response: Response, handle: str) -> Result:
    """One actor document: the profile, or why there is none. The server is the one that `handle` names."""
    if refusal := refusal_of(response):
        return refusal
    if response.status in (404, 410):
        return Outcome.ABSENT, NO_SUCH_ACCOUNT
    told = read_json(response)
    if response.status != 200 or not isinstance(told, dict):
        return Outcome.IMPOSSIBLE, CHANGED_SHAPE
    return _read_actor(told, handle)


def find_actor(response: Response, handle: str) -> str | tuple[Outcome, str]:
    """One WebFinger answer: the address of the actor document, or why there is none."""
    if refusal := refusal_of(response):
        return refusal
    if response.status in (404, 410):
        return Outcome.ABSENT, NO_SUCH_ACCOUNT
    told = read_json(response)
    links = told.get("links") if isinstance(told, dict) else None
    if response.status != 200 or not isinstance(links, list):
        return Outcome.IMPOSSIBLE, CHANGED_SHAPE
    for link in links:
        if isinstance(link, dict) and link.get("rel") == "self" and _is_actor_type(link.get("type")):
            href = link.get("href")
            if isinstance(href, str) and href:
                return href
    return Outcome.IMPOSSIBLE, CHANGED_SHAPE


def _is_actor_type(told: Any) -> bool:
    return isinstance(told, str) and told.startswith((ACTOR, "application/ld+json"))


def _read_actor(told: Mapping[str, Any], handle: str) -> Result:
    number, name, kind = told.get("id"), told.get("preferredUsername"), told.get("type")
    if kind == "Tombstone":
        return Outcome.ABSENT, NO_SUCH_ACCOUNT
    if not isinstance(number, str) or not isinstance(name, str) or not name or kind not in ACTORS:
        return Outcome.IMPOSSIBLE, CHANGED_SHAPE
    if told.get("suspended") is True:
        return Outcome.ABSENT, TAKEN_DOWN
    bio, links = read_markup(told.get("summary"))
    in_fields, _ = read_fields(told.get("attachment"), verified_key=None)
    server = handle.rpartition("@")[2]
    return Profile(
        platform=PLATFORM.name,
        native_id=number,
        handle=f"{name}@{server}",
        url=_first_url(told.get("url")) or number,
        display_name=read_text(told.get("name")),
        bio=bio,
        links=tuple(dict.fromkeys((*links, *in_fields))),
        joined=read_time(told.get("published")),
        avatar_url=_first_url(told.get("icon")),
    )


def _first_url(value: Any) -> str | None:
    """An address that ActivityStreams may give as text, as an object with `url` or `href`, or as a list of them."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = value.get("url") or value.get("href")
        else:
            break
    return read_text(value)


class ActivityPubSpider(FediverseSpider):
    """One server: known suspects by their actor's address, look-alike handles by WebFinger."""

    name = "activitypub"
    platform = PLATFORM
    policy = "WebFinger and actor documents, unsigned; robots.txt is obeyed"

    def ask(self, handle: str, *, canary: bool = False) -> Request:
        """One account by its name: WebFinger first."""
        resource = urlencode({"resource": f"acct:{self.local(handle)}@{self.server}"})
        url = f"{self.base}/.well-known/webfinger?{resource}"
        asked = handle if canary else self.full(handle)
        return self.question(url, self._read_finger, canary=canary, accept="application/jrd+json", handle=asked)

    def questions(self) -> Iterable[Request]:
        """Known suspects, then look-alike handles."""
        for known in self.plan.known:
            if not self.may_ask(known.native_id):
                continue
            self.tally.expected += 1
            yield self._actor(known.native_id, known.native_id, canary=False)
        yield from self.one_by_one(self.plan.handles)

    def _actor(self, url: str, handle: str, *, canary: bool) -> Request:
        return self.question(url, self._read_actor, canary=canary, accept=_ACCEPT, priority=10, handle=handle)

    def _read_finger(self, answer: Answer, *, handle: str) -> Iterator[Yield]:
        found = answer.refusal or find_actor(answer.response, handle)  # type: ignore[arg-type]
        if not isinstance(found, str):
            yield from self.conclude(answer, handle, found)
        elif self.may_ask(found):
            yield self._actor(found, handle, canary=answer.canary)
        else:
            yield from self.conclude(answer, handle, (Outcome.REFUSED, ADDRESS_REFUSED))

    def _read_actor(self, answer: Answer, *, handle: str) -> Iterator[Yield]:
        result = answer.refusal or parse_profile(answer.response, f"@{self.server}")  # type: ignore[arg-type]
        yield from self.conclude(answer, handle, result)
