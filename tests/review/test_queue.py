"""What a decision does: written down as seen, never overwritten, undone in one go, reopened by a change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from hunter.errors import UsageError
from hunter.review import queue as review
from hunter.store import Store, audit, casefile, decisions, judgements, queue, suspects
from hunter.store.queue import Row, Wanted
from hunter.store.suspects import Status
from hunter.types import Assessment, Verdict
from tests.review.stock import BEGAN, RULES, account, assess, picture, run

WAITING = Wanted(statuses=review.TABS["waiting"])
NOW = BEGAN + timedelta(days=1, hours=1)


def rows(store: Store, wanted: Wanted = WAITING) -> list[Row]:
    with store.read() as c:
        return queue.page(c, wanted)


def seen(store: Store) -> list[review.OnScreen]:
    return [review.on_screen(row) for row in rows(store)]


def find(store: Store, handle: str) -> suspects.Suspect:
    with store.read() as c:
        return next(s for s in suspects.page(c, limit=500) if s.handle == handle)


def case_of(count: int) -> list[Assessment]:
    return [assess(account(f"pay{n}", display_name=f"Acme Pay {n}", picture=picture("pay")), 5.0) for n in range(count)]


@pytest.fixture
def store(store: Store) -> Store:
    run(store, [assess(account("first"), 8.0), assess(account("second"), 5.0)])
    return store


def test_a_verdict_is_kept_with_what_was_on_the_screen(store: Store) -> None:
    done = review.judge(store, seen(store)[:1], Verdict.IMPERSONATION, by="ana", note=" asks for cards ", at=NOW)
    assert (done.accounts, done.handles, done.left) == (1, ("first",), 0)
    with store.read() as c:
        (kept,) = judgements.history(c, "bluesky", "did:first")
        assert audit.verify(c) == []
        assert audit.head(c).seq == 1
    assert kept.judgement.saw == (pytest.approx(1 / (1 + 2**-8)), RULES)
    assert (kept.judgement.by, kept.judgement.note, kept.batch) == ("ana", "asks for cards", done.batch)
    assert find(store, "first").status is Status.CONFIRMED
    assert [row.handle for row in rows(store)] == ["second"]


@pytest.mark.parametrize(
    ("verdict", "status"),
    [
        (Verdict.IMPERSONATION, Status.CONFIRMED),
        (Verdict.PARODY, Status.DISMISSED),
        (Verdict.OFFICIAL, Status.DISMISSED),
        (Verdict.UNRELATED, Status.DISMISSED),
        (Verdict.UNSURE, Status.OPEN),
    ],
)
def test_where_a_verdict_leads(store: Store, verdict: Verdict, status: Status) -> None:
    review.judge(store, seen(store)[:1], verdict, by="ana", at=NOW)
    assert find(store, "first").status is status


def test_undo_takes_all_of_one_go_back_and_keeps_it_in_the_history(store: Store) -> None:
    done = review.judge(store, seen(store), Verdict.UNRELATED, by="ana", at=NOW)
    assert rows(store) == []
    assert review.undo(store, done.batch, by="ana", at=NOW) == 2
    assert [row.handle for row in rows(store)] == ["first", "second"]
    with store.read() as c:
        assert len(judgements.history(c, "bluesky", "did:first")) == 2, "the verdict and its withdrawal"
        assert audit.verify(c) == []
    assert review.undo(store, done.batch, by="ana", at=NOW) == 0, "nothing is withdrawn twice"


def test_only_a_lead_takes_back_what_somebody_else_decided(store: Store) -> None:
    done = review.judge(store, seen(store)[:1], Verdict.UNRELATED, by="ana", at=NOW)
    with pytest.raises(UsageError, match="decided by ana"):
        review.undo(store, done.batch, by="bo", at=NOW)
    number = find(store, "first").verdict_id
    assert number is not None
    with pytest.raises(UsageError, match="decided by ana"):
        review.withdraw(store, number, by="bo", at=NOW)
    review.withdraw(store, number, by="lea", others_too=True, at=NOW)
    assert find(store, "first").status is Status.OPEN
    with pytest.raises(UsageError, match="nothing to undo"):
        review.undo(store, "no such batch", by="ana")


def test_what_somebody_decided_meanwhile_is_left_alone(store: Store) -> None:
    on_my_screen = seen(store)
    review.judge(store, on_my_screen[:1], Verdict.OFFICIAL, by="bo", at=NOW)
    done = review.judge(store, on_my_screen, Verdict.IMPERSONATION, by="ana", at=NOW)
    assert [row.handle for row in done.decided_meanwhile] == ["first"]
    assert (done.accounts, done.handles) == (1, ("second",))
    assert find(store, "first").verdict == "official"


def test_a_verdict_holds_for_what_was_seen_and_a_change_reopens_it(store: Store) -> None:
    review.judge(store, seen(store)[:1], Verdict.UNRELATED, by="ana", at=NOW)
    run(store, [assess(account("first"), 8.0)], day=2)
    assert find(store, "first").status is Status.DISMISSED, "the same look is not shown twice"
    run(store, [assess(account("first", bio="Write to us for your refund", picture=picture("ours")), 8.0)], day=3)
    reopened = find(store, "first")
    assert reopened.status is Status.OPEN
    assert set(reopened.changed_since_verdict) == {"bio", "picture"}
    assert reopened.verdict == "unrelated", "what was decided stays"


def test_a_renamed_account_is_the_same_one_and_a_reused_handle_is_another(store: Store) -> None:
    review.judge(store, seen(store)[:1], Verdict.UNRELATED, by="ana", at=NOW)
    run(
        store,
        [
            assess(account("first-renamed", native_id="did:first", display_name="First"), 8.0),
            assess(account("first", native_id="did:somebody-else", display_name="First"), 8.0),
        ],
        day=2,
    )
    assert find(store, "first-renamed").changed_since_verdict == ("handle",)
    assert find(store, "first").verdict is None


def test_a_verdict_on_an_old_screen_does_not_cover_the_new_look(store: Store) -> None:
    on_my_screen = seen(store)[:1]
    run(store, [assess(account("first", bio="now something else"), 8.0)], day=2)
    review.judge(store, on_my_screen, Verdict.UNRELATED, by="ana", at=NOW + timedelta(days=2))
    assert find(store, "first").changed_since_verdict == ("bio",)


def test_a_row_stands_for_its_whole_case_or_for_one_account(store: Store) -> None:
    run(store, case_of(4), day=1)
    row = next(r for r in rows(store) if r.stands_for == 4)
    alone = review.judge(store, [review.on_screen(row, alone=True)], Verdict.UNSURE, by="ana", at=NOW)
    assert alone.accounts == 1
    review.undo(store, alone.batch, by="ana", at=NOW)
    row = next(r for r in rows(store) if r.stands_for == 4)
    assert review.judge(store, [review.on_screen(row)], Verdict.IMPERSONATION, by="ana", at=NOW).accounts == 4
    assert [r.handle for r in rows(store)] == ["first", "second"]


def test_a_case_on_one_platform_leaves_the_other_platform_alone(store: Store) -> None:
    there = assess(account("pay9", platform="mastodon", display_name="Acme Pay", picture=picture("pay")), 6.0)
    run(store, [*case_of(2), there], day=1)
    here = rows(store, Wanted(statuses=WAITING.statuses, platform="bluesky"))
    row = next(r for r in here if r.stands_here == 2)
    assert review.judge(store, [review.on_screen(row, here=True)], Verdict.IMPERSONATION, by="ana").accounts == 2
    assert find(store, "pay9").status is Status.OPEN


def test_a_very_large_case_is_judged_in_several_goes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review, "AT_ONCE", 3)
    run(store, case_of(5), day=1)
    row = next(r for r in rows(store) if r.stands_for == 5)
    done = review.judge(store, [review.on_screen(row)], Verdict.UNRELATED, by="ana")
    assert (done.accounts, done.left) == (3, 2)
    row = next(r for r in rows(store) if r.stands_for == 2)
    done = review.judge(store, [review.on_screen(row)], Verdict.UNRELATED, by="ana")
    assert (done.accounts, done.left) == (2, 0)


@pytest.mark.parametrize(
    "text", ["", "1", "1.2.3", "1.2.3.0.5.abc.x", "x.2.3.0.5.abc.1", "1.2.3.7.abc.1", "1.2.3.0.5.<b>.1", "9" * 500]
)
def test_a_form_that_was_tampered_with_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        review.read_on_screen(text)


def test_what_stands_in_the_form_is_read_back(store: Store) -> None:
    for one in (*seen(store), review.OnScreen(number=1, version=2, verdict_id=0, score=1e-9, rules="ab", scope="h")):
        assert review.read_on_screen(one.text) == one


def test_a_takedown_is_asked_for_only_when_enough_people_hold_it_for_one(store: Store) -> None:
    number = find(store, "first").id
    review.judge(store, seen(store)[:1], Verdict.IMPERSONATION, by="ana", at=NOW)
    with pytest.raises(UsageError, match="2 people must confirm"):
        review.move(store, number, Status.TAKEDOWN_REQUESTED, by="ana", people=2, at=NOW)
    with store.write() as c:
        decisions.decide(c, number, Verdict.IMPERSONATION, by="ana", at=NOW)
        assert casefile.confirmed_by(c, number) == {"ana"}, "one's own second word does not count"
        decisions.decide(c, number, Verdict.IMPERSONATION, by="bo", at=NOW)
        assert casefile.confirmed_by(c, number) == {"ana", "bo"}
    review.move(store, number, Status.TAKEDOWN_REQUESTED, by="ana", people=2, at=NOW)
    assert find(store, "first").status is Status.TAKEDOWN_REQUESTED


def test_a_changed_look_needs_to_be_confirmed_anew(store: Store) -> None:
    review.judge(store, seen(store)[:1], Verdict.IMPERSONATION, by="ana", at=NOW)
    run(store, [assess(account("first", bio="now a fan page"), 8.0)], day=2)
    with pytest.raises(UsageError, match="nobody did"):
        review.move(store, find(store, "first").id, Status.TAKEDOWN_REQUESTED, by="ana", at=NOW)


@pytest.mark.parametrize("status", [Status.GONE, Status.CAME_BACK])
def test_what_only_a_run_can_see_is_not_set_by_hand(store: Store, status: Status) -> None:
    with pytest.raises(UsageError, match="what a run sees"):
        review.move(store, find(store, "first").id, status, by="ana")


def test_the_way_of_a_takedown_ends_in_gone_and_coming_back(store: Store) -> None:
    number = find(store, "first").id
    review.judge(store, seen(store)[:1], Verdict.IMPERSONATION, by="ana", at=NOW)
    review.move(store, number, Status.TAKEDOWN_REQUESTED, by="ana", at=NOW)
    for day in (2, 3, 4):
        run(store, [], day=day, missing=[("bluesky", "first")])
    assert find(store, "first").status is Status.GONE
    run(store, [assess(account("first"), 8.0)], day=9)
    back = find(store, "first")
    assert back.status is Status.CAME_BACK
    assert [row.handle for row in rows(store)] == ["first", "second"]
    with store.read() as c:
        acts = [event.act for event in suspects.events(c, number)]
    assert acts == ["new", "verdict", "status", "gone", "came_back"]


def test_an_allowance_has_a_reason_and_an_end_and_is_bound_to_the_look(store: Store) -> None:
    number = find(store, "first").id
    today = NOW.date()
    for reason, until in (("", today + timedelta(days=9)), ("fan page", today), ("fan page", date(2099, 1, 1))):
        with pytest.raises(UsageError):
            review.allow(store, number, reason=reason, until=until, by="lea", at=NOW)
    review.allow(store, number, reason="fan page", until=today + timedelta(days=9), by="lea", at=NOW)
    assert find(store, "first").status is Status.DISMISSED
    run(store, [assess(account("first"), 8.0)], day=2)
    assert find(store, "first").status is Status.DISMISSED
    run(store, [assess(account("first", bio="send money"), 8.0)], day=3)
    assert find(store, "first").status is Status.OPEN, "another look is not covered"


def test_an_allowance_ends_on_its_day_and_by_hand(store: Store) -> None:
    number = find(store, "first").id
    until = NOW.date() + timedelta(days=5)
    made = review.allow(store, number, reason="staff", until=until, by="lea", changes_too=True, at=NOW)
    run(store, [assess(account("first", bio="new job"), 8.0)], day=2)
    assert find(store, "first").status is Status.DISMISSED, "staff may change its text"
    review.end_allowance(store, made, by="lea", at=NOW)
    assert find(store, "first").status is Status.OPEN
    review.allow(store, number, reason="staff", until=until, by="lea", changes_too=True, at=NOW)
    run(store, [assess(account("first", bio="new job"), 8.0)], day=20)
    assert find(store, "first").status is Status.OPEN, "its day is past"


def test_the_sample_from_below_the_line_is_in_the_queue_and_marked(store: Store) -> None:
    run(store, [assess(account("quiet"), -2.0), assess(account("unseen"), -3.0)], day=1, sampled=["quiet"])
    found = {row.handle: row.sampled for row in rows(store)}
    assert found == {"first": False, "second": False, "quiet": True}
    assert [row.handle for row in rows(store)][-1] == "quiet"


def test_taking_and_giving_back(store: Store) -> None:
    number = find(store, "first").id
    review.take(store, [number], "ana", by="ana", at=NOW)
    assert find(store, "first").assignee == "ana"
    review.take(store, [number], None, by="bo", at=datetime.now(UTC))
    assert find(store, "first").assignee is None


def test_judging_nothing_is_said(store: Store) -> None:
    with pytest.raises(UsageError, match="nothing was chosen"):
        review.judge(store, [], Verdict.UNSURE, by="ana")
