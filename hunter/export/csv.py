"""CSV after RFC 4180: every field quoted, no field a formula, UTF-8 with a byte-order mark so that sheets read it."""

from __future__ import annotations

import codecs
import csv
import io
from typing import BinaryIO

from hunter.export.sheet import COLUMNS, Format, SuspectList, cell_of


def write(suspects: SuspectList, out: BinaryIO) -> None:
    """One line a suspect under a line of column names."""
    out.write(codecs.BOM_UTF8)
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in suspects:
        values = [tell(row) for tell in COLUMNS.values()]
        writer.writerow([cell_of(v) if isinstance(v, str) else "" if v is None else v for v in values])
    text.detach()


FORMAT = Format(about="a table for any program; can be reviewed and read back", write=write, prints=True)
