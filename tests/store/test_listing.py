"""Lists, alerts, submissions and verdicts on both databases."""

from __future__ import annotations

from datetime import timedelta

from hunter.store import Store, alerts, decisions, profiles, purges, submissions, verdicts
from hunter.store.evidence import add_bag
from hunter.store.listing import Wanted, find_numbers, last_touched, list_suspects, newest_run
from hunter.types import Verdict
from tests.stocked import NOON, profile_of, stock

DAY = timedelta(days=1)


def test_lists_are_ordered_narrowed_and_whole(store: Store) -> None:
    with store.read() as c:
        assert find_numbers(c, Wanted()) == [] and newest_run(c) is None and last_touched(c) is None
        assert find_numbers(c, Wanted(new_only=True)) == []
    first = stock(store, [profile_of(i) for i in range(1, 5)], bits=(2.0, 5.0, 5.0, 1.0))
    second = stock(store, [profile_of(9)], bits=(3.0,), at=NOON + DAY)
    with store.write() as c:
        numbers = {s.handle: s.number for s in list_suspects(c, find_numbers(c, Wanted()))}
        confirmed = numbers["acme-help1.bsky.example"]
        decisions.decide(c, confirmed, Verdict.IMPERSONATION, by="dana", at=NOON + DAY, note="sure")
    with store.read() as c:
        listed = list(list_suspects(c, find_numbers(c, Wanted())))
        assert [s.handle[9:10] for s in listed] == ["2", "3", "9", "1", "4"]
        assert newest_run(c) == (second, NOON + DAY) and last_touched(c) == NOON + DAY
        one = next(s for s in listed if s.number == confirmed)
        assert (one.verdict, one.note, one.decided_by, one.status) == ("impersonation", "sure", "dana", "confirmed")
        assert one.links == ("https://refund1.example/form",) and one.followers == 1 and one.bio and one.url
        assert find_numbers(c, Wanted(since_run=first)) == find_numbers(c, Wanted(new_only=True))
        assert find_numbers(c, Wanted(since=NOON + DAY, brands=("acme",))) == [numbers["acme-help9.bsky.example"]]
        assert find_numbers(c, Wanted(statuses=("confirmed",), min_score=0.5)) == [confirmed]
        assert [s.number for s in list_suspects(c, [confirmed, 999_999])] == [confirmed]


def test_alerts_wait_are_tried_and_given_up(store: Store) -> None:
    run = stock(store, [profile_of(1)])
    with store.write() as c:
        told = {"run": run, "title": "T", "body": "B", "at": NOON}
        assert alerts.queue(c, routes=[("a", "A"), ("b", "B")], **told) == 2  # type: ignore[arg-type]
        assert alerts.queue(c, routes=[("a", "A"), ("c", "C")], not_before=NOON + DAY, **told) == 1  # type: ignore[arg-type]
        assert [one.route for one in alerts.due(c, NOON)] == ["a", "b"] and len(alerts.due(c, NOON + DAY)) == 3
        first, second, third = alerts.due(c, NOON + DAY)
        alerts.mark_sent(c, [first.id], NOON)
        for _ in range(alerts.MOST_ATTEMPTS):
            alerts.mark_failed(c, [second.id], "down")
        alerts.mark_failed(c, [third.id], "unknown", give_up=True)
        left = alerts.outstanding(c)
        assert [(one.route, one.state, one.last_error) for one in left] == [
            ("b", "failed", "down"),
            ("c", "failed", "unknown"),
        ]
        assert {one.body for one in left} == {""}
        assert left[0].attempts == alerts.MOST_ATTEMPTS and alerts.newest_run(c) == run


def test_submissions_and_verdicts(store: Store) -> None:
    stock(store, [profile_of(1), profile_of(2)])
    with store.write() as c:
        number, other = find_numbers(c, Wanted())
        decisions.decide(c, number, Verdict.PARODY, by="dana", at=NOON)
        kept = decisions.decide(c, number, Verdict.IMPERSONATION, by="dana", at=NOON)
        decisions.withdraw(c, decisions.decide(c, other, Verdict.UNSURE, by="dana", at=NOON), by="dana", at=NOON)
        bag = {
            "suspect_id": number,
            "brand": "acme",
            "platform": "bluesky",
            "native_id": "1",
            "name": "EV",
            "path": "EV",
        }
        bag |= {"tagmanifest_sha256": "0" * 64, "audit_head": "0" * 64, "sealed_at": NOON, "sealed_by": "dana"}
        add_bag(c, {**bag, "signed": False, "stamp": "unstamped", "stamp_expires_at": None, "detail": {}})
        told = {"channel": "bluesky", "ground": "impersonation", "sent_at": NOON, "sent_by": "dana", "at": NOON}
        made = submissions.add(c, number, **told, sent_sha256="0" * 64, next_at=NOON + DAY, receipt=("r.png", "1" * 64))  # type: ignore[arg-type]
    with store.read() as c:
        (one,) = submissions.overdue(c, NOON + 2 * DAY)
        assert one.id == made and one.receipt_name == "r.png" and submissions.overdue(c, NOON) == []
        assert submissions.all_of(c, state="done") == [] and len(submissions.all_of(c)) == 1
        assert len(submissions.of_account(c, one.platform, "did:plc:00000001")) == 1
        (held,) = verdicts.all_held(c)
        assert (
            (held.verdict, held.native_id) == (Verdict.IMPERSONATION, "did:plc:00000001") and kept and held.brand_digest
        )
        assert verdicts.first_seen(c) == NOON and len(verdicts.case_scores(c, NOON)) == 2
        assert verdicts.case_scores(c, NOON + DAY) == []


def test_a_purge_leaves_no_name_in_a_waiting_alert(store: Store) -> None:
    run = stock(store, [profile_of(1), profile_of(2)])
    with store.write() as c:
        alerts.queue(c, run=run, routes=[("a", "A")], title="T", body="about acme-help1", at=NOON)
        account = profiles.account_id(c, "bluesky", "did:plc:00000001")
        purges.delete_accounts(c, [account], by="dana", why="asked for", at=NOON)  # type: ignore[list-item]
        assert [one.body for one in alerts.due(c, NOON)] == [alerts._EMPTIED]
