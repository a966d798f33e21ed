"""Makes a BagIt 1.0 bag of a folder, appears whole or not at all, and packs it byte for byte the same each time.

The manifests are written here and checked by the Library of Congress's bagit: its own maker declares version 0.97 and
changes the working directory of the whole program, which no program with threads can bear.
"""

from __future__ import annotations

import logging
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

import bagit

from hunter.errors import InputError, StoreError
from hunter.evidence.layout import TAGMANIFEST, digest_file, files_under, make_folder, sync, sync_tree, write_file

ALGORITHMS = ("sha256", "sha512")
_TAGS = ("bagit.txt", "bag-info.txt", *(f"manifest-{a}.txt" for a in ALGORITHMS))


@contextmanager
def new_bag(parent: Path, name: str) -> Iterator[Path]:
    """A folder to make a bag in, beside its final place; renamed to `parent/name` when all went well, else removed.

    Raises StoreError when the disk does not take it, InputError when a bag of that name is already there.
    """
    final = parent / name
    try:
        make_folder(parent)
        if final.exists():
            raise InputError(f"{final} is already there", advice="a sealed bag is never written over")
        with ExitStack() as stack:
            making = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=parent))
            stack.callback(shutil.rmtree, making, ignore_errors=True)  # nothing is left of it once it has its name
            yield making
            sync_tree(making)
            making.rename(final)
            sync(parent)
    except OSError as exc:
        raise StoreError(f"{final}: {exc.strerror or exc}", advice="free some space or give another folder") from exc


def write_tags(bag: Path, info: Mapping[str, str]) -> None:
    """Writes `bagit.txt`, `bag-info.txt` with the payload's size, manifests and tag manifests over `data/`.

    File names come from us alone and hold no character that BagIt would have to escape.
    """
    payload = list(files_under(bag / "data"))
    total = sum(path.stat().st_size for path in payload)
    write_file(bag / "bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    for key, value in info.items():
        if any(c in f"{key}{value}" for c in "\r\n") or ":" in key:
            raise ValueError(f"{key}: no line breaks in bag-info.txt")
    whole = {**info, "Payload-Oxum": f"{total}.{len(payload)}"}
    write_file(bag / "bag-info.txt", "".join(f"{k}: {v}\n" for k, v in whole.items()).encode())
    for algorithm in ALGORITHMS:
        write_file(bag / f"manifest-{algorithm}.txt", _manifest(bag, payload, algorithm))
    for algorithm in ALGORITHMS:
        tags = [bag / name for name in _TAGS]
        write_file(bag / f"tagmanifest-{algorithm}.txt", _manifest(bag, tags, algorithm))


def _manifest(bag: Path, paths: list[Path], algorithm: str) -> bytes:
    lines = (f"{digest_file(path, algorithm)}  {path.relative_to(bag).as_posix()}\n" for path in paths)
    return "".join(lines).encode()


def read_info(bag: Path) -> dict[str, str]:
    """The fields of `bag-info.txt`. Raises InputError for a folder that has none."""
    try:
        lines = (bag / "bag-info.txt").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise InputError(f"{bag} is no bag: {exc}") from exc
    pairs = (line.partition(":") for line in lines if ":" in line and not line.startswith((" ", "\t")))
    return {key.strip(): value.strip() for key, _, value in pairs}


def validate(bag: Path) -> str | None:
    """What the Library of Congress's bagit finds wrong with the bag; None: nothing."""
    logging.getLogger("bagit").setLevel(logging.CRITICAL)  # it logs what it raises
    try:
        bagit.Bag(str(bag)).validate()
    except (bagit.BagError, OSError, ValueError) as exc:
        return " ".join(str(exc).split())[:500]
    return None


def pack(bag: Path, target: Path, moment: datetime) -> None:
    """Packs the bag into a tar: sorted, owner 0, every time `moment`. The same bag gives the same bytes."""
    unfinished = target.with_name(f".unfinished-{target.name}")
    try:
        with tarfile.open(unfinished, "w", format=tarfile.PAX_FORMAT) as tar:
            for path in files_under(bag):
                entry = tarfile.TarInfo(f"{bag.name}/{path.relative_to(bag).as_posix()}")
                entry.size, entry.mtime, entry.mode = path.stat().st_size, int(moment.timestamp()), 0o600
                with path.open("rb") as file:
                    tar.addfile(entry, file)
        unfinished.chmod(0o600)
        sync(unfinished)
        unfinished.replace(target)
        sync(target.parent)
    except OSError as exc:
        unfinished.unlink(missing_ok=True)
        raise StoreError(f"{target}: {exc.strerror or exc}", advice="free some space") from exc


def tagmanifest_digest(bag: Path) -> str:
    """The one number that names the whole bag. Raises InputError for a folder that has none."""
    try:
        return digest_file(bag / TAGMANIFEST)
    except OSError as exc:
        raise InputError(f"{bag} has no {TAGMANIFEST}") from exc
