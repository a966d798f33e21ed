"""The rows of a candidate file, one by one: a mapping of column to value, or what is wrong with the row."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from hunter.candidates.opening import TORN, is_torn
from hunter.errors import InputError, RowError

_AT_ONCE, _FEWEST, _MOST = 16 << 20, 1_000, 200_000  # bytes of a Parquet file, and rows
LONGEST_LINE = 1 << 20  # characters; a longer line is a fault of its row

Rows = Iterator[tuple[int, Mapping[str, Any] | RowError]]  # with the number of the line, counted from 1


def text_rows(lines: Iterable[str], kind: str) -> Rows:
    """Names, one a line. `kind`: handle or domain."""
    for number, line in enumerate(lines, 1):
        name = line.strip()
        if is_torn(name):
            yield number, RowError(TORN)
        elif name:
            yield number, {"domain": name} if kind == "domain" else {"platform": "unknown", "handle": name}


def sniff(text: IO[str]) -> tuple[str, Iterator[str]]:
    """The format by the first line, and all lines."""
    first = next(text, "")
    form = "jsonl" if first.lstrip().startswith("{") else "txt"
    if form == "txt" and {"handle", "domain"} & {name.strip().lower() for name in first.split(",")}:
        form = "csv"
    return form, chain([first], text)


def csv_rows(text: Iterator[str]) -> Rows:
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
        elif any(map(is_torn, row)):
            yield line, RowError(TORN)
        elif row:
            yield line, dict(zip(header, row, strict=False))


def jsonl_rows(lines: Iterable[str]) -> Rows:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if is_torn(line):
            yield number, RowError(TORN)
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as exc:
            yield number, RowError(f"no JSON: {exc}")
            continue
        yield number, row if isinstance(row, dict) else RowError("no JSON object")


def parquet_rows(path: str) -> Rows:
    number = 0
    for batch in parquet_batches(path):
        for row in rows_of(batch):
            number += 1
            yield number, row


def rows_of(batch: pa.RecordBatch) -> list[Mapping[str, Any]]:
    """The rows of a table."""
    return [{str(name).lower(): value for name, value in row.items()} for row in batch.to_pylist()]


def parquet_batches(path: str) -> Iterator[pa.RecordBatch]:
    """The rows of a Parquet file, in tables of which some fit into memory."""
    if path == "-":
        raise InputError("Parquet cannot be read from standard input", advice="name the file")
    try:
        with pq.ParquetFile(path) as file:
            size = sum(file.metadata.row_group(n).total_byte_size for n in range(file.metadata.num_row_groups))
            rows = _AT_ONCE * file.metadata.num_rows // max(1, size)
            yield from file.iter_batches(batch_size=min(_MOST, max(_FEWEST, rows)))
    except pa.ArrowException as exc:
        raise InputError(f"{path}: no Parquet: {exc}") from exc
