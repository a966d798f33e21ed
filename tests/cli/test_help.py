"""Every command helps with an example, quickly; wrong usage is told in words and ends in 64."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from hunter.cli import build_app
from tests.cli.console import PROGRAM, Console, hunter

HEAVY = (
    "scrapy",
    "twisted",
    "numpy",
    "PIL",
    "cv2",
    "sqlalchemy",
    "rapidfuzz",
    "rich",
    "pyarrow",
    "weasyprint",
    "jinja2",
)


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and group with the words that lead to it."""
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*path, name))


ALL = list(commands(typer.main.get_command(build_app())))


@pytest.mark.parametrize(("path", "command"), ALL, ids=["-".join(path) or "hunter" for path, _ in ALL])
def test_help_carries_an_example(path: tuple[str, ...], command: Any) -> None:
    assert command.help, "no help"
    example = f"Example: hunter {' '.join(path)}".rstrip()
    assert example in " ".join(command.help.split()), f"no line that begins with {example!r}"


def test_the_commands_of_the_contract_are_there() -> None:
    names = {" ".join(path) for path, _ in ALL}
    contract = "demo init handles run screen explain suspects,list suspects,show suspects,judge review notice export "
    contract += "import-reviews evidence,seal evidence,verify evidence,redact runs status schedule alerts,test "
    contract += "purge subject-report db,upgrade db,check db,backup"
    assert {name.replace(",", " ") for name in contract.split()} <= names


def test_help_loads_nothing_heavy() -> None:
    program = (
        f"import sys; from hunter.cli import build_app; build_app(); print(*[m for m in {HEAVY} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


WRONG = {
    "no command": ([], "Usage: hunter"),
    "unknown command": (["nope"], "No such command 'nope'"),
    "unknown option": (["run", "--nope"], "No such option"),
    "missing argument": (["suspects", "show"], "Missing argument"),
    "no number": (["suspects", "show", "x"], "a valid integer"),
    "out of range": (["run", "--limit", "0"], "greater than or equal to 1"),
    "group without command": (["suspects"], "Usage: hunter suspects"),
    "no brand": (["run"], "hunter init"),
    "no such brand file": (["run", "--brand", "gone.toml"], "gone.toml: no such file or folder"),
    "bad interval": (["schedule", "--every", "7 moons"], "as in 30m, 6h or 1d"),
    "bad format": (["schedule", "--format", "sundial"], "one of cron, systemd"),
    "no such verdict": (["suspects", "judge", "1", "guilty"], "one of impersonation, parody"),
    "no such suspect": (["suspects", "show", "1"], "there is no suspect 1"),
    "no such status": (["suspects", "list", "--status", "odd"], "one of open"),
}


@pytest.mark.parametrize(("arguments", "said"), WRONG.values(), ids=WRONG)
def test_wrong_usage_is_64(console: Console, arguments: list[str], said: str) -> None:
    result = console(*arguments)
    assert result.code == 64
    assert said in result.err
    assert result.out == ""
    assert "Traceback" not in result.err


def test_version(tmp_path: Path) -> None:
    assert hunter("--version", folder=tmp_path).out == "hunter 0.1.0\n"


def test_settings_faults_are_told_together(console: Console) -> None:
    Path("hunter.toml").write_text('nonsense = 1\nmin_score = "high"\n')
    result = console("suspects", "list")
    assert result.code == 64
    assert "nonsense: no such setting" in result.err
    assert "min_score" in result.err


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    done = subprocess.run(f"{PROGRAM} --help | head -1", shell=True, cwd=tmp_path, capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.startswith("Usage: hunter")
