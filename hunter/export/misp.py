"""One MISP event: an object a suspected account or domain, nothing set for detection unless a person confirmed it."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any, BinaryIO

from hunter.export.sheet import Format, SuspectList
from hunter.store.listing import Listed

_NAMESPACE = uuid.UUID("c1489a50-9edc-4ec4-ae21-0a903fd8e71e")
# Templates of the public MISP objects collection: name, meta-category, id, version.
_ACCOUNT = ("user-account", "misc", "49606b06-22f0-4ac8-8eee-2f12ad46f3d3", "6")
_DOMAIN = ("domain-ip", "network", "43b3b146-77eb-4931-b4cc-b66c60f28734", "11")
_NOBODY_ELSE = "0"  # distribution: your organisation only
_BY_OBJECT = "5"  # distribution: as the event says


def write(suspects: SuspectList, out: BinaryIO) -> None:
    """A MISP event as JSON; its ids depend on the content alone, so that a second import updates the first."""
    moment = suspects.as_of
    event = {
        "uuid": str(uuid.uuid5(_NAMESPACE, f"event {suspects.organisation} {suspects.asked}")),
        "info": f"Suspected impersonation of {suspects.organisation or 'our brands'}: {suspects.asked}",
        "date": f"{moment:%Y-%m-%d}" if moment else "1970-01-01",
        "timestamp": _epoch(moment),
        "threat_level_id": "3",
        "analysis": "1",
        "distribution": _NOBODY_ELSE,
        "published": False,
        "Tag": [{"name": "tlp:amber"}],
    }
    head = json.dumps({"Event": event})
    out.write(f'{head[:-2]}, "Object": ['.encode())
    for i, row in enumerate(suspects):
        out.write((",\n" if i else "\n").encode() + json.dumps(_object(row)).encode())
    out.write(b"\n]}}\n")


def _epoch(moment: datetime | None) -> str:
    return str(int(moment.timestamp())) if moment else "0"


def _object(row: Listed) -> dict[str, Any]:
    name, category, template, version = _DOMAIN if row.platform == "domain" else _ACCOUNT
    own = uuid.uuid5(_NAMESPACE, f"object {row.brand} {row.platform} {row.native_id}")
    told = f"suspected of pretending to be {row.brand}; score {row.score:.3f}; {row.status}; {row.reason}"
    return {
        "uuid": str(own),
        "name": name,
        "meta-category": category,
        "template_uuid": template,
        "template_version": version,
        "distribution": _BY_OBJECT,
        "timestamp": _epoch(row.last_seen_at),
        "first_seen": row.first_seen_at.isoformat(),
        "last_seen": row.last_seen_at.isoformat(),
        "comment": told,
        "Attribute": [
            {
                "uuid": str(uuid.uuid5(own, f"{relation} {value}")),
                "object_relation": relation,
                "type": kind,
                "category": where,
                "value": value,
                "to_ids": relation == "domain" and row.verdict == "impersonation",
                "distribution": _BY_OBJECT,
                "timestamp": _epoch(row.last_seen_at),
            }
            for relation, kind, where, value in _attributes(row)
            if value
        ],
    }


def _attributes(row: Listed) -> list[tuple[str, str, str, str | None]]:
    """Relation in the template, type, category and value of each attribute."""
    if row.platform == "domain":
        return [
            ("domain", "domain", "Network activity", row.handle),
            ("text", "text", "Other", row.display_name),
        ]
    return [
        ("username", "text", "Other", row.handle),
        ("user-id", "text", "Other", row.native_id),
        ("account-type", "text", "Other", row.platform),
        ("display-name", "text", "Other", row.display_name),
        ("description", "text", "Other", row.bio),
        ("link", "link", "External analysis", row.url),
        ("created", "datetime", "Other", row.joined.isoformat() if row.joined else None),
    ]


FORMAT = Format(about="a MISP event for the security team", write=write)
