"""One row of a candidate list -> a profile: what may stand in each column, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hunter.errors import PictureError, RowError
from hunter.types import Darkroom, Profile

LARGEST_PICTURE = 8 * 1024 * 1024
_HUGE = 2**63


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One row: the profile and the caller's own id, handed through."""

    profile: Profile
    id: str | None = None
    line: int = 0  # of the file, counted from 1; of a Parquet file, the row
    avatar: Path | None = None  # the file whose picture the profile has


def read_profile(row: Mapping[str, Any]) -> Profile:
    """One row of any candidate file as a profile. Raises RowError."""
    domain, handle, platform = text_in(row, "domain"), text_in(row, "handle"), text_in(row, "platform")
    if not handle and domain:
        handle, platform = domain, "domain"
    if not handle:
        raise RowError("no handle" if platform else "neither platform and handle nor domain")
    if not platform:
        raise RowError("no platform")
    return Profile(
        platform=platform.lower(),
        handle=handle,
        native_id=text_in(row, "native_id"),
        url=text_in(row, "url"),
        display_name=text_in(row, "display_name"),
        bio=text_in(row, "bio"),
        links=_list(row, "links"),
        joined=_time(row, "joined"),
        verified_by=_list(row, "verified"),
        followers=_count(row, "followers"),
        following=_count(row, "following"),
        posts=_count(row, "posts"),
    )


def with_picture(profile: Profile, path: Path, darkroom: Darkroom) -> Profile:
    """The profile with the picture of a file. Raises PictureError where it can't be read or is none."""
    try:
        if path.stat().st_size > LARGEST_PICTURE:
            raise PictureError(f"larger than {LARGEST_PICTURE >> 20} MiB", why="too_large")
        data = path.read_bytes()
    except OSError as exc:
        raise PictureError(exc.strerror or str(exc), why="unreadable") from exc
    return replace(profile, picture=darkroom.develop(data))


def text_in(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, bool | list | dict | float) and not (isinstance(value, float) and value.is_integer()):
        raise RowError(f"{name}: {type(value).__name__} instead of text")
    text = str(int(value) if isinstance(value, float) else value).strip()
    if not text.isascii() or "\0" in text:
        text = "".join(c for c in text if not 0xD800 <= ord(c) < 0xE000).replace("\0", "")
    return text or None


def _list(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = row.get(name)
    if isinstance(value, list):
        return tuple(text for item in value if (text := text_in({name: item}, name)))
    text = text_in(row, name)
    return tuple(part for part in text.replace(",", " ").split()) if text else ()


def _count(row: Mapping[str, Any], name: str) -> int | None:
    text = text_in(row, name)
    if text is None:
        return None
    try:
        count = int(text)
    except ValueError as exc:
        raise RowError(f"{name}: {text[:40]!r} is no whole number") from exc
    if not 0 <= count < _HUGE:
        raise RowError(f"{name}: {text[:40]} is out of range")
    return count


def _time(row: Mapping[str, Any], name: str) -> datetime | None:
    value = row.get(name)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    text = text_in(row, name)
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError as exc:
        raise RowError(f"{name}: {text[:40]!r} is no time like 2026-01-31T12:00:00Z") from exc
    return time if time.tzinfo else time.replace(tzinfo=UTC)
