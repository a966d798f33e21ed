"""Care of the database itself: is it whole, does it fit, a copy of it, and no deleted content left in its files."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

from sqlalchemy import URL, Connection, func, select

from hunter.errors import StoreError, UsageError
from hunter.store import audit
from hunter.store.database import Store, copy_database
from hunter.store.migrations import differs, newest, revision_of
from hunter.store.tables import (
    ACCOUNTS,
    ALERTS,
    ALLOWANCES,
    BAGS,
    CAPTURES,
    HOLDS,
    JUDGEMENTS,
    PICTURES,
    PROBES,
    PROFILE_VERSIONS,
    RUN_EVENTS,
    SUBMISSIONS,
    SUSPECT_EVENTS,
    SUSPECTS,
    VAULT_REMOVALS,
)

# The tables whose rows tell what somebody wrote or who somebody is.
_QUOTING = (
    *(ACCOUNTS, ALERTS, ALLOWANCES, BAGS, CAPTURES, HOLDS, JUDGEMENTS, PROBES),
    *(PROFILE_VERSIONS, RUN_EVENTS, SUBMISSIONS, SUSPECT_EVENTS, SUSPECTS),
)


def check(store: Store) -> list[str]:
    """What is wrong with a store, in words; [] when all is well. Reads every page, the schema and the audit log."""
    faults: list[str] = []
    with store.read() as c:
        if c.dialect.name == "sqlite":
            faults += [f"integrity: {row[0]}" for row in c.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok"]
            faults += [f"broken reference: {tuple(row)}" for row in c.exec_driver_sql("PRAGMA foreign_key_check")]
        if revision_of(c) != newest():
            faults.append(f"schema: {revision_of(c)}, this hunter wants {newest()}: hunter db upgrade")
        elif changes := differs(c):
            faults.append(f"schema: {changes}")
        faults += _invariants(c)
        faults += [f"audit log: {fault}" for fault in audit.verify(c)]
    if store.path is not None and (mode := store.path.stat().st_mode & 0o777) & 0o077:
        faults.append(f"{store.path} can be read by others (mode {mode:o}): chmod 600")
    return faults


def _invariants(c: Connection) -> list[str]:
    """Half things that must never be there."""
    halves = {
        "accounts without a version": select(func.count()).select_from(ACCOUNTS).where(ACCOUNTS.c.version_id.is_(None)),
        "suspects whose account is gone": select(func.count())
        .select_from(SUSPECTS.outerjoin(ACCOUNTS, ACCOUNTS.c.id == SUSPECTS.c.account_id))
        .where(ACCOUNTS.c.id.is_(None)),
    }
    counted = {name: c.scalar(question) or 0 for name, question in halves.items()}
    return [f"{number} {name}" for name, number in counted.items() if number]


def named_bytes(c: Connection) -> set[str]:
    """The digests of everything that has to be in the vault."""
    wanted = set(c.scalars(select(CAPTURES.c.sha256).where(CAPTURES.c.purged_at.is_(None), CAPTURES.c.size > 0)))
    wanted |= set(c.scalars(select(PICTURES.c.sha256)))
    return wanted - set(c.scalars(select(VAULT_REMOVALS.c.sha256)))


def backup(store: Store, target: Path) -> None:
    """A whole copy of the store in one file (0600): SQLite as a database, PostgreSQL as a `pg_dump` archive.

    Taken while others may write. Raises UsageError where the file is there already, StoreError where it cannot be made.
    """
    if target.exists():
        raise UsageError(f"{target} is there already", advice="give another name")
    if store.path is not None:
        copy_database(store.path, target)
    elif store.url.get_backend_name() == "postgresql":
        _dump(store, target)
    else:
        raise UsageError("a store in memory cannot be copied")


def _dump(store: Store, target: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise UsageError("pg_dump is not on this machine", advice="install PostgreSQL's client programs")
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        handle = os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as opened:
            # The password goes by the environment: arguments can be read by every user of the machine.
            command = [program, "--format=custom", "--no-owner"]
            subprocess.run(command, stdout=opened, check=True, env=_login(store.url))  # noqa: S603
            os.fsync(opened.fileno())
        unfinished.replace(target)
    except (OSError, subprocess.CalledProcessError) as exc:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise StoreError(f"{store.name} could not be copied to {target}: {exc}") from exc


def _login(url: URL) -> dict[str, str]:
    """What libpq's programs read from the environment."""
    query = {name: value for name, value in url.query.items() if isinstance(value, str)}
    told = {
        "PGHOST": url.host or query.get("host"),
        "PGPORT": str(url.port) if url.port else query.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": url.password if url.password is None else str(url.password),
        "PGDATABASE": url.database,
        "PGSSLMODE": query.get("sslmode"),
    }
    return {name: value for name, value in told.items() if value}


def compact(store: Store) -> None:
    """Rewrites the database so that nothing deleted is left in its files; needs its size again in free space.

    SQLite: VACUUM and an emptied write-ahead log. PostgreSQL: VACUUM FULL; its own log and its backups are the
    server's to rotate. Raises StoreError.
    """
    with store.connection() as c:
        if c.dialect.name == "sqlite":
            c.exec_driver_sql("VACUUM")
            busy = c.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").first()
            if busy and busy[0]:
                raise StoreError(
                    f"{store.name}: another program reads it, so its write-ahead log may still hold what was deleted",
                    advice="end the other program (hunter review?) and run hunter purge again",
                )
        else:
            for table in _QUOTING:
                c.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {table.name}")
