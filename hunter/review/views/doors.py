"""The way in and out, and the files that pages are made of."""

from __future__ import annotations

from functools import cache

from starlette.responses import Response

from hunter.review.desk import Visit, go
from hunter.review.page import PAGES
from hunter.review.sessions import COOKIE

KINDS = {
    "style.css": "text/css; charset=utf-8",
    "keys.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


def show_door(visit: Visit) -> Response:
    """Takes the one-time link, or asks for name and password."""
    sessions = visit.desk.sessions
    if visit.session:
        return go("/")
    if "key" in visit.query and not sessions.users:
        cookie = sessions.enter_by_link(visit.query["key"])
        if cookie is not None:
            return _welcome(visit, cookie)
        return visit.show("enter.html", status=403, users=False, wrong=True, waits=sessions.waits())
    return visit.show("enter.html", status=401, users=bool(sessions.users), wrong=False, waits=sessions.waits())


def enter(visit: Visit) -> Response:
    """Signs in by name and password."""
    sessions = visit.desk.sessions
    cookie = sessions.enter_by_password(visit.answer("name")[:64], visit.answer("password")[:1000])
    if cookie is not None:
        return _welcome(visit, cookie)
    waits = sessions.waits()
    shown = visit.show("enter.html", status=429 if waits else 403, users=bool(sessions.users), wrong=True, waits=waits)
    if waits:
        shown.headers["retry-after"] = "60"
    return shown


def leave(visit: Visit) -> Response:
    """Signs out."""
    visit.desk.sessions.leave(visit.cookie)
    answer = go("/enter")
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict", secure=visit.desk.tls)
    return answer


def send_file(visit: Visit) -> Response:
    """The stylesheet, the script of the keyboard, the icon."""
    name = str(visit.named["name"])
    if name not in KINDS:
        return visit.show("nothing.html", status=404, words="There is no such page.")
    return Response(_read(name), media_type=KINDS[name])


def send_picture(visit: Visit) -> Response:
    """A picture, drawn anew and small; the bytes as they came never leave."""
    drawn = visit.desk.gallery.draw(str(visit.named["sha256"]), str(visit.named["size"]))
    if drawn is None:
        return Response(_read("blank.png"), media_type="image/png", headers=_SANDBOX)
    return Response(drawn, media_type="image/png", headers=_SANDBOX)


_SANDBOX = {
    "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "content-disposition": "attachment",
}


@cache
def _read(name: str) -> bytes:
    return (PAGES / name).read_bytes()


def _welcome(visit: Visit, cookie: str) -> Response:
    answer = go("/")
    answer.set_cookie(COOKIE, cookie, path="/", httponly=True, samesite="strict", secure=visit.desk.tls)
    return answer
