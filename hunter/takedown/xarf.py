"""XARF v4 reports for registrars and hosts: `content/phishing` or `content/brand_infringement`.

The format's `domain` field refuses names with two hyphens in a row, so every `xn--` name, our core case, would fail
there: such names stand in `url` and `source_identifier` and the field is left out.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import uuid
from datetime import UTC
from typing import Any

from hunter.errors import UsageError
from hunter.takedown.matter import Screenshot
from hunter.takedown.notice import Draft, check_length
from hunter.takedown.reports import report_text

VERSION = "4.2.0"
LARGEST_EVIDENCE = 5 * 1024 * 1024  # bytes of one item
_DOMAIN = re.compile(r"([a-z0-9]+(-[a-z0-9]+)*\.)+[a-z]{2,}")
_NAMESPACE = uuid.UUID("3f0c53a5-53f1-4d0c-9a3f-0f0c7fb1f6d4")
_ELEMENTS = {"name": "brand_name", "handle": "brand_name", "picture": "logo", "domain name": "domain_name"}


def write_report(draft: Draft) -> bytes:
    """The report as JSON. Raises UsageError where something that the format requires is missing or too long."""
    filled, matter = draft.filled, draft.matter
    absent = [
        key
        for key in ("complainant.org", "complainant.email", "complainant.website", "target.url")
        if key not in filled
    ]
    if absent:
        raise UsageError(
            f"a XARF report needs {', '.join(absent)}", advice="--set KEY=VALUE, or complete the brand file"
        )
    text = report_text(draft)
    check_length(draft.channel, "text", text)
    seen = matter.suspect.last_seen_at.astimezone(UTC).isoformat()
    party = {
        "org": filled["complainant.org"],
        "contact": filled["complainant.email"],
        "domain": filled["complainant.email"].rpartition("@")[2],
    }
    report: dict[str, Any] = {
        "xarf_version": VERSION,
        "report_id": str(
            uuid.uuid5(_NAMESPACE, f"{draft.channel.slug} {draft.ground} {matter.bag.tagmanifest_sha256}")
        ),
        "timestamp": draft.drafted_at.astimezone(UTC).isoformat(),
        "reporter": party,
        "sender": party,
        "source_identifier": matter.suspect.handle,
        "category": "content",
        "url": filled["target.url"],
        "target_brand": matter.brand.names[0],
        "verified_at": seen,
        "verification_method": "manual",
        "description": text,
        "evidence_source": "user_report",
        "evidence": [_evidence(shot) for shot in matter.screenshots],
        **(_phishing(draft) if draft.ground == "phishing" else _infringement(draft)),
        **_domain(draft),
    }
    return (json.dumps(report, indent=2, ensure_ascii=False) + "\n").encode()


def _phishing(draft: Draft) -> dict[str, Any]:
    return {"type": "phishing", "cloned_site": draft.filled["complainant.website"]}


def _infringement(draft: Draft) -> dict[str, Any]:
    copied = [each.strip() for each in draft.filled.get("claim.elements_copied", "").split(",") if each.strip()]
    kind = "homograph" if "xn--" in draft.matter.suspect.handle else "brand_impersonation"
    report: dict[str, Any] = {
        "type": "brand_infringement",
        "infringement_type": "trademark_violation" if draft.ground == "trademark" else kind,
        "legitimate_site": draft.filled["complainant.website"],
        "similarity_score": round(draft.matter.suspect.score, 3),
        "infringing_elements": list(dict.fromkeys(_ELEMENTS.get(each, "other") for each in copied)) or ["other"],
    }
    rights = draft.matter.brand.rights
    if rights and rights.registration:
        mark: dict[str, Any] = {"registration_number": rights.registration}
        mark |= {"jurisdiction": rights.office} if rights.office else {}
        mark |= {"category": list(rights.classes)} if rights.classes else {}
        report["trademark_details"] = mark
    return report


def _domain(draft: Draft) -> dict[str, Any]:
    name, known = draft.matter.suspect.handle.casefold(), draft.matter.registration
    found: dict[str, Any] = {"domain": name} if _DOMAIN.fullmatch(name) else {}
    if known:
        found |= {"registrar": known.registrar} if known.registrar else {}
        found |= {"nameservers": list(known.nameservers)} if known.nameservers else {}
    return found


def _evidence(shot: Screenshot) -> dict[str, Any]:
    if len(shot.content) > LARGEST_EVIDENCE:
        raise UsageError(f"{shot.name} has {len(shot.content)} bytes, a report takes {LARGEST_EVIDENCE} an item")
    return {
        "content_type": shot.media_type,
        "description": f"{shot.name} from the sealed evidence",
        "payload": base64.b64encode(shot.content).decode(),
        "hash": f"sha256:{hashlib.sha256(shot.content).hexdigest()}",
        "size": len(shot.content),
    }
