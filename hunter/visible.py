"""Hostile text made safe to look at: nothing invisible stays invisible, nothing turns the line around."""

from __future__ import annotations

import re
import unicodedata

_MARKS_A_BASE = 2  # more are dropped and counted: stacked marks paint over the neighbouring lines
_PICTOGRAPH = re.compile(r"[\u2190-\u2bff\U0001f000-\U0001faff]")
_HTTP = re.compile("http", re.IGNORECASE)
_INSIDE_EMOJI = {"\u200d", "\ufe0e", "\ufe0f"}


def visible(text: str, limit: int = 500) -> str:
    """`text` on one line with controls, format and bidi characters as ⟨U+202E⟩, at most two marks a base.

    Joiners and variation selectors that stand after an emoji are kept: they are part of it. Anything longer than
    `limit` characters is cut and marked with its full length.
    """
    if len(text) <= limit and text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    marks = dropped = 0
    for i, char in enumerate(text[:limit]):
        category = unicodedata.category(char)
        if category in ("Mn", "Me"):
            marks += 1
            if marks > _MARKS_A_BASE and char not in _INSIDE_EMOJI:
                dropped += 1
                continue
        else:
            marks = 0
        if char in _INSIDE_EMOJI and i and (_PICTOGRAPH.match(text[i - 1]) or text[i - 1] in _INSIDE_EMOJI):
            shown.append(char)
        elif category in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") or char in _INSIDE_EMOJI:
            shown.append(f"⟨U+{ord(char):04X}⟩")
        elif category == "Zs":
            shown.append(" ")
        else:
            shown.append(char)
    if dropped:
        shown.append(f"⟨{dropped} marks⟩")
    if len(text) > limit:
        shown.append(f"⟨cut, {len(text)} characters⟩")
    return "".join(shown)


def defang(url: str) -> str:
    """A URL as text that no program turns into a link: hxxps://evil[.]example/path."""
    scheme, mark, rest = url.partition("://")
    host, slash, path = rest.partition("/") if mark else ("", "", "")
    if not mark:
        return visible(_HTTP.sub("hxxp", url)).replace(".", "[.]")
    scheme = scheme.lower().replace("t", "x")
    return visible(f"{scheme}://{host.replace('.', '[.]')}{slash}{_HTTP.sub('hxxp', path)}")


def name_characters(text: str) -> list[tuple[str, str]]:
    """Each character beyond ASCII with its code point and name: ("а", "U+0430 CYRILLIC SMALL LETTER A")."""
    return [(c, f"U+{ord(c):04X} {unicodedata.name(c, 'unnamed')}") for c in text if ord(c) > 127]
