"""A suspect's world on loopback (page, API and picture over HTTPS) and an office that can seal it."""

from __future__ import annotations

import atexit
import hashlib
import json
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import trustme
from PIL import Image, ImageDraw

from hunter.darkroom import Darkroom
from hunter.evidence.opening import open_sealer
from hunter.evidence.seal import Sealer
from hunter.matching.judge import judge
from hunter.settings import Settings
from hunter.store import Store, assessments, decisions, open_store, runs, sightings, suspects
from hunter.types import Brand, Capture, Outcome, Picture, Probe, Profile, Rights, Verdict
from hunter.vault import Vault

THEIR_NAME = "Nоrdwind Bаnk Support \u202eهلپ"  # Cyrillic о and а, and a direction override
BIO = "Write to us for your refund, say it in 中文 or العربية 🙂"


def draw_logo(shift: int = 0) -> bytes:
    """A small logo; a shifted one is a copy that was touched up."""
    picture = Image.new("RGB", (160, 160), "#12355b")
    pen = ImageDraw.Draw(picture)
    pen.polygon([(20, 130), (80, 25 + shift), (140, 130)], fill="#f6c445")
    pen.ellipse((95, 20, 135, 60), fill="#e4572e")
    pen.rectangle((30, 135, 130 - shift, 150), fill="#f0f4ef")
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


class Site:
    """Plays a platform: a profile page, an API and a picture for each of its accounts; counts what was asked."""

    def __init__(self, *, tls: bool = True) -> None:
        self.authority = trustme.CA()
        self.picture = draw_logo(2)
        self.asked: list[str] = []
        self.robots = "User-agent: *\nAllow: /\n"
        handler = type("Handler", (_Handler,), {"site": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.authority.issue_cert("127.0.0.1").configure_cert(context)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.base = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Site:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def account(self, number: int) -> dict[str, object]:
        """What the API says about an account."""
        return {
            "did": f"did:plc:nordwind{number:06}",
            "handle": f"nordwind-bank-support{number}.bsky.example",
            "displayName": THEIR_NAME,
            "description": BIO,
            "avatar": f"{self.base}/avatar/{number}.jpg",
            "createdAt": "2026-11-20T08:30:00.000Z",
            "followersCount": 12,
            "followsCount": 480,
            "postsCount": 3,
        }

    def answer(self, path: str) -> tuple[str, bytes] | None:
        """Media type and body for a path."""
        number = "".join(c for c in path.rpartition("/")[2] if c.isdigit()) or "0"
        if path.startswith("/profile/"):
            account = self.account(int(number))
            page = (
                f"<html><head><title>{account['displayName']}</title><script>var x='no'</script></head><body>"
                f"<h1>{account['displayName']}</h1><p>@{account['handle']}</p><p class=bio>{BIO}</p>"
                f"<img src='/avatar/{number}.jpg'></body></html>"
            )
            return "text/html; charset=utf-8", page.encode()
        if path.startswith("/xrpc/"):
            return "application/json", json.dumps(self.account(int(number)), ensure_ascii=False).encode()
        if path.startswith("/avatar/"):
            return "image/jpeg", self.picture
        return ("text/plain", self.robots.encode()) if path == "/robots.txt" else None


class _Handler(BaseHTTPRequestHandler):
    site: Site
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.site.asked.append(self.path)
        found = self.site.answer(self.path)
        body = found[1] if found else b"no"
        self.send_response(200 if found else 404)
        self.send_header("x-WEIRD-case", "kept")
        self.send_header("Content-Type", found[0] if found else "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@dataclass(frozen=True, kw_only=True)
class Office:
    """A store with confirmed suspects, and a sealer for them."""

    store: Store
    sealer: Sealer
    site: Site
    settings: Settings
    suspects: tuple[int, ...]


@cache
def darkroom() -> Darkroom:
    """One for all offices of a test process: starting one takes longer than sealing."""
    shared = Darkroom()
    atexit.register(shared.close)
    return shared


@cache
def develop(picture: bytes) -> Picture:
    """A picture as the matcher sees it."""
    return darkroom().develop(picture)


def brand_of() -> Brand:
    """The brand whose name is taken."""
    return Brand(
        slug="nordwind",
        names=("Nordwind Bank", "Нордвинд"),
        domains=("nordwind.example",),
        official={"bluesky": ("nordwind.example",)},
        keywords=("bank", "loans"),
        sentences=("Banking with a tail wind",),
        pictures=(develop(draw_logo()),),
        rights=Rights(owner="Nordwind Bank AG", mark="NORDWIND", registration="DE302026000001", office="DPMA"),
    )


@contextmanager
def open_office(
    folder: Path, site: Site, *, count: int = 1, confirm: bool = True, browser: bool = False, **more: object
) -> Iterator[Office]:
    """An office in `folder` with `count` suspects on `site`; `more` are settings."""
    folder.mkdir(parents=True, exist_ok=True)
    roots = folder / "site-root.pem"
    site.authority.cert_pem.write_to_path(str(roots))
    settings = replace(
        Settings(
            store=f"sqlite:///{folder / 'hunter.db'}",
            vault=folder / "vault",
            platform_urls={"bluesky": (site.base,)},
            reviewer="reviewer-1",
            organisation="Nordwind Bank AG",
            contact="brand@nordwind.example",
            tls_roots=roots,
        ),
        **more,  # type: ignore[arg-type]
    )
    with ExitStack() as stack:
        store = stack.enter_context(open_store(settings.store))
        numbers = _stock(store, Vault(settings.vault), site, count)
        if confirm:
            with store.write() as c:
                for number in numbers:
                    decisions.decide(
                        c, number, Verdict.IMPERSONATION, by="reviewer-1", at=datetime.now(UTC), note="asks for refunds"
                    )
        sealer = stack.enter_context(open_sealer(settings, store, (), browser=browser))
        sealer = replace(sealer, darkroom=darkroom())
        yield Office(store=store, sealer=sealer, site=site, settings=settings, suspects=tuple(numbers))


def _stock(store: Store, vault: Vault, site: Site, count: int) -> Sequence[int]:
    """Sees and judges the site's accounts the way a run does."""
    at = datetime.now(UTC) - timedelta(hours=3)
    vault.put(draw_logo())
    vault.put(site.picture)
    brand, picture = brand_of(), develop(site.picture)
    probes = []
    for number in range(1, count + 1):
        account = site.account(number)
        body = json.dumps(account, ensure_ascii=False).encode()
        vault.put(body)
        url = f"{site.base}/xrpc/app.bsky.actor.getProfile/{number}"
        seen = Capture(
            url=url, final_url=url, fetched_at=at, status=200, media_type="application/json",
            sha256=hashlib.sha256(body).hexdigest(), size=len(body), by="bluesky/0.1.0",
        )  # fmt: skip
        shown = replace(
            seen, url=str(account["avatar"]), final_url=str(account["avatar"]), media_type="image/jpeg",
            sha256=picture.sha256, size=len(site.picture),
        )  # fmt: skip
        profile = Profile(
            platform="bluesky", native_id=str(account["did"]), handle=str(account["handle"]),
            url=f"{site.base}/profile/{number}", display_name=THEIR_NAME, bio=BIO,
            joined=datetime.fromisoformat(str(account["createdAt"])), followers=12, following=480, posts=3,
            avatar_url=str(account["avatar"]), picture=picture, seen_at=at,
        )  # fmt: skip
        found = Probe(platform="bluesky", handle=profile.handle, outcome=Outcome.PRESENT, why="found")
        probes.append(replace(found, profile=profile, captures=(seen, shown)))
    with store.write() as c:
        run = runs.start(c, kind="run", at=at, version="0.1.0", machine="here", process=1, brands=[brand])
        sighted = sightings.save(c, run, probes, at=at)
        judged = [
            assessments.Judged(assessment=judge(brand, p.profile), sighting=s)
            for p, s in zip(probes, sighted, strict=True)
            if p.profile
        ]
        assessments.save(c, run, judged, brands={brand.slug: brand}, min_score=0.0, at=at, seen=sighted)
        runs.finish(c, run, state="complete", at=at, seconds=1.0)
        found = suspects.page(c, limit=count)
    return sorted(s.id for s in found)
