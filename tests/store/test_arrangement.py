"""The order of the queue: who stands for a case, and what a flood does not do."""

from __future__ import annotations

from datetime import UTC, datetime

from hunter.store import Store, arrangement, queue, runs, suspects
from hunter.store.queue import Wanted
from hunter.store.suspects import Status
from hunter.types import Assessment
from tests.review.stock import account, assess, finding, picture, run

WAITING = Wanted(statuses=(Status.OPEN, Status.CAME_BACK))


def handles(store: Store, wanted: Wanted = WAITING, limit: int = 50) -> list[str]:
    with store.read() as c:
        return [row.handle for row in queue.page(c, wanted, limit=limit)]


def alike(count: int, platform: str = "bluesky") -> list[Assessment]:
    """Accounts with one picture and, but for digits, one name."""
    return [
        assess(
            account(f"acmepay{platform}{n}", platform=platform, display_name=f"Acme Pay {n}", picture=picture("pay")),
            4.0 + n / 10,
        )
        for n in range(count)
    ]


def flood(count: int) -> list[Assessment]:
    """Accounts that share nothing but what gives them away; surer ones than any that was there before."""
    return [assess(account(f"acmehelp{n}", display_name=f"Flood {'x' * (n % 7)}{n}"), 14.0) for n in range(count)]


def test_the_highest_ranked_of_a_case_stands_for_all_of_it(store: Store) -> None:
    run(store, [*alike(5), assess(account("other"), 1.0)])
    with store.read() as c:
        rows = queue.page(c, WAITING)
    assert [(row.handle, row.stands_for) for row in rows] == [("acmepaybluesky4", 5), ("other", 1)]


def test_a_case_on_two_platforms_is_one_row_and_one_on_each_platform(store: Store) -> None:
    run(store, [*alike(2), *alike(3, "mastodon")])
    assert handles(store) == ["acmepaymastodon2"]
    for platform, first, count in (("bluesky", "acmepaybluesky1", 2), ("mastodon", "acmepaymastodon2", 3)):
        with store.read() as c:
            rows = queue.page(c, Wanted(statuses=WAITING.statuses, platform=platform))
        assert [(row.handle, row.stands_here) for row in rows] == [(first, count)]


def test_a_member_that_moves_on_alone_leaves_the_others_in_the_queue(store: Store) -> None:
    from hunter.store import decisions
    from hunter.types import Verdict

    run(store, alike(3))
    with store.write() as c:
        first = queue.page(c, WAITING)[0]
        decisions.decide(c, first.id, Verdict.IMPERSONATION, by="ana", at=datetime.now(UTC))
        rows = queue.page(c, WAITING)
        confirmed = queue.page(c, Wanted(statuses=(Status.CONFIRMED,)))
    assert [(row.handle, row.stands_for) for row in rows] == [("acmepaybluesky1", 2)]
    assert [(row.handle, row.stands_for) for row in confirmed] == [("acmepaybluesky2", 1)]


def test_a_flood_pushes_neither_an_older_case_nor_a_real_impostor_off_the_first_page(store: Store) -> None:
    run(store, [assess(account(f"older{n}"), 3.0, finding("older", 9)) for n in range(10)])
    impostor = assess(account("the-real-one"), 8.0, finding("same", 9, signal="same_picture"), finding("x", 5))
    number = run(store, [*flood(600), impostor], day=1)
    first_page = handles(store)
    assert {f"older{n}" for n in range(10)} <= set(first_page)
    assert "the-real-one" in first_page
    assert sum(handle.startswith("acmehelp") for handle in first_page[:30]) == arrangement.SHOWN - 1
    with store.read() as c:
        noted = [event for event in runs.events(c, number) if event["kind"] == "flood"]
    assert [event["detail"] for event in noted] == [{"brand": "acme", "rows": 601, "shown": arrangement.SHOWN}]
    assert len(handles(store, limit=5000)) == 611, "held back, never hidden"


def test_a_flood_that_was_judged_holds_nothing_back_any_more(store: Store) -> None:
    from hunter.store import decisions
    from hunter.types import Verdict

    run(store, flood(100))
    with store.write() as c:
        rows = queue.page(c, WAITING, limit=200)
        assert rows[19].rank - rows[20].rank > 50
        for row in rows[:50]:
            decisions.decide(c, row.id, Verdict.UNRELATED, by="ana", at=datetime.now(UTC))
        arrangement.arrange(c, at=datetime.now(UTC))
        left = queue.page(c, WAITING, limit=200)
        assert len(left) == 50
        assert left[0].rank - left[-1].rank < 10


def test_arranging_twice_changes_nothing(store: Store) -> None:
    run(store, [*flood(100), *alike(4)])
    before = handles(store, limit=500)
    with store.write() as c:
        arrangement.arrange(c, at=datetime.now(UTC))
        arrangement.arrange(c, at=datetime.now(UTC))
    assert handles(store, limit=500) == before


def test_what_could_do_harm_comes_before_what_is_as_sure(store: Store) -> None:
    run(
        store,
        [
            assess(account("acme.reader", display_name="Reader"), 6.0),
            assess(account("acme.refund", display_name="Acme payment support", links=("https://evil.example",)), 6.0),
        ],
    )
    assert handles(store) == ["acme.refund", "acme.reader"]
    with store.read() as c:
        found = suspects.page(c)
    assert {s.score for s in found} == {found[0].score}, "harm changes the order, not the score"
