"""The numbers of the review, against decisions that are known."""

from __future__ import annotations

from datetime import timedelta

from hunter.store import Store, decisions, numbers, queue
from hunter.store.queue import Wanted
from hunter.store.suspects import Status
from hunter.types import Verdict
from tests.review.stock import BEGAN, account, assess, run


def test_weeks_delays_and_false_alarms_are_counted(store: Store) -> None:
    run(store, [assess(account(f"a{n}"), 8.0 if n < 4 else 1.0) for n in range(6)])
    verdicts = [Verdict.IMPERSONATION, Verdict.IMPERSONATION, Verdict.UNRELATED, Verdict.UNSURE, Verdict.PARODY]
    with store.write() as c:
        rows = sorted(queue.page(c, Wanted(statuses=(Status.OPEN,))), key=lambda row: row.handle)
        for day, (row, verdict) in enumerate(zip(rows, verdicts, strict=False), start=1):
            decisions.decide(c, row.id, verdict, by="ana", at=BEGAN + timedelta(days=day))
        taken_back = decisions.decide(c, rows[5].id, Verdict.OFFICIAL, by="ana", at=BEGAN + timedelta(days=6))
        decisions.withdraw(c, taken_back, by="ana", at=BEGAN + timedelta(days=6))
        weeks = numbers.decided_by_week(c, BEGAN + timedelta(days=7, minutes=1))
        bands = numbers.false_alarms_by_band(c)
        delay = numbers.time_to_decision(c)
    assert [week.decided for week in weeks][-1] == 6
    assert sum(week.decided for week in weeks) == 6, "a withdrawal is no verdict"
    assert (bands[9].impersonation, bands[9].cleared) == (2, 1)
    assert bands[9].false_alarms is not None and abs(bands[9].false_alarms - 1 / 3) < 1e-9
    assert (bands[6].impersonation, bands[6].cleared) == (0, 1)
    assert bands[0].false_alarms is None
    assert delay is not None and (delay.decisions, delay.median) == (5, timedelta(days=3))


def test_an_empty_store_has_no_numbers(store: Store) -> None:
    with store.read() as c:
        assert numbers.time_to_decision(c) is None
        assert all(week.decided == 0 for week in numbers.decided_by_week(c, BEGAN))
        assert all(band.false_alarms is None for band in numbers.false_alarms_by_band(c))
