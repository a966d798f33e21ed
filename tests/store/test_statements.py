"""No value ever becomes part of a statement's text: values are bound, names come from our own constants."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

FILES = sorted((Path(__file__).parent.parent.parent / "hunter" / "store").rglob("*.py"))
RAW = {"text", "literal_column", "exec_driver_sql", "op"}
# Statements that take no bound values; the names in them are the schema's own.
OURS = {"database.py": 3, "upkeep.py": 1, "batches.py": 0}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_raw_statements_are_constants(path: Path) -> None:
    made = [
        f"{path.name}:{node.lineno}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in (RAW | {"execute"})
        and any(isinstance(argument, ast.JoinedStr | ast.BinOp) for argument in node.args)
        and "versions" not in path.parts
    ]
    assert len(made) <= OURS.get(path.name, 0), f"a statement is put together from parts: {made}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_searches_escape_wildcards(path: Path) -> None:
    searches = ("like", "ilike", "contains", "icontains", "startswith", "istartswith", "endswith")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in searches:
            is_text = isinstance(node.func.value, ast.Name | ast.Attribute | ast.Subscript)
            columns = "SUSPECTS" in ast.unparse(node.func.value) or ".c" in ast.unparse(node.func.value)
            if is_text and columns:
                told = {keyword.arg for keyword in node.keywords}
                assert told & {"autoescape", "escape"}, f"{path.name}:{node.lineno} searches with wildcards unescaped"
