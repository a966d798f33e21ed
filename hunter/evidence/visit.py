"""One visit to a suspect for the record: page, API answers, picture, names, registration data, screenshot."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from protego import Protego

from hunter.evidence.dossier import Dossier
from hunter.net.browser import Picturer, Screenshot
from hunter.net.certificates import is_address
from hunter.net.names import DOMAIN_KINDS, HOST_KINDS, Lookup, look_up
from hunter.net.recorder import Exchange, Recorder, Recording
from hunter.types import Profile

_MOST_ADDRESSES = 12  # addresses of one visit; a profile does not need more


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One address to ask for, and what it is to us: "page", "api", "avatar", "robots" or "rdap"."""

    url: str
    role: str
    accept: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """All that one visit brought. Its first recording is the page, or the first API answer where there is no page."""

    id: str
    recordings: tuple[tuple[Wanted, Recording], ...]
    lookups: tuple[Lookup, ...]
    screenshot: Screenshot | None
    no_screenshot: str | None  # why there is none
    robots: tuple[tuple[str, bool | None, str], ...]  # origin, whether we may, and by which rule
    started_at: datetime
    ended_at: datetime
    elapsed: float  # seconds, monotonic

    @property
    def exchanges(self) -> list[tuple[Wanted, Exchange]]:
        """All exchanges in the order in which they were made."""
        return [(wanted, e) for wanted, recording in self.recordings for e in recording.exchanges]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Makes visits. `picturer` takes screenshots; without one, `no_picturer` says why."""

    recorder: Recorder
    picturer: Picturer | None = None
    no_picturer: str = "no browser was asked for"
    rdap_url: str | None = None  # base URL of a registration data service
    ask_names: Callable[..., tuple[Lookup, ...]] = field(default=partial(look_up))

    def visit(self, dossier: Dossier) -> Visit:
        """Asks for everything about the suspect. Never raises for what the net does."""
        started, clock = self.recorder.clock(), time.monotonic()
        recordings = [(w, self._record(w)) for w in wanted_for(dossier)]
        robots = self._robots([w.url for w, _ in recordings], recordings)
        page = next((r for w, r in recordings if w.role == "page"), None)
        lookups = self._lookups(dossier, recordings)
        if dossier.profile.platform == "domain" and self.rdap_url:
            recordings += self._registration(dossier.profile.handle, page)
        shot, why = self._picture(page)
        return Visit(
            id=str(uuid.uuid4()),
            recordings=tuple(recordings),
            lookups=lookups,
            screenshot=shot,
            no_screenshot=why,
            robots=tuple(robots),
            started_at=started,
            ended_at=self.recorder.clock(),
            elapsed=time.monotonic() - clock,
        )

    def _record(self, wanted: Wanted) -> Recording:
        return self.recorder.record(wanted.url, {"Accept": f"{wanted.accept}, */*;q=0.1"} if wanted.accept else None)

    def _robots(
        self, urls: Sequence[str], recordings: list[tuple[Wanted, Recording]]
    ) -> list[tuple[str, bool | None, str]]:
        """What each origin's robots.txt says about us. A person asked for this visit, so it is told, not obeyed."""
        told: list[tuple[str, bool | None, str]] = []
        for origin in dict.fromkeys(f"{p.scheme}://{p.netloc}" for p in map(urlsplit, urls) if p.netloc):
            wanted = Wanted(url=f"{origin}/robots.txt", role="robots")
            recording = self._record(wanted)
            recordings.append((wanted, recording))
            final = recording.final
            if final.status != 200:
                told.append((origin, None, f"no robots.txt (status {final.status or final.error})"))
                continue
            rules = Protego.parse(final.decoded(512 * 1024)[0].decode("utf-8", "replace"))
            asked = [u for u in urls if u.startswith(f"{origin}/") or u == origin]
            refused = [u for u in asked if not rules.can_fetch(u, self.recorder.user_agent)]
            told.append((origin, not refused, f"refuses {refused[0]}" if refused else "allows what was asked"))
        return told

    def _lookups(self, dossier: Dossier, recordings: Sequence[tuple[Wanted, Recording]]) -> tuple[Lookup, ...]:
        domain = dossier.profile.handle if dossier.profile.platform == "domain" else None
        found: list[Lookup] = list(self.ask_names(domain, DOMAIN_KINDS)) if domain else []
        hosts = dict.fromkeys(urlsplit(e.url).hostname for _, r in recordings for e in r.exchanges)
        for host in hosts:
            if host and host != domain and not is_address(host):
                found += self.ask_names(host, HOST_KINDS)
        return tuple(found)

    def _registration(self, domain: str, page: Recording | None) -> list[tuple[Wanted, Recording]]:
        paths = [f"domain/{domain}"] + ([f"ip/{page.final.peer[0]}"] if page and page.final.peer else [])
        asked = [Wanted(url=f"{self.rdap_url}/{p}", role="rdap", accept="application/rdap+json") for p in paths]
        return [(wanted, self._record(wanted)) for wanted in asked]

    def _picture(self, page: Recording | None) -> tuple[Screenshot | None, str | None]:
        if self.picturer is None:
            return None, self.no_picturer
        if page is None:
            return None, "the suspect has no page to look at"
        if page.final.error:
            return None, f"the page did not answer ({page.final.error})"
        taken = self.picturer.take(page.url)
        return (None, taken) if isinstance(taken, str) else (taken, None)


def wanted_for(dossier: Dossier) -> list[Wanted]:
    """What to ask for: the page as people see it, the API answers that the profile was read from, the picture."""
    profile = dossier.profile
    wanted: dict[str, Wanted] = {}
    page = f"https://{profile.handle}/" if profile.platform == "domain" and not profile.url else profile.url
    if page:
        wanted[page] = Wanted(url=page, role="page")
    for capture in dossier.versions[-1].captures if dossier.versions else ():
        if capture.media_type.startswith("image/") or capture.url.endswith("/robots.txt"):
            continue  # pictures have an address of their own below; the one that was measured may be another account's
        accept = capture.media_type if "json" in capture.media_type else None
        if capture.url.startswith(("http://", "https://")):
            url = about_one(capture.url, profile)
            wanted.setdefault(url, Wanted(url=url, role="api" if accept else "page", accept=accept))
    if profile.avatar_url:
        wanted[profile.avatar_url] = Wanted(url=profile.avatar_url, role="avatar", accept="image/*")
    return list(wanted.values())[:_MOST_ADDRESSES]


def about_one(url: str, profile: Profile) -> str:
    """An address that asks for many accounts at once, cut down to the one; others are left as they are."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    names = [name for name, _ in pairs]
    ours = {name.casefold() for name in (profile.native_id, profile.handle) if name}
    kept = [(n, v) for n, v in pairs if names.count(n) == 1 or v.casefold() in ours]
    if len(kept) == len(pairs) or not any(v.casefold() in ours for _, v in kept):
        return url
    return urlunsplit(parts._replace(query=urlencode(kept)))
