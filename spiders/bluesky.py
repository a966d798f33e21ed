"""Bluesky, and every network with an AT Protocol AppView: search by name, profiles in batches, the DID as native id.

What a profile claims about its own age is not believed: `createdAt` is a field that its owner writes. It is kept as
`joined` only where it lies after the network's beginning.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from scrapy import Request
from scrapy.http import Response

from hunter.types import HandleRule, Outcome, Platform, Profile
from spiders.base import Answer, ProfileSpider, Result, Yield, links_in, read_count, read_json, read_text, read_time
from spiders.refusals import (
    CHANGED_SHAPE,
    CUT_SHORT,
    DEACTIVATED,
    HANDLE_IMPOSSIBLE,
    NO_SUCH_ACCOUNT,
    TAKEN_DOWN,
    Refusal,
    refusal_of,
)

PLATFORM = Platform(
    name="bluesky",
    handle_rule=HandleRule(
        shortest=3, longest=18, alphabet="abcdefghijklmnopqrstuvwxyz0123456789-", ignores_case=True, edges="-"
    ),
    profile_url="https://bsky.app/profile/{handle}",
    report_url="https://bsky.app/profile/{handle}",
    notes="Public AppView API without login; robots.txt of every host is obeyed, pictures included. The rule is that "
    "of a name under bsky.social; a handle may also be any domain. Accounts that ask not to be shown to visitors "
    "without login are read like all others: the answer is public, and it goes to reviewers only.",
)

HANDLE = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)
DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,2000}")
LOST = "handle.invalid"  # shown for every account whose handle does not lead back to it
AT_ONCE = 25  # actors that one getProfiles may name
PAGE = 100  # actors of one search page
PAGES = 20  # of one search; a search that goes on is cut there
OWN_DOMAIN = "bsky.social"

_ERRORS: Mapping[str, Refusal] = {
    "AccountDeactivated": (Outcome.ABSENT, DEACTIVATED),
    "AccountTakedown": (Outcome.ABSENT, TAKEN_DOWN),
    "AccountSuspended": (Outcome.ABSENT, TAKEN_DOWN),
}


def parse_profile(response: Response, handle: str) -> Result:
    """One answer of `app.bsky.actor.getProfile`: the profile, or why there is none."""
    if refusal := refusal_of(response):
        return refusal
    told = read_json(response)
    if not isinstance(told, dict):
        return Outcome.IMPOSSIBLE, CHANGED_SHAPE
    if response.status == 200:
        return read_actor(told)
    if response.status != 400:
        return Outcome.IMPOSSIBLE, CHANGED_SHAPE
    error, message = told.get("error"), str(told.get("message", ""))
    if isinstance(error, str) and error in _ERRORS:
        return _ERRORS[error]
    if error == "InvalidRequest" and "not found" in message.casefold():
        return Outcome.ABSENT, NO_SUCH_ACCOUNT
    if error == "InvalidRequest" and "valid did or a handle" in message.casefold():
        return Outcome.IMPOSSIBLE, HANDLE_IMPOSSIBLE
    return Outcome.IMPOSSIBLE, CHANGED_SHAPE


def read_actor(told: Mapping[str, Any]) -> Result:
    """One `profileView` or `profileViewDetailed` as a profile; it must have a DID and a handle."""
    did, handle = told.get("did"), told.get("handle")
    if not isinstance(did, str) or not DID.fullmatch(did) or not isinstance(handle, str) or not handle:
        return Outcome.IMPOSSIBLE, CHANGED_SHAPE
    bio = read_text(told.get("description"))
    return Profile(
        platform=PLATFORM.name,
        native_id=did,
        handle=handle,
        url=f"https://bsky.app/profile/{did if handle == LOST else handle}",
        display_name=read_text(told.get("displayName")),
        bio=bio,
        links=links_in(bio),
        joined=read_time(told.get("createdAt")),
        followers=read_count(told.get("followersCount")),
        following=read_count(told.get("followsCount")),
        posts=read_count(told.get("postsCount")),
        verified_by=_verifiers(told.get("verification")),
        avatar_url=read_text(told.get("avatar")),
    )


class BlueskySpider(ProfileSpider):
    """Searches, asks for look-alike handles in batches, and for known suspects again, by DID where it is known."""

    name = "bluesky"
    platform = PLATFORM
    default_urls = ("https://public.api.bsky.app",)
    policy = "public API without login; robots.txt is obeyed"
    pictures_keep_address = True  # the address holds the digest of the original bytes

    def prepare(self) -> None:
        super().prepare()
        self._asked: set[str] = set()
        self._searching = 0  # searches that are not at their end yet

    def ask(self, handle: str, *, canary: bool = False) -> Request:
        """One actor by handle or DID: the question that tells absent, deactivated and taken down apart."""
        actor = handle if canary is False or "." in handle else f"{handle}.{self.domains()[0]}"
        url = f"{self.base}/xrpc/app.bsky.actor.getProfile?{urlencode({'actor': actor})}"
        return self.question(url, self._read_one, canary=canary, handle=handle)

    def questions(self) -> Iterable[Request]:
        """Known suspects, then every name, then look-alike handles."""
        known = [k.native_id if DID.fullmatch(k.native_id) else k.handle.casefold() for k in self.plan.known]
        yield from self._batches(known)  # a list may have brought accounts without their DID
        self._searching = len(self.plan.searches)
        for words in self.plan.searches:
            yield self._search(words)
        if not self._searching:
            yield from self._look_alikes()

    def domains(self) -> list[str]:
        """The domains that look-alike handles are asked under: the brands' own accounts' and the network's."""
        official = [h.partition(".")[2] for h in self.plan.official if h.count(".") >= 1]
        own = [] if self.errand.urls[0] not in self.default_urls else [OWN_DOMAIN]
        shared = [d for d in official if HANDLE.fullmatch(f"x.{d}")]
        return list(dict.fromkeys([*own, *shared])) or [OWN_DOMAIN]

    def picture_urls(self, profile: Profile) -> tuple[str, ...]:
        """The original from the account's own server where that is configured, else what the AppView shows."""
        shown = super().picture_urls(profile)
        cid = _cid(profile.avatar_url)
        servers = self.errand.settings.platform_urls.get("bluesky_pds", ())
        if not cid or not profile.native_id:
            return shown
        query = urlencode({"did": profile.native_id, "cid": cid})
        return (*(f"{server}/xrpc/com.atproto.sync.getBlob?{query}" for server in servers), *shown)

    def picture_key(self, profile: Profile) -> str:
        """The digest that both addresses hold: the same picture of another account is the same content."""
        return _cid(profile.avatar_url) or profile.avatar_url or ""

    def picture_sha256(self, url: str) -> str | None:
        """The digest in the CID of an original; what the AppView shows was encoded anew and has another."""
        if "com.atproto.sync.getBlob" not in url:
            return None
        return sha256_of_cid(url.rpartition("cid=")[2])

    def _look_alikes(self) -> Iterator[Request]:
        """Handles that no search has brought; asked last, so that they never take the room of what is really there."""
        yield from self._batches([f"{stem}.{domain}" for domain in self.domains() for stem in self.plan.handles])

    def _search(self, words: str, cursor: str | None = None, page: int = 1) -> Request:
        query = {"q": words, "limit": str(PAGE)} | ({"cursor": cursor} if cursor else {})
        url = f"{self.base}/xrpc/app.bsky.actor.searchActors?{urlencode(query)}"
        return self.question(url, self._read_search, words=words, cursor=cursor, page=page)

    def _read_search(self, answer: Answer, *, words: str, cursor: str | None, page: int) -> Iterator[Yield]:
        """A page of accounts: they are asked for in batches; the end is a missing cursor, never a short page."""
        following = yield from self._read_page(answer, words)
        if following and following != cursor and self.room():
            if page < PAGES:
                yield self._search(words, following, page + 1)
                return
            self.tally.left_out = CUT_SHORT
        self._searching -= 1
        if not self._searching:
            yield from self._look_alikes()

    def _read_page(self, answer: Answer, words: str) -> Generator[Yield, None, str | None]:
        """The questions that a page leads to; returns the cursor of the next one."""
        told = read_json(answer.response)
        actors = told.get("actors") if isinstance(told, dict) else None
        if answer.refusal or answer.capture.status != 200 or not isinstance(actors, list):
            yield from self.conclude(answer, f"?{words}", answer.refusal or (Outcome.IMPOSSIBLE, CHANGED_SHAPE))
            return None
        dids = [a.get("did") for a in actors if isinstance(a, dict)]
        found = [d for d in dids if isinstance(d, str) and DID.fullmatch(d)]
        if actors and not found:
            yield from self.conclude(answer, f"?{words}", (Outcome.IMPOSSIBLE, CHANGED_SHAPE))
            return None
        yield from self._batches(found)
        following = told.get("cursor")
        return following if isinstance(following, str) else None

    def _batches(self, actors: Sequence[str]) -> Iterator[Request]:
        """Questions for actors that were not asked for yet, 25 at once; those that cannot exist are left out."""
        good = [a for a in dict.fromkeys(actors) if a not in self._asked and (DID.fullmatch(a) or HANDLE.fullmatch(a))]
        good = [a for a in good if not self.met(a)][: self.room()]
        self._asked.update(good)
        self.tally.expected += len(good)
        for i in range(0, len(good), AT_ONCE):
            part = good[i : i + AT_ONCE]
            url = f"{self.base}/xrpc/app.bsky.actor.getProfiles?{urlencode([('actors', a) for a in part])}"
            yield self.question(url, self._read_batch, priority=10, actors=part)

    def _read_batch(self, answer: Answer, *, actors: Sequence[str]) -> Iterator[Yield]:
        """Profiles of a batch. Who is missing is asked for alone: only then the AppView says why."""
        if answer.refusal:
            for actor in actors:
                yield from self.conclude(answer, actor, answer.refusal)
            return
        told = read_json(answer.response)
        told = told if isinstance(told, dict) else {}
        profiles = told.get("profiles")
        if answer.capture.status == 400 and told.get("error") == "InvalidRequest":
            yield from (self.ask(actor) for actor in actors)  # one bad actor spoils the whole batch
            return
        if answer.capture.status != 200 or not isinstance(profiles, list):
            for actor in actors:
                yield from self.conclude(answer, actor, (Outcome.IMPOSSIBLE, CHANGED_SHAPE))
            return
        results = [read_actor(p) if isinstance(p, dict) else (Outcome.IMPOSSIBLE, CHANGED_SHAPE) for p in profiles]
        seen = [r for r in results if isinstance(r, Profile)]
        self.avatars.expect(self, (url for p in seen for url in self.picture_urls(p)))
        named: set[str] = set()
        for profile in seen:
            named |= {profile.native_id or "", profile.handle.casefold()}
            self._asked |= {profile.handle.casefold()}
            yield from self.conclude(answer, profile.handle, profile)
        for actor in actors:
            if actor not in named and actor.casefold() not in named:
                yield self.ask(actor)

    def _read_one(self, answer: Answer, *, handle: str) -> Iterator[Yield]:
        refusal = answer.refusal
        result = refusal or parse_profile(answer.response, handle)  # type: ignore[arg-type]
        yield from self.conclude(answer, handle, result)


def sha256_of_cid(cid: str) -> str | None:
    """The SHA-256 in a CIDv1 of raw bytes (multibase base32, codec raw, multihash sha2-256); None for any other."""
    if not cid.startswith("b") or len(cid) != 59:
        return None
    try:
        raw = base64.b32decode(cid[1:].upper() + "=" * (-len(cid[1:]) % 8))
    except ValueError:
        return None
    return raw[4:].hex() if raw[:4] == b"\x01\x55\x12\x20" else None


def _cid(url: str | None) -> str | None:
    """The CID in an address of the AppView's pictures: …/img/avatar/plain/<did>/<cid>[@jpeg]."""
    last = (url or "").partition("?")[0].rpartition("/")[2].partition("@")[0]
    return last if sha256_of_cid(last) else None


def _verifiers(told: Any) -> tuple[str, ...]:
    """Who vouches for an account, where the platform shows it as verified."""
    if not isinstance(told, dict) or told.get("verifiedStatus") != "valid":
        return ()
    given = told.get("verifications")
    valid = [v for v in given if isinstance(v, dict) and v.get("isValid")] if isinstance(given, list) else []
    return tuple(dict.fromkeys(str(v.get("issuerHandle") or v.get("issuer")) for v in valid))
