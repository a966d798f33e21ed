"""Files in blocks of whole lines, and the tables that CSV and JSONL are when nothing is wrong with them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.json

from hunter.candidates.rows import LONGEST_LINE

BLOCK = 4 << 20  # bytes
_STRETCH = 1 << 16  # bytes that are compared at once: what is told of more fills the memory anew each time
_END = ord("\n")
_BOM = b"\xef\xbb\xbf"
_STRAY = re.compile(rb'[^,\n"]"[^,\n"]')
_TEXTS = ("handle", "platform", "domain", "display_name", "bio", "url", "avatar", "joined")


def blocks_of(data: IO[bytes]) -> Iterator[bytes]:
    """The file in blocks of whole lines, each ended by a line's end; a line as long as no line may be is cut."""
    rest, begins = b"", True
    while read := data.read(BLOCK):
        read, begins = read.removeprefix(_BOM) if begins else read, False
        end = read.rfind(b"\n") + 1
        if not end and len(rest) + len(read) <= 4 * LONGEST_LINE:
            rest += read
            continue
        parts = (rest, memoryview(read)[: end or len(read)], b"" if end else b"\n")
        rest = read[end:] if end else b""
        yield b"".join(parts)
    if rest:
        yield rest + b"\n"


def count_lines(block: bytes) -> int:
    """How many lines end in a block; sooner than bytes count themselves where lines are short."""
    shown = np.frombuffer(block, np.uint8)
    return sum(int(np.count_nonzero(shown[at : at + _STRETCH] == _END)) for at in range(0, len(shown), _STRETCH))


def ends_of(block: bytes, numbers: Sequence[int]) -> list[int]:
    """Where the lines of these numbers, which are sorted, end in a block."""
    shown, wanted = np.frombuffer(block, np.uint8), np.array(numbers, np.int64)
    ends: list[int] = []
    done = 0
    for at in range(0, len(shown), _STRETCH):
        places = np.flatnonzero(shown[at : at + _STRETCH] == _END)
        some = wanted[len(ends) : np.searchsorted(wanted, done + len(places))]
        ends += (places[some - done] + at).tolist()
        done += len(places)
    return ends


def may_be_blank(block: bytes) -> bool:
    """Whether a line of a block is empty or begins with a space or the like, or has two of these together."""
    shown = np.frombuffer(block, np.uint8)
    low = (shown[at : at + _STRETCH + 1] <= ord(" ") for at in range(0, len(shown), _STRETCH))
    return bool(shown[0] <= ord(" ") or any(np.any(some[1:] & some[:-1]) for some in low))


def csv_table(block: bytes, header: Sequence[str]) -> pa.RecordBatch | None:
    """The rows of a block of CSV; None where a row is odd in any way, so that they are to be read one by one."""
    if b"\n\n" in block or block.startswith(b"\n") or block.count(b"\r") != block.count(b"\r\n"):
        return None
    if b'"' in block and _STRAY.search(block):
        return None
    try:
        table = pa.csv.read_csv(
            io.BytesIO(block),
            read_options=pa.csv.ReadOptions(column_names=list(header), use_threads=False, block_size=len(block) + 1),
            parse_options=pa.csv.ParseOptions(newlines_in_values=b'"' in block),
            convert_options=pa.csv.ConvertOptions(column_types=dict.fromkeys(header, pa.string())),
        )
    except pa.ArrowInvalid:
        return None
    return _one_for_each_line(table, block)


def json_table(block: bytes) -> pa.RecordBatch | None:
    """The rows of a block of JSON lines; None where a row is odd in any way."""
    schema = pa.schema([(name, pa.string()) for name in _TEXTS])
    try:
        table = pa.json.read_json(
            io.BytesIO(block),
            read_options=pa.json.ReadOptions(use_threads=False, block_size=len(block) + 1),
            parse_options=pa.json.ParseOptions(explicit_schema=schema),
        )
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    if any(name != name.lower() for name in table.column_names):
        return None
    return _one_for_each_line(table, block)


def _one_for_each_line(table: pa.Table, block: bytes) -> pa.RecordBatch | None:
    if not table.num_rows or table.num_rows != block.count(b"\n"):
        return None
    return table.combine_chunks().to_batches()[0]
