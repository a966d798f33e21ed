"""Many rows of a list in one piece: their names as columns to be searched, a profile only for a row asked for."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hunter.candidates.blocks import ends_of
from hunter.candidates.profiles import Candidate, read_profile, text_in
from hunter.candidates.rows import rows_of
from hunter.errors import RowError

Flags = NDArray[np.bool_]

_NUMBER = r"^\s*[0-9]{1,18}\s*$"
_DAY = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
_TIME = rf"^\s*{_DAY}([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?(Z|[+-][01][0-9]:[0-5][0-9])?)?\s*$"
_CHECKED = {"followers": _NUMBER, "following": _NUMBER, "posts": _NUMBER, "joined": _TIME}
_SPEAKING = ("bio", "links", "avatar")  # columns in which more than the names is to be looked for
_WEIGHED = ("joined", "verified", *_SPEAKING)  # columns that may weigh in an assessment, the names left out
_ODD = "[\n\r\x00]"


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that need only be looked at by their names, and those others that were read one by one."""

    handles: bytes  # UTF-8, each ended by a line's end; an empty line where there is none
    platforms: Sequence[str]  # one for all, or one for each row
    displayed: bytes  # names shown, in the same way; empty where no row has one
    bare: Flags | None  # rows that have nothing but a handle; None: all
    source: pa.RecordBatch | tuple[str, tuple[str, ...]]  # the rows, or the format and the header of `lines`
    lines: bytes = b""
    first: int = 1  # number of the first row's line
    others: Sequence[tuple[int, Candidate]] = field(default=())  # with the number of their row here

    def rows(self, numbers: Sequence[int]) -> list[Mapping[str, Any]]:
        """The rows with these numbers, as a mapping of column to value."""
        if isinstance(self.source, pa.RecordBatch):
            return rows_of(self.source.take(pa.array(numbers, pa.int64())))
        form, header = self.source
        if not numbers:
            return []
        ends = ends_of(self.lines, numbers)
        texts = [self.lines[self.lines.rfind(b"\n", 0, end) + 1 : end].decode() for end in ends]
        if form == "csv":
            return [dict(zip(header, row, strict=False)) for row in csv.reader(texts, strict=True)]
        if form == "jsonl":
            return [json.loads(text) for text in texts]
        return [{header[0]: text.strip(), "platform": self.platforms[0]} for text in texts]


def batch_of(table: pa.RecordBatch) -> Batch | None:
    """A table as a batch, its bad rows left out; None where it has no columns to search. Rows count from 0."""
    columns = columns_of(table)
    if columns is None:
        return None
    odd = table.take(pa.array(np.flatnonzero(~columns.plain)))
    numbers = np.flatnonzero(~columns.plain).tolist()
    others = [(numbers[c.line], replace(c, line=numbers[c.line])) for c in read_rows(odd)]
    return Batch(columns.handles, columns.platforms, columns.displayed, columns.bare, table, first=0, others=others)


def read_rows(table: pa.RecordBatch) -> list[Candidate]:
    """The good rows of a table, each with its number from 0."""
    found: list[Candidate] = []
    for number, row in enumerate(rows_of(table)):
        with suppress(RowError):
            found.append(Candidate(profile=read_profile(row), id=text_in(row, "id"), line=number))
    return found


@dataclass(frozen=True, slots=True)
class Columns:
    """What of a table can be searched at once."""

    handles: bytes
    platforms: Sequence[str]
    displayed: bytes
    bare: Flags
    plain: Flags  # rows of which nothing more need be known; the others are to be read one by one


def columns_of(table: pa.RecordBatch) -> Columns | None:
    """The names of a table; None where it has no column of handles as text, so that each row is to be read."""
    given = {name.lower(): table.column(at) for at, name in enumerate(table.schema.names)}
    if not all(name in given and _is_text(given[name]) for name in ("handle", "platform")):
        return None
    handles, platforms = _trimmed(given["handle"]), pc.utf8_lower(_trimmed(given["platform"]))
    plain = _filled(handles) & _filled(platforms) & ~_flags(pc.match_substring_regex(handles, _ODD))
    for name, pattern in _CHECKED.items():
        if name in given and not pa.types.is_timestamp(given[name].type):
            told = _trimmed(given[name])
            plain &= ~_filled(told) | _flags(pc.match_substring_regex(told, pattern))
    for name in _SPEAKING:
        if name in given:
            plain &= ~_present(given[name])
    shown = _trimmed(given["display_name"]) if "display_name" in given else None
    bare = plain.copy()
    if shown is not None:
        if not _is_text(given["display_name"]):
            return None
        shown = pc.replace_substring_regex(shown, _ODD, " ")
        bare &= ~_filled(shown)
    for name in _WEIGHED:
        if name in given:
            bare &= ~_present(given[name])
    handles = pc.if_else(pa.array(plain), handles, "")
    named = shown is not None and bool(_filled(shown).any())
    one = pc.unique(platforms).to_pylist()
    return Columns(
        _joined(handles), one if len(one) == 1 else platforms.to_pylist(), _joined(shown) if named else b"", bare, plain
    )


def _is_text(column: pa.Array) -> bool:
    return bool(pa.types.is_string(column.type) or pa.types.is_large_string(column.type))


def _trimmed(column: pa.Array) -> pa.Array:
    return pc.utf8_trim_whitespace(pc.fill_null(pc.cast(column, pa.string()), ""))


def _filled(column: pa.Array) -> Flags:
    return np.asarray(pc.not_equal(column, "").to_numpy(zero_copy_only=False), np.bool_)


def _flags(column: pa.Array) -> Flags:
    return np.asarray(column.to_numpy(zero_copy_only=False), np.bool_)


def _present(column: pa.Array) -> Flags:
    """Where a column has a value that is not merely empty text."""
    if _is_text(column):
        return _filled(_trimmed(column))
    return np.asarray(pc.is_valid(column).to_numpy(zero_copy_only=False), np.bool_)


def _joined(column: pa.Array) -> bytes:
    """All texts of a column, each ended by a line's end."""
    offsets = pa.array([0, len(column)], pa.int32())
    joined = pc.binary_join(pa.ListArray.from_arrays(offsets, pc.cast(column, pa.string())), "\n")
    return bytes(joined[0].as_buffer()) + b"\n"
