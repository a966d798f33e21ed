"""Writes one visit into `data/captures/<n>/`: raw bytes first, everything readable beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hunter.evidence.cloaking import told_apart
from hunter.evidence.layout import CAPTURES, sha256_of, stamp_of, to_json, write_file
from hunter.evidence.page_text import read_page
from hunter.evidence.pointers import Body
from hunter.evidence.records import to_plain
from hunter.evidence.replay import write_wacz
from hunter.evidence.visit import Visit
from hunter.evidence.warc import write_warc
from hunter.net.recorder import Exchange

_READABLE = 8 * 1024 * 1024  # bytes of a decoded body
_JUDGED = ("page", "api")  # what may bear the profile's fields, best first


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What one visit left in the bag."""

    bodies: tuple[Body, ...]  # what fields can point into
    avatar: tuple[str, bytes] | None  # exchange file and bytes of the picture as received
    responses: int  # `response` records of the WARC
    verdict: str
    told_apart: tuple[str, ...]  # what the page told the browser otherwise than the recorder


def write_visit(bag: Path, number: int, visit: Visit, context: Mapping[str, Any]) -> Written:
    """Writes the visit as capture `number` of the bag that is being made in `bag`.

    `context` holds what the visit itself does not know and goes into `capture.json`: case, operator, reason, tool,
    clock and vantage.
    """
    folder = bag / CAPTURES / str(number)
    place = f"{CAPTURES}/{number}"
    bodies: list[Body] = []
    avatar: tuple[str, bytes] | None = None
    listed = []
    names = _exchange_names(visit)
    for (wanted, exchange), name in zip(visit.exchanges, names, strict=True):
        readable, not_whole = exchange.decoded(_READABLE)
        listed.append({**_write_exchange(folder, name, exchange), "role": wanted.role, "decoded_not_whole": not_whole})
        if exchange.status == 200 and wanted.role == "avatar" and exchange.complete and readable:
            avatar = (f"{place}/{name}.response.bin", readable)
        if exchange.status == 200 and wanted.role in _JUDGED and readable:
            bodies.append(_write_body(folder, place, name, exchange, readable))
        if wanted.role == "rdap" and readable:
            kind = "ip" if "/ip/" in wanted.url else "domain"
            write_file(folder / f"rdap-{kind}.json", readable)
    write_file(folder / "dns.json", to_json([to_plain(lookup) for lookup in visit.lookups]))
    shot = _write_screenshot(folder, visit)
    text_from = _write_text(folder, visit)
    apart = told_apart(visit)
    capture = {
        **_facts(visit),
        **context,
        **shot,
        "page_text_from": text_from,
        "told_apart": apart,
        "exchanges": listed,
    }
    write_file(folder / "capture.json", to_json(capture))
    order = {role: i for i, role in enumerate(_JUDGED[::-1])}
    roles = {f"{place}/{n}.response.bin": w.role for (w, _), n in zip(visit.exchanges, names, strict=True)}
    return Written(
        bodies=tuple(sorted(bodies, key=lambda b: order.get(roles.get(b.file, "api"), 9))),
        avatar=avatar,
        responses=_write_archives(folder, visit, context),
        verdict=str(capture["verdict"]),
        told_apart=apart or (),
    )


def _write_archives(folder: Path, visit: Visit, context: Mapping[str, Any]) -> int:
    """The exchanges as WARC and, where anything was answered, as WACZ; how many answers there are."""
    warc, first = folder / "capture.warc.gz", visit.exchanges[0][1].url
    responses = write_warc(
        warc,
        [e for _, e in visit.exchanges],
        {"software": f"{context['tool']['name']} {context['tool']['version']}", "format": "WARC File Format 1.1"},
        {"capture_id": visit.id, "case_id": context["case_id"], "target_url": first},
    )
    if responses:
        write_wacz(folder / "capture.wacz", warc, first, visit.started_at)
    return responses


def _exchange_names(visit: Visit) -> list[str]:
    return [f"{n:03d}" for n in range(1, len(visit.exchanges) + 1)]


def _write_exchange(folder: Path, name: str, exchange: Exchange) -> dict[str, Any]:
    """Raw request and answer, chain and handshake; its entry for `capture.json`."""
    write_file(folder / f"{name}.request.bin", exchange.request)
    write_file(folder / f"{name}.response.bin", exchange.response)
    if exchange.handshake:
        write_file(folder / f"tls-{name}.pem", exchange.handshake.pem())
        write_file(folder / f"tls-{name}.json", to_json(exchange.handshake.summary()))
    head = exchange.head
    return {
        "n": int(name),
        "method": exchange.method,
        "url": exchange.url,
        "request_file": f"{name}.request.bin",
        "response_file": f"{name}.response.bin",
        "resolved": list(exchange.addresses),
        "peer_ip": exchange.peer[0] if exchange.peer else None,
        "peer_port": exchange.peer[1] if exchange.peer else None,
        "tls_file": f"tls-{name}.json" if exchange.handshake else None,
        "certificate_trusted": exchange.handshake.trusted if exchange.handshake else None,
        "http_version": head.version if head else None,
        "status": head.status if head else None,
        "reason": head.reason if head else None,
        "headers": [list(pair) for pair in head.headers] if head else [],
        "body_sha256": exchange.body_sha256(),
        "body_bytes": len(exchange.body),
        "response_sha256": sha256_of(exchange.response),
        "framing": exchange.framing,
        "complete": exchange.complete,
        "truncated_by": exchange.truncated_by,
        "error": exchange.error,
        "started_utc": stamp_of(exchange.started_at),
        "ended_utc": stamp_of(exchange.ended_at),
        "monotonic_ms": round(exchange.elapsed * 1000),
    }


def _write_body(folder: Path, place: str, name: str, exchange: Exchange, readable: bytes) -> Body:
    """What the answer says to readers: JSON as a file of its own, a page stays inside its raw answer."""
    if "json" in exchange.media_type:
        write_file(folder / f"api-{name}.json", readable)
        return Body(file=f"{place}/api-{name}.json", sha256=sha256_of(readable), data=readable, media_type="json")
    return Body(
        file=f"{place}/{name}.response.bin",
        sha256=sha256_of(exchange.response),
        data=readable,
        media_type=exchange.media_type,
    )


def _write_screenshot(folder: Path, visit: Visit) -> dict[str, Any]:
    shot = visit.screenshot
    if shot is None:
        return {"screenshot": None, "screenshot_absent_reason": visit.no_screenshot}
    write_file(folder / "screenshot.png", shot.png)
    described = {k: v for k, v in to_plain(shot).items() if k not in ("png", "text")}
    note = "a visit of its own by a browser; certificate errors do not stop it, see tls-*.json for the certificates"
    write_file(folder / "screenshot.json", to_json({**described, "extensions": "none", "note": note}))
    return {"screenshot": "screenshot.png", "screenshot_absent_reason": None}


def _write_text(folder: Path, visit: Visit) -> str | None:
    """The page as plain text, from the browser where there was one, else from the recorded bytes."""
    if visit.screenshot and visit.screenshot.text:
        write_file(folder / "page.txt", visit.screenshot.text.encode("utf-8", "replace"))
        return "screenshot.png"
    for (wanted, exchange), name in zip(visit.exchanges, _exchange_names(visit), strict=True):
        if wanted.role == "page" and exchange.status == 200 and "html" in exchange.media_type:
            page = read_page(exchange.decoded(_READABLE)[0])
            if page:
                write_file(folder / "page.txt", (page.text() + "\n").encode("utf-8", "replace"))
                return f"{name}.response.bin"
    return None


def _facts(visit: Visit) -> dict[str, Any]:
    """What the visit itself tells."""
    first = visit.recordings[0][1]
    hops = first.exchanges[:-1] if len(first.exchanges) > 1 or first.stopped_by else ()
    return {
        "capture_id": visit.id,
        "target_url": first.url,
        "final_url": first.final.url,
        "redirects": [
            {
                "url": e.url,
                "status": e.status,
                "location": e.head.value("location") if e.head else None,
                "ip": e.peer[0] if e.peer else None,
            }
            for e in hops
        ],
        "redirects_stopped_by": first.stopped_by,
        "started_utc": stamp_of(visit.started_at),
        "ended_utc": stamp_of(visit.ended_at),
        "monotonic_ms": round(visit.elapsed * 1000),
        "robots": [{"origin": o, "allowed": allowed, "rule": rule} for o, allowed, rule in visit.robots],
        "login_state": "anonymous",
        "verdict": verdict_of(visit),
        "errors": [
            f"{e.url}: {e.error or e.truncated_by}" for w, e in visit.exchanges if not e.complete and w.role != "robots"
        ],
    }


def verdict_of(visit: Visit) -> str:
    """What came of the visit: ok, partial, blocked, captcha, login_wall, not_found or error.

    Read from status, headers and addresses only: words on the page are the suspect's to choose.
    """
    first = visit.recordings[0][1]
    final = first.final
    asked = [r for w, r in visit.recordings if w.role not in ("robots", "rdap")]
    if final.error:
        return "partial" if any(r.final.status == 200 for r in asked) else "error"
    if final.status in (404, 410):
        return "not_found"
    if final.head and (final.head.value("cf-mitigated") or "").lower() == "challenge":
        return "captcha"
    if final.status == 401 or (_is_login(final.url) and not _is_login(first.url)):
        return "login_wall"
    if final.status in (403, 407, 429, 451, 503):
        return "blocked"
    if final.status >= 400:
        return "error"
    return "ok" if all(r.complete for r in asked) else "partial"


def _is_login(url: str) -> bool:
    path = url.partition("://")[2].partition("/")[2].partition("?")[0].lower()
    return any(part in ("login", "signin", "sign_in", "log-in", "accounts/login") for part in path.split("/"))
