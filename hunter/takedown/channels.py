"""The channels that takedown requests go through: one file each in `data/channels/`, read and checked here.

What a file says under `unconfirmed`, or a file without `checked_on`, was never confirmed at the platform's own page
and is not told as a fact.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from hunter.errors import UsageError
from hunter.tables import data_folder
from hunter.takedown.fields import FIELDS

KINDS = ("form", "report", "mail", "api", "xarf", "udrp", "filing")
GROUNDS = {
    "impersonation": "somebody pretends to be a person or an organisation",
    "trademark": "a registered mark is used so that people are confused",
    "copyright": "a picture or text of one's own is copied",
    "phishing": "people are led to give away data or money",
    "cybersquatting": "a domain name was taken in bad faith",
    "illegal_content": "content that a law forbids, with the reasons",
}
UNITS = ("characters", "graphemes", "words")
STALE_AFTER = timedelta(days=180)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A sentence that a person must make. `exact`: the channel asks for these very words; else they are ours."""

    text: str
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How long a text may be."""

    unit: str
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way to ask for a takedown, and what it asks for."""

    slug: str
    name: str
    kind: str
    platforms: tuple[str, ...]  # empty: any
    grounds: tuple[str, ...]
    where: str
    page: str | None
    mailbox: str | None
    mailbox_for: Mapping[str, str]  # ground -> another mailbox
    source: str
    checked_on: date | None
    unconfirmed: tuple[str, ...]
    passes_on: str | None  # who gets to see what is sent
    asks: tuple[str, ...]
    asks_for: Mapping[str, tuple[str, ...]]  # ground -> what is asked for besides
    helps: tuple[str, ...]
    elements_at_least: int
    company_email: bool
    next_days: int
    notes: tuple[str, ...]
    statements: tuple[Statement, ...]
    limits: Mapping[str, Limit]  # field, or "text" for the whole report

    def fits(self, platform: str) -> bool:
        """Whether this channel is for accounts of a platform."""
        return not self.platforms or platform in self.platforms

    def wanted(self, ground: str) -> tuple[str, ...]:
        """The fields that must be there for a ground."""
        return tuple(dict.fromkeys((*self.asks, *self.asks_for.get(ground, ()))))

    def age(self, today: date) -> timedelta | None:
        """How long ago this was compared with the channel's own page; None: never."""
        return today - self.checked_on if self.checked_on else None


@cache
def load_channels() -> dict[str, Channel]:
    """All channels by their slugs, in alphabetical order. Raises UsageError with every fault of a file."""
    channels = {}
    for path in sorted((data_folder() / "channels").glob("*.toml")):
        channels[path.stem] = read_channel(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
    return channels


def read_channel(slug: str, table: Mapping[str, Any]) -> Channel:
    """A channel from its table. Raises UsageError that names everything wrong with it."""
    plain = {f for f in Channel.__dataclass_fields__ if f != "slug"}
    faults = [f"{key}: no such key" for key in table if key not in plain]
    faults += [f"{key}: missing" for key in ("name", "kind", "grounds", "where", "source", "asks") if key not in table]
    if faults:
        raise UsageError(f"channel {slug}: {'; '.join(faults)}")
    named = [*table["asks"], *table.get("helps", ()), *(k for keys in table.get("asks_for", {}).values() for k in keys)]
    faults += [f"{key}: no such field" for key in named if key not in FIELDS]
    faults += [f"{ground}: no such ground" for ground in table["grounds"] if ground not in GROUNDS]
    faults += [f"limits.{key}: no such unit" for key, v in table.get("limits", {}).items() if v["unit"] not in UNITS]
    if table["kind"] not in KINDS:
        faults.append(f"kind {table['kind']!r}: one of {', '.join(KINDS)}")
    if faults:
        raise UsageError(f"channel {slug}: {'; '.join(faults)}")

    def listed(key: str) -> tuple[str, ...]:
        return tuple(table.get(key, ()))

    return Channel(
        slug=slug,
        name=table["name"],
        kind=table["kind"],
        where=table["where"],
        source=table["source"],
        page=table.get("page"),
        mailbox=table.get("mailbox"),
        checked_on=table.get("checked_on"),
        passes_on=table.get("passes_on"),
        platforms=listed("platforms"),
        grounds=listed("grounds"),
        unconfirmed=listed("unconfirmed"),
        asks=listed("asks"),
        helps=listed("helps"),
        notes=listed("notes"),
        asks_for={ground: tuple(keys) for ground, keys in table.get("asks_for", {}).items()},
        mailbox_for=table.get("mailbox_for", {}),
        elements_at_least=table.get("elements_at_least", 0),
        company_email=table.get("company_email", False),
        next_days=table.get("next_days", 7),
        statements=tuple(Statement(**each) for each in table.get("statements", ())),
        limits={key: Limit(**each) for key, each in table.get("limits", {}).items()},
    )


def get_channel(slug: str) -> Channel:
    """One channel. Raises UsageError that lists those there are."""
    channels = load_channels()
    if slug not in channels:
        raise UsageError(f"{slug!r} is no channel", advice=f"one of {', '.join(channels)}")
    return channels[slug]


def stale_channels(channels: Iterable[Channel], today: date) -> list[str]:
    """The channels that were compared with their own page more than 180 days before `today`."""
    return [c.slug for c in channels if (age := c.age(today)) is not None and age > STALE_AFTER]
