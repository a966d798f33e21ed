"""What a brand's own web page says about it: official accounts (rel=me, JSON-LD, footer), logo, description."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from parsel import Selector

_OWNERS = {
    "organization", "corporation", "brand", "person", "product", "localbusiness", "onlinestore", "store", "bank",
    "bankorcreditunion", "financialservice", "newsmediaorganization", "ngo", "governmentorganization", "website",
    "educationalorganization", "collegeoruniversity", "musicgroup", "sportsteam", "airline", "restaurant",
}  # fmt: skip
_HANDLE = r"([A-Za-z0-9._-]{1,64})"
_ACCOUNTS = {  # platform -> where its profiles live; the handle is the last group
    "x": rf"(?:twitter|x)\.com/@?{_HANDLE}",
    "instagram": rf"instagram\.com/{_HANDLE}",
    "facebook": rf"(?:facebook|fb)\.com/{_HANDLE}",
    "linkedin": rf"linkedin\.com/(?:company|in|school)/{_HANDLE}",
    "youtube": rf"youtube\.com/(?:@|c/|user/){_HANDLE}",
    "tiktok": rf"tiktok\.com/@{_HANDLE}",
    "threads": rf"threads\.(?:net|com)/@{_HANDLE}",
    "github": rf"github\.com/{_HANDLE}",
    "bluesky": rf"bsky\.app/profile/{_HANDLE}",
    "telegram": rf"(?:t\.me|telegram\.me)/{_HANDLE}",
    "pinterest": rf"pinterest\.[a-z.]{{2,6}}/{_HANDLE}",
    "twitch": rf"twitch\.tv/{_HANDLE}",
    "reddit": rf"reddit\.com/(?:user|u|r)/{_HANDLE}",
}
_PATTERNS = {p: re.compile(rf"(?:www\.|m\.|mobile\.|[a-z]{{2}}\.)?{a}/?", re.IGNORECASE) for p, a in _ACCOUNTS.items()}
_FEDIVERSE = re.compile(rf"/@{_HANDLE}/?")
_NO_ACCOUNTS = {
    "share", "sharer", "sharer.php", "intent", "home", "login", "hashtag", "search", "explore", "p", "pages", "help",
    "watch", "dialog", "joinchat", "about", "legal", "policies", "privacy",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAccount:
    """An account that the page links to, and how sure we can be that it is the brand's own."""

    platform: str
    handle: str
    where: str  # "rel=me", "JSON-LD", "footer" or "page"

    @property
    def sure(self) -> bool:
        """Whether the page presents it as its owner's; a link in running text may lead to anybody."""
        return self.where != "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePage:
    """What one page says about its owner."""

    accounts: tuple[FoundAccount, ...]
    logos: tuple[str, ...]  # absolute URLs, the most telling first
    names: tuple[str, ...]
    sentences: tuple[str, ...]


def read_site(html: str, url: str) -> SitePage:
    """Reads a page that came from `url`. Malformed parts are passed over: the rest is still of use."""
    page = Selector(text=html or "<html></html>", type="html")  # HTML knows no entities that could grow
    nodes = list(_owner_nodes(page))
    return SitePage(
        accounts=_accounts(page, nodes, url),
        logos=_logos(page, nodes, url),
        names=_once(_text(node.get("name")) for node in nodes),
        sentences=_once(
            [_text(node.get(key)) for node in nodes for key in ("slogan", "description")]
            + [_text(text) for text in page.css('meta[name="description"]::attr(content)').getall()]
        )[:3],
    )


def read_account(url: str) -> tuple[str, str] | None:
    """Platform and handle of a profile's address; None for anything else."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if parts.scheme not in ("http", "https"):
        return None
    place = f"{host}{unquote(parts.path)}"
    for platform, pattern in _PATTERNS.items():
        match = pattern.fullmatch(place)
        if match:
            handle = match.group(1)
            return None if handle.lower() in _NO_ACCOUNTS else (platform, handle)
    match = _FEDIVERSE.fullmatch(unquote(parts.path))
    known = any(re.search(rf"(?:^|\.){re.escape(name)}$", host) for name in ("medium.com", "youtube.com", "tiktok.com"))
    return ("mastodon", f"{match.group(1)}@{host}") if match and "." in host and not known else None


def _accounts(page: Selector, nodes: list[dict[str, Any]], url: str) -> tuple[FoundAccount, ...]:
    named = [link for node in nodes for link in _texts(node.get("sameAs"))]
    places = {
        "rel=me": page.css('a[rel~="me"]::attr(href), link[rel~="me"]::attr(href)').getall(),
        "JSON-LD": named,
        "footer": page.css("footer a::attr(href), header a::attr(href), nav a::attr(href)").getall(),
        "page": page.css("a::attr(href)").getall(),
    }
    found: dict[tuple[str, str], FoundAccount] = {}
    for where, links in places.items():
        for link in links:
            account = read_account(_absolute(url, link))
            if account and (account[0], account[1].lower()) not in found:
                found[account[0], account[1].lower()] = FoundAccount(
                    platform=account[0], handle=account[1], where=where
                )
    return tuple(found.values())


def _logos(page: Selector, nodes: list[dict[str, Any]], url: str) -> tuple[str, ...]:
    links = [link for node in nodes for key in ("logo", "image") for link in _picture_links(node.get(key))]
    icons = page.css('link[rel~="apple-touch-icon"]::attr(href)').getall()
    links += [*icons, *page.css('link[rel~="icon"]::attr(href)').getall()]
    links += page.css('meta[property="og:image"]::attr(content)').getall()
    return _once(_absolute(url, link) for link in links)


def _owner_nodes(page: Selector) -> Iterator[dict[str, Any]]:
    """The JSON-LD nodes that describe who the page belongs to; a broken script costs only itself."""
    for script in page.css('script[type="application/ld+json"]::text').getall():
        try:
            content = json.loads(script)
        except (ValueError, RecursionError):
            continue
        nodes = content if isinstance(content, list) else [content]
        graphs = [node.get("@graph") for node in nodes if isinstance(node, dict)]
        nodes = nodes + [node for graph in graphs if isinstance(graph, list) for node in graph]
        for node in nodes:
            if isinstance(node, dict) and {kind.lower() for kind in _texts(node.get("@type"))} & _OWNERS:
                yield node


def _picture_links(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [
        link
        for item in values
        for link in _texts(item.get("url") or item.get("contentUrl") if isinstance(item, dict) else item)
    ]


def _texts(value: Any) -> list[str]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


def _text(value: Any) -> str:
    words = value.split() if isinstance(value, str) else ()
    return "".join(c for c in " ".join(words) if c.isprintable())[:300]


def _once(texts: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _absolute(url: str, link: str) -> str:
    try:
        return urljoin(url, link.strip())
    except ValueError:
        return ""
