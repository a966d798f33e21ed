from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from hunter.errors import StoreError, UsageError
from hunter.store import Store, open_store
from hunter.store.batches import SUBJECT_KEY
from hunter.store.tables import FACTS, RUN_EVENTS
from tests.store.scenes import start
from tests.stores import BOTH


def facts(store: Store) -> dict[str, str]:
    with store.read() as c:
        return {row.name: row.value for row in c.execute(select(FACTS)) if row.name != SUBJECT_KEY}


def add(store: Store, name: str) -> None:
    with store.write() as c:
        c.execute(insert(FACTS).values(name=name, value="v"))


def test_what_is_written_is_there_and_what_fails_is_not(store: Store) -> None:
    add(store, "kept")
    with pytest.raises(ZeroDivisionError), store.write() as c:
        c.execute(insert(FACTS).values(name="lost", value="v"))
        _ = 1 / 0
    assert set(facts(store)) == {"kept"}


def test_a_reader_sees_one_state_while_another_writes(store: Store) -> None:
    add(store, "a")
    with store.read() as c:
        before = c.execute(select(FACTS)).all()
        add(store, "b")
        assert c.execute(select(FACTS)).all() == before
    assert set(facts(store)) == {"a", "b"}


def test_writers_wait_for_each_other(store: Store) -> None:
    def write(name: str) -> None:
        for n in range(20):
            with store.write() as c:
                c.execute(select(FACTS)).all()  # a read first: without BEGIN IMMEDIATE the write after it fails at once
                c.execute(insert(FACTS).values(name=f"{name}{n}", value="v"))

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(facts(store)) == 80


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_refused_before_it_breaks_every_query(store: Store, wrong: float) -> None:
    with store.write() as c:
        run = start(c)
    row = {"run_id": run, "at": None, "kind": "note", "detail": {"deep": [wrong]}}
    with pytest.raises(StoreError, match="cannot be stored"), store.write() as c:
        c.execute(insert(RUN_EVENTS).values(row))


def test_a_password_is_never_shown() -> None:
    store = Store.__new__(Store)
    from sqlalchemy import make_url

    store.url = make_url("postgresql+psycopg://hunter:secret@127.0.0.1/x")
    assert "secret" not in repr(store) and "secret" not in store.name


@pytest.mark.parametrize(
    "url", ["", "hunter.db", "mysql://x/y", "nonsense://x", "sqlite+none:///x", "postgresql+no://x/y"]
)
def test_an_address_that_is_none_is_explained(url: str) -> None:
    with pytest.raises(UsageError, match="SQLAlchemy URL"):
        open_store(url)


def test_a_server_that_is_not_there_is_explained() -> None:
    with pytest.raises(StoreError, match="cannot be reached"):
        open_store("postgresql+psycopg://hunter:secret@127.0.0.1:1/x")


def test_all_files_of_a_store_are_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with open_store(f"sqlite:///{tmp_path}/new/hunter.db") as store:
            add(store, "a")
            modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "new").iterdir()}
    finally:
        os.umask(before)
    assert modes == {"hunter.db": 0o600, "hunter.db-wal": 0o600, "hunter.db-shm": 0o600}
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "hunter.db"
    path.touch(0o644)
    open_store(f"sqlite:///{path}").close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_sqlite_is_set_up_to_keep_what_it_says(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/hunter.db") as store, store.read() as c:
        told = {
            name: c.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "secure_delete")
        }
    assert told == {"journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1}


def test_a_store_that_another_program_holds_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hunter.store.database.BUSY_SECONDS", 0)
    with open_store(f"sqlite:///{tmp_path}/hunter.db") as store:
        other = sqlite3.connect(tmp_path / "hunter.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="held by another program") as told:
            add(store, "a")
        other.close()
    assert told.value.exit_code == 5


@pytest.mark.parametrize(
    "content", [b"no database at all, but long enough to look like one" * 40, b"SQLite format 3\0" + b"\xff" * 4080]
)
def test_a_file_that_is_no_store_is_explained_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "hunter.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"damaged or no hunter store|hunter\.db"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == content


def test_a_folder_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path}/file/hunter.db")


def test_looking_at_a_store_that_is_not_there_makes_none(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no store yet"):
        open_store(f"sqlite:///{tmp_path}/hunter.db", migrate=False)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", BOTH)
def test_two_processes_may_make_the_same_store_at_once(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    url = request.getfixturevalue("empty_database") if kind == "postgresql" else f"sqlite:///{tmp_path}/hunter.db"
    program = f"from hunter.store import open_store; open_store({url!r}).close()"
    processes = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(2)]
    assert [process.wait(60) for process in processes] == [0, 0]
    with open_store(url, migrate=False) as store:
        add(store, "works")
