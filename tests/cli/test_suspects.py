"""The queue in the terminal: list, show, judge, on a store with suspects in it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from hunter.store import decisions, judgements, open_store
from hunter.types import Verdict
from tests.cli.console import Console, hunter, on_terminal
from tests.stocked import NOON, profile_of, stock

EVIL = "Acme \x1b[31m\u202eknaB\x07"


@pytest.fixture
def stocked(console: Console, tmp_path: Path) -> Console:
    """A store with three suspects in the working directory; the first has a hostile name."""
    with open_store(f"sqlite:///{tmp_path}/hunter.db") as store:
        stock(store, [profile_of(1, display_name=EVIL), profile_of(2), profile_of(3)], bits=(6.0, 4.0, 2.0))
    return console


def test_list_shows_the_most_pressing_first(stocked: Console) -> None:
    result = stocked("suspects", "list")
    assert result.code == 0
    head, *rows = [line.split("\t") for line in result.out.splitlines()]
    assert head == ["no", "score", "brand", "platform", "handle", "name", "status", "why"]
    assert [row[4] for row in rows] == ["acme-help1.bsky.example", "acme-help2.bsky.example", "acme-help3.bsky.example"]
    assert float(rows[0][1]) > float(rows[2][1])
    assert "\x1b" not in result.out
    assert "⟨U+202E⟩" in rows[0][5]


def test_list_narrows(stocked: Console) -> None:
    assert len(stocked("suspects", "list", "--min-score", "0.9").out.splitlines()) == 3
    assert len(stocked("suspects", "list", "--limit", "1").out.splitlines()) == 2
    assert "--limit" in stocked("suspects", "list", "--limit", "1").err
    assert stocked("suspects", "list", "--brand", "other").out.splitlines()[1:] == []
    assert "no suspects" in stocked("suspects", "list", "--status", "gone").err


def test_show_tells_both_values_and_what_happened(stocked: Console) -> None:
    result = stocked("suspects", "show", "1")
    assert result.code == 0
    assert "hxxps://refund1[.]example/form" in result.out
    assert "https://" not in result.out
    assert "acme\tacme-help1.bsky.example" in result.out
    assert "(+1.5)" in result.out
    assert "new in run 1" in result.out
    assert "\x1b" not in result.out
    assert "U+202E RIGHT-TO-LEFT OVERRIDE" in result.out


def test_judge_writes_a_signed_verdict(stocked: Console, tmp_path: Path) -> None:
    result = stocked("suspects", "judge", "2", "Impersonation", "--note", "asks for cards", "--by", "dana")
    assert result.code == 0
    assert "impersonation by dana; it is now confirmed" in result.err
    assert len(stocked("suspects", "list").out.splitlines()) == 3
    assert "confirmed (impersonation)" in stocked("suspects", "list", "--status", "all").out
    with open_store(f"sqlite:///{tmp_path}/hunter.db") as store, store.read() as c:
        (kept,) = judgements.history(c, "bluesky", "did:plc:00000002")
    assert (kept.judgement.by, kept.judgement.note) == ("dana", "asks for cards")
    assert kept.judgement.saw[0] > 0.9


def test_judge_asks_the_settings_who_decides(stocked: Console, tmp_path: Path) -> None:
    (tmp_path / "hunter.toml").write_text('reviewer = "legal team"\n')
    assert "by legal team" in stocked("suspects", "judge", "1", "parody").err


def test_a_verdict_on_a_changed_account_stays_marked(stocked: Console, tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/hunter.db") as store:
        with store.write() as c:
            decisions.decide(c, 2, Verdict.UNRELATED, by="dana", at=NOON)
        stock(store, [replace(profile_of(2), display_name="Acme Bank official")], bits=(8.0,))
    assert "changed since the verdict: display_name" in stocked("suspects", "show", "2").out


def test_on_a_terminal_nothing_is_wider_than_the_screen(stocked: Console, tmp_path: Path) -> None:
    for columns in (60, 80, 120):
        code, screen = on_terminal("suspects", "list", folder=tmp_path, columns=columns)
        assert code == 0
        assert "acme-help1" in screen
        assert "\x1b[31m" not in screen
        plain = re.sub(r"\x1b\[[\d;]*m|\r", "", screen)  # the headings are bold
        assert "\x1b" not in plain
        assert [line for line in plain.splitlines() if len(line) > columns] == []


def test_a_store_of_a_newer_hunter_is_refused(console: Console, tmp_path: Path) -> None:
    (tmp_path / "hunter.db").write_bytes(b"this is no database" * 100)
    result = hunter("suspects", "list", folder=tmp_path)
    assert result.code == 5
    assert "hunter.db" in result.err
    assert "Traceback" not in result.err
