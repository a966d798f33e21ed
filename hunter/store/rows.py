"""Record <-> row, in one place; and the one canonical JSON that every digest is taken over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import RowMapping

from hunter.store.columns import clean_json, clean_text
from hunter.types import Allowed, Brand, Capture, Finding, Picture, Profile, Rights

# Who an account says it is. Counts, addresses of pictures and the like may change without it being somebody else.
IDENTITY = ("handle", "display_name", "bio", "links", "verified_by", "picture")


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, ASCII. Raises ValueError for NaN."""
    return json.dumps(clean_json(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON of a value, 64 hex digits."""
    return hashlib.sha256(canonical(value).encode("ascii")).hexdigest()


def utc_text(at: datetime) -> str:
    """A moment as RFC 3339 in UTC with milliseconds: "2026-11-23T19:30:00.000Z"."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def native_id_of(profile: Profile) -> str:
    """The account's own number; where a platform gives none, "@" and its handle in lower case."""
    return clean_text(profile.native_id or f"@{profile.handle.casefold()}")


def identity_of(profile: Profile) -> dict[str, Any]:
    """The identity fields of a profile, as they are compared and kept."""
    fields: dict[str, Any] = {
        "handle": profile.handle,
        "display_name": profile.display_name,
        "bio": profile.bio,
        "links": list(profile.links),
        "verified_by": sorted(profile.verified_by),
        "picture": profile.picture.sha256 if profile.picture else None,
    }
    return {name: clean_json(value) for name, value in fields.items()}


def field_digests(identity: Mapping[str, Any]) -> dict[str, str | None]:
    """Field -> SHA-256 of what it says, None where it says nothing: enough to tell later what changed."""
    return {name: digest(identity[name]) if identity[name] else None for name in IDENTITY}


def picture_row(picture: Picture, at: datetime) -> dict[str, Any]:
    """A `Picture` as a row of `pictures`."""
    return {
        "sha256": picture.sha256,
        "hashes": dict(picture.hashes),
        "quality": picture.quality,
        "width": picture.width,
        "height": picture.height,
        "kind": picture.kind,
        "small": picture.small,
        "first_seen_at": at,
    }


def picture_of(row: Mapping[str, Any] | RowMapping) -> Picture:
    """A row of `pictures` as a `Picture`."""
    return Picture(
        sha256=row["sha256"],
        hashes=row["hashes"],
        quality=row["quality"],
        width=row["width"],
        height=row["height"],
        kind=row["kind"],
        small=bytes(row["small"]),
    )


def profile_of(account: Mapping[str, Any], version: Mapping[str, Any], picture: Picture | None) -> Profile:
    """A `Profile` as it looked in one version; counts, joining date and picture address are the account's latest."""
    native_id = account["native_id"]
    return Profile(
        platform=account["platform"],
        native_id=None if native_id.startswith("@") else native_id,
        handle=version["handle"],
        url=account["url"],
        display_name=version["display_name"],
        bio=version["bio"],
        links=tuple(version["links"]),
        joined=account["joined"],
        followers=account["followers"],
        following=account["following"],
        posts=account["posts"],
        verified_by=tuple(version["verified_by"]),
        avatar_url=account["avatar_url"],
        picture=picture,
        seen_at=version["seen_at"],
    )


def capture_row(capture: Capture) -> dict[str, Any]:
    """A `Capture` as a row of `captures`."""
    row = {name: getattr(capture, name) for name in ("url", "final_url", "fetched_at", "status", "media_type")}
    return {**row, "sha256": capture.sha256, "size": capture.size, "made_by": capture.by}


def capture_of(row: Mapping[str, Any] | RowMapping) -> Capture:
    """A row of `captures` as a `Capture`."""
    fields = {name: row[name] for name in ("url", "final_url", "fetched_at", "status", "media_type", "sha256", "size")}
    return Capture(**fields, by=row["made_by"])


def finding_json(finding: Finding) -> dict[str, Any]:
    """A `Finding` as it is kept in JSON."""
    return asdict(finding)


def finding_of(kept: Mapping[str, Any]) -> Finding:
    """A `Finding` from its JSON."""
    return Finding(**kept)


def brand_json(brand: Brand) -> dict[str, Any]:
    """A whole `Brand` as JSON: dates as text, the small look of a picture as hex."""
    kept = asdict(brand)
    for picture in kept["pictures"]:
        picture["small"] = picture["small"].hex()
    for allowed in kept["allowed"]:
        allowed["until"] = allowed["until"].isoformat() if allowed["until"] else None
    plain: dict[str, Any] = json.loads(canonical(kept))
    return plain


def brand_of(kept: Mapping[str, Any]) -> Brand:
    """A `Brand` from its JSON."""
    lists = {name: tuple(kept[name]) for name in ("names", "domains", "keywords", "sentences")}
    return Brand(
        slug=kept["slug"],
        kind=kept["kind"],
        official={platform: tuple(handles) for platform, handles in kept["official"].items()},
        pictures=tuple(Picture(**{**p, "small": bytes.fromhex(p["small"])}) for p in kept["pictures"]),
        allowed=tuple(
            Allowed(**{**a, "until": date.fromisoformat(a["until"]) if a["until"] else None}) for a in kept["allowed"]
        ),
        rights=Rights(**{**kept["rights"], "classes": tuple(kept["rights"]["classes"])}) if kept["rights"] else None,
        short_name_ok=kept["short_name_ok"],
        **lists,
    )
