"""Where a bio or a link names a brand: whole names, the brand's domains and its sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from hunter.matching.forms import forms_of
from hunter.matching.gate import SHORT
from hunter.matching.screening.index import Index
from hunter.matching.skeleton import fold
from hunter.matching.words import host_text
from hunter.types import Brand, Profile

_WORDS = re.compile(r"[^\W_]+", re.UNICODE)
_HOST = re.compile(r"(?:https?://)?((?:[\w-]{1,63}\.){1,8}[\w-]{2,63})", re.IGNORECASE)
_LONGEST = 4000  # characters of a bio that are read


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a text."""
    return tuple(_WORDS.findall(fold(text[:_LONGEST]).text))


def spaced(text: str) -> str:
    """The words with a space on both sides of each, so that only whole words are found in it."""
    return f" {' '.join(words_of(text))} "


def hosts_in(text: str) -> tuple[str, ...]:
    """Host names written in a text, lower case, without a leading "www."."""
    return tuple(dict.fromkeys(m[1].lower().removeprefix("www.") for m in _HOST.finditer(text[:_LONGEST])))


def hosts_of(profile: Profile) -> tuple[str, ...]:
    """Hosts that a profile links to or writes into its bio; of a domain, those that its page links to."""
    if not profile.links and not profile.bio:
        return ()
    linked = [_host(link) for link in profile.links[:100]]
    return tuple(dict.fromkeys([h for h in linked if h] + list(hosts_in(profile.bio or ""))))


def _host(link: str) -> str:
    try:
        host = urlsplit(link if "//" in link else f"//{link}").hostname or ""
    except ValueError:
        return ""
    return host.lower().removeprefix("www.")


def is_within(host: str, domains: Iterable[str]) -> str | None:
    """The first of `domains` that `host` is or lies under."""
    return next((d for d in domains if host == d.lower() or host.endswith("." + d.lower())), None)


class Mentions:
    """The names, sentences and domains of many brands, ready to be looked for in bios and links."""

    def __init__(self, brands: Iterable[Brand]) -> None:
        self._names: dict[str, set[int]] = {}
        self._domains: dict[str, set[int]] = {}
        brands = tuple(brands)
        for number, brand in enumerate(brands):
            for text in (*brand.names, *brand.sentences):
                words = words_of(text)
                if words:
                    self._names.setdefault(words[0], set()).add(number)
            for domain in brand.domains:
                self._domains.setdefault(domain.lower(), set()).add(number)
        self._index = Index(
            (n, form) for n, b in enumerate(brands) for form in forms_of(b) if len(form.letters) > SHORT
        )

    def brands_of(self, profile: Profile) -> set[int]:
        """Numbers of brands that the bio may name or whose domains, or look-alikes of them, are linked."""
        found: set[int] = set()
        for word in set(words_of(profile.bio)) if profile.bio else ():
            found |= self._names.get(word, set())
        hosts = hosts_of(profile)
        for host in hosts:
            labels = host.split(".")
            for i in range(len(labels) - 1):
                found |= self._domains.get(".".join(labels[i:]), set())
        if hosts:
            found |= set(self._index.pairs([host_text(host) for host in hosts])[1].tolist())
        return found
