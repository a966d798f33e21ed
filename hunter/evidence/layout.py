"""Where things lie in a bag, and how text, JSON and digests are written into it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PROFILE = "hunter-evidence/1"  # Bundle-Profile of bag-info.txt
NAMESPACE = "evidence@hunter"  # of SSH signatures
TAGMANIFEST = "tagmanifest-sha256.txt"  # the one file that is signed and stamped
SEAL = "seal"
CAPTURES = "data/captures"
DECISIONS = "data/review/decisions.jsonl"
AUDIT = "data/review/audit.jsonl"
SCORE = "data/comparison/score.json"
SIDE_BY_SIDE = "data/comparison/side-by-side.png"
NOTICES = "data/notices"
NO_HEAD = "0" * 64  # what stands before the first line of a log

# What bytes turn out to be, by their first bytes: the declared type and the URL's ending are the other side's claim.
_SNIFFED = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)


def ending_of(data: bytes) -> str:
    """The file ending for picture bytes: png, jpg, gif, webp, or bin for everything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return next((ending for start, ending in _SNIFFED if data.startswith(start)), "bin")


def sha256_of(data: bytes) -> str:
    """64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def digest_file(path: Path, name: str = "sha256") -> str:
    """The digest of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, name).hexdigest()


def to_json(value: Any) -> bytes:
    """JSON to read: sorted, indented, ASCII (so that no look-alike letter hides in it), a line break at the end."""
    return json.dumps(value, sort_keys=True, indent=1, allow_nan=False).encode() + b"\n"


def to_line(value: Any) -> bytes:
    """Canonical JSON of one log line: sorted keys, no spaces, ASCII, without the line break."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def stamp_of(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write_file(path: Path, data: bytes) -> None:
    """Writes a file for its owner alone, with its folders. `sync_tree` sees to it that it is on the disk."""
    make_folder(path.parent)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def make_folder(path: Path) -> None:
    """Makes a folder and those above it, each for its owner alone (`parents=True` would leave those above open)."""
    missing = [p for p in (path, *path.parents) if not p.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)


def sync_tree(folder: Path) -> None:
    """Waits until everything below a folder is on the disk; all at the end costs a fraction of one by one."""
    for top, _, names in os.walk(folder):
        for name in names:
            sync(Path(top) / name)
        sync(Path(top))


def sync(path: Path) -> None:
    """Waits until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_tagmanifest(bag: Path) -> bytes:
    """What is signed and stamped; b"" where it is missing, which nobody ever signed."""
    path = bag / TAGMANIFEST
    return path.read_bytes() if path.is_file() else b""


def files_under(folder: Path) -> Iterator[Path]:
    """All files below a folder, sorted by their path; links are given as they are, not followed."""
    for top, folders, names in os.walk(folder, followlinks=False):
        folders.sort()
        linked = [n for n in folders if (Path(top) / n).is_symlink()]
        yield from (Path(top) / name for name in sorted([*names, *linked]))
