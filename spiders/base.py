"""ProfileSpider: asks, keeps the bytes, lets the platform's file read them, says what was seen."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from hunter import __version__
from hunter.errors import AddressRefused
from hunter.types import Capture, Outcome, Platform, Probe, Profile
from hunter.visible import visible
from spiders.avatars import Avatars
from spiders.errand import Catch, Errand
from spiders.plan import Plan, make_plan
from spiders.politeness import user_agent
from spiders.refusals import FOUND, NotAsked, Refusal, refusal_of, refusal_of_failure
from spiders.tally import NOT_ASKED

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

Result = Profile | Refusal
Yield = Request | Catch

LONGEST_BIO = 20_000  # characters of a bio that are matched and shown; the whole answer is in the vault
_LINK = re.compile(r"https?://[^\s<>\"'()\[\]{}]{1,2000}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for one question: an HTTP answer, or word why there is none."""

    response: Response | None
    capture: Capture
    refusal: Refusal | None
    canary: bool

    @property
    def bodies(self) -> dict[str, bytes]:
        """The bytes under their SHA-256; nothing where nothing came."""
        return {self.capture.sha256: self.response.body} if self.response is not None else {}


Read = Callable[..., Iterable[Yield]]


class ProfileSpider(Spider):
    """A platform's file derives from it and gives `platform`, `default_urls`, `ask` and `questions`.

    Every question ends in a call of its `read` method with an `Answer`, whether something came or not; every account
    ends in exactly one `Catch`. Refusals never raise.
    """

    platform: ClassVar[Platform]
    default_urls: ClassVar[tuple[str, ...]] = ()
    policy: ClassVar[str] = "robots.txt is obeyed"
    one_per_server: ClassVar[bool] = False  # each base URL is a server of its own, with its own spider and canary
    pictures_keep_address: ClassVar[bool] = False  # an address never gives another picture: known ones are not fetched

    errand: Errand

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, errand: Errand | None = None, **kwargs: Any) -> Self:
        """A spider with its errand; `scrapy crawl NAME -a brand=FILE` gets one of its own from the settings."""
        if errand is None:
            from spiders.alone import errand_alone

            errand = errand_alone(crawler, cls, **kwargs)
            kwargs = {}
        crawler.settings.set("USER_AGENT", user_agent(errand.settings.contact), priority="spider")
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.errand = errand
        spider.prepare()
        return spider

    def prepare(self) -> None:
        """Called once, when the errand is known."""
        self.base = self.errand.urls[0]
        self.tally = self.errand.tally
        self.avatars = Avatars(self.errand)
        self.plan = self.make_plan()
        self._canaries: dict[str, Result | None] = dict.fromkeys((*self.plan.official, self.plan.nonsense))
        self._canary_heard = asyncio.Event()
        self._met: set[str] = set()

    def make_plan(self) -> Plan:
        """What to ask; a platform may narrow it."""
        handles = self.errand.settings.requests_per_platform // (4 * max(1, len(self.errand.brands)))
        return make_plan(self.errand.brands, self.platform, self.errand.known, handles_per_brand=min(300, handles))

    def ask(self, handle: str, *, canary: bool = False) -> Request:
        """The question for one handle."""
        raise NotImplementedError

    def questions(self) -> Iterable[Request]:
        """All other questions, the most telling ones first."""
        raise NotImplementedError

    async def start(self) -> Any:
        """Asks for the canary, and for the rest only when it has sung."""
        for handle in self._canaries:
            yield self.ask(handle, canary=True)
        await self._canary_heard.wait()
        if self.tally.stopped:
            return
        for request in self.questions():
            yield request

    def question(
        self, url: str, read: Read, *, priority: int = 0, canary: bool = False, accept: str = "", **carry: Any
    ) -> Request:
        """A request whose answer, or failure, ends in `read(answer, **carry)`."""
        headers = {"Accept": accept or "application/json"}
        meta = {"read": read, "carry": carry, "canary": canary, "asked_at": url}
        return Request(
            url, self._arrived, errback=self._failed, headers=headers, priority=priority, dont_filter=True, meta=meta
        )

    def may_ask(self, url: str) -> bool:
        """Whether an address that a platform told us may be asked at all; no request can be made of some."""
        try:
            self.errand.guard.check_url(url)
        except AddressRefused as exc:
            logger.warning("refused to ask for %s: %s", visible(url, 300), exc)
            return False
        return True

    def conclude(self, answer: Answer, handle: str, result: Result) -> Iterator[Yield]:
        """Ends the asking for one handle: with its profile, once its picture is there, or with a reason."""
        if answer.canary:
            self._hear(handle, result)
        if not isinstance(result, Profile):
            yield self._catch(handle, *result, answer)
            return
        key = result.native_id or f"@{result.handle.casefold()}"
        if key in self._met:
            return  # found once more, by another question
        self._met.add(key)
        probe = Probe(
            platform=self.platform.name,
            handle=result.handle,
            outcome=Outcome.PRESENT,
            why=FOUND,
            profile=result,
            captures=(answer.capture,),
        )
        for made in self.avatars.want(self, probe, answer.bodies):
            yield self.counted(made) if isinstance(made, Catch) else made

    def met(self, native_id: str) -> bool:
        """Whether this account was seen in this run already."""
        return native_id in self._met

    def room(self) -> int:
        """How many more accounts may be asked for."""
        most = self.errand.limit
        return 10**9 if most is None else max(0, most - self.tally.expected)

    def picture_urls(self, profile: Profile) -> tuple[str, ...]:
        """Where to get an account's picture, the original bytes first."""
        return (profile.avatar_url,) if profile.avatar_url else ()

    def picture_key(self, profile: Profile) -> str:
        """What is the same for the same picture: by default its address."""
        return profile.avatar_url or ""

    def picture_sha256(self, url: str) -> str | None:
        """The SHA-256 that the bytes at an address must have, where the address tells."""
        return None

    def leftovers(self) -> list[Catch]:
        """Accounts that were seen and still wait for their picture when the crawl is cut short."""
        return [self.counted(c) for c in self.avatars.give_up()]

    def _arrived(self, response: Response) -> Iterator[Yield]:
        yield from self._read(response.request, self._answer(response.request, response, refusal_of(response)))

    def _failed(self, failure: Failure) -> Iterator[Yield]:
        request: Request = failure.request  # type: ignore[attr-defined]
        refusal = refusal_of_failure(failure, redirected=bool(request.meta.get("redirect_urls")))
        if isinstance(failure.value, NotAsked) and self.tally.stopped:
            refusal = (refusal[0], f"{NOT_ASKED}{self.tally.stopped}")
        yield from self._read(request, self._answer(request, None, refusal))

    def _read(self, request: Request | None, answer: Answer) -> Iterator[Yield]:
        assert request is not None
        for made in request.meta["read"](answer, **request.meta["carry"]):
            yield from self.avatars.pace(made)
        yield from self.avatars.release()

    def _answer(self, request: Request | None, response: Response | None, refusal: Refusal | None) -> Answer:
        assert request is not None
        body = response.body if response is not None else b""
        media_type = (response.headers.get("Content-Type") or b"") if response is not None else b""
        capture = Capture(
            url=request.meta["asked_at"],
            final_url=response.url if response is not None else request.url,
            fetched_at=datetime.now(UTC),
            status=response.status if response is not None else 0,
            media_type=media_type.decode("latin-1")[:200],
            sha256=hashlib.sha256(body).hexdigest(),
            size=len(body),
            by=f"{self.name} {__version__}",
        )
        return Answer(response=response, capture=capture, refusal=refusal, canary=request.meta["canary"])

    def _catch(self, handle: str, outcome: Any, why: str, answer: Answer) -> Catch:
        probe = Probe(platform=self.platform.name, handle=handle, outcome=outcome, why=why, captures=(answer.capture,))
        return self.counted(Catch(probe=probe, bodies=answer.bodies))

    def counted(self, catch: Catch) -> Catch:
        """Counts an account on its way out, once."""
        self.tally.count(catch.probe)
        return catch

    def _hear(self, handle: str, result: Result) -> None:
        self._canaries[handle] = result
        heard = {h: r for h, r in self._canaries.items() if r is not None}
        if len(heard) == len(self._canaries) and not self._canary_heard.is_set():
            self.tally.hear_canary(heard, self.plan.nonsense)
            self._canary_heard.set()


def read_json(response: Response | None) -> Any:
    """The JSON of an answer; None for what is none, and where nothing came."""
    try:
        return json.loads(response.body) if response is not None else None
    except (ValueError, RecursionError):
        return None


def read_text(value: Any) -> str | None:
    """A text that a platform tells, cut at what is ever looked at; None for nothing, for "" and for what is no text."""
    return value.strip()[:LONGEST_BIO] or None if isinstance(value, str) else None


def read_count(value: Any) -> int | None:
    """A number that a platform tells; None for anything else, negative ones included."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63 else None


def read_time(value: Any) -> datetime | None:
    """A moment in ISO 8601 with a zone (UTC where none is told); None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def links_in(text: str | None) -> tuple[str, ...]:
    """The http(s) links in a text, each once, in order."""
    found = (match.rstrip(".,;:!?…") for match in _LINK.findall(text or ""))
    return tuple(dict.fromkeys(found))[:50]
