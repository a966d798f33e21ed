"""A STIX 2.1 bundle: what was observed, an indicator for it, and how sure we are. "Suspected" until a person confirms.

Ids of observables follow the standard (UUIDv5 over their own fields), all others depend on brand and account alone,
so that a second import updates the first.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

from hunter.export.sheet import Format, SuspectList
from hunter.store.listing import Listed

_OBSERVABLES = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")  # fixed by the standard, section 2.9
_OURS = uuid.UUID("4f0cdadb-0daf-4e6d-814e-8ccd9af2006e")
_SHARED = ("identity", "user-account", "domain-name", "url")
_KIND = {"impersonation": ["malicious-activity"], "official": ["benign"], "unrelated": ["benign"], "parody": ["benign"]}


def write(suspects: SuspectList, out: BinaryIO) -> None:
    """One bundle; objects are written as they come, each only once."""
    bundle = _own("bundle", suspects.organisation, suspects.asked, _moment(suspects.as_of))
    out.write(json.dumps({"type": "bundle", "id": bundle})[:-1].encode() + b', "objects": [')
    told: set[int] = set()  # what may come up again: brands, accounts, addresses
    for i, each in enumerate(_objects(suspects)):
        if each["type"] in _SHARED:
            number = uuid.UUID(each["id"].partition("--")[2]).int
            if number in told:
                continue
            told.add(number)
        out.write((",\n" if i else "\n").encode() + json.dumps(each).encode())
    out.write(b"\n]}\n")


def _objects(suspects: SuspectList) -> Iterator[dict[str, Any]]:
    reporter = _identity(suspects.organisation or "hunter", "organization", suspects.as_of)
    yield reporter
    for row in suspects:
        brand = _identity(row.brand, "unspecified", suspects.as_of)
        seen = list(_observables(row))
        common = {
            "spec_version": "2.1",
            "created_by_ref": reporter["id"],
            "created": _moment(row.first_seen_at),
            "modified": _moment(max(row.last_seen_at, row.decided_at or row.last_seen_at)),
        }
        who = (row.brand, row.platform, row.native_id)
        observed = {
            "type": "observed-data",
            "id": _own("observed-data", *who),
            **common,
            "first_observed": _moment(row.first_seen_at),
            "last_observed": _moment(row.last_seen_at),
            "number_observed": 1,
            "object_refs": [each["id"] for each in seen],
        }
        indicator = {
            "type": "indicator",
            "id": _own("indicator", *who),
            **common,
            "name": f"Suspected impersonation of {row.brand}",
            "description": f"{row.reason}. Score {row.score:.3f}, status {row.status}.",
            "indicator_types": _KIND.get(row.verdict or "", ["anomalous-activity"]),
            "pattern": _pattern(row),
            "pattern_type": "stix",
            "valid_from": _moment(row.first_seen_at),
            "confidence": round(100 * row.score),
            "labels": [f"status:{row.status.replace(' ', '-')}", f"verdict:{row.verdict or 'none'}"],
        }
        yield from (brand, *seen, observed, indicator)
        yield from _relations(common, indicator["id"], observed["id"], brand["id"])


def _relations(common: dict[str, str], indicator: str, observed: str, brand: str) -> Iterator[dict[str, Any]]:
    for kind, target in (("based-on", observed), ("related-to", brand)):
        yield {
            "type": "relationship",
            "id": _own("relationship", indicator, kind, target),
            **common,
            "relationship_type": kind,
            "source_ref": indicator,
            "target_ref": target,
        }


def _observables(row: Listed) -> Iterator[dict[str, Any]]:
    if row.platform == "domain":
        yield _observable("domain-name", {"value": row.handle})
    else:
        identity = {"account_type": row.platform, "user_id": row.native_id, "account_login": row.handle}
        more = {"display_name": row.display_name} if row.display_name else {}
        more |= {"account_created": _moment(row.joined)} if row.joined else {}
        yield _observable("user-account", identity, more)
    if row.url:
        yield _observable("url", {"value": row.url})


def _observable(kind: str, identity: dict[str, str], more: dict[str, str] | None = None) -> dict[str, Any]:
    """An observable whose id is made from its identity fields as canonical JSON (RFC 8785)."""
    canonical = json.dumps(identity, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    number = uuid.uuid5(_OBSERVABLES, canonical)
    return {"type": kind, "spec_version": "2.1", "id": f"{kind}--{number}", **identity, **(more or {})}


def _identity(name: str, kind: str, as_of: datetime | None) -> dict[str, Any]:
    moment = _moment(as_of)
    return {
        "type": "identity",
        "spec_version": "2.1",
        "id": _own("identity", name),
        "created": moment,
        "modified": moment,
        "name": name,
        "identity_class": kind,
    }


def _pattern(row: Listed) -> str:
    if row.platform == "domain":
        return f"[domain-name:value = {_quoted(row.handle)}]"
    account = f"user-account:account_type = {_quoted(row.platform)} AND user-account:user_id = {_quoted(row.native_id)}"
    return f"[{account}]"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _own(kind: str, *parts: str) -> str:
    return f"{kind}--{uuid.uuid5(_OURS, json.dumps([kind, *parts]))}"


def _moment(moment: datetime | None) -> str:
    moment = (moment or datetime(1970, 1, 1, tzinfo=UTC)).astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


FORMAT = Format(about="a STIX 2.1 bundle for the security team", write=write)
