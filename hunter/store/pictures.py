"""Pictures: measured once for their bytes, wherever they turn up; and which bytes an address gave."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from hunter.store.batches import chunks, upsert
from hunter.store.rows import picture_of, picture_row
from hunter.store.tables import PICTURE_ADDRESSES, PICTURES
from hunter.types import Picture


def save(c: Connection, pictures: Iterable[Picture], *, at: datetime) -> None:
    """Keeps what was measured of pictures; measured anew, the new hashes count."""
    rows = [picture_row(picture, at) for picture in pictures]
    measured = ["hashes", "quality", "width", "height", "kind", "small"]
    upsert(c, PICTURES, rows, ["sha256"], measured)


def known(c: Connection, sha256s: Iterable[str]) -> dict[str, Picture]:
    """SHA-256 of the bytes -> `Picture`, for those that are known."""
    found: dict[str, Picture] = {}
    for part in chunks(sorted(set(sha256s))):
        for row in c.execute(select(PICTURES).where(PICTURES.c.sha256.in_(part))).mappings():
            found[row["sha256"]] = picture_of(row)
    return found


def at_addresses(c: Connection, urls: Iterable[str]) -> dict[str, Picture]:
    """URL -> the picture that it gave before, for those that were fetched: no need to ask again."""
    by_address = {_address(url): url for url in urls}
    shas: dict[str, str] = {}
    for part in chunks(sorted(by_address)):
        question = select(PICTURE_ADDRESSES).where(PICTURE_ADDRESSES.c.address.in_(part))
        shas |= {by_address[row.address]: row.sha256 for row in c.execute(question)}
    held = known(c, shas.values())
    return {url: held[sha256] for url, sha256 in shas.items() if sha256 in held}


def remember_addresses(c: Connection, found: Mapping[str, str], *, at: datetime) -> None:
    """Keeps which bytes (SHA-256) each URL gave. Only the digest of the URL is kept."""
    rows = [{"address": _address(url), "sha256": sha256, "fetched_at": at} for url, sha256 in found.items()]
    upsert(c, PICTURE_ADDRESSES, rows, ["address"], ["sha256", "fetched_at"])


def _address(url: str) -> str:
    return hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()
