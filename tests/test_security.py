"""What SECURITY.md promises: each threat has its line, and each line its tests, the most telling one first."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
TEST = r"`tests/[\w/]+\.py::test_\w+`"
ROWS = re.findall(rf"^\| ([A-Z]\d+) \| .+ \| ({TEST}(?:, {TEST})*) \|$", SECURITY, re.MULTILINE)
LINES = [(threat, *one.strip("`").split("::")) for threat, several in ROWS for one in several.split(", ")]
# Network, content, output, review server, evasion, failure: a letter and how many there are of it.
THREATS = {"N": 15, "I": 9, "O": 12, "S": 9, "P": 10, "F": 13}


def test_every_threat_has_one_line() -> None:
    every = [f"{letter}{number}" for letter, most in THREATS.items() for number in range(1, most + 1)]
    assert [row[0] for row in ROWS] == every


@pytest.mark.parametrize(("threat", "path", "name"), LINES, ids=[f"{line[0]}-{line[2]}" for line in LINES])
def test_the_test_of_a_threat_is_there_and_can_fail(threat: str, path: str, name: str) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    assert len(found) == 1, f"{threat}: {path} has no {name}"
    kinds = (ast.Assert, ast.With)
    assert any(isinstance(node, kinds) for node in ast.walk(found[0])), f"{threat}: {name} asserts nothing"
