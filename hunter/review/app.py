"""The review page as one ASGI application: the gate, then the routes, each behind its session and role."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hunter.errors import HunterError, StoreError
from hunter.review.desk import Desk, Visit, go
from hunter.review.gate import Gate
from hunter.review.routes import WAYS, Way
from hunter.review.sessions import COOKIE
from hunter.visible import visible

MOST_FIELDS = 1000
LARGEST_NUMBER = 2**63 - 1
log = logging.getLogger("hunter.review")


def build_app(desk: Desk, hosts: Iterable[str]) -> Gate:
    """The page over one store. `hosts` are the names, with port, under which it answers."""
    routes = [Route(way.path, _endpoint(desk, way), methods=[way.method]) for way in WAYS]

    async def not_there(request: Request, exc: Exception) -> Response:
        status = exc.status_code if isinstance(exc, HTTPException) else 404
        words = "There is no such page." if status == 404 else "This cannot be done here."
        return _visit(desk, request, {}).show("nothing.html", status=status, words=words)

    async def broken(request: Request, exc: Exception) -> Response:
        words = "This page could not be made. What happened stands in the terminal."
        return _visit(desk, request, {}).show("nothing.html", status=500, words=words)

    handlers: dict[Any, Any] = {HTTPException: not_there, 500: broken}
    return Gate(Starlette(routes=routes, exception_handlers=handlers), hosts, tls=desk.tls)


def _endpoint(desk: Desk, way: Way) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        form = read_form(await request.body()) if way.method == "POST" else {}
        visit = _visit(desk, request, form)
        if any(isinstance(part, int) and part > LARGEST_NUMBER for part in visit.named.values()):
            return visit.show("nothing.html", status=404, words="There is no such page.")
        refusal = _refuse(visit, way)
        if refusal is not None:
            return refusal
        return await run_in_threadpool(_answer, way, visit)

    return endpoint


def _refuse(visit: Visit, way: Way) -> Response | None:
    """The answer to one who is not signed in or may not do this; None: he may."""
    if way.role is None:
        return None
    if visit.session is None:
        if way.method == "GET" and way.path == "/":
            return go("/enter")
        return visit.show("nothing.html", status=401, words="You are not signed in, or no longer.")
    if visit.session.role < way.role:
        words = f"This is for a {way.role.name.lower()}; you are signed in as {visit.session.role.name.lower()}."
        return visit.show("nothing.html", status=403, words=words)
    return None


def _answer(way: Way, visit: Visit) -> Response:
    """What the route has to say; what it refuses is told on the page that was left."""
    try:
        return way.handle(visit)
    except StoreError as exc:
        log.error("%s", exc)
        return visit.show("nothing.html", status=503, words=visible(str(exc.args[0])))
    except HunterError as exc:
        if way.method == "POST" and visit.session:
            visit.session.tell(str(exc.args[0]), refused=True)
            return visit.go_back()
        return visit.show("nothing.html", status=400, words=visible(str(exc.args[0])))


def _visit(desk: Desk, request: Request, form: dict[str, list[str]]) -> Visit:
    cookie = request.cookies.get(COOKIE)
    return Visit(
        desk=desk,
        session=desk.sessions.find(cookie),
        path=request.url.path,
        named=dict(request.path_params),
        query=dict(request.query_params),
        form=form,
        cookie=cookie,
    )


def read_form(body: bytes) -> dict[str, list[str]]:
    """The fields of a plain form; of one with too many fields nothing."""
    try:
        return parse_qs(
            body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace"
        )
    except ValueError:
        return {}
