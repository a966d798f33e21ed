"""The tour from beginning to end: three runs on the sample network, and what it leaves for the user to try."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.console import Console, Result, hunter

IMPOSTORS = {
    "talvora-support.test", "ta1vora.test", "desk-services-77.test", "talvora-cards.test", "talvora-refunds.test",
    "ilse-marenthal-invest.test", "dr-ilse-marentha1.test", "zorelia-giveaway.test", "tea-market-8.test",
}  # fmt: skip
INNOCENT = {
    "talvora.example", "ilsemarenthal.example", "zorelia.example", "zorelia-fans.test", "talvora-runners.test",
    "tavola.test", "zora-elia.test", "ilse-m.test", "bank-holiday.test", "salvatore.test", "books-and-tea.test",
}  # fmt: skip


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    folder = tmp_path_factory.mktemp("tour")
    return folder, hunter("demo", folder=folder, settings={"HUNTER_STORE": "sqlite:////nowhere/x.db"}, seconds=110)


def table_of(out: str) -> list[list[str]]:
    lines = out.splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("no\t"))
    return [line.split("\t") for line in lines[first + 1 : lines.index("", first)]]


def test_finds_all_who_pretend_and_nobody_else(tour: tuple[Path, Result]) -> None:
    result = tour[1]
    assert result.code == 0, result.err
    handles = {row[4] for row in table_of(result.out)}
    assert handles >= IMPOSTORS
    assert not handles & INNOCENT
    assert all(row[-1] for row in table_of(result.out)), "every suspect comes with its reason"


def test_three_days_tell_new_changed_and_gone(tour: tuple[Path, Result]) -> None:
    days = re.split(r"\nDay \d\. ", tour[1].out)[1:]
    assert [re.search(r"run (\d): bluesky partial \(blocked\)", day) is not None for day in days] == [True] * 3
    assert "1 refused" in days[0]
    assert "talvora-prize.test" in days[0]
    assert "changed: " in days[1]
    assert "desk-services-77.test (handle)" in days[1]
    assert "zorelia-giveaway.test (display name)" in days[1]
    assert "new: talvora-refunds.test" in days[1]
    assert "gone: talvora-prize.test" in days[2]


def test_nothing_hostile_reaches_the_screen_raw(tour: tuple[Path, Result]) -> None:
    shown = tour[1].out + tour[1].err
    assert {c for c in shown if not c.isprintable()} <= {"\n", "\t"}
    assert "⟨U+001B⟩[31mCards⟨U+202E⟩" in shown


def test_what_to_do_next_can_be_done(
    tour: tuple[Path, Result], console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, result = tour
    commands = [line.split()[1:] for line in result.out.splitlines() if re.match(r"  \S*hunter \w", line)]
    assert [command[:2] for command in commands[:2]] == [["suspects", "show"], ["suspects", "judge"]]
    monkeypatch.chdir(folder / "hunter-demo")
    shown = console(*commands[0])
    assert shown.code == 0
    assert "bits" in shown.out
    judged = console(*commands[1])
    assert "impersonation by tour; it is now confirmed" in judged.err
    assert console("runs").out.count("demo") == 3
    assert console("export", "--format", "jsonl", "-o", "-").code == 0


def test_a_folder_of_somebody_else_is_left_alone(console: Console, tmp_path: Path) -> None:
    (tmp_path / "hunter-demo").mkdir()
    (tmp_path / "hunter-demo" / "thesis.txt").write_text("two years of work")
    result = console("demo")
    assert result.code == 64
    assert "not from an earlier tour" in result.err
    assert (tmp_path / "hunter-demo" / "thesis.txt").exists()
