"""`hunter db`, `runs`, `status`, `purge`, `hold` and `subject-report`, as a user types them."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from hunter.store import audit, open_store, runs, suspects
from hunter.store.runs import PlatformResult
from hunter.takedown import channels
from hunter.vault import Vault
from tests.cli.console import Console
from tests.store.scenes import DAY0, IMPOSTOR, capture, crawl, present, renamed


@pytest.fixture
def stocked(console: Console) -> Console:
    """A store with one run and a suspect whose answer lies in the vault."""
    body = b'{"bio": "Send us your card"}'
    answer = capture(1)
    from dataclasses import replace

    answer = replace(answer, sha256=Vault("hunter-vault").put(body), size=len(body))
    with open_store("sqlite:///hunter.db") as store:
        crawl(store, present(renamed(display_name="A\x1b[31mcme", picture=None), answer))
        with store.write() as c:
            result = PlatformResult(platform="bluesky", state="ok", asked=5, present=1, absent=4)
            runs.record_platform(c, 1, result, at=DAY0)
    return console


def test_a_store_is_made_checked_and_copied(console: Console) -> None:
    nothing = console("db", "check")
    assert nothing.code == 5 and "there is no store yet" in nothing.err and not Path("hunter.db").exists()
    assert console("db", "upgrade").code == 0
    whole = console("db", "check")
    assert whole.code == 0 and whole.out.startswith("whole: 0 lines in the audit log, head 0000")
    assert console("db", "backup", "copy.db").code == 0 and stat.S_IMODE(Path("copy.db").stat().st_mode) == 0o600
    again = console("db", "backup", "copy.db")
    assert again.code == 64 and "is there already" in again.err


def test_check_finds_bytes_that_are_missing_or_changed(stocked: Console) -> None:
    assert stocked("db", "check").code == 0
    (path,) = (p for p in Path("hunter-vault").rglob("*") if p.is_file())
    path.write_bytes(b"changed")
    changed = stocked("db", "check")
    assert changed.code == 5 and changed.out == f"vault: {path.name}: no longer what it was\n"
    path.unlink()
    missing = stocked("db", "check")
    assert missing.code == 5 and missing.out == f"vault: {path.name} is missing\n"
    assert stocked("db", "check", "--no-vault").code == 0


def test_the_log_is_printed_line_by_line_and_hangs_together(stocked: Console) -> None:
    with open_store("sqlite:///hunter.db") as store, store.write() as c:
        for act in ("looked", "judged", "sealed"):
            audit.append(c, actor="ann", act=act, object="suspect:1", at=DAY0)
    lines = stocked("db", "log").out.splitlines()
    assert [json.loads(line)["act"] for line in lines][-3:] == ["looked", "judged", "sealed"]
    assert json.loads(lines[-1])["prev"] == sha256(lines[-2].encode()).hexdigest()
    assert stocked("db", "log", "--after", str(len(lines) - 1)).out.splitlines() == lines[-1:]


def test_status_tells_which_channels_nobody_compared_for_half_a_year(
    stocked: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "STALE_AFTER", timedelta(days=100_000))
    assert "compared with their own page" not in stocked("status").err
    monkeypatch.setattr(channels, "STALE_AFTER", timedelta(days=-100_000))
    told = stocked("status").err
    assert "compared with their own page more than half a year ago: " in told and "bluesky" in told


def test_runs_are_listed_and_told(stocked: Console) -> None:
    listed = stocked("runs")
    assert listed.code == 0 and listed.out.splitlines()[1].split("\t")[:2] == ["1", "run"]
    told = stocked("runs", "1")
    assert told.last_line == ("run 1: bluesky ok: 5 asked, 1 present, 0 refused, 1 suspects new, 0 changed, 0 gone")
    assert stocked("runs", "7").code == 64


def test_status_of_an_empty_store(console: Console) -> None:
    assert console("status").code == 0
    late = console("status", "--every", "6h")
    assert late.code == 3 and "no platform was ever asked" in late.err


def test_status_tells_who_is_late(stocked: Console) -> None:
    assert stocked("status").code == 0
    late = stocked("status", "--every", "6h")
    assert late.code == 3 and "bluesky" in late.last_line and "LATE" in late.out
    assert stocked("status", "--every", "soon").code == 64


def test_a_purge_is_rehearsed_held_done_and_told(stocked: Console) -> None:
    report = json.loads(stocked("subject-report", f"bluesky:{IMPOSTOR.handle}").out)
    assert report["native_id"] == IMPOSTOR.native_id and report["captures"][0]["held"] is True
    rehearsed = stocked("purge", "--subject", f"bluesky:{IMPOSTOR.native_id}", "--dry-run")
    assert (
        rehearsed.code == 0 and "would delete: 1 accounts" in rehearsed.err and "nothing was deleted" in rehearsed.err
    )
    assert stocked("hold", "add", f"bluesky:{IMPOSTOR.handle}", "--reason", "case 12").out == "hold 1\n"
    held = stocked("purge", "--subject", f"bluesky:{IMPOSTOR.native_id}")
    assert held.code == 2 and "kept, legal hold: case 12" in held.err and "nothing was deleted" in held.err
    assert "case 12" in stocked("hold", "list").out
    assert stocked("hold", "release", "1").code == 0
    done = stocked("purge", "--subject", f"bluesky:{IMPOSTOR.native_id}", "--why", "asked on paper")
    assert done.code == 0 and "deleted: 1 accounts (asked on paper)" in done.err
    assert "1 files removed from the vault" in done.err
    with open_store("sqlite:///hunter.db") as store, store.read() as c:
        assert suspects.page(c) == []
    assert stocked("purge", "--subject", f"bluesky:{IMPOSTOR.native_id}").code == 64
    assert stocked("db", "check").code == 0


def test_an_expired_purge_with_nothing_to_do_says_so(console: Console) -> None:
    done = console("purge", "--expired")
    assert done.code == 0 and "nothing has been kept long enough" in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("purge",),
        ("purge", "--expired", "--subject", "x:y"),
        ("hold", "add", "x", "--reason", "r"),
        ("hold", "release", "9"),
    ],
)
def test_wrong_usage_is_explained(console: Console, arguments: tuple[str, ...]) -> None:
    assert console(*arguments).code == 64


def test_a_report_may_go_to_a_private_file(stocked: Console) -> None:
    assert stocked("subject-report", f"bluesky:{IMPOSTOR.handle}", "-o", "report.json").code == 0
    path = Path("report.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text()
    assert json.loads(text)["suspects"][0]["brand"] == "acme" and "\x1b" not in text


def test_a_store_that_is_no_store_ends_with_5(console: Console) -> None:
    Path("hunter.db").write_bytes(b"something else entirely, long enough to be read as pages" * 100)
    for command in (("db", "check"), ("runs",), ("status",), ("purge", "--expired")):
        result = console(*command)
        assert result.code == 5 and "Traceback" not in result.err, command
