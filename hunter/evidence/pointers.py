"""Where each field of a profile stands in the bytes it was read from: a JSON pointer or an XPath."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hunter.evidence.page_text import Page, read_page, text_of
from hunter.types import Profile

FIELDS = (
    "handle", "native_id", "url", "display_name", "bio", "links", "joined", "followers", "following", "posts",
    "verified_by", "avatar_url",
)  # fmt: skip
_MOST_LEAVES = 200_000
# What platforms call a field; only used to choose among several places that say the same.
_KEYS = {
    "handle": ("handle", "acct", "username", "login", "preferredusername"),
    "native_id": ("did", "id", "uid", "user_id"),
    "url": ("url", "uri", "html_url"),
    "display_name": ("displayname", "display_name", "name", "title"),
    "bio": ("description", "note", "summary", "bio", "about"),
    "joined": ("createdat", "created_at", "created", "published", "joined"),
    "followers": ("followerscount", "followers_count", "followers"),
    "following": ("followscount", "following_count", "following"),
    "posts": ("postscount", "statuses_count", "posts", "post_count"),
    "avatar_url": ("avatar", "icon", "avatar_url", "image"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One answer's body for readers, and the file in the bag that holds its bytes."""

    file: str
    sha256: str  # of the file
    data: bytes
    media_type: str


def point_out(profile: Profile, bodies: Sequence[Body]) -> dict[str, dict[str, Any] | None]:
    """For each field that is set: the file, its digest and the place in it; None where no body says it literally.

    Bodies are searched in order, the first that holds the value wins. Lists point to each of their members.
    """
    read = [_Readable(body) for body in bodies]
    found: dict[str, dict[str, Any] | None] = {}
    for name in FIELDS:
        value = getattr(profile, name)
        if value is None or value == ():
            continue
        if isinstance(value, tuple):
            places = [_first(read, name, member) for member in value]
            found[name] = {"members": places} if any(places) else None
        else:
            found[name] = _first(read, name, value)
    return found


class _Readable:
    """A body parsed once: JSON leaves, or the places of an HTML page."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self.leaves: list[tuple[str, str, Any]] = []
        self.page: Page | None = None
        start = body.data[:256].lstrip()[:1]
        if "json" in body.media_type or start in (b"{", b"["):
            try:
                self.leaves = list(_walk(json.loads(body.data)))
            except (ValueError, RecursionError):
                self.leaves = []
        elif "html" in body.media_type or "xml" in body.media_type or start == b"<":
            self.page = read_page(body.data)

    def place(self, name: str, value: Any) -> dict[str, Any] | None:
        """The best place for a value of that field, or None."""
        hits = [(pointer, key, how) for pointer, key, leaf in self.leaves if (how := _same(value, leaf))]
        if hits:
            pointer, _, how = min(hits, key=lambda hit: (_rank(name, hit[1]), len(hit[0])))
            return {"json_pointer": pointer, "reading": how}
        path = self.page.find(value) if self.page and isinstance(value, str) else None
        return {"xpath": path, "reading": "text"} if path else None


def _first(read: Sequence[_Readable], name: str, value: Any) -> dict[str, Any] | None:
    for readable in read:
        place = readable.place(name, value)
        if place:
            return {"file": readable.body.file, "sha256": readable.body.sha256, **place}
    return None


def _walk(value: Any) -> Iterator[tuple[str, str, Any]]:
    """Pointer (RFC 6901), last key and value of every leaf."""
    waiting: list[tuple[str, str, Any]] = [("", "", value)]
    given = 0
    while waiting and given < _MOST_LEAVES:
        pointer, key, here = waiting.pop()
        if isinstance(here, dict):
            waiting += [
                (f"{pointer}/{str(k).replace('~', '~0').replace('/', '~1')}", str(k), v) for k, v in here.items()
            ]
        elif isinstance(here, list):
            waiting += [(f"{pointer}/{i}", key, v) for i, v in enumerate(here)]
        else:
            given += 1
            yield pointer, key, here


def _same(value: Any, leaf: Any) -> str | None:
    """How a leaf says the value, or None: "exact", "time", "text of HTML", "number as text"."""
    if isinstance(value, datetime):
        if isinstance(leaf, str) and 8 <= len(leaf) <= 40:
            try:
                return "time" if datetime.fromisoformat(leaf).astimezone(value.tzinfo) == value else None
            except ValueError:
                return None
        return None
    if isinstance(value, bool) or isinstance(leaf, bool):
        return None
    if isinstance(value, int):
        return "exact" if leaf == value else "number as text" if leaf == str(value) else None
    if not isinstance(leaf, str):
        return "number as text" if isinstance(leaf, int) and str(leaf) == value else None
    if leaf == value:
        return "exact"
    if leaf.strip() == value.strip():
        return "without outer spaces"
    return "text of HTML" if "<" in leaf and len(leaf) < 65536 and text_of(leaf) == " ".join(value.split()) else None


def _rank(name: str, key: str) -> int:
    keys = _KEYS.get(name, ())
    return keys.index(key.lower()) if key.lower() in keys else len(keys)
