"""Bodies for the report methods of Mastodon and Bluesky: to be sent by a person with an account of their own."""

from __future__ import annotations

import json
from typing import Any

from hunter.errors import UsageError
from hunter.takedown.notice import Draft, check_length

# Ground -> the lexicon's reason.
_BLUESKY = {
    "impersonation": "tools.ozone.report.defs#reasonMisleadingImpersonation",
    "phishing": "tools.ozone.report.defs#reasonMisleadingScam",
}


def write_report(draft: Draft) -> bytes:
    """The body as JSON. Raises UsageError for a text that is too long, or an account without its lasting id."""
    text = report_text(draft)
    check_length(draft.channel, "text", text)
    native_id = draft.filled.get("target.stable_id")
    if native_id is None:
        raise UsageError(f"{draft.channel.slug} needs the account's lasting id", advice="--set target.stable_id=…")
    body = _bluesky(draft, native_id, text) if draft.channel.slug == "bluesky" else _mastodon(draft, native_id, text)
    return (json.dumps(body, indent=2, ensure_ascii=False) + "\n").encode()


def report_text(draft: Draft) -> str:
    """What the report says, in one text."""
    parts = [draft.filled["claim.confusion"]]
    for key, words in (
        ("complainant.website", "The real site: {}."),
        ("complainant.official_accounts", "The real accounts: {}."),
        ("claim.harm", "Harm: {}."),
        ("complainant.org", "Reported for {}."),
    ):
        if key in draft.filled:
            parts.append(words.format(draft.filled[key].rstrip(".")))
    return " ".join(parts)


def _bluesky(draft: Draft, did: str, text: str) -> dict[str, Any]:
    return {
        "reasonType": _BLUESKY[draft.ground],
        "subject": {"$type": "com.atproto.admin.defs#repoRef", "did": did},
        "reason": text,
    }


def _mastodon(draft: Draft, account_id: str, text: str) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "status_ids": draft.filled["target.posts"].replace(",", " ").split() if "target.posts" in draft.filled else [],
        "comment": text,
        "forward": True,
        "category": "violation",
        "rule_ids": [],
    }
