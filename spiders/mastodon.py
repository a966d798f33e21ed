"""Mastodon, and every server that speaks its client API: look-up, search and directory, without an account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from scrapy import Request
from scrapy.http import Response

from hunter.types import Outcome, Platform, Profile
from spiders.base import Answer, Result, Yield, read_count, read_json, read_text, read_time
from spiders.fediverse import HANDLE_RULE, FediverseSpider
from spiders.markup import read_fields, read_markup
from spiders.refusals import CHANGED_SHAPE, NO_SUCH_ACCOUNT, TAKEN_DOWN, TOKEN_WANTED, refusal_of

PLATFORM = Platform(
    name="mastodon",
    handle_rule=HANDLE_RULE,
    profile_url="https://{server}/@{name}",
    report_url="https://{server}/@{name}",
    notes="Public client API of each server without login; robots.txt is obeyed, pictures included. A handle is "
    "name@server. A server that wants a token for its search is asked without it, and reported as partial.",
)

PAGE = 80  # accounts of one page of the directory, the most that Mastodon gives
PAGES = 5  # of the directory, newest first
FOUND_AT_MOST = 40  # accounts of one search, the most that Mastodon gives


def parse_profile(response: Response, handle: str) -> Result:
    """One answer of `/api/v1/accounts/lookup` or `/api/v1/accounts/:id`: the profile, or why there is none."""
    if refusal := refusal_of(response):
        return refusal
    told = read_json(response)
    if response.status in (404, 410) and isinstance(told, dict) and "error" in told:
        return Outcome.ABSENT, NO_SUCH_ACCOUNT
    if response.status != 200 or not isinstance(told, dict):
        return Outcome.IMPOSSIBLE, CHANGED_SHAPE
    return read_account(told, handle.rpartition("@")[2])


def read_account(told: Mapping[str, Any], server: str) -> Result:
    """One `Account` entity as a profile; it must have an id, an acct and an address. `server` is who told it."""
    number, acct, url = told.get("id"), told.get("acct"), told.get("url")
    if not isinstance(number, str | int) or not isinstance(acct, str) or not acct or not isinstance(url, str):
        return Outcome.IMPOSSIBLE, CHANGED_SHAPE
    if told.get("suspended") is True:
        return Outcome.ABSENT, TAKEN_DOWN
    elsewhere = "@" in acct
    bio, links = read_markup(told.get("note"))
    in_fields, verified = read_fields(told.get("fields"), verified_key="verified_at")
    uri = told.get("uri") if isinstance(told.get("uri"), str) else url
    return Profile(
        platform=PLATFORM.name,
        native_id=str(uri) if elsewhere else f"{server}/{number}",
        handle=acct if elsewhere else f"{acct}@{server}",
        url=url,
        display_name=read_text(told.get("display_name")),
        bio=bio,
        links=tuple(dict.fromkeys((*links, *in_fields))),
        joined=read_time(told.get("created_at")),
        followers=read_count(told.get("followers_count")),
        following=read_count(told.get("following_count")),
        posts=read_count(told.get("statuses_count")),
        verified_by=verified,
        avatar_url=read_text(told.get("avatar")),
    )


class MastodonSpider(FediverseSpider):
    """One server: known suspects by their number, searches, the newest of the directory, look-alike handles."""

    name = "mastodon"
    platform = PLATFORM
    default_urls = ("https://mastodon.social",)
    policy = "public client API without login; robots.txt is obeyed"

    def prepare(self) -> None:
        super().prepare()
        self._search_closed = ""

    def ask(self, handle: str, *, canary: bool = False) -> Request:
        """One local account by its name."""
        url = f"{self.base}/api/v1/accounts/lookup?{urlencode({'acct': self.local(handle)})}"
        return self.question(url, self._read_one, canary=canary, handle=handle if canary else self.full(handle))

    def questions(self) -> Iterable[Request]:
        """Known suspects, searches, the directory, then look-alike handles."""
        for known in self.plan.known:
            server, _, number = known.native_id.partition("/")
            if server == self.server and number.isalnum():
                self.tally.expected += 1
                url = f"{self.base}/api/v1/accounts/{quote(number)}"
                yield self.question(url, self._read_one, handle=known.native_id, priority=10)
            else:
                yield from self.asked_by_name([known])
        for words in self.plan.searches:
            query = urlencode({"q": words, "type": "accounts", "limit": FOUND_AT_MOST})
            yield self.question(f"{self.base}/api/v2/search?{query}", self._read_search, words=words)
        yield self._directory(0)
        yield from self.one_by_one(self.plan.handles)

    def _directory(self, page: int) -> Request:
        query = urlencode({"local": "true", "order": "new", "limit": PAGE, "offset": page * PAGE})
        return self.question(f"{self.base}/api/v1/directory?{query}", self._read_directory, page=page)

    def _read_one(self, answer: Answer, *, handle: str) -> Iterator[Yield]:
        # The answer names a local account without its server: it is the one that was asked.
        result = answer.refusal or parse_profile(answer.response, f"@{self.server}")  # type: ignore[arg-type]
        yield from self.conclude(answer, handle, result)

    def _read_search(self, answer: Answer, *, words: str) -> Iterator[Yield]:
        told = read_json(answer.response)
        accounts = told.get("accounts") if isinstance(told, dict) else None
        if answer.refusal and answer.refusal[1] == TOKEN_WANTED:
            # Said once: that this server's search is closed is one fact, not one for each name.
            if not self._search_closed:
                self._search_closed = TOKEN_WANTED
                yield from self.conclude(answer, f"?{words}", answer.refusal)
            return
        yield from self._read_accounts(answer, f"?{words}", accounts)

    def _read_directory(self, answer: Answer, *, page: int) -> Iterator[Yield]:
        told = read_json(answer.response)
        yield from self._read_accounts(answer, "?directory", told)
        if isinstance(told, list) and len(told) >= PAGE and page + 1 < PAGES and self.room() > 0:
            yield self._directory(page + 1)

    def _read_accounts(self, answer: Answer, asked: str, accounts: Any) -> Iterator[Yield]:
        """The accounts of a list; a list of none is an answer, too."""
        if answer.refusal or answer.capture.status != 200 or not isinstance(accounts, list):
            yield from self.conclude(answer, asked, answer.refusal or (Outcome.IMPOSSIBLE, CHANGED_SHAPE))
            return
        for account in accounts:
            result = read_account(account, self.server) if isinstance(account, dict) else None
            if isinstance(result, Profile):
                if not self.met(result.native_id or "") and self.room() > 0:
                    self.tally.expected += 1
                    yield from self.conclude(answer, result.handle, result)
            elif result is None or result[0] is Outcome.IMPOSSIBLE:
                yield from self.conclude(answer, asked, (Outcome.IMPOSSIBLE, CHANGED_SHAPE))
                return
