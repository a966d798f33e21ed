"""A new brand file for a person to confirm: filled in as far as known, every guess marked with where it comes from."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from hunter.brands.site import FoundAccount
from hunter.visible import visible


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is known of a new brand."""

    slug: str
    kind: str
    names: tuple[str, ...]
    domains: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    accounts: tuple[FoundAccount, ...] = ()
    source: str = ""  # the page that was read
    notes: tuple[str, ...] = ()  # what could not be had, and what to do about it


def make_slug(name: str) -> str:
    """An id made from a name: "Acme Bank" -> "acme-bank"; "brand" where nothing is left."""
    from anyascii import anyascii

    return re.sub(r"[^a-z0-9]+", "-", anyascii(name).lower()).strip("-")[:64].strip("-") or "brand"


def write_draft(draft: Draft) -> str:
    """The file's text: TOML that `load_brands` reads."""
    head = [f"# {visible(note)}" for note in draft.notes]
    if draft.source:
        head.insert(0, f"# Started from {visible(draft.source)}. Check every line: what stands here counts as yours.")
    lines = [
        *head,
        f"slug = {_quote(draft.slug)}",
        f"kind = {_quote(draft.kind)}                # organisation, person or product",
        f"names = {_list(draft.names)}    # the main name first; add other spellings and scripts",
        f"domains = {_list(draft.domains)}    # your own; a domain covers its subdomains",
        "keywords = []                       # words of your trade: they make a look-alike more suspicious",
        f"sentences = {_list(draft.sentences)}    # slogans, your official bio",
        f"pictures = {_list(draft.pictures)}    # beside this file; PNG, JPEG, GIF or WebP",
        "",
        "[official]                          # handles as each platform shows them, without @",
        *_official(draft.accounts),
        "",
        "# [[allowed]]                       # not yours, but fine",
        '# platform = "x"',
        '# handle = "acmefans"',
        '# reason = "fan account, agreed with us"',
        "",
        "# [rights]                          # needed for notices only",
        '# owner = "Acme plc"',
        '# mark = "ACME"',
        '# registration = "UK00001234567"',
        '# office = "UKIPO"',
        "# classes = [36]",
        '# contact = "brand@acme.com"        # a role mailbox',
    ]
    return "\n".join(lines) + "\n"


def _official(accounts: Sequence[FoundAccount]) -> list[str]:
    lines = []
    for platform in dict.fromkeys(account.platform for account in accounts):
        sure = [a for a in accounts if a.platform == platform and a.sure]
        if sure:
            handles = _list(tuple(a.handle for a in sure))
            lines.append(f"{platform} = {handles}    # {', '.join(dict.fromkeys(a.where for a in sure))}")
        lines += [
            f"# {platform}: {_quote(a.handle)}    # linked in the text of the page; is it yours?"
            for a in accounts
            if a.platform == platform and not a.sure
        ]
    return lines or ['# x = ["acme", "acmehelp"]']


def _quote(text: str) -> str:
    """A TOML basic string; JSON's escapes are valid there."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(texts: Sequence[str]) -> str:
    return "[" + ", ".join(map(_quote, texts)) + "]"
