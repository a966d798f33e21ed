"""What a list is made of, whatever the format: the list itself, its columns, and text made safe for cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, BinaryIO

from hunter.evidence.masking import mask
from hunter.store.listing import Listed
from hunter.visible import defang, visible

YOUR_VERDICT, YOUR_NOTE, KEY = "your verdict", "your note", "row key (leave)"
LONGEST_CELL = 2000  # characters that a reader gets to see of one text

# Signs that make a spreadsheet take a text for a formula, in the plain form that they fold to.
_FORMULA = frozenset("=+-@\u2212|%")
_FREE = ("display_name", "bio", "reason", "note")  # what people and attackers write as they like
_LINK = re.compile(r"http(s?)://", re.IGNORECASE)
_NO_XML = re.compile("[\ufffe\uffff\ufdd0-\ufdef]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectList:
    """One list to be written: its rows as they stream by, and what its head says."""

    rows: Iterable[Listed]
    count: int
    as_of: datetime | None  # when the store last learnt something; None: it is empty
    asked: str = "all suspects"  # what the list was narrowed to, in words
    organisation: str = ""
    thumbnail: Callable[[str], bytes | None] = lambda sha256: None  # SHA-256 of a picture -> PNG bytes

    def __iter__(self) -> Iterator[Listed]:
        """The rows as they may leave the house: card and account numbers show their last four only."""
        return map(_mask_row, self.rows)


def _mask_row(row: Listed) -> Listed:
    free: dict[str, Any] = {name: mask(text) for name in _FREE if (text := getattr(row, name)) is not None}
    findings = tuple({k: mask(v) if isinstance(v, str) else v for k, v in f.items()} for f in row.findings)
    return replace(row, **free, links=tuple(map(mask, row.links)), findings=findings)


def text_of(value: str | None) -> str:
    """A hostile text on one line with nothing invisible and no live link in it; "" for None."""
    if value is None:
        return ""
    shown = _LINK.sub(r"hxxp\1://", visible(value, LONGEST_CELL))
    return _NO_XML.sub(lambda m: f"⟨U+{ord(m.group()):04X}⟩", shown)


def cell_of(value: str | None) -> str:
    """`text_of`, with an apostrophe before anything that a spreadsheet could take for a formula."""
    shown = text_of(value)
    first = unicodedata.normalize("NFKC", shown.lstrip())[:1]
    return f"'{shown}" if first in _FORMULA else shown


def moment_of(value: datetime | None) -> str:
    """A moment as 2026-11-23 19:20 UTC; "" for None."""
    return "" if value is None else f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def shown_score(score: float) -> float:
    """A score with three digits; what is not certain is never shown as certain."""
    return round(score, 3) if score >= 1 else min(round(score, 3), 0.999)


def links_of(row: Listed) -> str:
    """All links of a profile, defanged."""
    return " ".join(defang(link) for link in row.links)


def key_of(row: Listed) -> str:
    """What a reviewed sheet hands back unchanged: which suspect, and what of it the sheet showed."""
    return f"s{row.number}/v{row.version}/j{row.judgement or 0}"


# The columns of the lists that people read, with how each is told; numbers stay numbers.
COLUMNS: dict[str, Callable[[Listed], str | int | float | None]] = {
    "suspect": lambda row: row.number,
    "case": lambda row: row.case,
    "brand": lambda row: row.brand,
    "platform": lambda row: row.platform,
    "handle": lambda row: row.handle,
    "name": lambda row: row.display_name,
    "score": lambda row: shown_score(row.score),
    "reason": lambda row: row.reason,
    "address": lambda row: defang(row.url) if row.url else None,
    YOUR_VERDICT: lambda row: None,  # for the reader to fill in; `hunter import-reviews` reads it back
    YOUR_NOTE: lambda row: None,
    "status": lambda row: row.status,
    "verdict so far": lambda row: row.verdict,
    "note so far": lambda row: row.note,
    "decided by": lambda row: row.decided_by,
    "decided at": lambda row: moment_of(row.decided_at),
    "bio": lambda row: row.bio,
    "links": links_of,
    "followers": lambda row: row.followers,
    "joined": lambda row: moment_of(row.joined),
    "first seen": lambda row: moment_of(row.first_seen_at),
    "last seen": lambda row: moment_of(row.last_seen_at),
    "account id": lambda row: row.native_id,
    "bits": lambda row: round(row.bits, 2),
    "rules": lambda row: row.rules,
    KEY: key_of,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One way of writing a list."""

    about: str
    write: Callable[[SuspectList, BinaryIO], None]
    prints: bool = False  # may go to standard output
