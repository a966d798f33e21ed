"""Reading the queue: pages without gaps, every filter, a search that takes nothing for a pattern."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hunter.store import Store, decisions, queue
from hunter.store.queue import Place, Wanted
from hunter.store.suspects import Status
from tests.hostile import read_strings
from tests.review.stock import BEGAN, OURS, account, assess, run

OPEN = (Status.OPEN,)


def pages(store: Store, wanted: Wanted, limit: int) -> list[str]:
    found: list[str] = []
    after: Place | None = None
    with store.read() as c:
        while rows := queue.page(c, wanted, after=after, limit=limit):
            found += [row.handle for row in rows]
            after = rows[-1].place
    return found


def test_pages_follow_each_other_without_gap_or_repetition(store: Store) -> None:
    run(store, [assess(account(f"same{n}"), 3.0) for n in range(23)])  # equal ranks: the number decides
    assert sorted(pages(store, Wanted(statuses=OPEN), 5)) == sorted(f"same{n}" for n in range(23))


def test_several_statuses_are_merged_by_rank(store: Store) -> None:
    run(store, [assess(account(f"a{n}"), float(n)) for n in range(6)])
    with store.write() as c:
        for row in queue.page(c, Wanted(statuses=OPEN))[::2]:
            decisions.set_status(c, row.id, Status.CLOSED, by="ana", at=BEGAN)
    assert pages(store, Wanted(statuses=(Status.CLOSED, Status.OPEN)), 2) == [f"a{n}" for n in range(5, -1, -1)]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(statuses=OPEN, brand="acme"), ["high", "late", "low"]),
        (Wanted(statuses=OPEN, brand="other"), []),
        (Wanted(statuses=OPEN, platform="mastodon"), ["late"]),
        (Wanted(statuses=OPEN, min_score=0.9), ["high", "late"]),
        (Wanted(statuses=OPEN, since=BEGAN + timedelta(days=1)), ["late"]),
        (Wanted(statuses=OPEN, assignee="ana"), ["low"]),
        (Wanted(statuses=OPEN, words="HIGH"), ["high"]),
        (Wanted(statuses=OPEN, words="Ваnk of low"), ["low"]),  # the letters are Cyrillic: folded as names are
        (Wanted(statuses=OPEN, brand="acme", platform="bluesky", min_score=0.9, words="h"), ["high"]),
    ],
)
def test_filters_narrow(store: Store, wanted: Wanted, found: list[str]) -> None:
    run(store, [assess(account("high"), 8.0), assess(account("low", display_name="Bank of Low"), 1.0)])
    run(store, [assess(account("late", platform="mastodon"), 6.0)], day=3)
    with store.write() as c:
        low = next(row.id for row in queue.page(c, Wanted(statuses=OPEN)) if row.handle == "low")
        decisions.assign(c, [low], "ana", by="ana", at=BEGAN)
    assert pages(store, wanted, 50) == found


def test_a_search_finds_what_it_says_and_no_pattern(store: Store) -> None:
    strings = [text for text in read_strings() if text.strip()]
    run(store, [assess(account(f"n{n}", display_name=f"x{text}"), 2.0) for n, text in enumerate(strings)])
    run(store, [assess(account("plain", display_name="Plain"), 2.0)], day=1)
    with store.read() as c:
        for text in strings:
            found = queue.page(c, Wanted(statuses=OPEN, words=text), limit=500)
            assert all(row.handle != "plain" for row in found) or text.casefold() in "plain", text
        for pattern in ("%lai%", "p_ain", "pl*n"):
            assert queue.page(c, Wanted(statuses=OPEN, words=pattern)) == []


def test_neighbours_are_the_rows_above_and_below(store: Store) -> None:
    run(store, [assess(account(f"a{n}"), float(n)) for n in range(4)])
    wanted = Wanted(statuses=OPEN)
    with store.read() as c:
        rows = queue.page(c, wanted)
        assert queue.neighbours(c, rows[1].place, wanted) == (rows[0].id, rows[2].id)
        assert queue.neighbours(c, rows[0].place, wanted) == (None, rows[1].id)
        assert queue.neighbours(c, rows[3].place, wanted) == (rows[2].id, None)


def test_what_one_can_choose_from(store: Store) -> None:
    number = run(store, [assess(account("a"), 3.0), assess(account("b", platform="mastodon"), 3.0)], brands=(OURS,))
    with store.read() as c:
        assert queue.brands(c) == ["acme"]
        assert queue.platforms(c) == ["bluesky", "mastodon"]
        assert queue.assignees(c) == []
        assert queue.counts(c) == {Status.OPEN: 2}
        assert queue.newest_run(c) == number
