"""Finds what points to uninvolved people in text and JSON: mail addresses, telephone numbers, handles, account ids.

What belongs to the suspect or to the brand is known and kept. All patterns are bounded: time is linear.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_MAIL = r"(?<![\w.%+\-])[\w.%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,5}"
_HANDLE = r"(?<![\w@.\-/])@\w(?:[\w.\-]{0,63}\w)?(?:@[A-Za-z0-9.\-]{1,128})?"
_DID = r"did:[a-z]{2,10}:[A-Za-z0-9._:%\-]{3,128}"
_PHONE = r"(?<![\w+])(?:\+|00)[1-9](?:[ ()./\-]{0,2}\d){6,14}(?!\d)|(?<![\w(])\(\d{2,5}\)(?:[ \-]?\d){5,10}(?!\d)"
_RULES = {
    "handle": re.compile(_HANDLE),  # before mail addresses: @name@host is none
    "mail address": re.compile(_MAIL),
    "account id": re.compile(_DID),
    "telephone number": re.compile(_PHONE),
}
# Keys under which an answer names an account, and keys of the same object that tell who that is.
_NAMING = ("handle", "did", "acct", "username", "screen_name", "login")
_TELLING = (
    "displayName", "display_name", "name", "fullName", "full_name", "description", "bio", "note", "avatar", "banner",
    "url", "website", "profile_url", "avatar_static", "header", "email", "phone", "location",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that may stay: texts of the suspect and of the brand, in lower case."""

    texts: Collection[str] = field(default_factory=frozenset)
    joined: str = ""

    def has(self, token: str) -> bool:
        """Whether this mail address, handle or number is one of theirs."""
        plain = token.casefold().removeprefix("@")
        return plain in self.texts or bool(re.search(rf"(?<![\w.\-]){re.escape(plain)}(?![\w\-])", self.joined))


def know(*sources: Any) -> Known:
    """The texts of JSON values that belong to the suspect or the brand."""
    texts = {text.casefold() for source in sources for text in _texts(source)}
    return Known(frozenset(t.removeprefix("@") for t in texts), "\n".join(sorted(texts)))


def mask_strangers(text: str, known: Known, note: Callable[[str], None]) -> str:
    """`text` without uninvolved people's addresses and numbers; `note` is told the rule of each that was masked."""
    for rule, pattern in _RULES.items():

        def replace(match: re.Match[str], rule: str = rule) -> str:
            if known.has(match.group()):
                return match.group()
            note(rule)
            return f"[{rule} masked]"

        text = pattern.sub(replace, text)
    return text


def names_a_stranger(value: Mapping[str, Any], known: Known) -> bool:
    """Whether a JSON object is about an account that is neither the suspect's nor the brand's."""
    named = [value[key] for key in _NAMING if isinstance(value.get(key), str) and value[key].strip()]
    return bool(named) and not any(known.has(name) for name in named)


def tells_who(key: str) -> bool:
    """Whether a field of such an object says who it is."""
    return key in _NAMING or key in _TELLING


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value.strip():
            yield value.strip()
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
