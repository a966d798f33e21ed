"""What the README promises: its commands exist, its samples work, its tables are complete."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import typer

from hunter.brands import load_brands
from hunter.cli import build_app
from hunter.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = [
    line.partition("#")[0].strip()
    for kind, block in BLOCKS
    for line in block.splitlines()
    if kind == "" and line.startswith("hunter ")
]
INLINE = sorted(set(re.findall(r"`(hunter [a-z][^`…]*)`", README)))


def test_the_first_block_holds_two_commands() -> None:
    kind, block = BLOCKS[0]
    lines = block.splitlines()
    assert kind == ""
    assert len(lines) == 2
    assert all(line.startswith("python3 -m venv .venv && .venv/bin/pip install ") for line in lines)
    assert lines[0].endswith(".venv/bin/hunter demo")
    assert lines[1].endswith("-m pytest -q")


@pytest.mark.parametrize("line", [*COMMANDS, *INLINE])
def test_each_command_exists_with_its_options(line: str) -> None:
    words = shlex.split(line)[1:]
    command: Any = typer.main.get_command(build_app())
    while words and not words[0].startswith("-") and getattr(command, "commands", None):
        assert words[0] in command.commands, f"no command {words[0]} in {line!r}"
        command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    used = [word for word in words if word.startswith("-") and word != "-"]
    assert set(used) <= known | {"--help"}, line


def test_the_brand_file_is_read(tmp_path: Path) -> None:
    (sample,) = [block for kind, block in BLOCKS if kind == "toml"]
    (tmp_path / "acme.toml").write_text(sample, encoding="utf-8")
    (brand,) = load_brands(tmp_path)
    assert brand.names == ("Acme", "Acme Bank", "Акме")
    assert brand.rights is not None


def test_the_program_runs_and_finds_its_suspect(tmp_path: Path) -> None:
    (sample,) = [block for kind, block in BLOCKS if kind == "python"]
    (tmp_path / "sample.py").write_text(sample, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, tmp_path / "sample.py"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert re.match(r"talvora ta1vora_support 0\.\d\d? .+", done.stdout), done.stdout


def test_every_setting_is_told() -> None:
    table = set(re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE))
    assert {field.name for field in fields(Settings)} - {"platform_urls"} <= table
    assert "platform_urls" in README


def test_every_exit_code_is_told() -> None:
    source = (ROOT / "hunter" / "errors.py").read_text(encoding="utf-8")
    codes = {int(code) for code in re.findall(r"exit_code = (\d+)", source)} | {0, 2, 3, 4, 5, 64, 130}
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}
    assert codes <= told


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])
def test_links_between_the_documents_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert "://" in target or (ROOT / target).exists(), target
    assert len(text) > 300
