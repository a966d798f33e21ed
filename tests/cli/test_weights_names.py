"""`hunter weights names` fits both scales to labelled cases, tells figures, and writes tables that can be read."""

from __future__ import annotations

import tomllib
from pathlib import Path

from hunter.matching.measures import CASES
from hunter.matching.weights import parse_weights
from tests.cli.console import Console

NAMES = ("zendoria", "kestrix", "talvora", "quibbane", "mordelka", "fintesse")


def write_cases(folder: Path) -> None:
    (folder / "brands").mkdir(parents=True)
    rows = ["kind,candidate,label,brand"]
    for name in NAMES:
        text = f'slug = "{name}"\nkind = "organisation"\nnames = ["{name.capitalize()}"]\n'
        (folder / "brands" / f"{name}.toml").write_text(text, encoding="utf-8")
        rows += [f"handle,{name}{tail},1,{name}" for tail in ("_support", "1", "official")]
        rows += [f"handle,my{name[1]}{name[0]}{name[2:]}help,1,{name}", f"handle,old{name}wanderings,0,"]
    rows += [f"handle,gardening{n},0," for n in range(60)] + ["handle,broken,2,"]
    (folder / "cases.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def test_scales_are_fitted_to_labelled_cases_and_figures_told(console: Console, tmp_path: Path) -> None:
    write_cases(tmp_path / "own")
    done = console("weights", "names", "own/cases.csv", "-o", "tables")
    assert done.code == 0, done.err
    assert "1 rows left out" in done.err and "in force once they lie in" in done.err
    assert "own/cases.csv" in done.out and "brands held out" in done.out and "file held out" not in done.out
    tables = tmp_path / "tables"
    assert set(tomllib.loads((tables / "scale.toml").read_text(encoding="utf-8"))) <= set(CASES)
    second = tomllib.loads((tables / "particulars.toml").read_text(encoding="utf-8"))
    assert set(second) <= {"points", *CASES} and len(second["points"]) == 4
    parse_weights(tomllib.loads((tables / "weights.toml").read_text(encoding="utf-8")))


def test_cases_without_brands_beside_them_are_wrong_usage(console: Console, tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text("kind,candidate,label,brand\n", encoding="utf-8")
    assert console("weights", "names", "cases.csv", "-o", "tables").code == 64
