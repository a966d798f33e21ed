"""What deleting an account leaves lying about: answers, pictures, receipts and texts that quote it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, Text, cast, delete, exists, or_, select, update

from hunter.store.batches import chunks, insert_new
from hunter.store.suspects import Status
from hunter.store.tables import (
    ACCOUNTS,
    ALERTS,
    BRAND_VERSIONS,
    CAPTURES,
    HOLDS,
    PICTURE_ADDRESSES,
    PICTURES,
    PROBE_CAPTURES,
    PROBES,
    PROFILE_VERSIONS,
    RUN_EVENTS,
    SUBMISSIONS,
    SUSPECTS,
    VAULT_REMOVALS,
)

# An answer that also shows one of these is proof in a case that goes on: its bytes stay, and the purge says so.
_PROOF = (Status.CONFIRMED.value, Status.TAKEDOWN_REQUESTED.value)
_QUOTING = ((ALERTS, ("title", "body", "detail")), (RUN_EVENTS, ("detail",)))
_SHORTEST_QUOTE = 3  # characters; shorter words stand everywhere


def captures_of(c: Connection, accounts: Collection[int], probes: Iterable[int]) -> list[int]:
    """The answers that show one of the accounts, and those of the given probes."""
    question = select(PROBE_CAPTURES.c.capture_id).join(PROBES, PROBES.c.id == PROBE_CAPTURES.c.probe_id)
    found = set(c.scalars(question.where(PROBES.c.account_id.in_(accounts))))
    for part in chunks(probes):
        found |= set(c.scalars(question.where(PROBES.c.id.in_(part))))
    return sorted(found)


def pictures_of(c: Connection, accounts: Collection[int]) -> list[str]:
    """The pictures that one of the accounts showed."""
    question = select(PROFILE_VERSIONS.c.picture).where(PROFILE_VERSIONS.c.account_id.in_(accounts))
    return sorted(set(c.scalars(question.where(PROFILE_VERSIONS.c.picture.is_not(None)))))


def delete_captures(c: Connection, captures: Iterable[int], *, at: datetime) -> tuple[int, int]:
    """After the accounts: bytes of these answers go, unless they are proof for somebody else. (gone, kept as proof)

    An answer that other accounts still refer to keeps its row and hash, marked as purged.
    """
    gone = kept = 0
    for part in chunks(captures):
        proof = _proof_for_others(c, part)
        kept += len(proof)
        gone_ids = [number for number in part if number not in proof]
        going = CAPTURES.c.id.in_(gone_ids)
        _doom(c, set(c.scalars(select(CAPTURES.c.sha256).where(going, CAPTURES.c.purged_at.is_(None)))), at)
        c.execute(update(CAPTURES).where(going).values(purged_at=at))
        unused = ~exists().where(PROBE_CAPTURES.c.capture_id == CAPTURES.c.id)
        c.execute(delete(CAPTURES).where(going, unused))
        gone += len(gone_ids)
    return gone, kept


def delete_pictures(c: Connection, pictures: Iterable[str], *, at: datetime) -> int:
    """After the accounts: those of these pictures that nobody else shows. How many."""
    gone = 0
    for part in chunks(pictures):
        shown = set(c.scalars(select(PROFILE_VERSIONS.c.picture).where(PROFILE_VERSIONS.c.picture.in_(part))))
        going = [sha256 for sha256 in part if sha256 not in shown]
        c.execute(delete(PICTURE_ADDRESSES).where(PICTURE_ADDRESSES.c.sha256.in_(going)))
        c.execute(delete(PICTURES).where(PICTURES.c.sha256.in_(going)))
        _doom(c, set(going) - _brand_pictures(c), at)
        gone += len(going)
    return gone


def doom_receipts(c: Connection, accounts: Collection[int], *, at: datetime) -> None:
    """Before the accounts: receipts of what was sent about them are to leave the vault."""
    question = select(SUBMISSIONS.c.receipt_sha256).join(SUSPECTS, SUSPECTS.c.id == SUBMISSIONS.c.suspect_id)
    held = question.where(SUSPECTS.c.account_id.in_(accounts), SUBMISSIONS.c.receipt_sha256.is_not(None))
    _doom(c, set(c.scalars(held)), at)


def delete_quotes(c: Connection, words: Iterable[str]) -> dict[str, int]:
    """Alerts and notes of runs whose text names one of these words; how many of each."""
    gone = {table.name: 0 for table, _ in _QUOTING}
    for word in sorted(word for word in words if len(word) >= _SHORTEST_QUOTE):
        exact = re.compile(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", re.IGNORECASE)
        for table, names in _QUOTING:
            texts = [cast(table.c[name], Text) for name in names]
            question = select(table.c.id, *texts).where(or_(*(t.icontains(word, autoescape=True) for t in texts)))
            found = [row[0] for row in c.execute(question) if exact.search(" ".join(str(text) for text in row[1:]))]
            gone[table.name] += c.execute(delete(table).where(table.c.id.in_(found))).rowcount if found else 0
    return gone


def removals(c: Connection) -> list[str]:
    """Digests that are to leave the vault and that nothing has named again meanwhile."""
    found = list(c.scalars(select(VAULT_REMOVALS.c.sha256).order_by(VAULT_REMOVALS.c.sha256)))
    named: set[str] = set()
    for part in chunks(found):
        kept = (CAPTURES.c.sha256.in_(part)) & CAPTURES.c.purged_at.is_(None)
        named |= set(c.scalars(select(CAPTURES.c.sha256).where(kept)))
        named |= set(c.scalars(select(PICTURES.c.sha256).where(PICTURES.c.sha256.in_(part))))
        receipts = select(SUBMISSIONS.c.receipt_sha256).where(SUBMISSIONS.c.receipt_sha256.in_(part))
        named |= {sha256 for sha256 in c.scalars(receipts) if sha256}
    return [sha256 for sha256 in found if sha256 not in named]


def strike_off(c: Connection) -> None:
    """Ends the list: all `removals` have left the vault, the rest is named again and stays."""
    c.execute(delete(VAULT_REMOVALS))


def _doom(c: Connection, digests: Iterable[str], at: datetime) -> None:
    insert_new(c, VAULT_REMOVALS, [{"sha256": sha256, "at": at} for sha256 in sorted(digests)], ["sha256"])


def _brand_pictures(c: Connection) -> set[str]:
    """The brands' own reference pictures, as far as they were kept."""
    return {p["sha256"] for brand in c.scalars(select(BRAND_VERSIONS.c.brand)) for p in brand["pictures"]}


def _proof_for_others(c: Connection, captures: list[int]) -> set[int]:
    shown = select(PROBE_CAPTURES.c.capture_id).join(PROBES, PROBES.c.id == PROBE_CAPTURES.c.probe_id)
    shown = shown.where(PROBE_CAPTURES.c.capture_id.in_(captures))
    confirmed = shown.join(SUSPECTS, SUSPECTS.c.account_id == PROBES.c.account_id)
    held = shown.join(ACCOUNTS, ACCOUNTS.c.id == PROBES.c.account_id).join(
        HOLDS, (HOLDS.c.platform == ACCOUNTS.c.platform) & (HOLDS.c.native_id == ACCOUNTS.c.native_id)
    )
    found = set(c.scalars(confirmed.where(SUSPECTS.c.status.in_(_PROOF))))
    return found | set(c.scalars(held.where(HOLDS.c.released_at.is_(None))))
