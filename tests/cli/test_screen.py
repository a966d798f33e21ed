"""`hunter screen`, `explain`, `handles` and `evaluate` as the user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

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


def test_screen_all_and_files(console: Console, tmp_path: Path) -> None:
    result = console("screen", "list.csv", "--brand", "brands", "--all", "--format", "csv", "-o", "out.csv")
    assert result.out == ""
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 4
    (tmp_path / "names.txt").write_text("zendoria-login.example\nkitchen.example\n")
    result = console("screen", "names.txt", "--kind", "domain")
    assert "zendoria-login.example" in result.out and "kitchen" not in result.out


def test_screen_refuses_what_it_does_not_know(console: Console) -> None:
    assert console("screen", "list.csv", "--format", "yaml").code == 64
    assert console("screen", "none.csv").code == 64


def test_explain_shows_the_sum_and_every_odd_letter(console: Console) -> None:
    result = console("explain", "zend\u043eria_help", "--name", "Zendoria Help", "--platform", "x")
    assert result.code == 0
    assert "U+043E CYRILLIC SMALL LETTER O" in result.out
    for word in ("prior", "sum", "probability", "disguise", "name"):
        assert word in result.out


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
