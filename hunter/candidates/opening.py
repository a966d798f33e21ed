"""Opens a candidate file or standard input: unpacked if its first bytes say so, the format by the file's name."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, cast

import zstandard

from hunter.errors import InputError

FORMATS = ("csv", "jsonl", "parquet", "txt")
TORN = "holds bytes that are no UTF-8"
_SUFFIXES = {**{form: form for form in FORMATS}, "ndjson": "jsonl", "pq": "parquet", "": "txt"}
_UNREADABLE = (EOFError, zlib.error, zstandard.ZstdError)


def form_of(path: str) -> str:
    """The format by the file's name; "" for standard input, which tells by its first line."""
    if path == "-":
        return ""
    suffix = Path(path.lower().removesuffix(".gz").removesuffix(".zst")).suffix.removeprefix(".")
    if suffix not in _SUFFIXES:
        raise InputError(f"{path}: what kind of file is .{suffix}?", advice=f"tell by --input {'|'.join(FORMATS)}")
    return _SUFFIXES[suffix]


@contextmanager
def translated(path: str) -> Iterator[None]:
    """What goes wrong while a file is read, as InputError with its path."""
    try:
        yield
    except OSError as exc:
        raise InputError(f"{path}: {exc.strerror or exc}") from exc
    except _UNREADABLE as exc:
        raise InputError(f"{path}: {exc}", advice="candidate files are text in UTF-8, or Parquet") from exc


def open_bytes(path: str, stack: ExitStack) -> IO[bytes]:
    """The bytes of a file or of standard input, unpacked."""
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
    if path != "-":
        stack.callback(source.close)
        stack.callback(raw.close)
    return unpacked


def as_text(data: IO[bytes]) -> IO[str]:
    """Bytes as text; those that are no UTF-8 become lone surrogates, see `is_torn`."""
    return io.TextIOWrapper(data, encoding="utf-8-sig", errors="surrogateescape", newline="")


def is_torn(text: str) -> bool:
    """Whether bytes that are no UTF-8 stood here: they were read as lone surrogates, so that only their row is lost."""
    return not text.isascii() and any("\udc80" <= c <= "\udcff" for c in text)
