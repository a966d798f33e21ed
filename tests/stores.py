"""Fixtures that give an empty store on each database; a conftest imports those that its room needs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from hunter.store import Store, open_store
from hunter.store.batches import SUBJECT_KEY
from hunter.store.tables import METADATA
from tests.conftest import postgresql_bin
from tests.postgresql import Cluster, running

_numbers = count(1)
BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.real("postgresql"))]
_KEPT = f" WHERE name <> '{SUBJECT_KEY}'"
_EMPTY = "; ".join(
    f"DELETE FROM {table.name}{_KEPT if table.name == 'facts' else ''}" for table in reversed(METADATA.sorted_tables)
)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A private PostgreSQL."""
    programs = postgresql_bin()
    assert programs is not None
    with running(programs) as started:
        yield started


@pytest.fixture(scope="session")
def ready_database(cluster: Cluster) -> str:
    """The URL of a PostgreSQL database with all tables."""
    cluster.execute("CREATE DATABASE ready")
    open_store(cluster.url("ready")).close()
    return cluster.url("ready")


@pytest.fixture(scope="session")
def ready_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables."""
    path = tmp_path_factory.mktemp("ready") / "ready.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def empty_database(cluster: Cluster) -> str:
    """The URL of a PostgreSQL database without any table."""
    name = f"empty{next(_numbers)}"
    cluster.execute(f"CREATE DATABASE {name}")
    return cluster.url(name)


@pytest.fixture(params=BOTH)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store with all tables: SQLite, then PostgreSQL."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("ready_file"), tmp_path / "hunter.db")
        return f"sqlite:///{tmp_path}/hunter.db"
    url: str = request.getfixturevalue("ready_database")
    request.getfixturevalue("cluster").execute(_EMPTY, "ready")
    return url


@pytest.fixture(scope="session")
def open_stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Store]]:
    """Stores that stay open: a new engine would compile every statement anew for every test."""
    found: dict[str, Store] = {}
    yield found
    for opened in found.values():
        opened.close()


@pytest.fixture(params=BOTH)
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, open_stores: dict[str, Store]
) -> Store:
    """An empty store: SQLite, then PostgreSQL."""
    kind: str = request.param
    if kind not in open_stores:
        file = tmp_path_factory.mktemp("store") / "hunter.db"
        url = f"sqlite:///{file}" if kind == "sqlite" else request.getfixturevalue("ready_database")
        open_stores[kind] = open_store(url)
    with open_stores[kind].write() as c:
        for statement in _EMPTY.split(";"):
            c.exec_driver_sql(statement)
    return open_stores[kind]
