from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update

from hunter.errors import StoreError, UsageError
from hunter.store import Store, decisions, open_store, profiles, suspects, upkeep
from hunter.store.tables import ACCOUNTS, AUDIT, SUSPECTS
from hunter.types import Verdict
from tests.postgresql import Cluster
from tests.store.scenes import DAY, DAY0, IMPOSTOR, crawl, present, renamed


@pytest.fixture
def number(store: Store) -> int:
    crawl(store, present(IMPOSTOR))
    with store.write() as c:
        found = suspects.page(c)[0].id
        decisions.decide(c, found, Verdict.PARODY, by="ann", at=DAY0)
    return found


def test_a_whole_store_has_no_faults(store: Store, number: int) -> None:
    assert upkeep.check(store) == []


@pytest.mark.parametrize(
    "harm, told",
    [
        (update(AUDIT).values(actor="nobody"), "audit log: line 1 was changed"),
        (update(ACCOUNTS).values(version_id=None), "1 accounts without a version"),
    ],
)
def test_what_is_wrong_is_told(store: Store, number: int, harm: object, told: str) -> None:
    with store.write() as c:
        c.execute(harm)  # type: ignore[call-overload]
    assert upkeep.check(store) == [told]


def test_a_missing_index_is_told(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/hunter.db") as store:
        with store.write() as c:
            c.execute(text("DROP INDEX ix_accounts_platform_handle"))
        (fault,) = upkeep.check(store)
    assert fault.startswith("schema: ") and "ix_accounts_platform_handle" in fault


def test_a_broken_reference_and_open_rights_are_told(tmp_path: Path) -> None:
    path = tmp_path / "hunter.db"
    with open_store(f"sqlite:///{path}") as store:
        crawl(store, present(IMPOSTOR))
        with store.connection() as c:
            c.execute(text("PRAGMA foreign_keys = OFF"))
            c.execute(delete(ACCOUNTS))
        path.chmod(0o644)
        faults = "; ".join(upkeep.check(store))
    assert "broken reference" in faults and "suspects whose account is gone" in faults and "mode 644" in faults


def test_a_damaged_page_is_told(tmp_path: Path) -> None:
    path = tmp_path / "hunter.db"
    with open_store(f"sqlite:///{path}") as store:
        crawl(store, *(present(renamed(native_id=str(n), handle=f"a{n}.example")) for n in range(200)))
        upkeep.compact(store)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 3000] = b"\xff" * 3000
    path.write_bytes(content)
    with open_store(f"sqlite:///{path}") as store:
        try:
            assert any("integrity" in fault for fault in upkeep.check(store))
        except StoreError as exc:
            assert "damaged" in str(exc)


def test_a_backup_taken_while_others_write_is_whole_and_private(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/hunter.db") as store:
        crawl(store, present(IMPOSTOR))
        with store.write() as c:
            c.execute(update(SUSPECTS).values(assignee="not committed"))
            upkeep.backup(store, tmp_path / "copy.db")
        with pytest.raises(UsageError, match="is there already"):
            upkeep.backup(store, tmp_path / "copy.db")
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
    with open_store(f"sqlite:///{tmp_path}/copy.db", migrate=False) as copy:
        assert upkeep.check(copy) == []
        with copy.read() as c:
            (suspect,) = suspects.page(c)
    assert (suspect.handle, suspect.assignee) == (IMPOSTOR.handle, None)


def test_a_backup_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with open_store(f"sqlite:///{tmp_path}/hunter.db") as store, pytest.raises(StoreError):
        upkeep.backup(store, tmp_path / "file" / "copy.db")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "hunter.db"]


@pytest.mark.real("postgresql")
def test_a_backup_of_postgresql_is_an_archive_that_pg_restore_reads(
    empty_database: str, cluster: Cluster, tmp_path: Path
) -> None:
    import subprocess

    with open_store(empty_database) as store:
        crawl(store, present(IMPOSTOR))
        upkeep.backup(store, tmp_path / "copy.dump")
    assert stat.S_IMODE((tmp_path / "copy.dump").stat().st_mode) == 0o600
    listed = subprocess.run(
        ["pg_restore", "--list", tmp_path / "copy.dump"], capture_output=True, text=True, check=True
    )
    assert "TABLE DATA public suspects" in listed.stdout


def test_pages_follow_each_other_without_gap_or_repetition(store: Store) -> None:
    crawl(
        store, *(present(renamed(native_id=str(n), handle=f"a{n}.example", links=(), picture=None)) for n in range(25))
    )
    found: list[int] = []
    with store.read() as c:
        after = None
        while page := suspects.page(c, limit=10, after=after, status=suspects.Status.OPEN, brand="acme", min_score=0.1):
            found += [suspect.id for suspect in page]
            after = (page[-1].rank, page[-1].id)
        assert suspects.page(c, platform="mastodon") == []
        assert suspects.counts(c) == {("acme", suspects.Status.OPEN): 25}
        assert len(suspects.known(c, "bluesky")) == 25
    assert len(found) == len(set(found)) == 25


def test_an_account_is_found_by_number_or_by_its_latest_handle(store: Store) -> None:
    crawl(store, present(IMPOSTOR))
    crawl(store, present(renamed(native_id="did:plc:next")), at=DAY0 + DAY)
    with store.read() as c:
        latest = profiles.find(c, "bluesky", IMPOSTOR.handle)
        assert latest == profiles.find(c, "bluesky", "did:plc:next")
        assert profiles.find(c, "bluesky", "did:plc:impostor") not in (None, latest)
        assert profiles.find(c, "mastodon", IMPOSTOR.handle) is None
