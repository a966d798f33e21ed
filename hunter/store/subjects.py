"""Everything that the store holds about one account, for an access request."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from hunter.store.batches import keyed_hash
from hunter.store.rows import utc_text
from hunter.store.tables import (
    ACCOUNTS,
    ALLOWANCES,
    BAGS,
    CAPTURES,
    FORGOTTEN,
    HOLDS,
    JUDGEMENTS,
    PICTURES,
    PROBE_CAPTURES,
    PROBES,
    PROFILE_VERSIONS,
    SUBMISSIONS,
    SUSPECT_EVENTS,
    SUSPECTS,
    TOMBSTONES,
)


def find(c: Connection, platform: str, name: str) -> str | None:
    """The native id of an account given by its native id or by a handle that it has or had; None where unknown."""
    for table in (ACCOUNTS, JUDGEMENTS, ALLOWANCES, BAGS, HOLDS):
        same = (table.c.platform == platform) & (table.c.native_id == name)
        if c.scalar(select(table.c.native_id).where(same).limit(1)):
            return name
    handle = name.removeprefix("@")
    now = (ACCOUNTS.c.platform == platform) & (ACCOUNTS.c.handle == handle)
    found: str | None = c.scalar(
        select(ACCOUNTS.c.native_id).where(now).order_by(ACCOUNTS.c.last_seen_at.desc()).limit(1)
    )
    if found:
        return found
    once = select(ACCOUNTS.c.native_id).join(PROFILE_VERSIONS, PROFILE_VERSIONS.c.account_id == ACCOUNTS.c.id)
    once = once.where(ACCOUNTS.c.platform == platform, PROFILE_VERSIONS.c.handle == handle)
    earlier: str | None = c.scalar(once.order_by(PROFILE_VERSIONS.c.id.desc()).limit(1))
    return earlier


def account_of(c: Connection, platform: str, native_id: str) -> int | None:
    """The store's number of an account."""
    same = (ACCOUNTS.c.platform == platform) & (ACCOUNTS.c.native_id == native_id)
    return c.scalar(select(ACCOUNTS.c.id).where(same))


def names_of(c: Connection, account: int) -> tuple[str, str] | None:
    """Platform and native id of an account."""
    row = c.execute(select(ACCOUNTS.c.platform, ACCOUNTS.c.native_id).where(ACCOUNTS.c.id == account)).first()
    return (row.platform, row.native_id) if row else None


def report(c: Connection, platform: str, native_id: str) -> dict[str, Any]:
    """All rows about an account, ready for JSON: table -> rows. Names of reviewers are left out: they are others."""
    account = account_of(c, platform, native_id)
    found: dict[str, Any] = {"platform": platform, "native_id": native_id}
    found["account"] = _rows(c, ACCOUNTS, ACCOUNTS.c.id == account)
    found["profile_versions"] = _rows(c, PROFILE_VERSIONS, PROFILE_VERSIONS.c.account_id == account)
    shown = select(PROFILE_VERSIONS.c.picture).where(PROFILE_VERSIONS.c.account_id == account)
    found["pictures"] = _rows(c, PICTURES, PICTURES.c.sha256.in_(shown), without={"small"})
    handles = select(PROFILE_VERSIONS.c.handle).where(PROFILE_VERSIONS.c.account_id == account)
    nameless = PROBES.c.account_id.is_(None) & (PROBES.c.platform == platform)
    asked = (PROBES.c.account_id == account) | (nameless & PROBES.c.handle.in_(handles))
    probes = select(PROBES.c.id).where(asked)
    found["probes"] = _rows(c, PROBES, asked)
    kept = select(PROBE_CAPTURES.c.capture_id).where(PROBE_CAPTURES.c.probe_id.in_(probes))
    found["captures"] = _rows(c, CAPTURES, CAPTURES.c.id.in_(kept))
    suspects = select(SUSPECTS.c.id).where(SUSPECTS.c.account_id == account)
    found["suspects"] = _rows(c, SUSPECTS, SUSPECTS.c.account_id == account, without={"assignee"})
    found["suspect_events"] = _rows(c, SUSPECT_EVENTS, SUSPECT_EVENTS.c.suspect_id.in_(suspects), without={"actor"})
    found["submissions"] = _rows(c, SUBMISSIONS, SUBMISSIONS.c.suspect_id.in_(suspects), without={"sent_by"})
    for table, others in ((JUDGEMENTS, "by"), (ALLOWANCES, "by"), (BAGS, "sealed_by"), (HOLDS, "by")):
        same = (table.c.platform == platform) & (table.c.native_id == native_id)
        found[table.name] = _rows(c, table, same, without={others, "withdrawn_by", "released_by"})
    key = keyed_hash(c, platform, native_id)
    found["tombstones"] = _rows(c, TOMBSTONES, TOMBSTONES.c.subject == key, without={"by"})
    found["forgotten"] = _rows(c, FORGOTTEN, FORGOTTEN.c.key == key)
    return found


def _rows(c: Connection, table: Table, where: Any, *, without: set[str] | None = None) -> list[dict[str, Any]]:
    columns = [column for column in table.c if column.name not in (without or set())]
    question = select(*columns).where(where).order_by(*table.primary_key.columns)
    return [{name: _plain(value) for name, value in row.items()} for row in c.execute(question).mappings()]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return utc_text(value)
    return value.isoformat() if isinstance(value, date) else value
