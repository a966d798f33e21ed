"""Reads one candidate file: row by row, or in batches of which only the rows worth judging become profiles."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import pyarrow as pa

from hunter.candidates.batches import Batch, columns_of
from hunter.candidates.blocks import blocks_of, count_lines, csv_table, json_table, may_be_blank
from hunter.candidates.opening import TORN, as_text, form_of, is_torn, open_bytes, translated
from hunter.candidates.profiles import Candidate, read_profile, text_in, with_picture
from hunter.candidates.rows import (
    LONGEST_LINE,
    Rows,
    csv_rows,
    jsonl_rows,
    parquet_batches,
    parquet_rows,
    rows_of,
    sniff,
    text_rows,
)
from hunter.errors import PictureError, RowError
from hunter.types import Darkroom

KINDS = ("handle", "domain")
_BLANK = re.compile(rb"\n[ \t]*\n")
_FEW = 5_000  # candidates that are given at once where rows are read one by one


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
        with ExitStack() as stack, translated(path):
            yield from self._good(path, self._rows(path, stack))

    def batches(self, path: str) -> Iterator[Batch | list[Candidate]]:
        """The same rows in their order, in batches; those that are odd in any way one by one in lists."""
        form = self.form or form_of(path)
        with ExitStack() as stack, translated(path):
            if form == "parquet":
                yield from self._tables(path)
            elif form == "txt" and self.kind == "handle":
                yield from self._names(path, open_bytes(path, stack))
            elif form in ("csv", "jsonl"):
                yield from self._blocks(path, open_bytes(path, stack), form)
            else:
                yield from in_lists(self._good(path, self._rows(path, stack)))

    def _rows(self, path: str, stack: ExitStack) -> Rows:
        form = self.form or form_of(path)
        if form == "parquet":
            return parquet_rows(path)
        lines: Iterator[str] = stack.enter_context(as_text(open_bytes(path, stack)))
        if not form:
            form, lines = sniff(cast("IO[str]", lines))
        return self._rows_in(form, lines)

    def _rows_in(self, form: str, lines: Iterator[str]) -> Rows:
        if form == "txt":
            return text_rows(lines, self.kind)
        return csv_rows(lines) if form == "csv" else jsonl_rows(lines)

    def _good(self, path: str, rows: Rows) -> Iterator[Candidate]:
        folder = Path() if path == "-" else Path(path).parent
        for line, row in rows:
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

    def _candidate(self, row: Mapping[str, Any], line: int, folder: Path) -> Candidate:
        if len(str(row)) > LONGEST_LINE:
            raise RowError("row too long")
        profile = read_profile(row)
        shown = text_in(row, "avatar")
        avatar = folder / shown if shown and self.darkroom else None
        if avatar and self.darkroom:
            try:
                profile = with_picture(profile, avatar, self.darkroom)
            except PictureError as exc:  # who hides behind a broken picture is judged by all else
                self.complain(f"{shown}: {exc}; judged without it")
                avatar = None
        return Candidate(profile=profile, id=text_in(row, "id"), line=line, avatar=avatar)

    def _names(self, path: str, data: IO[bytes]) -> Iterator[Batch]:
        """Plain text: every line a handle."""
        first = 1
        for block in blocks_of(data):
            kept = block.replace(b"\r", b" ").replace(b"\0", b"") if b"\r" in block or b"\0" in block else block
            kept, lines = self._without_torn(path, kept, first), count_lines(block)
            blank = may_be_blank(kept) and _BLANK.search(b"\n" + kept) is not None
            self.read += sum(map(bool, map(bytes.strip, kept.split(b"\n")))) if blank else lines
            yield Batch(kept, ("unknown",), b"", None, ("txt", ("handle",)), kept, first)
            first += lines

    def _without_torn(self, path: str, block: bytes, first: int) -> bytes:
        """The block with an empty line for each that is no UTF-8 or longer than any name, which is told."""
        if block.isascii():
            return block
        try:
            block.decode()
        except UnicodeDecodeError:
            lines = block.split(b"\n")
            for number, line in enumerate(lines):
                if not line.isascii() and is_torn(line.decode(errors="surrogateescape")):
                    self.bad += 1
                    self.complain(f"{path}:{first + number}: {TORN}; skipped")
                    lines[number] = b""
            return b"\n".join(lines)
        return block

    def _blocks(self, path: str, data: IO[bytes], form: str) -> Iterator[Batch | list[Candidate]]:
        """CSV and JSON lines: blocks in which every line is a good row as tables, others row by row."""
        header: tuple[str, ...] = ()
        first = 1
        blocks = blocks_of(data)
        for block in blocks:
            if form == "csv" and not header:
                top, block = block[: block.find(b"\n") + 1], block[block.find(b"\n") + 1 :]
                header = tuple(name.strip().lower() for name in next(csv.reader([top.decode(errors="replace")])))
                whole = (
                    not top.count(b'"') % 2 and {"handle", "domain"} & set(header) and len(set(header)) == len(header)
                )
                if not whole:
                    yield from in_lists(self._good(path, csv_rows(_lines(chain([top, block], blocks)))))
                    return
                first = 2
            if form == "csv" and block.count(b'"') % 2:  # a row goes on in the next block
                rows = csv_rows(chain([",".join(header) + "\n"], _lines(chain([block], blocks))))
                yield from in_lists(self._good(path, _moved(rows, first - 2)))
                return
            lines = block.count(b"\n")
            table = (csv_table(block, header) if form == "csv" else json_table(block)) if lines else None
            batch = self._batch(path, table, (form, header), block, first) if table is not None else None
            if batch is not None:
                yield batch
            elif form == "csv":
                rows = csv_rows(chain([",".join(header) + "\n"], _lines([block])))
                yield from in_lists(self._good(path, _moved(rows, first - 2)))
            else:
                yield from in_lists(self._good(path, _moved(jsonl_rows(_lines([block])), first - 1)))
            first += lines

    def _tables(self, path: str) -> Iterator[Batch | list[Candidate]]:
        first = 1
        for table in parquet_batches(path):
            batch = self._batch(path, table, None, b"", first)
            if batch is not None:
                yield batch
            else:
                rows = ((first + i, row) for i, row in enumerate(rows_of(table)))
                yield from in_lists(self._good(path, rows))
            first += table.num_rows

    def _batch(
        self, path: str, table: pa.RecordBatch, text: tuple[str, tuple[str, ...]] | None, lines: bytes, first: int
    ) -> Batch | None:
        """A table as a batch, its odd rows read; None where it has no columns to search."""
        columns = columns_of(table)
        if columns is None:
            return None
        batch = Batch(columns.handles, columns.platforms, columns.displayed, columns.bare, text or table, lines, first)
        odd = np.flatnonzero(~columns.plain).tolist()
        rows = zip([first + number for number in odd], batch.rows(odd), strict=True)
        self.read += len(columns.plain) - len(odd)
        return replace(batch, others=[(c.line - first, c) for c in self._good(path, iter(rows))])


def in_lists(candidates: Iterable[Candidate], size: int = _FEW) -> Iterator[list[Candidate]]:
    """Candidates in lists of up to `size`."""
    stream = iter(candidates)
    while few := list(islice(stream, size)):
        yield few


def _lines(blocks: Iterable[bytes]) -> Iterator[str]:
    """Blocks as lines of text, as a file would give them."""
    for block in blocks:
        yield from io.StringIO(block.decode(errors="surrogateescape"), newline="")


def _moved(rows: Rows, by: int) -> Rows:
    return ((line + by, row) for line, row in rows)
