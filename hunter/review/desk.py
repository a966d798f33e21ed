"""What every page works with: the open store, the pictures, the sessions, and the visit that asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from starlette.responses import HTMLResponse, RedirectResponse, Response

from hunter.review.gallery import Gallery
from hunter.review.page import render
from hunter.review.sessions import Session, Sessions
from hunter.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the whole page has in common."""

    store: Store
    gallery: Gallery
    sessions: Sessions
    people: int = 1  # who must confirm before a takedown is asked for
    banner: str = ""  # stands over every page
    tls: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request, read: who asks, for what, with which answers in the form."""

    desk: Desk
    session: Session | None
    path: str
    named: Mapping[str, Any] = field(default_factory=dict)  # parts of the path
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, Sequence[str]] = field(default_factory=dict)
    cookie: str | None = None

    @property
    def who(self) -> Session:
        """The session; the route lets nobody in without one."""
        assert self.session is not None
        return self.session

    def answer(self, name: str) -> str:
        """One field of the form; "" where it is missing."""
        return next(iter(self.form.get(name, ())), "")

    def address(self) -> str:
        """The page that is asked for, with its filters: where a form leads back to."""
        return self.path + (f"?{urlencode(self.query)}" if self.query else "")

    def show(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """A page."""
        notices = self.session.hear() if self.session else []
        common = {"session": self.session, "banner": self.desk.banner, "here": self.path, "notices": notices}
        undo = self.session.batches[-1] if self.session and self.session.batches else ""
        common["undo"] = "" if any(notice.batch for notice in notices) else undo
        return HTMLResponse(render(template, **common, back=self.address(), **context), status)

    def go_back(self, otherwise: str = "/") -> Response:
        """Back to the page that the form stood on."""
        return go(local_address(self.answer("back")) or otherwise)


def go(address: str) -> Response:
    """Leads to another of our pages."""
    return RedirectResponse(address, 303)


def local_address(address: str) -> str | None:
    """`address` if it is one of our own pages, written so that no browser reads another host into it."""
    if not address.startswith("/") or address.startswith(("//", "/\\")) or len(address) > 2000:
        return None
    return quote(address, safe="/?&=%+-._~:,#") if address.isprintable() and "\\" not in address else None
