"""What an answer that is no profile means: every way of not getting one has its own word, told apart by structure.

Words in a page decide nothing, since an attacker writes them into a bio. What decides is the status, the headers, the
media type, where a redirect led, and the markup that only a platform itself can put there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from OpenSSL.SSL import Error as TlsError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response, TextResponse
from scrapy.selector import Selector
from service_identity.exceptions import VerificationError
from twisted.python.failure import Failure

from hunter.types import Outcome

Refusal = tuple[Outcome, str]

# The words that `Probe.why` is made of.
FOUND = "found"
NO_SUCH_ACCOUNT = "no_such_account"
DEACTIVATED = "deactivated"
TAKEN_DOWN = "taken_down"
RATE_LIMITED = "rate_limited"
ROBOTS = "robots"
LOGIN_WALL = "login_wall"
TOKEN_WANTED = "token_wanted"  # noqa: S105 - a word, no secret
CAPTCHA = "captcha"
BLOCKED = "blocked"
SERVER_ERROR = "server_error"
CHANGED_SHAPE = "changed_shape"
CONNECTION_REFUSED = "connection_refused"
CONNECTION_LOST = "connection_lost"
DNS = "dns"
TLS = "tls"
TOO_LARGE = "too_large"
PARTIAL_BODY = "partial_body"
ADDRESS_REFUSED = "address_refused"
REDIRECT_REFUSED = "redirect_refused"
TIMEOUT = "timeout"
BUDGET = "budget"
HANDLE_IMPOSSIBLE = "handle_impossible"
CUT_SHORT = "list_cut_short"

_LOGIN = re.compile(r"/(log_?in|sign_?in|auth/sign_in|accounts/login)(/|\.|$)", re.IGNORECASE)
_CHALLENGE = (
    'script[src*="/cdn-cgi/challenge-platform/"]',
    'script[src*="challenges.cloudflare.com"]',
    'script[src*="google.com/recaptcha/"]',
    'script[src*="recaptcha.net/recaptcha/"]',
    'script[src*="hcaptcha.com/"]',
    "form#challenge-form",
    "div.g-recaptcha",
    "div.h-captcha",
)


class NotAsked(IgnoreRequest):
    """A question that we ourselves did not let go out; `why` is one of the words above."""

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(detail or why)
        self.why = why


class HeadTooLong(Exception):
    """Header lines beyond all measure."""


def refusal_of(response: Response) -> Refusal | None:
    """What an HTTP answer refuses, by status and structure; None for one that is worth reading.

    404, 410 and 400 are left to the platform: only it knows how "no such account" is spelt there.
    """
    status = response.status
    if "partial" in response.flags:
        return Outcome.IMPOSSIBLE, PARTIAL_BODY
    if status == 429:
        return Outcome.REFUSED, RATE_LIMITED
    page = _page(response)
    if _has_challenge(response, page):
        return Outcome.REFUSED, CAPTCHA
    if page is not None and _wants_login(response, page):
        return Outcome.REFUSED, LOGIN_WALL
    if status == 401:
        return Outcome.REFUSED, TOKEN_WANTED
    if status in (403, 451):
        return Outcome.REFUSED, BLOCKED
    if 300 <= status < 400:
        return Outcome.REFUSED, REDIRECT_REFUSED
    if status >= 500:
        return Outcome.REFUSED, SERVER_ERROR
    return None


def refusal_of_failure(failure: Failure, *, redirected: bool = False) -> Refusal:
    """What it means that no answer came; `redirected`: a redirect had led there."""
    exc = failure.value
    if isinstance(exc, NotAsked):
        refused_hop = redirected and exc.why == ADDRESS_REFUSED
        return Outcome.REFUSED, REDIRECT_REFUSED if refused_hop else exc.why
    if isinstance(exc, IgnoreRequest):
        # Scrapy's own two reasons: too many redirects, and a body that grows too large while it is decompressed.
        return (Outcome.REFUSED, REDIRECT_REFUSED) if "redirect" in str(exc) else (Outcome.IMPOSSIBLE, TOO_LARGE)
    if isinstance(exc, UnsupportedURLSchemeError):
        return Outcome.REFUSED, REDIRECT_REFUSED if redirected else ADDRESS_REFUSED
    if any(isinstance(cause, TlsError | VerificationError) for cause in _causes(exc)):
        return Outcome.REFUSED, TLS
    if any(isinstance(cause, HeadTooLong) for cause in _causes(exc)):
        return Outcome.IMPOSSIBLE, TOO_LARGE
    for kind, outcome, why in (
        (CannotResolveHostError, Outcome.REFUSED, DNS),
        (DownloadConnectionRefusedError, Outcome.REFUSED, CONNECTION_REFUSED),
        (DownloadTimeoutError, Outcome.REFUSED, TIMEOUT),
        (DownloadCancelledError, Outcome.IMPOSSIBLE, TOO_LARGE),
        (ResponseDataLossError, Outcome.IMPOSSIBLE, PARTIAL_BODY),
        (DownloadFailedError, Outcome.REFUSED, CONNECTION_LOST),
    ):
        if isinstance(exc, kind):
            return outcome, why
    return Outcome.REFUSED, CONNECTION_LOST


def _page(response: Response) -> Selector | None:
    """A page to look for markup in; None for what does not call itself one."""
    if not isinstance(response, TextResponse) or b"html" not in (response.headers.get("Content-Type") or b"").lower():
        return None
    return Selector(text=response.text, type="html")  # said, since Scrapy guesses by the body, which may look like JSON


def _has_challenge(response: Response, page: Selector | None) -> bool:
    if (response.headers.get("cf-mitigated") or b"").strip().lower() == b"challenge":
        return True
    return page is not None and any(page.css(mark) for mark in _CHALLENGE)


def _wants_login(response: Response, page: Selector) -> bool:
    """A redirect that ended on a log-in page, or a page with a password field where an answer should be."""
    redirected = bool(response.request and response.meta.get("redirect_urls"))
    if redirected and _LOGIN.search(urlsplit(response.url).path):
        return True
    return bool(page.css('input[type="password"]'))


def _causes(exc: BaseException | None) -> Iterator[BaseException]:
    """An exception and everything under it: what it was raised from, and what Twisted collected as its reasons."""
    seen: set[int] = set()
    todo = [exc]
    while todo:
        one = todo.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        todo += [one.__cause__, one.__context__]
        todo += [r.value for r in getattr(one, "reasons", None) or () if isinstance(r, Failure)]
