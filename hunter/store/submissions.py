"""The ledger of takedown requests: what was sent where and when, what came back, when to look again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from hunter.errors import UsageError
from hunter.store import audit, decisions, suspects
from hunter.store.evidence import bags_of_suspect
from hunter.store.rows import digest, utc_text
from hunter.store.suspects import Status
from hunter.store.tables import SUBMISSIONS, SUSPECTS

STATES = ("sent", "answered", "refused", "done", "withdrawn")
ENDED = ("done", "withdrawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One takedown request that a person sent. `status` and `status_at` are the suspect's as they stand now."""

    id: int
    suspect_id: int
    brand: str
    channel: str
    ground: str
    state: str
    sent_at: datetime
    sent_by: str
    sent_sha256: str
    bag_sha256: str | None
    reference: str | None
    receipt_sha256: str | None
    receipt_name: str | None
    answer: str | None
    answered_at: datetime | None
    next_at: datetime | None
    note: str
    detail: Mapping[str, Any]
    platform: str
    handle: str
    status: Status
    status_at: datetime

    def is_overdue(self, at: datetime) -> bool:
        """Whether it should have been looked at again by now; an account that came back always should."""
        if self.state == "withdrawn":
            return False
        back = self.status is Status.CAME_BACK and self.status_at > self.sent_at
        return back or (self.state not in ENDED and self.next_at is not None and self.next_at < at)


def add(
    c: Connection,
    suspect: int,
    *,
    channel: str,
    ground: str,
    sent_at: datetime,
    sent_by: str,
    sent_sha256: str,
    at: datetime,
    next_at: datetime | None = None,
    reference: str | None = None,
    receipt: tuple[str, str] | None = None,
    note: str = "",
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Records that something was sent, moves the suspect on, and notes it in the audit log; its number.

    `receipt` is (file name, SHA-256 in the vault). Raises UsageError without a bag that was sealed before `sent_at`:
    after a notice the page may vanish, and with it the proof.
    """
    found = suspects.get(c, suspect)
    if found is None:
        raise UsageError(f"there is no suspect {suspect}", advice="hunter suspects list")
    bags = [bag for bag in bags_of_suspect(c, suspect) if bag.sealed_at <= sent_at]
    if not bags:
        raise UsageError(
            f"suspect {suspect} has no evidence that was sealed before it was sent",
            advice=f"hunter evidence seal {suspect}",
        )
    row = {"suspect_id": suspect, "brand": found.brand, "channel": channel, "ground": ground, "state": "sent"}
    row |= {"sent_at": sent_at, "sent_by": sent_by, "sent_sha256": sent_sha256, "reference": reference}
    row |= {"bag_sha256": bags[-1].tagmanifest_sha256, "next_at": next_at, "note": note, "detail": dict(detail or {})}
    row |= {"receipt_name": receipt[0], "receipt_sha256": receipt[1]} if receipt else {}
    number = int(c.execute(insert(SUBMISSIONS).values(row).returning(SUBMISSIONS.c.id)).scalar_one())
    _log(c, "submission", number, row, by=sent_by, at=at)
    if found.status in (Status.OPEN, Status.CONFIRMED, Status.CAME_BACK):
        why = f"submission {number}"
        decisions.set_status(c, suspect, Status.TAKEDOWN_REQUESTED, by=sent_by, at=at, why=why)
    return number


def answer(
    c: Connection,
    number: int,
    *,
    state: str,
    by: str,
    at: datetime,
    text: str | None = None,
    reference: str | None = None,
    next_at: datetime | None = None,
) -> Submission:
    """Records what came back, and when to look again. Raises UsageError for a state or number that is none."""
    if state not in STATES:
        raise UsageError(f"{state!r} is no state of a submission", advice=f"one of {', '.join(STATES)}")
    get(c, number)
    change: dict[str, Any] = {"state": state, "next_at": None if state in ENDED else next_at}
    if text is not None:
        change |= {"answer": text, "answered_at": at}
    if reference is not None:
        change |= {"reference": reference}
    c.execute(update(SUBMISSIONS).where(SUBMISSIONS.c.id == number).values(change))
    _log(c, f"submission_{state}", number, change, by=by, at=at)
    return get(c, number)


def get(c: Connection, number: int) -> Submission:
    """One submission. Raises UsageError where there is none of that number."""
    found = _read(c, SUBMISSIONS.c.id == number)
    if not found:
        raise UsageError(f"there is no submission {number}", advice="hunter submissions list")
    return found[0]


def of_suspect(c: Connection, suspect: int) -> list[Submission]:
    """All submissions about a suspect, oldest first."""
    return _read(c, SUBMISSIONS.c.suspect_id == suspect)


def of_account(c: Connection, platform: str, native_id: str) -> list[Submission]:
    """All submissions about an account, whatever the brand, oldest first."""
    return _read(c, SUSPECTS.c.platform == platform, SUSPECTS.c.native_id == native_id)


def all_of(c: Connection, *, state: str | None = None) -> list[Submission]:
    """All submissions, oldest first."""
    return _read(c, SUBMISSIONS.c.state == state) if state else _read(c)


def overdue(c: Connection, at: datetime) -> list[Submission]:
    """Those that should have been looked at again by now, oldest first."""
    return [one for one in _read(c, SUBMISSIONS.c.state != "withdrawn") if one.is_overdue(at)]


def _log(c: Connection, act: str, number: int, row: Mapping[str, Any], *, by: str, at: datetime) -> None:
    told = {name: utc_text(value) if isinstance(value, datetime) else value for name, value in row.items()}
    audit.append(c, actor=by, act=act, object=f"submission:{number}", object_sha256=digest(told), at=at)


def _read(c: Connection, *where: Any) -> list[Submission]:
    of_suspects = [SUSPECTS.c[name] for name in ("platform", "handle", "status_at")]
    question = select(SUBMISSIONS, *of_suspects, SUSPECTS.c.status.label("status"))
    question = question.join(SUSPECTS, SUSPECTS.c.id == SUBMISSIONS.c.suspect_id).where(*where)
    return [
        Submission(**{**{name: row[name] for name in Submission.__dataclass_fields__}, "status": Status(row["status"])})
        for row in c.execute(question.order_by(SUBMISSIONS.c.id)).mappings()
    ]
