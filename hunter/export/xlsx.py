"""A workbook to review in: thumbnails, score bands, a verdict list to choose from, room for notes, a frozen head.

Every text is written as a string, never as a formula, number or link.
"""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import Any, BinaryIO

import xlsxwriter

from hunter.errors import InputError
from hunter.export.sheet import COLUMNS, KEY, YOUR_NOTE, YOUR_VERDICT, Format, SuspectList, cell_of, moment_of
from hunter.store.listing import Listed
from hunter.types import Verdict

SHEET = "Suspects"
MOST_PICTURES = 5000  # thumbnails in one workbook: beyond it programs no longer open it with pleasure
MOST_ROWS = 1_048_000  # what the format can hold
_SIDE = 48  # pixels of a thumbnail on the sheet
_ESCAPE = re.compile(r"_(?=x[0-9a-fA-F]{4}_)")  # the format's own way of writing a character by its number
_BANDS = ((0.9, "#F8C9C4"), (0.7, "#FBE0B8"), (0.5, "#FBF3C0"), (0.0, "#E4ECF2"))  # from this score on
_WIDTHS = {
    "brand": 16, "handle": 24, "name": 24, "reason": 64, "address": 34, YOUR_VERDICT: 16, YOUR_NOTE: 32,
    "note so far": 28, "bio": 48, "links": 34, "account id": 28, "status": 16, "decided at": 18, "joined": 18,
    "first seen": 18, "last seen": 18, "verdict so far": 15, "decided by": 15, "rules": 18, "score": 7, "suspect": 8,
    "case": 7,
}  # fmt: skip
_HELP = (
    "One row is one suspected account for one brand. Nothing here is a finding of fact: “suspected” means that a",
    "program found likenesses. A person decides.",
    "",
    "1. Look at a row; addresses are written so that no program turns them into links (hxxps, [.]).",
    "2. Choose “your verdict” from the list, and say why in “your note”. Rows without a verdict are left alone.",
    "3. Keep the last column as it is. Rows may be sorted, filtered and removed.",
    "4. Save the workbook and run: hunter import-reviews THIS-FILE",
    "",
    "Rows that changed or were decided by someone else meanwhile are reported then, and not applied.",
    "⟨U+202E⟩ and the like stand for characters that cannot be seen; an apostrophe in front only keeps a text a text.",
)


def write(suspects: SuspectList, out: BinaryIO) -> None:
    """The sheet of suspects and a second one that tells how to work with it. Raises InputError: too many rows."""
    if suspects.count > MOST_ROWS:
        raise InputError(f"{suspects.count} suspects are more than a sheet can hold", advice="narrow it, or use csv")
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        # The date of the newest fact, not of this minute: the same store gives the same bytes.
        book.set_properties(
            {"title": "Suspected impersonation", "created": suspects.as_of or datetime(1980, 1, 1, tzinfo=UTC)}
        )
        sheet = book.add_worksheet(SHEET)
        _lay_out(book, sheet, suspects.count)
        _fill(book, sheet, suspects)
        _explain(book, suspects)


def _lay_out(book: Any, sheet: Any, count: int) -> None:
    """Head, widths, verdict list and bands."""
    names = ["picture", *COLUMNS]
    head = book.add_format({"bold": True, "bg_color": "#24364B", "font_color": "#FFFFFF", "valign": "vcenter"})
    sheet.set_column(0, 0, 8)
    for i, name in enumerate(names[1:], 1):
        sheet.set_column(i, i, _WIDTHS.get(name, 12), None, {"hidden": name == KEY})
    sheet.set_row(0, 24)
    for i, name in enumerate(names):
        sheet.write_string(0, i, name, head)
    sheet.freeze_panes(1, 1 + list(COLUMNS).index("name") + 1)
    last = max(count, 1)
    sheet.autofilter(0, 0, last, len(names) - 1)
    verdict, score = names.index(YOUR_VERDICT), names.index("score")
    choice = {
        "validate": "list",
        "source": [v.value for v in Verdict],
        "error_title": "No such verdict",
        "error_message": "Choose one of the list, or clear the cell.",
    }
    sheet.data_validation(1, verdict, last, verdict, choice)
    for floor, colour in _BANDS:
        band = {
            "type": "cell",
            "criteria": ">=",
            "value": floor,
            "format": book.add_format({"bg_color": colour}),
            "stop_if_true": True,
        }
        sheet.conditional_format(1, score, last, score, band)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.print_area(0, 0, last, names.index(YOUR_NOTE))  # the rest is for the screen
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _fill(book: Any, sheet: Any, suspects: SuspectList) -> None:
    line_below = {"valign": "top", "bottom": 1, "bottom_color": "#DDE3E9"}
    text = book.add_format({"text_wrap": True, "align": "left", "indent": 1, **line_below})
    number = book.add_format(line_below)
    yours = book.add_format(
        {"text_wrap": True, "valign": "top", "bg_color": "#F1F6E8", "border": 1, "border_color": "#C9D6B4"}
    )
    score = book.add_format({"num_format": "0.000", "bold": True, **line_below})
    formats = {YOUR_VERDICT: yours, YOUR_NOTE: yours, "score": score}
    for line, row in enumerate(suspects, 1):
        sheet.set_row(line, _height(row))
        if line <= MOST_PICTURES:
            _show_picture(sheet, line, row, suspects)
        for column, (name, tell) in enumerate(COLUMNS.items(), 1):
            value = tell(row)
            if value is None or value == "":
                sheet.write_blank(line, column, None, formats.get(name, text))
            elif isinstance(value, str):
                sheet.write_string(line, column, _ESCAPE.sub("_x005F_", cell_of(value)), formats.get(name, text))
            else:
                sheet.write_number(line, column, value, formats.get(name, number))


def _height(row: Listed) -> float:
    """Points for a row: room for the picture, and for the reason as far as a row should grow."""
    lines = -(-len(row.reason) // (_WIDTHS["reason"] - 4))
    return min(150.0, max(40.0, 15.0 * lines))


def _show_picture(sheet: Any, line: int, row: Listed, suspects: SuspectList) -> None:
    shown = suspects.thumbnail(row.picture) if row.picture else None
    if shown is None:
        return
    width, height = (int.from_bytes(shown[at : at + 4], "big") for at in (16, 20))  # a PNG's own header
    scale = _SIDE / max(width, height, 1)
    sheet.insert_image(
        line,
        0,
        f"{row.picture}.png",
        {
            "image_data": io.BytesIO(shown),
            "x_scale": scale,
            "y_scale": scale,
            "x_offset": 3,
            "y_offset": 3,
            "object_position": 1,
            "description": f"profile picture of suspect {row.number}",
        },
    )


def _explain(book: Any, suspects: SuspectList) -> None:
    sheet = book.add_worksheet("How to review")
    sheet.set_column(0, 0, 110)
    told = [
        f"Suspected impersonation: {suspects.asked}",
        f"{suspects.count} suspects, as of {moment_of(suspects.as_of) or 'never'}",
        "",
        *_HELP,
        "",
        "Score bands: " + ", ".join(f"from {floor:g}" for floor, _ in _BANDS),
    ]
    if suspects.count > MOST_PICTURES:
        told.append(f"Only the first {MOST_PICTURES} rows carry a picture.")
    for line, words in enumerate(told):
        sheet.write_string(line, 0, words, book.add_format({"bold": True, "font_size": 14}) if not line else None)


FORMAT = Format(about="a workbook with pictures to review in and read back", write=write)
