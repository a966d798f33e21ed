"""What may stand in the fields of a brand file: each reader returns the value to use or says what would be right."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import idna

LONGEST = 1000  # characters of one entry

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def read_text(item: Any) -> str:
    if not isinstance(item, str):
        raise ValueError(f"{item!r} must be text in quotes")
    text = item.strip()
    if not text:
        raise ValueError("empty; leave the entry out")
    if len(text) > LONGEST:
        raise ValueError(f"{len(text)} characters; at most {LONGEST}")
    if any(ord(c) < 32 or ord(c) == 127 for c in text):
        raise ValueError(f"{text!r} holds a control character or a line break")
    return text


def read_handle(text: str) -> str:
    if "://" in text:
        raise ValueError(f"{text!r} is an address; give the handle alone, as the platform shows it")
    if text.startswith("@"):
        raise ValueError(f"{text!r}: write it without the leading @")
    if any(c.isspace() for c in text) or len(text) > 300:
        raise ValueError(f"{text!r} is no handle; give it as the platform shows it, without @ and spaces")
    return text


def read_domain(text: str) -> str:
    """The A-label, lower-cased."""
    name = text.lower().rstrip(".")
    if any(c in name for c in ":/@*? "):
        raise ValueError(f"{text!r}: give the bare domain, as in acme.com; it covers its subdomains")
    try:
        name = idna.encode(name, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as exc:
        raise ValueError(f"{text!r} is no domain: {exc}") from exc
    if "." not in name or _suffixes().publicsuffix(name) == name:
        raise ValueError(f"{text!r} belongs to everybody; give the domain below it, as in acme.{name}")
    return name


@cache
def _suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


def read_mail(text: str) -> str:
    if not _MAIL.fullmatch(text):
        raise ValueError(f"{text!r} is no mail address; a role mailbox, as in brand@acme.com")
    return text


def is_svg(data: bytes) -> bool:
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<svg", b"<?xml", b"<!doctype svg", b"<!--")) and b"<svg" in data[:65536].lower()
