"""Opens a store: SQLite by default, PostgreSQL by its URL; brings its tables up to date; speaks in our errors."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError, StatementError

from hunter.errors import StoreError, UsageError
from hunter.store.batches import SUBJECT_KEY, fact
from hunter.store.migrations import behind, newest, revision_of, upgrade

BUSY_SECONDS = 15
_FULL = ("full", "disk i/o error", "no space left", "could not extend file", "could not write")
_MIGRATING = 7205759403792793601  # any number that nobody else locks
_WRITES, _BARE = "hunter_writes", "hunter_bare"


class Store:
    """One open store. `read()` and `write()` give a connection inside a transaction; the latter commits at its end."""

    def __init__(self, url: URL, engine: Engine) -> None:
        self.url = url
        self._engine = engine

    def __repr__(self) -> str:
        return f"Store({self.name})"

    @property
    def name(self) -> str:
        """The store's address without its password."""
        return self.url.render_as_string(hide_password=True)

    @property
    def path(self) -> Path | None:
        """The file of an SQLite store; None for a server and for a store in memory."""
        return _file(self.url)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one consistent state. Raises StoreError."""
        with _translated(self.name), self._engine.connect() as connection:
            if self._engine.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection whose changes are kept all together at the end, or not at all. Raises StoreError."""
        with _translated(self.name), self._engine.connect() as connection:
            connection = connection.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection outside of any transaction, for locks and maintenance. Raises StoreError."""
        with _translated(self.name), self._engine.connect() as connection:
            if self._engine.dialect.name == "postgresql":
                yield connection.execution_options(isolation_level="AUTOCOMMIT")
            else:
                yield connection.execution_options(**{_BARE: True})

    def close(self) -> None:
        """Closes all connections; a SQLite store folds its write-ahead log into the file."""
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def engine(self) -> Engine:
        """The engine itself, for maintenance inside the store's own room."""
        return self._engine


def open_store(url: str, *, migrate: bool = True) -> Store:
    """The store at an SQLAlchemy URL (`sqlite:///hunter.db`, `postgresql+psycopg://…`), made and brought up to date.

    A SQLite file is private to its owner (0600). An older one is copied to `<file>.before-<revision>` first.
    With `migrate` false an older store is left as it is and refused. Raises UsageError for a URL that is none,
    StoreError for everything that the database refuses.
    """
    try:
        parsed = make_url(url)
        engine = _engine(parsed)
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as exc:
        raise UsageError(
            "the store's address is no SQLAlchemy URL that can be used",
            advice="HUNTER_STORE should read like sqlite:///hunter.db or postgresql+psycopg://user@host/name",
        ) from exc
    store = Store(parsed, engine)
    with ExitStack() as undo:
        undo.callback(store.close)
        _prepare(store, migrate=migrate)
        undo.pop_all()
    return store


def _prepare(store: Store, *, migrate: bool) -> None:
    if store.path:
        if not migrate and not store.path.exists():
            raise StoreError(f"{store.path}: there is no store yet", advice="hunter run, or hunter db upgrade")
        _make_private_file(store.path)
    with _translated(store.name):
        with store.engine.connect() as connection:
            revision = revision_of(connection)
        if revision == newest():
            return
        if not behind(revision):
            raise StoreError(
                f"{store.name} was written by a newer hunter (schema {revision}, this one knows {newest()})",
                advice="install that version, or use another store",
            )
        if not migrate:
            raise StoreError(f"{store.name} has the schema {revision or 'of no hunter'}", advice="hunter db upgrade")
        if revision and store.path:
            copy_database(store.path, store.path.with_name(f"{store.path.name}.before-{newest()}"))
        with store.engine.connect() as connection:
            connection = connection.execution_options(**{_WRITES: True})
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    # Two that open a new store at the same moment: the second waits and finds all done.
                    connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
                upgrade(connection)
                fact(connection, SUBJECT_KEY)


def copy_database(source: Path, target: Path) -> None:
    """A consistent copy of an SQLite file, taken while others may write; appears whole under its name or not at all."""
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        _make_private_file(unfinished)
        with (
            closing(sqlite3.connect(source, timeout=BUSY_SECONDS)) as ours,
            closing(sqlite3.connect(unfinished)) as copy,
        ):
            ours.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        _sync(unfinished)
        unfinished.replace(target)
        _sync(target.parent)
    except (OSError, sqlite3.Error) as exc:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise StoreError(f"{source} could not be copied to {target}: {exc}", advice="free some space") from exc


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _file(url: URL) -> Path | None:
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database)


def _make_private_file(path: Path) -> None:
    """The file, made empty with 0600 where missing: its -wal and -shm inherit the mode."""
    try:
        if path.parent.name and not path.parent.exists():
            path.parent.mkdir(parents=True, mode=0o700)
        handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            os.fchmod(handle, 0o600)
        finally:
            os.close(handle)
    except OSError as exc:
        raise StoreError(f"{path} cannot be opened: {exc.strerror}", advice="check the folder and its rights") from exc


def _engine(url: URL) -> Engine:
    written = partial(json.dumps, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    if url.get_backend_name() == "postgresql":
        if url.drivername == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        return create_engine(url, json_serializer=written, pool_pre_ping=True)
    if url.get_backend_name() != "sqlite":
        raise ValueError(url.get_backend_name())
    engine = create_engine(url, json_serializer=written, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver's own BEGIN comes too late for a writer
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is deleted is overwritten, not only forgotten
        "temp_store=MEMORY",  # no content in temporary files
        "cache_size=-16384",  # 16 MiB; more makes no run faster and memory grow with the store
        "journal_size_limit=67108864",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    reads_only = not (options.get(_WRITES) or options.get(_BARE))
    connection.exec_driver_sql(f"PRAGMA query_only = {int(reads_only)}")
    if not options.get(_BARE):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITES) else "BEGIN")


@contextmanager
def _translated(name: str) -> Iterator[None]:
    """SQLAlchemy's errors as ours, with what the user can do."""
    try:
        yield
    except DBAPIError as exc:
        raise _explain(name, str(exc.orig)) from exc
    except StatementError as exc:
        raise StoreError(f"{name}: a value cannot be stored: {exc.orig}") from exc
    except SQLAlchemyError as exc:
        raise StoreError(f"{name}: {exc}") from exc


def _explain(name: str, reason: str) -> StoreError:
    first = reason.strip().splitlines()[0] if reason.strip() else "no reason given"
    low = first.lower()
    if any(word in low for word in _FULL):
        return StoreError(
            f"{name}: the disk is full ({first}); nothing half-written is kept",
            advice="free some space and start again: everything up to the last batch is stored",
        )
    if "locked" in low or "lock timeout" in low:
        return StoreError(f"{name} is held by another program ({first})", advice="wait for it to end and start again")
    if "connection failed" in low or "connection to server" in low or "server closed" in low:
        return StoreError(f"{name} cannot be reached ({first})", advice="is the server running, is the address right?")
    if "malformed" in low or "not a database" in low:
        return StoreError(f"{name} is damaged or no hunter store ({first})", advice="hunter db check; restore a backup")
    if "readonly" in low or "unable to open" in low:
        return StoreError(f"{name} cannot be written ({first})", advice="check the rights of the file and its folder")
    return StoreError(f"{name}: {first}")
