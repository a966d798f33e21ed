from __future__ import annotations

import gzip
import shutil
import stat
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text

from hunter.errors import StoreError
from hunter.store import audit, judgements, open_store, profiles, suspects, upkeep
from hunter.store.migrations import config, differs, newest, order, revision_of
from hunter.store.suspects import Status
from tests.store.scenes import DAY, DAY0, crawl, present, renamed

FILES = sorted((Path(__file__).parent / "files").glob("*.db.gz"))


@pytest.fixture(params=FILES, ids=lambda path: path.name)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A store that an older hunter wrote."""
    path = tmp_path / "hunter.db"
    with gzip.open(request.param) as packed, path.open("wb") as unpacked:
        shutil.copyfileobj(packed, unpacked)
    return path


def test_an_old_store_is_brought_up_to_date_with_all_that_is_in_it(old: Path) -> None:
    with open_store(f"sqlite:///{old}") as store:
        assert upkeep.check(store) == []
        with store.read() as c:
            assert revision_of(c) == newest() and differs(c) == ""
            (suspect,) = suspects.page(c)
            assert suspect.status is Status.CAME_BACK and suspect.handle == "acme_help"
            names = [v.profile.display_name for v in profiles.history(c, suspect.account_id)]
            assert names == ["Acme", "Acmé", "Acmé2", "Acme"]
            assert [k.judgement.by for k in judgements.history(c, "x", "1")] == ["ann", "bob"]
            assert audit.head(c).seq == 2
        crawl(store, present(renamed()), at=DAY0 + 300 * DAY)
        assert upkeep.check(store) == []


def test_an_old_store_is_copied_before_it_is_changed(old: Path) -> None:
    with open_store(f"sqlite:///{old}"):
        pass
    copy = old.with_name(f"hunter.db.before-{newest()}")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with pytest.raises(StoreError, match="hunter db upgrade"):
        open_store(f"sqlite:///{copy}", migrate=False)
    assert not list(old.parent.glob("*.unfinished"))


def test_opening_again_changes_nothing(old: Path) -> None:
    open_store(f"sqlite:///{old}").close()
    before = old.read_bytes()
    open_store(f"sqlite:///{old}").close()
    assert old.read_bytes() == before


def test_a_migration_that_fails_leaves_the_store_as_it_was(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails_late(connection: object) -> None:
        command.upgrade(config(connection), "head")  # type: ignore[arg-type]
        raise StoreError("the disk is full")

    monkeypatch.setattr("hunter.store.database.upgrade", fails_late)
    with pytest.raises(StoreError, match="disk is full"):
        open_store(f"sqlite:///{old}")
    monkeypatch.undo()
    with pytest.raises(StoreError, match="has the schema 0001"):
        open_store(f"sqlite:///{old}", migrate=False)


def test_a_store_of_a_newer_hunter_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hunter.db"
    with open_store(url) as store, store.write() as c:
        c.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer hunter"):
        open_store(url)


@pytest.mark.real("postgresql")
def test_postgresql_goes_through_all_migrations_step_by_step(empty_database: str) -> None:
    from sqlalchemy import create_engine

    engine = create_engine(empty_database)
    with engine.begin() as c:
        command.upgrade(config(c), "0001")
    engine.dispose()
    with open_store(empty_database) as store:
        with store.read() as c:
            assert differs(c) == ""
        crawl(store, present(renamed()))
        assert upkeep.check(store) == []


def test_a_new_store_has_the_tables_of_the_program(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/hunter.db") as store, store.read() as c:
        assert differs(c) == ""


def test_the_files_are_named_in_the_order_in_which_they_follow() -> None:
    walked = [script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()]
    assert tuple(reversed(walked)) == order()
