"""Opens everything that sealing needs, from the settings, and closes it again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import hunter
from hunter.darkroom import Darkroom
from hunter.evidence.contents import Fetch, fetcher
from hunter.evidence.environment import describe_environment
from hunter.evidence.seal import Sealer
from hunter.evidence.visit import Visitor
from hunter.net.browser import Picturer, missing_browser
from hunter.net.guard import Guard, allowed_pairs
from hunter.net.recorder import Recorder
from hunter.rules import load_rules
from hunter.settings import Settings
from hunter.store import Store
from hunter.types import Brand
from hunter.vault import Vault

REGISTRATION = "https://rdap.org"  # finds the registry's own service; HUNTER_RDAP_URL names another
_PICTURES = ("*.png", "*.jpg", "*.jpeg", "*.gif", "*.webp")
_MOST_PICTURES = 2000
_LARGEST_PICTURE = 32 * 1024 * 1024


def open_recorder(settings: Settings) -> Recorder:
    """A recorder behind a guard that lets through what the settings name."""
    urls = [url for several in settings.platform_urls.values() for url in several]
    guard = Guard(allowed_pairs([*urls, *settings.tsa_urls]), settings.deny_networks)
    return Recorder(guard=guard, user_agent=user_agent(settings), roots=settings.tls_roots)


def user_agent(settings: Settings) -> str:
    """Who we are, and whom to write to."""
    contact = "".join(c for c in settings.contact if " " <= c <= "~")
    return f"hunter/{hunter.__version__}" + (f" (+{contact})" if contact else "")


@contextmanager
def open_sealer(settings: Settings, store: Store, brands: Sequence[Brand], *, browser: bool = True) -> Iterator[Sealer]:
    """A sealer for many suspects. Without a browser on this machine, screenshots are left out and say why."""
    recorder = open_recorder(settings)
    with ExitStack() as stack:
        missing = missing_browser() if browser else "switched off (--no-browser)"
        picturer = None if missing else stack.enter_context(Picturer(recorder.guard))
        registration = settings.platform_urls.get("rdap", (REGISTRATION,))
        yield Sealer(
            settings=settings,
            store=store,
            fetch=fetcher(Vault(settings.vault).get, reference_pictures(settings.brands)),
            visitor=Visitor(
                recorder=recorder,
                picturer=picturer,
                no_picturer=missing or "",
                rdap_url=registration[0] if registration else None,
            ),
            stamper=recorder,
            darkroom=stack.enter_context(Darkroom()),
            weights=load_rules(settings),
            environment=describe_environment(settings, recorder.clock, recorder.user_agent, recorder.accept_language),
            brands={brand.slug: brand for brand in brands},
        )


def reference_pictures(home: Path | None) -> Fetch:
    """Finds a brand's picture beside its brand file by its digest, for those that the vault does not hold."""
    known: dict[str, Path] = {}

    def fetch(digest: str) -> bytes | None:
        if home is not None and not known:
            top = home if home.is_dir() else home.parent
            found = [p for pattern in _PICTURES for p in sorted(top.rglob(pattern))][:_MOST_PICTURES]
            known.update(
                {hashlib.sha256(p.read_bytes()).hexdigest(): p for p in found if p.stat().st_size <= _LARGEST_PICTURE}
            )
        return known[digest].read_bytes() if digest in known else None

    return fetch
