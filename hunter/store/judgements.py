"""What people decided: appended, withdrawn by another entry, never overwritten, never touched by a new score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from hunter.errors import UsageError
from hunter.store import audit
from hunter.store.batches import chunks
from hunter.store.rows import IDENTITY, digest, field_digests, utc_text
from hunter.store.tables import ACCOUNTS, JUDGEMENTS, PROFILE_VERSIONS
from hunter.types import Judgement, Verdict

Subject = tuple[str, str, str]  # brand, platform, native id


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A judgement as it is kept, with what it was about: field -> SHA-256 of what the profile said."""

    id: int
    judgement: Judgement
    saw_version: int | None
    saw_digests: Mapping[str, str | None]
    batch: str | None


def add(c: Connection, judgement: Judgement, *, version: int | None = None, batch: str | None = None) -> int:
    """Appends a judgement, with a line in the audit log; its number. `decisions.decide` does this and what follows.

    `version` is the profile version on the screen, by default the latest. Raises UsageError for withdrawing what is
    not there or was withdrawn before.
    """
    if judgement.withdraws is not None:
        _check_withdrawal(c, judgement)
    version, identity = _seen(c, judgement, version)
    row = _row(judgement) | {"saw_version": version, "batch": batch}
    row["saw_digests"] = field_digests(identity) if identity else {}
    number = int(c.execute(insert(JUDGEMENTS).values(row).returning(JUDGEMENTS.c.id)).scalar_one())
    told = {**row, "at": utc_text(judgement.at)}
    act = "verdict" if judgement.withdraws is None else "withdraw_verdict"
    audit.append(
        c, actor=judgement.by, act=act, object=f"judgement:{number}", object_sha256=digest(told), at=judgement.at
    )
    return number


def in_force(c: Connection, subjects: Iterable[Subject]) -> dict[Subject, Kept]:
    """The judgement that holds for each subject: the newest that is no withdrawal and was not withdrawn."""
    named: dict[tuple[str, str], set[str]] = {}
    for brand, platform, native_id in subjects:
        named.setdefault((brand, platform), set()).add(native_id)
    found: dict[Subject, Kept] = {}
    for (brand, platform), native_ids in named.items():
        of_these = select(JUDGEMENTS).where(JUDGEMENTS.c.brand == brand, JUDGEMENTS.c.platform == platform)
        for part in chunks(sorted(native_ids)):
            question = of_these.where(JUDGEMENTS.c.native_id.in_(part)).order_by(JUDGEMENTS.c.id)
            # Withdrawals are sorted out here: asked for in SQL, they tempt SQLite away from the index on the subject.
            rows = c.execute(question).mappings().all()
            taken_back = {row["withdraws"] for row in rows}
            for row in rows:
                if row["withdraws"] is None and row["id"] not in taken_back:
                    found[brand, platform, row["native_id"]] = _kept(dict(row))
    return found


def history(c: Connection, platform: str, native_id: str, *, brand: str | None = None) -> list[Kept]:
    """Everything that was ever decided about an account, oldest first, withdrawals included."""
    question = select(JUDGEMENTS).where(JUDGEMENTS.c.platform == platform, JUDGEMENTS.c.native_id == native_id)
    if brand is not None:
        question = question.where(JUDGEMENTS.c.brand == brand)
    return [_kept(dict(row)) for row in c.execute(question.order_by(JUDGEMENTS.c.id)).mappings()]


def get(c: Connection, number: int) -> Kept | None:
    """One judgement."""
    row = c.execute(select(JUDGEMENTS).where(JUDGEMENTS.c.id == number)).mappings().first()
    return _kept(dict(row)) if row else None


def changed_since(kept: Kept, identity: Mapping[str, Any]) -> list[str]:
    """The identity fields that no longer say what they said when this was decided."""
    now = field_digests(identity)
    return [name for name in IDENTITY if name in kept.saw_digests and kept.saw_digests[name] != now[name]]


def _check_withdrawal(c: Connection, judgement: Judgement) -> None:
    target = get(c, judgement.withdraws or 0)
    same = target and (target.judgement.brand, target.judgement.platform, target.judgement.native_id)
    if not target or target.judgement.withdraws is not None:
        raise UsageError(f"there is no verdict {judgement.withdraws} to withdraw")
    if same != (judgement.brand, judgement.platform, judgement.native_id):
        raise UsageError(f"verdict {judgement.withdraws} is about another account")
    if c.scalar(select(JUDGEMENTS.c.id).where(JUDGEMENTS.c.withdraws == judgement.withdraws)):
        raise UsageError(f"verdict {judgement.withdraws} was withdrawn before")


def _seen(c: Connection, judgement: Judgement, version: int | None) -> tuple[int | None, dict[str, Any] | None]:
    same = (ACCOUNTS.c.platform == judgement.platform) & (ACCOUNTS.c.native_id == judgement.native_id)
    question = select(PROFILE_VERSIONS).join(ACCOUNTS, ACCOUNTS.c.id == PROFILE_VERSIONS.c.account_id).where(same)
    wanted = ACCOUNTS.c.version_id if version is None else version
    row = c.execute(question.where(PROFILE_VERSIONS.c.id == wanted)).mappings().first()
    return (row["id"], {name: row[name] for name in IDENTITY}) if row else (None, None)


def _row(judgement: Judgement) -> dict[str, Any]:
    names = ("brand", "platform", "native_id", "by", "at", "note", "withdraws")
    row = {name: getattr(judgement, name) for name in names}
    return {**row, "verdict": judgement.verdict.value, "saw_score": judgement.saw[0], "saw_rules": judgement.saw[1]}


def _kept(row: dict[str, Any]) -> Kept:
    names = ("brand", "platform", "native_id", "by", "at", "note", "withdraws")
    judgement = Judgement(
        **{name: row[name] for name in names}, verdict=Verdict(row["verdict"]), saw=(row["saw_score"], row["saw_rules"])
    )
    return Kept(
        id=row["id"],
        judgement=judgement,
        saw_version=row["saw_version"],
        saw_digests=row["saw_digests"],
        batch=row["batch"],
    )
