"""What holds for every format: the same bytes again, no formula, nothing hidden, no full account number."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import unicodedata
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
import stix2

from hunter.export import FORMATS, Format
from hunter.export.sheet import COLUMNS, cell_of
from hunter.store import Store
from tests.export.conftest import HOSTILE, suspects_of


def write(store: Store, name: str) -> bytes:
    out = io.BytesIO()
    FORMATS[name].write(suspects_of(store), out)
    return out.getvalue()


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_store_gives_the_same_bytes(name: str, store: Store) -> None:
    first = write(store, name)
    assert first and first == write(store, name)
    assert isinstance(FORMATS[name], Format) and FORMATS[name].about


@pytest.mark.parametrize("name", FORMATS)
def test_no_full_account_number_leaves(name: str, store: Store) -> None:
    content = write(store, name)
    if name == "xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"".join(book.read(part) for part in book.namelist() if part.endswith(".xml"))
    assert b"4111 1111" not in content and b"3704 0044" not in content
    assert b"ends 1111" in content and b"ends 3000" in content


@pytest.mark.parametrize("text", HOSTILE)
def test_cells_hold_nothing_hidden_and_no_formula(text: str) -> None:
    cell = cell_of(text)
    assert not [c for c in cell.replace("\u200d", "") if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    first = unicodedata.normalize("NFKC", cell.lstrip())[:1]
    assert first not in set("=+-@\t\r\n\0|%") and "\ufffe" not in cell
    assert len(cell) < 2100


def test_csv_is_quoted_and_reads_back(store: Store) -> None:
    content = write(store, "csv")
    text = content.decode("utf-8-sig")
    assert content.startswith(b"\xef\xbb\xbf") and text.count("\r\n") == len(HOSTILE) + 1
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert list(rows[0]) == list(COLUMNS) and len(rows) == len(HOSTILE)
    assert all(re.fullmatch(r'"([^"]|"")*"(,"([^"]|"")*")*', line) for line in text.splitlines())
    assert {row["decided by"] for row in rows} == {"", "'=dana"}
    assert not [row for row in rows for value in row.values() if re.match(r"\s*[=@＝＠\t]", value)]
    scores = [float(row["score"]) for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert not [row for row in rows if "http" in row["links"].lower()]


@pytest.mark.real("libreoffice")
@pytest.mark.parametrize("name", ["csv", "xlsx"])
def test_a_spreadsheet_program_finds_no_formula(name: str, store: Store, tmp_path: Path) -> None:
    (tmp_path / f"s.{name}").write_bytes(write(store, name))
    profile = f"-env:UserInstallation=file://{tmp_path}/office"
    command = [shutil.which("soffice") or "", profile, "--headless", "--convert-to", "fods", f"s.{name}"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=110)
    sheet = (tmp_path / "s.fods").read_text(encoding="utf-8")
    assert "acme12" in sheet and "table:formula" not in sheet and 'xlink:href="http' not in sheet


def test_xlsx_has_no_formula_no_link_and_all_it_promises(store: Store) -> None:
    content = write(store, "xlsx")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert not re.search(r"<f[ >]|<hyperlink", sheet)
    assert "_x202E_" not in sheet.replace("_x005F_x202E_", "")
    loaded = openpyxl.load_workbook(io.BytesIO(content))["Suspects"]
    assert loaded.freeze_panes == "H2" and loaded.auto_filter.ref and loaded.max_row == len(HOSTILE) + 1
    assert loaded.data_validations.dataValidation[0].formula1 == '"impersonation,parody,official,unrelated,unsure"'
    assert len(loaded.conditional_formatting) == 1 and len(loaded._images) == len(HOSTILE) // 2
    assert not [cell for row in loaded.iter_rows() for cell in row if cell.data_type == "f"]
    head = [cell.value for cell in loaded[1]]
    assert loaded.column_dimensions[openpyxl.utils.get_column_letter(head.index("row key (leave)") + 1)].hidden


class _Loads(HTMLParser):
    """Notes every element and everything that a page could load or follow."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.addresses: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.addresses += [v or "" for k, v in attrs if k in ("src", "href", "srcset", "action", "poster", "data")]
        self.handlers += [k for k, _ in attrs if k.startswith("on") or k == "style"]


def test_html_loads_nothing_and_runs_nothing(store: Store) -> None:
    page = write(store, "html").decode()
    seen = _Loads()
    seen.feed(page)
    expected = {"html", "head", "meta", "title", "style", "body", "header", "main", "article", "div", "img", "h1", "h2"}
    expected |= {"p", "span", "bdi", "dl", "dt", "dd", "details", "summary", "table", "tr", "td", "th"}
    assert seen.elements == expected and not seen.handlers
    assert seen.addresses and all(a.startswith("data:image/png;base64,") for a in seen.addresses)
    assert "default-src 'none'" in page and "Acme &lt;plc&gt;" in page
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x1b\x00]", page)


def test_jsonl_is_one_object_a_line(store: Store) -> None:
    lines = write(store, "jsonl").decode("ascii").splitlines()
    assert len(lines) == len(HOSTILE)
    rows = [json.loads(line) for line in lines]
    assert all(
        row["findings"][0]["signal"] == "lookalike_handle" and row["findings"][1]["counted"] is False for row in rows
    )
    first = next(row for row in rows if row["id"] == 1)
    assert (first["verdict"], first["decided_by"], first["display_name"]) == ("impersonation", "=dana", HOSTILE[0])


def test_stix_is_valid_and_stable(store: Store) -> None:
    bundle = stix2.parse(write(store, "stix").decode(), allow_custom=False)
    kinds = [each.type for each in bundle.objects]
    assert kinds.count("indicator") == len(HOSTILE) and kinds.count("domain-name") == 1
    assert len({each.id for each in bundle.objects}) == len(bundle.objects)
    account = next(each for each in bundle.objects if each.type == "user-account")
    again = stix2.UserAccount(
        account_type=account.account_type, user_id=account.user_id, account_login=account.account_login
    )
    assert account.id == again.id
    confirmed = [each for each in bundle.objects if each.type == "indicator" and "verdict:impersonation" in each.labels]
    assert [each.indicator_types for each in confirmed] == [["malicious-activity"]]


def test_misp_is_one_event_and_detects_nothing_unconfirmed(store: Store) -> None:
    event = json.loads(write(store, "misp"))["Event"]
    assert len(event["Object"]) == len(HOSTILE) and event["published"] is False and event["distribution"] == "0"
    relations = {a["object_relation"] for o in event["Object"] if o["name"] == "user-account" for a in o["Attribute"]}
    assert relations == {"username", "user-id", "account-type", "display-name", "description", "link", "created"}
    assert not [a for o in event["Object"] for a in o["Attribute"] if a["to_ids"]]
    ids = [o["uuid"] for o in event["Object"]] + [a["uuid"] for o in event["Object"] for a in o["Attribute"]]
    assert len(set(ids)) == len(ids)
