"""Sheets that come back: applied where they fit, told where they do not."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from hunter.errors import InputError
from hunter.export import FORMATS, readers
from hunter.export.readers import read_rows
from hunter.export.reviewed import Outcome, apply
from hunter.store import Store, decisions, judgements, suspects
from hunter.types import Verdict
from tests.export.conftest import suspects_of
from tests.stocked import NOON, profile_of, stock

Edit = Callable[[dict[int, dict[str, object]]], None]


def exported(store: Store, path: Path) -> Path:
    with path.open("wb") as out:
        FORMATS[path.suffix[1:]].write(suspects_of(store), out)
    return path


def review(path: Path, edit: Edit) -> Path:
    """Fills cells in: suspect -> column -> value, as a reviewer would."""
    if path.suffix == ".csv":
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
        cells = {int(row["suspect"]): row for row in rows}
        edit(cells)  # type: ignore[arg-type]
        with path.open("w", newline="", encoding="utf-8-sig") as out:
            writer = csv.DictWriter(out, list(rows[0]), delimiter=";")  # as some countries' programs save it
            writer.writeheader()
            writer.writerows(rows)
        return path
    book = openpyxl.load_workbook(path)
    sheet = book["Suspects"]
    head = [cell.value for cell in sheet[1]]
    rows = {int(row[head.index("suspect")].value): row for row in sheet.iter_rows(min_row=2)}  # type: ignore[misc,arg-type]
    values: dict[int, dict[str, object]] = {number: {} for number in rows}
    edit(values)
    for number, change in values.items():
        for name, value in change.items():
            rows[number][head.index(name)].value = value  # type: ignore[index]
    book.save(path)
    return path


def settle(store: Store, path: Path, by: str = "dana") -> dict[int | None, Outcome]:
    with store.write() as c:
        outcomes = list(apply(c, read_rows(path), by=by, at=NOON + timedelta(hours=1), batch="b"))
    return {o.suspect: o for o in outcomes}


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_verdicts_come_back(ending: str, store: Store, tmp_path: Path) -> None:
    def edit(cells: dict[int, dict[str, object]]) -> None:
        cells[11] |= {"your verdict": "impersonation", "your note": "copies our logo"}
        cells[12] |= {"your verdict": " Parody "}

    told = settle(store, review(exported(store, tmp_path / f"s.{ending}"), edit))
    assert {n: o.kind for n, o in told.items()} == {11: "applied", 12: "applied"}
    with store.read() as c:
        found = suspects.get(c, 11)
        assert found and found.verdict == "impersonation" and found.status is suspects.Status.CONFIRMED
        kept = judgements.get(c, found.verdict_id or 0)
        assert kept and kept.judgement.note == "copies our logo" and kept.judgement.by == "dana"
        assert kept.batch == "b" and kept.judgement.saw == (round(found.score, 3), found.rules)
    again = settle(store, tmp_path / f"s.{ending}")
    assert {n: o.kind for n, o in again.items()} == {11: "same", 12: "same"}


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_an_untouched_sheet_changes_nothing(ending: str, store: Store, tmp_path: Path) -> None:
    assert settle(store, exported(store, tmp_path / f"s.{ending}")) == {}


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_does_not_fit_is_told_and_left_alone(ending: str, store: Store, tmp_path: Path) -> None:
    def edit(cells: dict[int, dict[str, object]]) -> None:
        for number in (1, 6, 7, 8, 13, 14, 15, 16, 17):
            cells[number]["your verdict"] = "impersonation"
        cells[8]["row key (leave)"] = "s99999/v1/j0"
        cells[13]["row key (leave)"] = cells[14]["account id"] = "s14/v14/j0"
        cells[15]["your verdict"] = '=HYPERLINK("http://evil.example")'
        cells[16]["your note"] = "=1+1"
        cells[17]["your verdict"] = "guilty"
        cells[18]["your note"] = "only a note"
        cells[19] |= {"your verdict": "unsure", "your note": "x" * 2001}
        cells[20] |= {"your verdict": "unsure", "row key (leave)": ""}
        cells[2]["your verdict"] = "unrelated"

    path = review(exported(store, tmp_path / f"s.{ending}"), edit)
    with store.write() as c:
        decisions.decide(c, 1, Verdict.PARODY, by="eve", at=NOON)
        decisions.decide(c, 6, Verdict.IMPERSONATION, by="eve", at=NOON)
    stock(store, [replace(profile_of(6), handle="acme6", display_name="Innocent Baker")], at=NOON + timedelta(days=1))
    with store.write() as c:
        outcomes = list(apply(c, read_rows(path), by="dana", at=NOON, batch="b"))
    told = {(o.suspect, o.kind): o.words for o in outcomes}
    assert set(told) == {
        (1, "conflict"), (6, "same"), (7, "changed"), (None, "unknown"), (14, "unknown"), (None, "refused"),
        (2, "same"),
    }  # fmt: skip
    assert told[1, "conflict"] == "eve decided parody at 2026-11-23 12:00 UTC"
    assert told[7, "changed"].startswith("changed since the sheet was written: display name")
    kinds = [o.kind for o in outcomes]
    assert (kinds.count("refused"), kinds.count("unknown"), kinds.count("applied")) == (5, 4, 0)
    with store.read() as c:
        assert {suspects.get(c, n).verdict for n in (7, 8, 13, 14, 15, 16, 17, 18, 19, 20)} == {None}  # type: ignore[union-attr]


def test_a_dry_run_writes_nothing(store: Store, tmp_path: Path) -> None:
    def edit(cells: dict[int, dict[str, object]]) -> None:
        cells[11]["your verdict"] = "impersonation"

    path = review(exported(store, tmp_path / "s.xlsx"), edit)
    with store.write() as c:
        assert [o.kind for o in apply(c, read_rows(path), by="d", at=NOON, batch="b", dry=True)] == ["applied"]
    with store.read() as c:
        assert suspects.get(c, 11).verdict is None  # type: ignore[union-attr]


@pytest.mark.real("libreoffice")
def test_a_sheet_that_another_program_saved(store: Store, tmp_path: Path) -> None:
    def edit(cells: dict[int, dict[str, object]]) -> None:
        cells[1]["your verdict"] = "unsure"
        cells[30]["your verdict"] = "unrelated"

    review(exported(store, tmp_path / "s.xlsx"), edit)
    command = [shutil.which("soffice") or "", f"-env:UserInstallation=file://{tmp_path}/office", "--headless"]
    command += ["--convert-to", "xlsx", "--outdir", "saved", "s.xlsx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=110)
    assert {n: o.kind for n, o in settle(store, tmp_path / "saved" / "s.xlsx").items()} == {1: "applied", 30: "applied"}


def test_files_that_are_no_sheets(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    good = exported(store, tmp_path / "s.xlsx")
    cases = {
        "empty.csv": b"",
        "text.csv": b"hello",
        "latin.csv": "für".encode("latin-1"),
        "zip.xlsx": b"PK\x03\x04rubbish",
    }
    for name, content in cases.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError):
            list(read_rows(tmp_path / name))
    with pytest.raises(InputError, match="No such file"):
        list(read_rows(tmp_path / "none.xlsx"))
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(bomb, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part.endswith("sheet1.xml"):
                content = content.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet', 1)
            new.writestr(part, content)
    with pytest.raises(InputError, match="defines something"):
        list(read_rows(bomb))
    monkeypatch.setattr(readers, "LARGEST_PART", 1000)
    with pytest.raises(InputError, match="unpacks to"):
        list(read_rows(good))
    monkeypatch.setattr(readers, "LARGEST_FILE", 1000)
    with pytest.raises(InputError, match="larger than"):
        list(read_rows(good))
