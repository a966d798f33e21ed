"""Opens a bag that somebody sent: a folder, a tar or a zip; nothing in it may reach out of its own folder."""

from __future__ import annotations

import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from hunter.errors import InputError, StoreError
from hunter.evidence.layout import files_under

MOST_FILES = 20_000
MOST_BYTES = 2 * 1024 * 1024 * 1024
_RATIO = 200  # bytes out of one byte of a zip; more is a bomb
_PIECE = 1024 * 1024


@contextmanager
def open_bag(path: Path) -> Iterator[Path]:
    """The folder of a bag, unpacked for the time being where it is a tar or a zip.

    Raises InputError for what is no bag, holds links, absolute or climbing paths, or is larger than any bag of ours.
    """
    if path.is_dir():
        check_folder(path)
        yield path
        return
    if not path.is_file():
        raise InputError(f"{path} is not there")
    with tempfile.TemporaryDirectory(prefix="hunter-bag-") as folder:
        try:
            if tarfile.is_tarfile(path):
                _unpack_tar(path, Path(folder))
            elif zipfile.is_zipfile(path):
                _unpack_zip(path, Path(folder))
            else:
                raise InputError(f"{path} is neither a folder nor a tar or zip of one")
        except (tarfile.TarError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as exc:
            raise InputError(f"{path} cannot be unpacked: {exc}") from exc
        except OSError as exc:
            raise StoreError(f"{path} cannot be unpacked here: {exc.strerror or exc}") from exc
        yield _root(Path(folder), path)


def check_folder(folder: Path) -> None:
    """Raises InputError for a folder with links, devices, or more in it than a bag of ours can hold."""
    total = 0
    for number, path in enumerate(files_under(folder), 1):
        kept = path.lstat()
        total += kept.st_size
        if not stat.S_ISREG(kept.st_mode):
            raise InputError(f"{path.relative_to(folder)} is a link or a device; a bag holds plain files only")
        if number > MOST_FILES or total > MOST_BYTES:
            raise InputError(f"{folder} holds more than any bag", advice=f"{MOST_FILES} files, {MOST_BYTES} bytes")


def _root(folder: Path, path: Path) -> Path:
    found = [folder] if (folder / "bagit.txt").is_file() else [p.parent for p in folder.glob("*/bagit.txt")]
    if len(found) != 1:
        raise InputError(f"{path} holds {'no' if not found else 'more than one'} bag")
    return found[0]


class _Limits:
    """Counts what comes out of an archive."""

    def __init__(self) -> None:
        self.files = self.total = 0

    def count(self, name: str, size: int) -> None:
        self.files += 1
        self.total += size
        if self.files > MOST_FILES or self.total > MOST_BYTES:
            raise InputError(f"the archive holds more than any bag ({name})")


def _place(folder: Path, name: str) -> Path:
    """Where a member goes. Raises InputError for a path that is not plainly below the folder."""
    parts = name.split("/")
    if name.startswith("/") or "\\" in name or "\0" in name or ":" in parts[0] or any(p in ("..", "") for p in parts):
        raise InputError(f"{name!r} leads out of the archive")
    if len(name) > 1000 or any(len(p) > 200 for p in parts):
        raise InputError("a name in the archive is too long")
    return folder / name


def _unpack_tar(path: Path, folder: Path) -> None:
    limits = _Limits()
    with tarfile.open(path) as tar:
        for member in tar:
            if member.isdir():
                _place(folder, member.name.rstrip("/"))
                continue
            if not member.isreg():
                raise InputError(f"{member.name!r} is a link or a device; a bag holds plain files only")
            limits.count(member.name, member.size)
            source = tar.extractfile(member)
            assert source is not None  # a regular file
            _copy(source, _place(folder, member.name), member.size)


def _unpack_zip(path: Path, folder: Path) -> None:
    limits = _Limits()
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if member.is_dir():
                _place(folder, member.filename.rstrip("/"))
                continue
            if stat.S_ISLNK(member.external_attr >> 16):
                raise InputError(f"{member.filename!r} is a link; a bag holds plain files only")
            if member.file_size > _PIECE and member.file_size > _RATIO * max(1, member.compress_size):
                raise InputError(f"{member.filename!r} unpacks to {_RATIO} times its size and more: a bomb")
            limits.count(member.filename, member.file_size)
            with archive.open(member) as source:
                _copy(source, _place(folder, member.filename), member.file_size)


def _copy(source: IO[bytes], target: Path, size: int) -> None:
    """Copies at most what was announced: an archive may lie about sizes."""
    if target.exists():
        raise InputError(f"{target.name!r} is in the archive twice")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    left = size
    with target.open("xb") as file:
        while piece := source.read(min(_PIECE, left + 1)):
            left -= len(piece)
            if left < 0:
                raise InputError(f"{target.name!r} is longer than announced")
            file.write(piece)
