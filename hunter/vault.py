"""Bytes as they came, each under its SHA-256: put once, read back with proof, never changed."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from hunter.errors import StoreError

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Vault:
    """A folder of content: `ab/abcd…` holds the bytes whose SHA-256 is `abcd…`. Folders 0700, files 0600."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def __repr__(self) -> str:
        return f"Vault({self.folder})"

    def put(self, content: bytes) -> str:
        """Keeps bytes and gives their SHA-256. On the disk for good when this returns. Raises StoreError."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        try:
            if path.is_file() and path.stat().st_size == len(content):
                return digest
            self._make(path.parent)
            self._write(path, content)
        except OSError as exc:
            raise StoreError(
                f"{self.folder} cannot take {len(content)} bytes: {exc.strerror or exc}; nothing half-written is kept",
                advice="free some space or check the rights of the folder",
            ) from exc
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes of a digest, proven to be them. Raises StoreError where they are missing or no longer the same."""
        try:
            content = self._path(digest).read_bytes()
        except FileNotFoundError as exc:
            raise StoreError(
                f"{self.folder} has no {digest}", advice="it was purged, or the folder is not the right one"
            ) from exc
        except OSError as exc:
            raise StoreError(f"{self.folder}: {digest} cannot be read: {exc.strerror}") from exc
        if hashlib.sha256(content).hexdigest() != digest:
            raise StoreError(
                f"{self.folder}: {digest} is no longer what it was", advice="hunter db check; restore a backup"
            )
        return content

    def has(self, digest: str) -> bool:
        """Whether bytes are kept under this digest; says nothing about their state."""
        return bool(_DIGEST.fullmatch(digest)) and self._path(digest).is_file()

    def size(self, digest: str) -> int | None:
        """How many bytes are kept under this digest; None where there are none."""
        return self._path(digest).stat().st_size if self.has(digest) else None

    def verify(self) -> Iterator[tuple[str, str]]:
        """(name, what is wrong) for each file that is not what its name says; reads everything."""
        for path in self._files():
            if not _DIGEST.fullmatch(path.name):
                yield path.name, "no content of ours"
                continue
            with path.open("rb") as opened:
                if hashlib.file_digest(opened, "sha256").hexdigest() != path.name:
                    yield path.name, "no longer what it was"

    def digests(self) -> Iterator[str]:
        """All digests that are kept, in order."""
        return (path.name for path in self._files() if _DIGEST.fullmatch(path.name))

    def delete(self, digest: str) -> bool:
        """Removes bytes, overwritten first as far as a disk allows; whether there were any. Raises StoreError."""
        path = self._path(digest)
        try:
            with path.open("r+b") as opened:
                opened.write(b"\0" * path.stat().st_size)
                opened.flush()
                os.fsync(opened.fileno())
            path.unlink()
            _sync(path.parent)
        except FileNotFoundError:
            return False
        except OSError as exc:
            raise StoreError(f"{self.folder}: {digest} cannot be removed: {exc.strerror}") from exc
        return True

    def sweep(self) -> int:
        """Removes what a killed program left unfinished; how many files. For the holder of the lock only."""
        left = list(self.folder.glob("*/.unfinished-*"))
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise StoreError(f"{digest!r} is no SHA-256")
        return self.folder / digest[:2] / digest

    def _files(self) -> Iterator[Path]:
        for folder in sorted(self.folder.glob("??")):
            yield from sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith(".unfinished-"))

    def _make(self, folder: Path) -> None:
        for part in (self.folder, folder):
            if not part.is_dir():
                with suppress(FileExistsError):
                    part.mkdir(mode=0o700, parents=True)

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        handle, name = tempfile.mkstemp(prefix=".unfinished-", dir=path.parent)  # mkstemp makes it 0600
        unfinished = Path(name)
        try:
            with os.fdopen(handle, "wb") as opened:
                opened.write(content)
                opened.flush()
                os.fsync(opened.fileno())
            unfinished.replace(path)
            _sync(path.parent)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
