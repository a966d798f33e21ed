"""Pictures of accounts: each content is fetched once, every account that shows it waits for it and shares it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scrapy import Request

from hunter.types import Probe
from spiders.errand import Catch, Errand
from spiders.refusals import ADDRESS_REFUSED, CHANGED_SHAPE, FOUND, PARTIAL_BODY

if TYPE_CHECKING:
    from spiders.base import Answer, ProfileSpider

ROOM = 100  # accounts that may wait for a picture before new questions are held back: memory stays flat
PICTURES_FIRST = 20  # priority: finish what was begun before beginning more
GONE = "picture_gone"
OVER_BUDGET = "picture_budget"


@dataclass(frozen=True, slots=True)
class _Got:
    """What became of one picture: its bytes' digest, or why there is none."""

    sha256: str | None
    url: str | None
    why: str = ""


class Avatars:
    """The pictures of one spider's accounts."""

    def __init__(self, errand: Errand) -> None:
        self._keeper = errand.keeper
        self._left = errand.settings.avatars_per_platform
        self._done: dict[str, _Got] = {}
        self._waiting: dict[str, list[tuple[Probe, dict[str, bytes]]]] = {}
        self._known: set[str] = set()
        self._held: deque[Request] = deque()

    def expect(self, spider: ProfileSpider, urls: Iterable[str]) -> None:
        """Looks up once, for a whole batch, which of these addresses we know the picture of."""
        if spider.pictures_keep_address and (new := [u for u in urls if u not in self._known]):
            self._known |= self._keeper.known_pictures(new)

    def want(self, spider: ProfileSpider, probe: Probe, bodies: dict[str, bytes]) -> Iterator[Request | Catch]:
        """The account at once when its picture is known or it has none; else the question for the picture."""
        assert probe.profile is not None
        key = spider.picture_key(probe.profile)
        shown = spider.picture_urls(probe.profile)
        if not key or not shown:
            yield Catch(probe=probe, bodies=bodies)
            return
        urls = tuple(url for url in shown if spider.may_ask(url))
        if not urls:
            yield _dressed(probe, bodies, _Got(None, None, ADDRESS_REFUSED))
            return
        got = self._done.get(key) or self._already_kept(spider, urls)
        if got:
            self._done[key] = got
            yield _dressed(probe, bodies, got)
        elif key in self._waiting:
            self._waiting[key].append((probe, bodies))
        elif self._left <= 0:
            spider.tally.left_out = OVER_BUDGET
            yield _dressed(probe, bodies, _Got(None, None, OVER_BUDGET))
        else:
            self._left -= 1
            self._waiting[key] = [(probe, bodies)]
            yield self._question(spider, key, urls)

    def pace(self, made: Request | Catch) -> Iterator[Request | Catch]:
        """Holds back a question that brings new accounts while many wait for their pictures."""
        brings_more = isinstance(made, Request) and made.priority < PICTURES_FIRST
        if brings_more and len(self._waiting) >= ROOM:
            self._held.append(made)  # type: ignore[arg-type]
        else:
            yield made

    def release(self) -> Iterator[Request]:
        """Lets go on what was held back, as far as there is room again."""
        while self._held and len(self._waiting) < ROOM:
            yield self._held.popleft()

    def give_up(self) -> list[Catch]:
        """Everything that still waits, without its picture."""
        waiting, self._waiting = self._waiting, {}
        return [Catch(probe=probe, bodies=bodies) for several in waiting.values() for probe, bodies in several]

    def _already_kept(self, spider: ProfileSpider, urls: tuple[str, ...]) -> _Got | None:
        for url in urls:
            if url in self._known:
                return _Got(None, url)
            sha256 = spider.picture_sha256(url)
            if sha256 and self._keeper.holds(sha256):
                return _Got(sha256, url)
        return None

    def _question(self, spider: ProfileSpider, key: str, urls: tuple[str, ...]) -> Request:
        return spider.question(
            urls[0],
            self._read,
            priority=PICTURES_FIRST,
            accept="image/*",
            spider=spider,
            key=key,
            expected=spider.picture_sha256(urls[0]),
            rest=urls[1:],
        )

    def _read(
        self, answer: Answer, *, spider: ProfileSpider, key: str, expected: str | None, rest: tuple[str, ...]
    ) -> Iterator[Request | Catch]:
        why = _fault(answer, expected)
        if why and rest and key in self._waiting:
            yield self._question(spider, key, rest)
            return
        capture = answer.capture
        got = _Got(None, None, why) if why else _Got(capture.sha256, capture.url)
        self._done[key] = got
        spider.tally.pictures += not why
        for probe, bodies in self._waiting.pop(key, []):
            seen = replace(probe, captures=(*probe.captures, capture))
            yield spider.counted(_dressed(seen, bodies | answer.bodies, got))


def _fault(answer: Answer, expected: str | None) -> str:
    """Why an answer is no picture, "" when it may be one; whether it can be decoded is found out later."""
    if answer.refusal:
        return answer.refusal[1]
    if answer.capture.status in (404, 410):
        return GONE
    if answer.capture.status != 200 or not answer.capture.size:
        return CHANGED_SHAPE
    return PARTIAL_BODY if expected and answer.capture.sha256 != expected else ""


def _dressed(probe: Probe, bodies: dict[str, bytes], got: _Got) -> Catch:
    why = f"{FOUND}:{got.why}" if got.why else probe.why
    return Catch(probe=replace(probe, why=why), bodies=bodies, picture=got.sha256, picture_url=got.url)
