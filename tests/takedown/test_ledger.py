"""The ledger of submissions, and the commands that draft and record."""

from __future__ import annotations

import hashlib
import json
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hunter.cli import main
from hunter.errors import UsageError
from hunter.store import audit, decisions, runs, sightings, submissions, suspects
from hunter.store.departures import mark_gone
from hunter.store.suspects import Status
from hunter.types import Outcome, Probe
from tests.stocked import profile_of, stock
from tests.takedown.conftest import ACCOUNT, DOMAIN, NOON, UNSEALED, Desk

DAY = timedelta(days=1)


def send(desk: Desk, number: int = ACCOUNT, **more: object) -> int:
    told = {"channel": "bluesky", "ground": "impersonation", "sent_at": NOON + DAY, "sent_by": "dana", "at": NOON + DAY}
    with desk.store.write() as c:
        return submissions.add(c, number, **{**told, "sent_sha256": "a" * 64, "next_at": NOON + 4 * DAY, **more})  # type: ignore[arg-type]


def test_a_submission_moves_the_suspect_and_is_logged(own_desk: Desk) -> None:
    number = send(own_desk, reference="R-1")
    with own_desk.store.read() as c:
        (one,) = submissions.of_suspect(c, ACCOUNT)
        assert (one.id, one.reference, one.state, one.status) == (number, "R-1", "sent", Status.TAKEDOWN_REQUESTED)
        assert one.bag_sha256 and not one.is_overdue(NOON + 4 * DAY) and one.is_overdue(NOON + 5 * DAY)
        assert audit.verify(c) == [] and any('"act":"submission"' in line for line in audit.lines(c))


def test_nothing_is_sent_before_it_was_sealed(own_desk: Desk) -> None:
    with pytest.raises(UsageError, match="no evidence that was sealed before"):
        send(own_desk, UNSEALED)
    with pytest.raises(UsageError, match="no evidence that was sealed before"):
        send(own_desk, sent_at=NOON - DAY)
    with pytest.raises(UsageError, match="no suspect 99"):
        send(own_desk, 99)


def test_answers(own_desk: Desk) -> None:
    number = send(own_desk)
    with own_desk.store.write() as c:
        refused = submissions.answer(
            c, number, state="refused", by="dana", at=NOON + 2 * DAY, text="no", next_at=NOON + 3 * DAY
        )
        assert refused.answer == "no" and refused.answered_at == NOON + 2 * DAY and refused.is_overdue(NOON + 4 * DAY)
        done = submissions.answer(c, number, state="done", by="dana", at=NOON + 4 * DAY, next_at=NOON + 9 * DAY)
        assert done.next_at is None and done.answer == "no" and not done.is_overdue(NOON + 99 * DAY)
        for wrong in ({"number": 99, "state": "done"}, {"number": number, "state": "lost"}):
            with pytest.raises(UsageError):
                submissions.answer(c, **wrong, by="d", at=NOON)  # type: ignore[arg-type]


def test_an_account_that_is_gone_shows_and_one_that_came_back_is_overdue(own_desk: Desk) -> None:
    number = send(own_desk)
    people = [profile_of(2), profile_of(3)]
    look = Probe(platform="bluesky", handle=profile_of(1).handle, outcome=Outcome.ABSENT, why="no_such_account")
    for days in (2, 4):
        run = stock(own_desk.store, people, at=NOON + days * DAY)
        with own_desk.store.write() as c:
            sightings.save(c, run, [look], at=NOON + days * DAY)
            mark_gone(c, run, at=NOON + days * DAY)
    with own_desk.store.write() as c:
        assert submissions.get(c, number).status is Status.GONE
        submissions.answer(c, number, state="done", by="dana", at=NOON + 4 * DAY)
        assert submissions.overdue(c, NOON + 5 * DAY) == []
    stock(own_desk.store, [profile_of(1), *people], at=NOON + 6 * DAY)
    with own_desk.store.read() as c:
        (back,) = submissions.overdue(c, NOON + 7 * DAY)
        assert (back.id, back.status) == (number, Status.CAME_BACK)
        assert runs.recent(c)[0].suspects_back == 1


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err


@pytest.fixture
def cli(own_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(own_desk.folder)
    monkeypatch.setenv("HUNTER_STORE", f"sqlite:///{own_desk.store.path}")
    monkeypatch.setenv("HUNTER_REVIEWER", "dana")
    return own_desk


def test_the_command_drafts_and_never_ticks(cli: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    ask = ["notice", str(DOMAIN), "--channel", "registrar", "-o", "drafts"]
    code, _, err = run(capsys, *ask)
    assert code == 64 and "which ground?" in err and "phishing: people are led" in err
    code, _, err = run(capsys, *ask, "--ground", "phishing")
    assert code == 64 and "--considered" in err
    code, _, err = run(capsys, *ask, "--ground", "phishing", "--considered", "fan")
    assert code == 64 and "--because" in err
    ask += ["--ground", "phishing", "--considered", "none"]
    code, out, err = run(capsys, *ask)
    assert code == 2 and out.strip() == "drafts/registrar-phishing-2/notice.txt" and "missing: claim.harm" in err
    folder = cli.folder / "drafts" / "registrar-phishing-2"
    assert sorted(p.name for p in folder.iterdir()) == [
        "answers.toml",
        "mail.eml",
        "notice.json",
        "notice.txt",
        "xarf.json",
    ]
    assert {stat.S_IMODE(p.stat().st_mode) for p in folder.iterdir()} == {0o600}
    answers = folder / "answers.toml"
    answers.write_text(
        answers.read_text("utf-8").replace('"claim.harm" = ""', '"claim.harm" = "asks for cards"'), "utf-8"
    )
    code, _, err = run(capsys, *ask, "--answers", str(answers), "--set", "domain.mx=mx.evil.example")
    assert code == 0 and "missing" not in err
    assert json.loads((folder / "notice.json").read_text("utf-8"))["fields"]["claim.harm"] == "asks for cards"


def test_wrong_answers_are_refused(cli: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    ask = ["notice", "1", "--channel", "bluesky", "--ground", "phishing", "--considered", "none", "-o", "d"]
    bad = cli.folder / "bad.toml"
    for content in ("complainant.phone = 7", "[[", "complainant.phone = 'x'"):
        bad.write_text(content, "utf-8")
        assert run(capsys, *ask, "--answers", str(bad))[0] == 64
    assert run(capsys, *ask, "--set", "nonsense")[0] == 64
    assert run(capsys, *ask, "--set", "a.b=c")[0] == 64
    assert run(capsys, "notice", "1", "--channel", "nowhere", "-o", "d")[0] == 64
    assert run(capsys, "notice", "1", "--channel", "bluesky")[0] == 64
    assert not (cli.folder / "d").exists()


def test_the_list_of_channels(cli: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "notice", "--list")
    assert (
        code == 0 and len(out.splitlines()) == 30 and "udrp\tUDRP complaint\tdomain\tcybersquatting\t2026-11-23" in out
    )


def test_the_ledger_from_the_command_line(cli: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    (cli.folder / "sent.txt").write_bytes(b"what was sent")
    (cli.folder / "receipt.png").write_bytes(b"proof")
    ask = ["submissions", "add", "1", "--channel", "bluesky", "--ground", "impersonation", "--sent", "sent.txt"]
    code, _, err = run(capsys, *ask, "--receipt", "receipt.png", "--reference", "R-9", "--at", "2026-11-23T14:00+01:00")
    assert code == 0 and "submission 1: bluesky on 2026-11-23, look again on 2026-11-26" in err
    with cli.store.read() as c:
        one = submissions.get(c, 1)
    assert one.sent_sha256 == hashlib.sha256(b"what was sent").hexdigest() and one.receipt_name == "receipt.png"
    assert (cli.folder / "hunter-vault" / (one.receipt_sha256 or "")[:2]).is_dir() and one.sent_by == "dana"
    code, out, _ = run(capsys, "submissions", "list")
    assert (
        code == 0
        and "1\t1\tbluesky acme-help1.bsky.example\tbluesky\timpersonation\t2026-11-23 dana\tsent\tR-9\t2026-11-26"
        in out
    )
    code, _, err = run(capsys, "submissions", "answer", "1", "--state", "refused", "--text", "no violation")
    assert code == 0 and "submission 1: refused, look again on" in err
    for wrong in (["--at", "yesterday"], ["--at", "2999-01-01"], ["--sent", "none.txt"]):
        assert run(capsys, *ask, *wrong)[0] == 64


def test_status_tells_what_is_overdue(cli: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    past = datetime.now(UTC) - 10 * DAY
    with cli.store.write() as c:
        bag = replace_sealed(c, past)
        assert bag
    send(cli, sent_at=past + DAY, at=past + DAY, next_at=past + 2 * DAY)
    _, _, err = run(capsys, "status")
    assert "1 submissions overdue" in err
    with cli.store.write() as c:
        decisions.set_status(c, ACCOUNT, Status.CLOSED, by="dana", at=NOON)
        assert suspects.get(c, ACCOUNT).status is Status.CLOSED  # type: ignore[union-attr]


def replace_sealed(c: object, at: datetime) -> int:
    """One more bag of the account, sealed earlier."""
    from hunter.store.evidence import add_bag, bags_of_suspect

    old = bags_of_suspect(c, ACCOUNT)[0]  # type: ignore[arg-type]
    fields = {
        name: getattr(replace(old, sealed_at=at), name) for name in type(old).__dataclass_fields__ if name != "id"
    }
    return add_bag(c, fields)  # type: ignore[arg-type]
