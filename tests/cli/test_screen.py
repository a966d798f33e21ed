"""`hunter screen`, `explain`, `handles` and `evaluate` as the user runs them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.cli.console import Console

ROWS = (
    "platform,handle,id,display_name\nx,zendoria_help,17,Zendoria Help\nx,gardening,18,\nx,,19,\nx,zend\u043eria,20,\n"
)


@pytest.fixture
def console(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Console:
    monkeypatch.chdir(tmp_path)
    brands = tmp_path / "brands"
    brands.mkdir()
    (brands / "zendoria.toml").write_text('slug = "zendoria"\nnames = ["Zendoria"]\ndomains = ["zendoria.example"]\n')
    (tmp_path / "list.csv").write_text(ROWS, encoding="utf-8")
    return Console(capsys)


def test_screen_writes_one_json_line_a_hit_and_tells_bad_rows(console: Console) -> None:
    result = console("screen", "list.csv", "--brand", "brands", "--format", "jsonl")
    assert result.code == 0
    lines = [json.loads(line) for line in result.out.splitlines()]
    assert [(line["id"], line["brand"]) for line in lines] == [("17", "zendoria"), ("20", "zendoria")]
    assert all(line["score"] > 0.5 for line in lines)
    assert "list.csv:4: no handle; skipped" in result.err
    assert result.last_line == "3 candidates, 1 brands, 2 lines, 1 bad rows skipped"


@pytest.mark.parametrize("is_compiled", [True, False])
def test_a_long_list_says_why_it_was_slow(console: Console, monkeypatch: pytest.MonkeyPatch, is_compiled: bool) -> None:
    monkeypatch.setattr("hunter.cli.screen._LONG", 3)
    monkeypatch.setattr("hunter.matching.compiled.compiled", lambda name: object() if is_compiled else None)
    assert ("not compiled" in console("screen", "list.csv", "--brand", "brands").err) is not is_compiled


def test_screen_all_and_files(console: Console, tmp_path: Path) -> None:
    result = console("screen", "list.csv", "--brand", "brands", "--all", "--format", "csv", "-o", "out.csv")
    assert result.out == ""
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 4
    (tmp_path / "names.txt").write_text("zendoria-login.example\nkitchen.example\n")
    result = console("screen", "names.txt", "--kind", "domain")
    assert "zendoria-login.example" in result.out and "kitchen" not in result.out


@pytest.mark.parametrize(("name", "start"), [("out.jsonl", '{"id"'), ("out.csv", '"id"'), ("out.txt", "score\t")])
def test_the_output_is_written_as_its_name_ends(console: Console, tmp_path: Path, name: str, start: str) -> None:
    assert console("screen", "list.csv", "--brand", "brands", "-o", name).code == 0
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


def test_screen_refuses_what_it_does_not_know(console: Console) -> None:
    assert console("screen", "list.csv", "--format", "yaml").code == 64
    assert console("screen", "none.csv").code == 64
    assert console("screen", "list.csv", "-o", "out.csv.gz").code == 64


def test_explain_shows_the_sum_and_every_odd_letter(console: Console) -> None:
    result = console("explain", "zend\u043eria_help", "--name", "Zendoria Help", "--platform", "x")
    assert result.code == 0
    assert "U+043E CYRILLIC SMALL LETTER O" in result.out
    for word in ("prior", "sum", "probability", "disguise", "name"):
        assert word in result.out


def test_explain_names_the_picture_that_it_cannot_use(console: Console, tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    result = console("explain", "zendoria_help", "--platform", "x", "--avatar", "logo.svg")
    assert result.code == 64 and "logo.svg: SVG is not decoded: render it to PNG" in result.err
    assert console("explain", "zendoria_help", "--avatar", "none.png").code == 64


def test_handles_for_a_platform_for_domains_and_plain(console: Console) -> None:
    table = console("handles", "--brand", "brands", "--platform", "x", "--limit", "30")
    assert "letter_behind" in table.out
    plain = console("handles", "--platform", "domain", "--limit", "40", "--format", "plain").out.split()
    assert len(plain) == 40 and all("." in domain for domain in plain)


def test_evaluate_prints_its_figures(console: Console, tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text(
        "kind,brand_id,candidate,label,attack\nhandle,zendoria,zendoria_help,1,combosquat\nhandle,,gardening,0,\n"
    )
    result = console("evaluate", "cases.csv", "--brand", "brands", "--curve", "curve.png")
    assert result.code == 0
    assert "recall named" in result.out and "combosquat" in result.out and "1.000" in result.out
    assert (tmp_path / "curve.png").exists()


def test_screen_stores_what_it_prints_once(console: Console, tmp_path: Path) -> None:
    png = Image.new("RGB", (48, 48), "white")
    ImageDraw.Draw(png).ellipse((6, 10, 40, 30), fill="navy")
    png.save(tmp_path / "face.png")
    (tmp_path / "found.csv").write_text(
        "platform,handle,domain,avatar\nx,zendoria_help,,face.png\n,,zendoria-login.example,\nx,gardening,,\n"
    )
    first = console("screen", "found.csv", "--store", "--format", "jsonl")
    assert first.code == 0
    assert {json.loads(line)["handle"] for line in first.out.splitlines()} == {
        "zendoria_help",
        "zendoria-login.example",
    }
    assert "run 1: 2 kept, 2 suspects new, 0 changed" in first.err
    digest = hashlib.sha256((tmp_path / "face.png").read_bytes()).hexdigest()
    assert (tmp_path / "hunter-vault" / digest[:2] / digest).is_file()
    assert console("suspects", "judge", "1", "unrelated").code == 0
    again = console("screen", "found.csv", "--store", "-o", "again.txt")
    assert "run 2: 2 kept, 0 suspects new, 0 changed" in again.err
    shown = console("suspects", "list").out
    assert shown.count("zendoria") and "gardening" not in shown
    console("export", "--format", "jsonl", "-o", "out.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    kept = {row["handle"]: (row["platform"], row["status"]) for row in rows if "handle" in row}
    assert len(kept) == 2 and kept["zendoria-login.example"][0] == "domain"
    assert sorted(status for _, status in kept.values()) == ["dismissed", "open"]


def test_domain_suspects_of_a_list_can_be_sealed(console: Console, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("zendoria-login.example\n")
    assert console("screen", "names.txt", "--kind", "domain", "--store").code == 0
    assert console("suspects", "judge", "1", "impersonation").code == 0
    sealed = console("evidence", "seal", "1", "-o", "bags", "--no-visit", "offline", "--no-browser")
    assert sealed.code == 2, sealed.err  # no authority is set that could stamp it
    assert console("evidence", "verify", sealed.out.strip()).code == 2


def test_all_is_not_stored(console: Console) -> None:
    result = console("screen", "list.csv", "--all", "--store")
    assert result.code == 64 and "--min-score" in result.err
