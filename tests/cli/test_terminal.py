"""What reaches the screen: hostile names show their code points, a pipe gets one line a row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hunter.cli.terminal import print_table, print_waterfall, write_cell, write_score
from hunter.types import Finding

HOSTILE = [
    "\x1b[31mred",
    "\x1b]8;;https://evil.example\x07click\x1b]8;;\x07",
    "\x1b]52;c;ZXZpbA==\x07",
    "a\r\nINFO forged",
    "tab\tand\x00nul\x7f",
    "\u202eknab",
    "zero\u200bwidth\u2066",
    "Z" + "\u0335" * 50,
    "\ud800",
]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_nothing_raw_in_a_cell(text: str) -> None:
    shown = write_cell(text)
    assert shown.isprintable()
    assert len([c for c in shown if c == "\u0335"]) <= 2
    shown.encode()


@given(st.text(max_size=400))
def test_a_row_stays_one_line_of_as_many_cells(text: str) -> None:
    cell = write_cell(text)
    assert not set(cell) & set("\t\r\n\x1b\x0b\x0c\x85\u2028\u2029")


def test_values() -> None:
    assert write_cell(None) == ""
    assert write_cell(0) == "0"
    assert write_cell(0.5) == "0.50"
    at = datetime(2026, 11, 23, 23, 30, tzinfo=timezone(timedelta(hours=-2)))
    assert write_cell(at) == "2026-11-24 01:30"
    assert write_cell(at.astimezone(UTC)) == "2026-11-24 01:30"


@pytest.mark.parametrize(("score", "shown"), [(0.0, "0.00"), (0.5, "0.50"), (0.99, "0.99"), (0.9999, ">0.99")])
def test_no_probability_is_a_certainty(score: float, shown: str) -> None:
    assert write_score(score) == shown


def test_a_pipe_gets_tabs(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["no", "name", "why"], [(1, "a\tb\n", ["x", None, "y"]), (2, None, "")], numbers=["no"])
    assert capsys.readouterr().out == "no\tname\twhy\n1\ta⟨U+0009⟩b⟨U+000A⟩\tx y\n2\t\t\n"


def test_waterfall_tells_what_counts(capsys: pytest.CaptureFixture[str]) -> None:
    plain = {"ours": "acme", "theirs": "acrne", "words": "looks like", "level": "x", "signal": "y"}
    findings = [
        Finding(family="name", bits=7.0, **plain),
        Finding(family="name", bits=2.0, counted=False, **plain),
        Finding(family="age", bits=-1.5, **plain),
    ]
    print_waterfall(findings, -6.0, -0.5, 0.41)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[1] for line in lines[1:-1]] == ["-6.0", "+7.0", "(+2.0)", "-1.5", "-0.5"]
    assert "probability 0.41" in lines[-2]
    assert "in brackets" in lines[-1]
