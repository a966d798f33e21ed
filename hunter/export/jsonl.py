"""JSON Lines for programs: one object a suspect with every finding; links as they are, numbers masked."""

from __future__ import annotations

import json
from typing import Any, BinaryIO

from hunter.export.sheet import Format, SuspectList
from hunter.store.listing import Listed


def write(suspects: SuspectList, out: BinaryIO) -> None:
    """One JSON object a line, keys in a fixed order, ASCII only: no terminal and no log can be fooled by it."""
    for row in suspects:
        out.write(json.dumps(_told(row), allow_nan=False).encode() + b"\n")


def _told(row: Listed) -> dict[str, Any]:
    return {
        "id": row.number,
        "case": row.case,
        "brand": row.brand,
        "platform": row.platform,
        "native_id": row.native_id,
        "handle": row.handle,
        "display_name": row.display_name,
        "bio": row.bio,
        "url": row.url,
        "links": list(row.links),
        "joined": row.joined.isoformat() if row.joined else None,
        "followers": row.followers,
        "following": row.following,
        "posts": row.posts,
        "picture_sha256": row.picture,
        "score": round(row.score, 6),
        "bits": round(row.bits, 4),
        "reason": row.reason,
        "findings": [dict(finding) for finding in row.findings],
        "rules": row.rules,
        "status": row.status,
        "assignee": row.assignee,
        "verdict": row.verdict,
        "note": row.note,
        "decided_by": row.decided_by,
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
        "first_seen_at": row.first_seen_at.isoformat(),
        "last_seen_at": row.last_seen_at.isoformat(),
        "first_run": row.first_run,
        "changed_run": row.changed_run,
        "sampled": row.sampled,
    }


FORMAT = Format(about="JSON Lines with every finding, for programs", write=write, prints=True)
