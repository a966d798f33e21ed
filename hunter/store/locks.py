"""The one lock that a run holds over a store: another run is refused at once, a dead one leaves nothing behind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout
from sqlalchemy import func, select

from hunter.errors import StoreError
from hunter.store.database import Store


class Taken(StoreError):
    """Another process holds the lock."""


@contextmanager
def hold(store: Store) -> Iterator[None]:
    """Holds the store's lock: a file beside an SQLite store, an advisory lock inside PostgreSQL. Raises Taken.

    The kernel or the server lets go of it when the process ends, however it ends, so none can go stale.
    """
    if store.url.get_backend_name() == "postgresql":
        with _hold_advisory(store):
            yield
    elif store.path is not None:
        lock = FileLock(f"{store.path}.lock", timeout=0, mode=0o600)
        try:
            lock.acquire()
        except Timeout as exc:
            raise Taken(f"{store.name} is held by another run") from exc
        except OSError as exc:
            raise StoreError(f"{store.path}.lock cannot be made: {exc.strerror}") from exc
        try:
            yield
        finally:
            lock.release()
    else:
        yield


@contextmanager
def _hold_advisory(store: Store) -> Iterator[None]:
    key = int.from_bytes(hashlib.sha256(b"hunter run").digest()[:8], signed=True)
    with store.connection() as connection:
        if not connection.scalar(select(func.pg_try_advisory_lock(key))):
            raise Taken(f"{store.name} is held by another run")
        try:
            yield
        finally:
            connection.scalar(select(func.pg_advisory_unlock(key)))
