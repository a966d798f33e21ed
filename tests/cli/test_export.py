"""`hunter export` and `hunter import-reviews` from the command line."""

from __future__ import annotations

import csv
import io
import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hunter.cli import main
from hunter.store import Store, decisions, open_store
from hunter.types import Verdict
from tests.stocked import NOON, profile_of, stock


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Three runs: suspects 1 to 4, then 2 changed, then 5 new; 1 is confirmed, 3 scores low."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUNTER_STORE", f"sqlite:///{tmp_path}/hunter.db")
    with open_store(f"sqlite:///{tmp_path}/hunter.db") as opened:
        people = [replace(profile_of(i), links=()) for i in range(1, 5)]
        bits = (5.0, 4.0, 1.0, 3.0)
        stock(opened, people, bits=bits)
        people[1] = replace(people[1], bio="Now another bio")
        stock(opened, people, bits=bits, at=NOON + timedelta(days=1))
        stock(opened, [*people, profile_of(5)], bits=(*bits, 6.0), at=NOON + timedelta(days=2))
        with opened.write() as c:
            decisions.decide(c, 1, Verdict.IMPERSONATION, by="dana", at=NOON)
        yield opened


def run(capsysbinary: pytest.CaptureFixture[bytes], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    out, err = capsysbinary.readouterr()
    return int(stop.value.code or 0), out.decode(), err.decode()


@pytest.mark.parametrize(
    ("options", "suspects"),
    [
        ([], [5, 1, 2, 4, 3]),
        (["--min-score", "0.9"], [5, 1, 2]),
        (["--status", "confirmed"], [1]),
        (["--status", "open", "--status", "confirmed"], [5, 1, 2, 4, 3]),
        (["--brand", "acme"], [5, 1, 2, 4, 3]),
        (["--brand", "other"], []),
        (["--new-only"], [5]),
        (["--since", "1"], [5, 2]),
        (["--since", "1", "--new-only"], [5]),
        (["--since", "3"], []),
        (["--since", "2026-11-24"], [5, 2]),
        (["--since", "2026-11-24T13:00+00:00"], [5]),
        (["--since", "2026-11-23", "--new-only"], [5, 1, 2, 4, 3]),
    ],
)
def test_options_narrow(
    options: list[str], suspects: list[int], store: Store, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    code, out, err = run(capsysbinary, "export", "--format", "jsonl", "-o", "-", *options)
    assert code == 0 and [json.loads(line)["id"] for line in out.splitlines()] == suspects
    assert err.startswith(f"{len(suspects)} suspects (")


@pytest.mark.parametrize("format", ["csv", "html", "jsonl", "misp", "stix", "xlsx"])
def test_files_appear_whole_and_private(format: str, store: Store, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(capsysbinary, "export", "--format", format, "-o", "list")[0] == 0
    assert stat.S_IMODE(Path("list").stat().st_mode) == 0o600 and Path("list").stat().st_size > 500
    assert [p.name for p in Path().iterdir() if p.name.startswith(".list")] == []


@pytest.mark.parametrize(
    "wrong",
    [
        ["--format", "pdf"], ["--format", "xlsx", "-o", "-"], ["--status", "lost"], ["--min-score", "2"],
        ["--since", "lately"], ["--since", "2026-13-01"], ["-o", "no/such/folder/list"],
    ],
)  # fmt: skip
def test_wrong_usage_leaves_nothing(wrong: list[str], store: Store, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    base = ["export"] + (["--format", "csv"] if "--format" not in wrong else [])
    code, _, err = run(capsysbinary, *base, *(["-o", "list"] if "-o" not in wrong else []), *wrong)
    assert code == 64 and err.startswith("hunter: ") and not Path("list").exists()


def test_a_sheet_goes_out_and_comes_back(store: Store, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    run(capsysbinary, "export", "--format", "csv", "-o", "list.csv")
    rows = list(csv.DictReader(io.StringIO(Path("list.csv").read_text("utf-8-sig"), newline="")))
    rows[0]["your verdict"], rows[1]["your verdict"] = "unrelated", "parody"
    with Path("list.csv").open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with store.write() as c:
        decisions.decide(c, 1, Verdict.UNSURE, by="eve", at=NOON)
    assert run(capsysbinary, "import-reviews", "list.csv", "--by", "")[0] == 64
    code, out_text, err = run(capsysbinary, "import-reviews", "list.csv", "--by", "dana", "--dry-run")
    assert code == 2 and "dry run" in err
    code, out_text, err = run(capsysbinary, "import-reviews", "list.csv", "--by", "dana")
    assert code == 2 and "list.csv: 1 applied, 1 conflict" in err
    assert "3\t1\tconflict\teve decided unsure at 2026-11-23 12:00 UTC" in out_text
    assert run(capsysbinary, "import-reviews", "none.xlsx", "--by", "dana")[0] == 64
