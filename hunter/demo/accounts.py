"""The accounts of the sample network, as they are on each day."""

from __future__ import annotations

import base64
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hunter.tables import data_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account of the sample network."""

    did: str
    handle: str
    joined: datetime
    name: str | None = None
    bio: str | None = None
    picture: str | None = None  # a file of the pictures folder
    counts: tuple[int, int, int] = (0, 0, 0)  # followers, following, posts
    verified: bool = False
    handle_invalid: bool = False
    status: str = "active"  # active | takendown | deactivated


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A question that the network answers with a refusal."""

    path: str
    q: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Who is on the network and what happens there."""

    accounts: tuple[Account, ...]
    changes: tuple[Mapping[str, Any], ...]
    refusals: tuple[Refusal, ...]
    pictures: Path  # folder

    def on_day(self, day: int) -> tuple[Account, ...]:
        """The accounts after all changes up to `day`."""
        now = {account.handle: account for account in self.accounts}
        for change in self.changes:
            if change["day"] <= day:
                values = {k: v for k, v in change.items() if k not in ("day", "handle", "becomes")}
                old = now[change["handle"]]
                now[change["handle"]] = replace(old, handle=change.get("becomes", old.handle), **values)
        return tuple(now.values())

    def read_picture(self, name: str) -> bytes:
        return (self.pictures / name).read_bytes()


def read_script(now: datetime, folder: Path | None = None) -> Script:
    """The shipped script, or one of the same shape in `folder`; accounts are as old as it says, seen from `now`."""
    today = now.replace(hour=9, minute=0, second=0, microsecond=0)
    folder = folder or data_folder() / "demo"
    table = tomllib.loads((folder / "accounts.toml").read_text(encoding="utf-8"))
    return Script(
        accounts=tuple(_account(entry, today) for entry in table["account"]),
        changes=tuple(table.get("change", ())),
        refusals=tuple(Refusal(**entry) for entry in table.get("refusal", ())),
        pictures=folder / "pictures",
    )


def _account(entry: dict[str, Any], today: datetime) -> Account:
    values = {name: value for name, value in entry.items() if name not in ("days_old", "counts")}
    joined = today - timedelta(days=entry["days_old"])
    return Account(did=_did(entry["handle"]), joined=joined, counts=tuple(entry["counts"]), **values)


def content_id(data: bytes) -> str:
    """The CID of raw bytes (version 1, SHA-256), as the network names its pictures."""
    return "b" + _base32(b"\x01\x55\x12\x20" + hashlib.sha256(data).digest())


def _did(handle: str) -> str:
    return "did:plc:" + _base32(hashlib.sha256(handle.encode()).digest())[:24]


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=").lower()
