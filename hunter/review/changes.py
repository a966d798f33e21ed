"""What is different between two looks at the same account, field by field and word by word."""

from __future__ import annotations

import difflib
import re
from typing import NamedTuple

from hunter.visible import defang, visible

WORD = re.compile(r"\s+|[^\s]+")
LONGEST = 400  # words that are compared one by one; longer texts are shown as before and after


class Piece(NamedTuple):
    """A run of text that is in both looks, or only in the one before or the one after."""

    kind: str  # both | gone | new
    text: str


class Change(NamedTuple):
    """One field that changed."""

    field: str  # as a reader says it: "name", "picture", …
    pieces: tuple[Piece, ...]  # for text
    before: str | None = None  # for pictures: SHA-256 of their bytes
    after: str | None = None


class Look(NamedTuple):
    """What an account says it is, at one moment: the identity fields of one stored version."""

    handle: str
    display_name: str | None
    bio: str | None
    links: tuple[str, ...]
    verified_by: tuple[str, ...]
    picture: str | None  # SHA-256


FIELDS = ("handle", "display_name", "bio", "links", "verified_by", "picture")
SPOKEN = {
    "handle": "handle",
    "display_name": "name",
    "bio": "text",
    "links": "links",
    "verified_by": "verified by",
    "picture": "picture",
}


def find_changes(before: Look, after: Look) -> list[Change]:
    """The fields that differ, in the order of `FIELDS`."""
    changes = []
    for field in FIELDS:
        was, now = getattr(before, field), getattr(after, field)
        if was == now:
            continue
        if field == "picture":
            changes.append(Change(SPOKEN[field], (), was, now))
        elif field in ("links", "verified_by"):
            changes.append(Change(SPOKEN[field], list_pieces(was, now)))
        else:
            changes.append(Change(SPOKEN[field], text_pieces(was or "", now or "")))
    return changes


def list_pieces(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[Piece, ...]:
    """Addresses that went, stayed and came, defanged."""
    gone = [Piece("gone", defang(x)) for x in before if x not in after]
    both = [Piece("both", defang(x)) for x in before if x in after]
    return (*gone, *both, *(Piece("new", defang(x)) for x in after if x not in before))


def text_pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Two texts as runs of words; short ones without blanks as runs of characters."""
    if " " in before.strip() or " " in after.strip():
        left, right = WORD.findall(before), WORD.findall(after)
    else:
        left, right = list(before), list(after)
    if len(left) > LONGEST or len(right) > LONGEST:
        return (Piece("gone", visible(before, 2000)), Piece("new", visible(after, 2000)))
    pieces: list[Piece] = []
    for kind, i, k, j, m in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("both", visible("".join(left[i:k]), 2000)))
            continue
        if k > i:
            pieces.append(Piece("gone", visible("".join(left[i:k]), 2000)))
        if m > j:
            pieces.append(Piece("new", visible("".join(right[j:m]), 2000)))
    return tuple(pieces)
