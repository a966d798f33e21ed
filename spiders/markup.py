"""Bios that come as HTML: their text, their links, and which of them the platform has verified."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from parsel import Selector

LONGEST = 200_000  # characters of markup that are read; a bio of honest length has a hundredth of it
_BREAKS = re.compile(r"<br\s*/?>|</p\s*>|</li\s*>|</div\s*>", re.IGNORECASE)


def read_markup(value: Any) -> tuple[str | None, tuple[str, ...]]:
    """The visible text of a piece of HTML and the http(s) links in it; (None, ()) for nothing."""
    if not isinstance(value, str) or not value.strip():
        return None, ()
    selector = Selector(text=f"<div>{_BREAKS.sub(chr(10), value[:LONGEST])}</div>", type="html")
    text = "".join(selector.xpath("//text()[not(ancestor::script or ancestor::style)]").getall())
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line) or None, _web_links(selector.xpath("//a/@href").getall())


def read_fields(fields: Any, *, verified_key: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Links of a profile's table of fields, and the hosts that link back to it (rel=me), where the platform says so."""
    links: list[str] = []
    verified: list[str] = []
    for field in fields[:20] if isinstance(fields, list) else ():
        if not isinstance(field, Mapping):
            continue
        _, found = read_markup(field.get("value"))
        links += found
        if verified_key and field.get(verified_key):
            verified += [host for link in found if (host := _host(link))]
    return tuple(dict.fromkeys(links)), tuple(dict.fromkeys(verified))


def _host(link: str) -> str | None:
    try:
        return urlsplit(link).hostname
    except ValueError:
        return None


def _web_links(hrefs: Iterable[str]) -> tuple[str, ...]:
    good = (h.strip() for h in hrefs if h.strip().lower().startswith(("http://", "https://")))
    return tuple(dict.fromkeys(h[:2000] for h in good))[:50]
