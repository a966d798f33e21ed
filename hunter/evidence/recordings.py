"""Checks what was recorded: the WARC's own digests and counts, the raw files against it, the WACZ's own digests."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from hunter.errors import HunterError, InputError
from hunter.evidence.layout import CAPTURES, digest_file
from hunter.evidence.score import read_object

S = TypeVar("S")
_MOST = 1024 * 1024 * 1024  # bytes out of one archive
_PIECE = 1024 * 1024
_RAW = "urn:hunter:raw:"


def check(bag: Path, info: Mapping[str, str], step: Callable[..., S]) -> list[S]:
    """The steps "warc", "count", "captures" and "wacz"; `step` makes one of name, state and words."""
    folders = sorted(p for p in (bag / CAPTURES).glob("*") if p.is_dir())
    made = []
    responses = 0
    faults: list[str] = []
    for folder in folders:
        try:
            responses += _check_warc(folder, faults)
        except InputError as exc:
            faults.append(str(exc))
    words = f"{len(folders)} WARC files hold to their own digests and repeat the raw files byte for byte"
    made.append(_step(step, "warc", faults, words))
    counts = []
    if info.get("Warc-Response-Count") != str(responses):
        counts.append(f"{responses} answers recorded, bag-info.txt says {info.get('Warc-Response-Count')}")
    if info.get("Capture-Count") != str(len(folders)):
        counts.append(f"{len(folders)} captures, bag-info.txt says {info.get('Capture-Count')}")
    made.append(_step(step, "count", counts, f"{len(folders)} captures with {responses} answers, as announced"))
    made.append(_step(step, "captures", _each(folders, _check_capture), "every exchange has its bytes"))
    copies = sum((f / "capture.wacz").is_file() for f in folders)
    words = f"{copies} replay copies hold to their own digests and hold the same WARC" if copies else "no replay copy"
    made.append(_step(step, "wacz", _each(folders, _check_wacz), words))
    return made


def _step(step: Callable[..., S], name: str, faults: list[str], words: str) -> S:
    return step(name=name, state="broken" if faults else "ok", words="; ".join(faults[:3])[:400] or words)


def _each(folders: list[Path], check_one: Callable[[Path], Iterator[str]]) -> list[str]:
    faults: list[str] = []
    for folder in folders:
        try:
            faults += check_one(folder)
        except (HunterError, OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
            faults.append(f"capture {folder.name}: {str(exc).splitlines()[0] if str(exc) else type(exc).__name__}")
    return faults


def _check_warc(folder: Path, faults: list[str]) -> int:
    """Adds what is wrong with a capture's WARC; how many answers it holds. Raises InputError for no WARC at all."""
    path = folder / "capture.warc.gz"
    responses = total = 0
    try:
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests=True, verify_http=False):
                responses += record.rec_type == "response"
                target = record.rec_headers.get_header("WARC-Target-URI") or ""
                seen = hashlib.sha256()
                while piece := record.raw_stream.read(_PIECE):
                    seen.update(piece)
                    total += len(piece)
                    if total > _MOST:
                        raise InputError(f"{path.parent.name}/{path.name} unpacks to more than any visit brings")
                if record.digest_checker.passed is False:
                    faults.append(f"capture {folder.name}: a record's digest is wrong ({target[:100]})")
                name = target.removeprefix(_RAW) if target.startswith(_RAW) else ""
                if name and not _is_file_with(folder, name, seen.hexdigest()):
                    faults.append(f"capture {folder.name}: {name[:80]} is not what the WARC recorded")
    except (ArchiveLoadFailed, OSError, EOFError, ValueError, zlib.error) as exc:
        raise InputError(f"capture {folder.name}: capture.warc.gz cannot be read: {exc}") from exc
    return responses


def _is_file_with(folder: Path, name: str, digest: str) -> bool:
    return "/" not in name and (folder / name).is_file() and digest_file(folder / name) == digest


def _check_capture(folder: Path) -> Iterator[str]:
    """Each exchange of `capture.json` has its files, and they are the bytes that it names."""
    capture = read_object(folder / "capture.json")
    listed: list[dict[str, Any]] = capture["exchanges"]
    if not listed:
        yield f"capture {folder.name} lists no exchange"
    for exchange in listed:
        number = exchange["n"]
        for key in ("request_file", "response_file", "tls_file"):
            name = exchange[key]
            if name is None:
                continue
            if not isinstance(name, str) or "/" in name or not (folder / name).is_file():
                yield f"capture {folder.name}: {key} of exchange {number} is missing"
        answer = folder / str(exchange["response_file"])
        if answer.is_file() and digest_file(answer) != exchange["response_sha256"]:
            yield f"capture {folder.name}: the answer of exchange {number} is not the one that was listed"


def _check_wacz(folder: Path) -> Iterator[str]:
    """The digests inside of a WACZ, and that the WARC in it is the one beside it."""
    path = folder / "capture.wacz"
    if not path.is_file():
        return
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            package = json.loads(_member(archive, "datapackage.json"))
            said = json.loads(_member(archive, "datapackage-digest.json"))
            if said["hash"] != f"sha256:{hashlib.sha256(_member(archive, 'datapackage.json')).hexdigest()}":
                yield f"capture {folder.name}: datapackage.json of the WACZ was changed"
            for resource in package["resources"]:
                if resource["path"] not in names or f"sha256:{_digest(archive, resource['path'])}" != resource["hash"]:
                    yield f"capture {folder.name}: {resource['path'][:80]} of the WACZ was changed"
            listed = {resource["path"] for resource in package["resources"]}
            for needed in ("pages/pages.jsonl", "archive/capture.warc.gz"):
                if needed not in listed:
                    yield f"capture {folder.name}: the WACZ has no {needed}"
            inner = _digest(archive, "archive/capture.warc.gz") if "archive/capture.warc.gz" in listed else None
            if inner and inner != digest_file(folder / "capture.warc.gz"):
                yield f"capture {folder.name}: the WACZ holds another WARC than the one beside it"
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as exc:
        yield f"capture {folder.name}: capture.wacz cannot be read: {exc}"


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """A small member of a zip, whole. Raises InputError for one that is missing or not small."""
    try:
        with archive.open(name) as file:
            data = file.read(_PIECE + 1)
    except KeyError as exc:
        raise InputError(f"the WACZ has no {name}") from exc
    if len(data) > _PIECE:
        raise InputError(f"{name} of the WACZ is too large")
    return data


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    seen, total = hashlib.sha256(), 0
    with archive.open(name) as file:
        while piece := file.read(_PIECE):
            total += len(piece)
            if total > _MOST:
                raise InputError(f"{name} of the WACZ unpacks to more than any visit brings")
            seen.update(piece)
    return seen.hexdigest()
