from __future__ import annotations

import hashlib
import multiprocessing
import os
import resource
import signal
import stat
from pathlib import Path

import pytest

from hunter.errors import StoreError
from hunter.vault import Vault

BODY = b"the bytes as they came \x00\xff"
DIGEST = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault")


def files(vault: Vault) -> list[Path]:
    return [path for path in vault.folder.rglob("*") if path.is_file()]


def test_bytes_come_back_under_their_digest(vault: Vault) -> None:
    assert vault.put(BODY) == DIGEST
    assert vault.get(DIGEST) == BODY and vault.has(DIGEST) and vault.size(DIGEST) == len(BODY)
    assert list(vault.digests()) == [DIGEST] and list(vault.verify()) == []


def test_the_same_bytes_are_kept_once_and_not_written_again(vault: Vault) -> None:
    vault.put(BODY)
    (path,) = files(vault)
    before = path.stat().st_mtime_ns, path.stat().st_ino
    vault.put(BODY)
    assert [(p.stat().st_mtime_ns, p.stat().st_ino) for p in files(vault)] == [before]


def test_nothing_is_kept_too(vault: Vault) -> None:
    assert vault.get(vault.put(b"")) == b""


def test_files_are_private_whatever_the_umask(vault: Vault) -> None:
    before = os.umask(0)
    try:
        vault.put(BODY)
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in files(vault)}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in (vault.folder, *vault.folder.iterdir())}
    assert (modes, folders) == ({0o600}, {0o700})


@pytest.mark.parametrize("damage", [lambda p: p.write_bytes(b"other"), lambda p: p.write_bytes(BODY + b"\n")])
def test_changed_bytes_are_never_given_out(vault: Vault, damage: object) -> None:
    vault.put(BODY)
    damage(files(vault)[0])  # type: ignore[operator]
    with pytest.raises(StoreError, match="no longer what it was"):
        vault.get(DIGEST)
    assert list(vault.verify()) == [(DIGEST, "no longer what it was")]


def test_a_cut_file_is_mended_by_putting_it_again(vault: Vault) -> None:
    vault.put(BODY)
    files(vault)[0].write_bytes(BODY[:5])
    vault.put(BODY)
    assert vault.get(DIGEST) == BODY


@pytest.mark.parametrize(
    "name", ["", "..", "../../etc/passwd", DIGEST.upper(), DIGEST[:-1], DIGEST + "0", "/" + DIGEST]
)
def test_only_digests_are_names(vault: Vault, name: str) -> None:
    vault.put(BODY)
    assert not vault.has(name)
    with pytest.raises(StoreError):
        vault.get(name)
    with pytest.raises(StoreError):
        vault.delete(name)


def test_missing_bytes_are_told(vault: Vault) -> None:
    with pytest.raises(StoreError, match="has no"):
        vault.get(DIGEST)
    assert vault.size(DIGEST) is None and not vault.delete(DIGEST)


def test_deleted_bytes_are_gone_and_were_overwritten(vault: Vault) -> None:
    vault.put(BODY)
    twin = vault.folder / "twin"
    os.link(files(vault)[0], twin)
    assert vault.delete(DIGEST) and not vault.has(DIGEST)
    assert twin.read_bytes() == b"\0" * len(BODY)


def test_strangers_files_are_told(vault: Vault) -> None:
    vault.put(BODY)
    (vault.folder / DIGEST[:2] / "notes.txt").write_text("hello")
    assert list(vault.verify()) == [("notes.txt", "no content of ours")]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot take"):
        Vault(tmp_path / "file").put(BODY)


def _fill(folder: Path) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        Vault(folder).put(b"x" * 5000)
    except StoreError as exc:
        os._exit(exc.exit_code if "nothing half-written" in str(exc) else 1)
    os._exit(0)


def test_a_full_disk_leaves_nothing_half_there(vault: Vault) -> None:
    process = multiprocessing.get_context("fork").Process(target=_fill, args=(vault.folder,))
    process.start()
    process.join()
    assert process.exitcode == 5
    assert files(vault) == []


def test_what_a_killed_program_left_is_swept_away(vault: Vault) -> None:
    vault.put(BODY)
    (vault.folder / DIGEST[:2] / ".unfinished-abc").write_bytes(b"half")
    assert list(vault.digests()) == [DIGEST], "it is never taken for content"
    assert vault.sweep() == 1 and len(files(vault)) == 1
