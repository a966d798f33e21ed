"""Candidate files -> profiles: CSV, JSONL, Parquet and plain text, compressed or not, streamed with flat memory."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Protocol, cast

import zstandard

from hunter.errors import InputError, PictureError, RowError
from hunter.types import Picture, Profile

KINDS = ("handle", "domain")
FORMATS = ("csv", "jsonl", "parquet", "txt")
_SUFFIXES = {**{form: form for form in FORMATS}, "ndjson": "jsonl", "pq": "parquet", "": "txt"}
_UNREADABLE = (EOFError, zlib.error, zstandard.ZstdError)
_TORN = "holds bytes that are no UTF-8"
LONGEST_LINE = 1 << 20  # characters; a longer line is a fault of its row
LARGEST_PICTURE = 8 * 1024 * 1024
_HUGE = 2**63


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One row: the profile and the caller's own id, handed through."""

    profile: Profile
    id: str | None = None
    line: int = 0  # of the file, counted from 1; of a Parquet file, the row
    avatar: Path | None = None  # the file whose picture the profile has


class Darkroom(Protocol):
    """What turns bytes into a `Picture`; raises PictureError."""

    def develop(self, data: bytes, /) -> Picture: ...


@dataclass(slots=True)
class Reader:
    """Reads one candidate file; `bad` counts the rows that were skipped.

    `complain` is told each bad row as it comes: "file:12: no handle". Raises InputError where the file as a whole
    cannot be read. `kind` says what a line of a plain text file is: a handle or a domain.
    """

    complain: Callable[[str], None]
    kind: str = "handle"
    form: str | None = None  # csv | jsonl | parquet | txt; None: by the file's name
    darkroom: Darkroom | None = None
    bad: int = field(default=0, init=False)
    read: int = field(default=0, init=False)

    def candidates(self, path: str) -> Iterator[Candidate]:
        """The good rows of a file, or of standard input ("-")."""
        folder = Path() if path == "-" else Path(path).parent
        with ExitStack() as stack:
            for line, row in self._rows(path, stack):
                try:
                    if isinstance(row, RowError):
                        raise row
                    candidate = self._candidate(row, line, folder)
                except RowError as exc:
                    self.bad += 1
                    self.complain(f"{path}:{line}: {exc}; skipped")
                else:
                    self.read += 1
                    yield candidate

    def is_plain(self, path: str) -> bool:
        """Whether a file is known to hold nothing but names, one a line."""
        return (self.form or _form_of(path)) == "txt"

    def name_batches(self, path: str, size: int = 20_000) -> Iterator[list[str]]:
        """The names of a plain text file, one a line, in lists: for files of nothing but names."""
        with ExitStack() as stack:
            try:
                lines = enumerate(_open(path, stack), 1)
                while names := [self._name(path, number, line) for number, line in islice(lines, size)]:
                    self.read += sum(map(bool, names))
                    yield names
            except OSError as exc:
                raise InputError(f"{path}: {exc.strerror or exc}") from exc
            except _UNREADABLE as exc:
                raise InputError(f"{path}: {exc}", advice="candidate files are text in UTF-8, or Parquet") from exc

    def _name(self, path: str, number: int, line: str) -> str:
        """The name in one line; "" for one that cannot be read, which is told."""
        if _is_torn(line):
            self.bad += 1
            self.complain(f"{path}:{number}: {_TORN}; skipped")
            return ""
        return line.strip()

    def _rows(self, path: str, stack: ExitStack) -> Iterator[tuple[int, Mapping[str, Any] | RowError]]:
        try:
            form = self.form or _form_of(path)
            if form == "parquet":
                yield from _parquet_rows(path)
                return
            lines: Iterator[str] = _open(path, stack)
            if not form:
                form, lines = _sniff(cast("IO[str]", lines))
            yield from {"csv": _csv_rows, "jsonl": _jsonl_rows, "txt": self._text_rows}[form](lines)
        except OSError as exc:
            raise InputError(f"{path}: {exc.strerror or exc}") from exc
        except _UNREADABLE as exc:
            raise InputError(f"{path}: {exc}", advice="candidate files are text in UTF-8, or Parquet") from exc

    def _text_rows(self, lines: Iterable[str]) -> Iterator[tuple[int, Mapping[str, Any] | RowError]]:
        for number, line in enumerate(lines, 1):
            name = line.strip()
            if _is_torn(name):
                yield number, RowError(_TORN)
            elif name:
                yield number, {"domain": name} if self.kind == "domain" else {"platform": "unknown", "handle": name}

    def _candidate(self, row: Mapping[str, Any], line: int, folder: Path) -> Candidate:
        if len(str(row)) > LONGEST_LINE:
            raise RowError("row too long")
        profile = read_profile(row)
        shown = _text(row, "avatar")
        avatar = folder / shown if shown and self.darkroom else None
        if avatar and self.darkroom:
            try:
                profile = with_picture(profile, avatar, self.darkroom)
            except PictureError as exc:  # who hides behind a broken picture is judged by all else
                self.complain(f"{shown}: {exc}; judged without it")
        return Candidate(profile=profile, id=_text(row, "id"), line=line, avatar=avatar)


def read_profile(row: Mapping[str, Any]) -> Profile:
    """One row of any candidate file as a profile. Raises RowError."""
    domain, handle, platform = _text(row, "domain"), _text(row, "handle"), _text(row, "platform")
    if not handle and domain:
        handle, platform = domain, "domain"
    if not handle:
        raise RowError("no handle" if platform else "neither platform and handle nor domain")
    if not platform:
        raise RowError("no platform")
    return Profile(
        platform=platform.lower(),
        handle=handle,
        native_id=_text(row, "native_id"),
        url=_text(row, "url"),
        display_name=_text(row, "display_name"),
        bio=_text(row, "bio"),
        links=_list(row, "links"),
        joined=_time(row, "joined"),
        verified_by=_list(row, "verified"),
        followers=_count(row, "followers"),
        following=_count(row, "following"),
        posts=_count(row, "posts"),
    )


def with_picture(profile: Profile, path: Path, darkroom: Darkroom) -> Profile:
    """The profile with the picture of a file. Raises RowError where it can't be read, PictureError where it is none."""
    try:
        if path.stat().st_size > LARGEST_PICTURE:
            raise RowError(f"avatar {path.name} is larger than {LARGEST_PICTURE >> 20} MiB")
        data = path.read_bytes()
    except OSError as exc:
        raise RowError(f"avatar {path.name}: {exc.strerror or exc}") from exc
    return replace(profile, picture=darkroom.develop(data))


def _form_of(path: str) -> str:
    """The format by the file's name; "" for standard input, which tells by its first line."""
    if path == "-":
        return ""
    suffix = Path(path.lower().removesuffix(".gz").removesuffix(".zst")).suffix.removeprefix(".")
    if suffix not in _SUFFIXES:
        raise InputError(f"{path}: what kind of file is .{suffix}?", advice=f"tell by --input {'|'.join(FORMATS)}")
    return _SUFFIXES[suffix]


def _open(path: str, stack: ExitStack) -> IO[str]:
    """The text of a file or of standard input, unpacked if its first bytes say so."""
    if path == "-":
        source = sys.stdin.buffer
    else:
        source = Path(path).open("rb")  # noqa: SIM115 (the stack closes it)
    raw = io.BufferedReader(cast("io.RawIOBase", source))
    start = raw.peek(4)[:4]
    unpacked: IO[bytes] = raw
    if start.startswith(b"\x1f\x8b"):
        unpacked = cast("IO[bytes]", gzip.GzipFile(fileobj=raw))
    elif start == b"\x28\xb5\x2f\xfd":
        unpacked = zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True)
    text = io.TextIOWrapper(unpacked, encoding="utf-8-sig", errors="surrogateescape", newline="")
    if path != "-":
        stack.callback(source.close)
        stack.callback(raw.close)
        stack.enter_context(text)
    return text


def _is_torn(text: str) -> bool:
    """Whether bytes that are no UTF-8 stood here: they were read as lone surrogates, so that only their row is lost."""
    return not text.isascii() and any("\udc80" <= c <= "\udcff" for c in text)


def _sniff(text: IO[str]) -> tuple[str, Iterator[str]]:
    """The format by the first line, and all lines."""
    first = next(text, "")
    form = "jsonl" if first.lstrip().startswith("{") else "txt"
    if form == "txt" and {"handle", "domain"} & {name.strip().lower() for name in first.split(",")}:
        form = "csv"
    return form, chain([first], text)


def _csv_rows(text: Iterator[str]) -> Iterator[tuple[int, Mapping[str, Any] | RowError]]:
    csv.field_size_limit(LONGEST_LINE)
    reader = csv.reader(text, strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
    except csv.Error as exc:
        raise InputError(f"line 1: {exc}") from exc
    if not {"handle", "domain"} & set(header):
        raise InputError("no column handle or domain", advice=f"the first line holds: {', '.join(header) or 'nothing'}")
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as exc:
            yield line, RowError(str(exc))
            continue
        if len(row) > len(header):
            yield line, RowError(f"{len(row)} columns instead of {len(header)}")
        elif any(map(_is_torn, row)):
            yield line, RowError(_TORN)
        elif row:
            yield line, dict(zip(header, row, strict=False))


def _jsonl_rows(lines: Iterable[str]) -> Iterator[tuple[int, Mapping[str, Any] | RowError]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if _is_torn(line):
            yield number, RowError(_TORN)
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as exc:
            yield number, RowError(f"no JSON: {exc}")
            continue
        yield number, row if isinstance(row, dict) else RowError("no JSON object")


def _parquet_rows(path: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if path == "-":
        raise InputError("Parquet cannot be read from standard input", advice="name the file")
    try:
        with pq.ParquetFile(path) as file:
            number = 0
            for batch in file.iter_batches(batch_size=20_000):
                for row in batch.to_pylist():
                    number += 1
                    yield number, {str(k).lower(): v for k, v in row.items()}
    except pa.ArrowException as exc:
        raise InputError(f"{path}: no Parquet: {exc}") from exc


def _text(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, bool | list | dict | float) and not (isinstance(value, float) and value.is_integer()):
        raise RowError(f"{name}: {type(value).__name__} instead of text")
    text = str(int(value) if isinstance(value, float) else value).strip()
    text = "".join(c for c in text if not 0xD800 <= ord(c) < 0xE000).replace("\0", "")
    return text or None


def _list(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = row.get(name)
    if isinstance(value, list):
        return tuple(text for item in value if (text := _text({name: item}, name)))
    text = _text(row, name)
    return tuple(part for part in text.replace(",", " ").split()) if text else ()


def _count(row: Mapping[str, Any], name: str) -> int | None:
    text = _text(row, name)
    if text is None:
        return None
    try:
        count = int(text)
    except ValueError as exc:
        raise RowError(f"{name}: {text[:40]!r} is no whole number") from exc
    if not 0 <= count < _HUGE:
        raise RowError(f"{name}: {text[:40]} is out of range")
    return count


def _time(row: Mapping[str, Any], name: str) -> datetime | None:
    value = row.get(name)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    text = _text(row, name)
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError as exc:
        raise RowError(f"{name}: {text[:40]!r} is no time like 2026-01-31T12:00:00Z") from exc
    return time if time.tzinfo else time.replace(tzinfo=UTC)
