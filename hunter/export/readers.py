"""Opens a reviewed sheet, XLSX or CSV, within limits; a hostile file costs an error, not the machine."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from hunter.errors import InputError
from hunter.export.reviewed import Row
from hunter.export.sheet import KEY, YOUR_NOTE, YOUR_VERDICT
from hunter.export.xlsx import SHEET

LARGEST_FILE = 256 * 1024 * 1024  # bytes
LARGEST_PART = 512 * 1024 * 1024  # bytes of one XML part, unpacked
MOST_PARTS = 20_000
MOST_ROWS = 1_048_576
MOST_COLUMNS = 200
_ACCOUNT = "account id"
_NEEDED = (YOUR_VERDICT, YOUR_NOTE, KEY, _ACCOUNT)

Cells = Sequence[str | None]  # None: a formula


def read_rows(path: Path) -> Iterator[Row]:
    """The rows with a verdict or a note, in order. Raises InputError for a file that is no reviewed sheet."""
    try:
        size = path.stat().st_size
        with path.open("rb") as opened:
            start = opened.read(4)
    except OSError as exc:
        raise InputError(f"{path}: {exc.strerror}") from exc
    if size > LARGEST_FILE:
        raise InputError(f"{path}: larger than {LARGEST_FILE >> 20} MiB", advice="export fewer suspects at once")
    lines = _read_xlsx(path) if start == b"PK\x03\x04" else _read_csv(path)
    head = next(lines, ())
    places = {name: i for i, name in enumerate(head) if name is not None}
    if missing := [name for name in _NEEDED if name not in places]:
        raise InputError(
            f"{path}: no column {', '.join(repr(name) for name in missing)}",
            advice="use a sheet that `hunter export --format xlsx` (or csv) wrote, with its first line",
        )
    for number, cells in enumerate(lines, 2):
        row = _row(number, cells, places)
        if row.verdict is None or row.note is None or row.verdict.strip() or row.note.strip():
            yield row


def _row(number: int, cells: Cells, places: Mapping[str, int]) -> Row:
    def cell(name: str) -> str | None:
        place = places.get(name)
        return cells[place] if place is not None and place < len(cells) else ""

    return Row(
        line=number,
        key=cell(KEY),
        account=cell(_ACCOUNT),
        verdict=cell(YOUR_VERDICT),
        note=cell(YOUR_NOTE),
        score=cell("score"),
        rules=cell("rules"),
    )


def _read_csv(path: Path) -> Iterator[Cells]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise InputError(f"{path}: not UTF-8", advice="save it as “CSV UTF-8”, or as XLSX") from exc
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)  # sheets of some countries write semicolons
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [None if cell.lstrip(" ").startswith("=") else cell for cell in cells[:MOST_COLUMNS]]
    except csv.Error as exc:
        raise InputError(f"{path}: {exc}", advice="save it as CSV again, or as XLSX") from exc


def _read_xlsx(path: Path) -> Iterator[Cells]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        _check_parts(path)
        book = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False, keep_vba=False)
        try:
            if SHEET not in book.sheetnames:
                raise InputError(f"{path}: no sheet {SHEET!r}", advice="review the sheet that hunter exported")
            for cells in book[SHEET].iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS):
                yield [_text(cell) for cell in cells]
        finally:
            book.close()
    except (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, OSError, AttributeError) as exc:
        raise InputError(f"{path}: no workbook that can be read ({exc})", advice="save it as XLSX again") from exc


def _check_parts(path: Path) -> None:
    """Refuses archives that unpack to something huge, and XML that defines entities."""
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS:
            raise InputError(f"{path}: {len(parts)} parts in the workbook, {MOST_PARTS} are read")
        for part in parts:
            if not part.filename.endswith((".xml", ".rels", ".vml")):
                continue  # pictures are never unpacked
            if part.file_size > LARGEST_PART:
                raise InputError(f"{path}: {part.filename} unpacks to {part.file_size >> 20} MiB")
            with archive.open(part) as opened:
                if b"<!" in opened.read(4096).replace(b"<!--", b""):
                    raise InputError(f"{path}: {part.filename} defines something beside its content")


def _text(cell: Any) -> str | None:
    """A cell as text; None for a formula."""
    if cell.data_type == "f":
        return None
    return "" if cell.value is None else str(cell.value)
