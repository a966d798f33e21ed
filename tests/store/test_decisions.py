from __future__ import annotations

import pytest

from hunter.errors import UsageError
from hunter.store import Store, audit, decisions, judgements, suspects
from hunter.store.suspects import Status, Suspect
from hunter.types import Outcome, Verdict
from tests.store.scenes import DAY, DAY0, answered, crawl, present, renamed

SUBJECT = ("acme", "bluesky", "did:plc:impostor")


@pytest.fixture
def number(store: Store) -> int:
    crawl(store, present(renamed()))
    with store.read() as c:
        return suspects.page(c)[0].id


def get(store: Store, number: int) -> Suspect:
    with store.read() as c:
        suspect = suspects.get(c, number)
    assert suspect
    return suspect


def decide(store: Store, number: int, verdict: Verdict, **more: object) -> int:
    with store.write() as c:
        return decisions.decide(c, number, verdict, by="ann", at=DAY0 + DAY, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "verdict, status",
    [
        (Verdict.IMPERSONATION, Status.CONFIRMED),
        (Verdict.UNSURE, Status.OPEN),
        (Verdict.PARODY, Status.DISMISSED),
        (Verdict.OFFICIAL, Status.DISMISSED),
        (Verdict.UNRELATED, Status.DISMISSED),
    ],
)
def test_each_verdict_moves_the_suspect_on(store: Store, number: int, verdict: Verdict, status: Status) -> None:
    decide(store, number, verdict)
    suspect = get(store, number)
    assert (suspect.status, suspect.verdict, suspect.verdict_at) == (status, verdict.value, DAY0 + DAY)


def test_a_verdict_keeps_who_when_and_what_was_on_the_screen(store: Store, number: int) -> None:
    kept_as = decide(store, number, Verdict.PARODY, note="says so in its bio", saw=(0.42, "r0"))
    with store.read() as c:
        kept = judgements.get(c, kept_as)
    assert kept and kept.saw_version == get(store, number).version_id
    told = kept.judgement
    assert (told.by, told.at, told.note, told.saw) == ("ann", DAY0 + DAY, "says so in its bio", (0.42, "r0"))


def test_a_verdict_about_an_older_look_marks_what_changed_meanwhile(store: Store, number: int) -> None:
    on_screen = get(store, number).version_id
    crawl(store, present(renamed(bio="new words")), at=DAY0 + DAY)
    decide(store, number, Verdict.UNRELATED, version=on_screen)
    assert get(store, number).changed_since_verdict == ("bio",)


def test_taking_a_verdict_back_brings_the_one_before_back(store: Store, number: int) -> None:
    decide(store, number, Verdict.IMPERSONATION)
    second = decide(store, number, Verdict.PARODY)
    with store.write() as c:
        decisions.withdraw(c, second, by="bob", at=DAY0 + 2 * DAY, note="misread")
    suspect = get(store, number)
    assert (suspect.status, suspect.verdict) == (Status.CONFIRMED, "impersonation")
    with store.read() as c:
        told = [(k.judgement.verdict, k.judgement.withdraws) for k in judgements.history(c, *SUBJECT[1:])]
    assert told == [
        (Verdict.IMPERSONATION, None),
        (Verdict.PARODY, None),
        (Verdict.PARODY, second),
    ], "nothing is overwritten"


def test_taking_the_only_verdict_back_opens_the_suspect(store: Store, number: int) -> None:
    only = decide(store, number, Verdict.PARODY)
    with store.write() as c:
        decisions.withdraw(c, only, by="ann", at=DAY0 + DAY)
    suspect = get(store, number)
    assert (suspect.status, suspect.verdict, suspect.changed_since_verdict) == (Status.OPEN, None, ())


def test_a_verdict_is_taken_back_once(store: Store, number: int) -> None:
    only = decide(store, number, Verdict.PARODY)
    with store.write() as c:
        back = decisions.withdraw(c, only, by="ann", at=DAY0)
    for wrong in (only, back, 999):
        with pytest.raises(UsageError), store.write() as c:
            decisions.withdraw(c, wrong, by="ann", at=DAY0)


def test_verdicts_given_in_one_go_are_undone_in_one_go(store: Store) -> None:
    crawl(store, *(present(renamed(native_id=f"did:plc:{n}", handle=f"acme{n}.example")) for n in range(5)))
    with store.write() as c:
        numbers = [suspect.id for suspect in suspects.page(c)]
        for number in numbers:
            decisions.decide(c, number, Verdict.UNRELATED, by="ann", at=DAY0, batch="b1")
    with store.write() as c:
        assert len(decisions.withdraw_batch(c, "b1", by="ann", at=DAY0)) == 5
        assert decisions.withdraw_batch(c, "b1", by="ann", at=DAY0) == []
    with store.read() as c:
        assert {suspect.status for suspect in suspects.page(c)} == {Status.OPEN}


@pytest.mark.parametrize("status", [Status.GONE, Status.CAME_BACK])
def test_nobody_sets_what_only_a_run_can_see(store: Store, number: int, status: Status) -> None:
    with pytest.raises(UsageError), store.write() as c:
        decisions.set_status(c, number, status, by="ann", at=DAY0)


def test_a_takedown_goes_on_when_the_verdict_is_said_again(store: Store, number: int) -> None:
    decide(store, number, Verdict.IMPERSONATION)
    with store.write() as c:
        decisions.set_status(c, number, Status.TAKEDOWN_REQUESTED, by="ann", at=DAY0, why="sent")
    decide(store, number, Verdict.IMPERSONATION)
    assert get(store, number).status is Status.TAKEDOWN_REQUESTED


def test_a_verdict_does_not_bring_the_gone_back(store: Store, number: int) -> None:
    for day in (1, 2):
        crawl(store, answered(Outcome.ABSENT), at=DAY0 + day * DAY)
    decide(store, number, Verdict.IMPERSONATION)
    assert get(store, number).status is Status.GONE


def test_assigning_is_remembered(store: Store, number: int) -> None:
    with store.write() as c:
        decisions.assign(c, [number], "bob", by="ann", at=DAY0)
        decisions.assign(c, [number], "bob", by="ann", at=DAY0)
        decisions.assign(c, [number], None, by="bob", at=DAY0)
    with store.read() as c:
        told = [(e.before, e.after, e.actor) for e in suspects.events(c, number) if e.act == "assigned"]
    assert told == [(None, "bob", "ann"), ("bob", None, "bob")]


def test_every_decision_is_in_the_audit_log(store: Store, number: int) -> None:
    verdict = decide(store, number, Verdict.IMPERSONATION)
    with store.write() as c:
        decisions.set_status(c, number, Status.TAKEDOWN_REQUESTED, by="bob", at=DAY0)
        decisions.withdraw(c, verdict, by="cyd", at=DAY0)
    with store.read() as c:
        lines = list(audit.lines(c))
        assert audit.verify(c) == []
    for line, act, actor in zip(
        lines, ("verdict", "status_takedown_requested", "withdraw_verdict"), ("ann", "bob", "cyd"), strict=True
    ):
        assert f'"act":"{act}"' in line and f'"actor":"{actor}"' in line
        assert "impostor" not in line and "acme" not in line, "the log names rows, never people"


def test_an_unknown_suspect_is_told(store: Store) -> None:
    with pytest.raises(UsageError, match="no suspect 7"), store.write() as c:
        decisions.decide(c, 7, Verdict.PARODY, by="ann", at=DAY0)
