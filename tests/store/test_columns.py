from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from hunter.errors import StoreError
from hunter.store import Store
from hunter.store.columns import clean_json, clean_text
from hunter.store.tables import RUN_EVENTS, RUNS
from tests.store.scenes import DAY0, start

ANYTHING = st.text(st.characters(codec=None, categories=None), max_size=40)  # lone surrogates and NUL too
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e15, 1e15) | ANYTHING,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANYTHING, inner, max_size=3),
    max_leaves=8,
)
QUICK = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(word=ANYTHING, detail=JSON)
def test_any_text_and_any_json_comes_back_cleaned_and_unchanged_else(store: Store, word: str, detail: Any) -> None:
    with store.write() as c:
        run = start(c)
        row = {"run_id": run, "at": DAY0, "kind": "note", "platform": word, "detail": {"it": detail}}
        number = c.execute(insert(RUN_EVENTS).values(row).returning(RUN_EVENTS.c.id)).scalar_one()
    with store.read() as c:
        kept = c.execute(select(RUN_EVENTS).where(RUN_EVENTS.c.id == number)).one()
    assert kept.platform == clean_text(word)
    assert kept.detail == {"it": clean_json(detail)}


@given(ANYTHING)
def test_cleaning_takes_only_what_cannot_be_kept(word: str) -> None:
    cleaned = clean_text(word)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned and clean_text(cleaned) == cleaned
    assert [c for c in word if c != "\x00" and not "\ud800" <= c <= "\udfff"] == [
        c for c in cleaned.replace("\ufffd", "") if c
    ] or "\ufffd" in word


@pytest.mark.parametrize(
    "zone",
    [UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=11))],
    ids=["utc", "india", "samoa"],
)
@pytest.mark.parametrize("year", [1999, 2026, 2039, 2106, 9998])
def test_a_moment_comes_back_as_the_same_moment_in_utc(store: Store, zone: timezone, year: int) -> None:
    at = datetime(year, 3, 29, 1, 30, 0, 123456, tzinfo=zone)
    with store.write() as c:
        run = start(c, at)
    with store.read() as c:
        kept = c.scalar(select(RUNS.c.started_at).where(RUNS.c.id == run))
    assert kept == at and kept.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="has no zone"), store.write() as c:
        start(c, datetime(2026, 1, 1))


def test_moments_are_compared_as_moments(store: Store) -> None:
    with store.write() as c:
        start(c, datetime(2026, 1, 1, 23, tzinfo=UTC))
    early = datetime(2026, 1, 2, 0, tzinfo=timezone(timedelta(hours=2)))  # 22:00 UTC
    with store.read() as c:
        assert c.scalar(select(RUNS.c.id).where(RUNS.c.started_at > early)) is not None
        assert c.scalar(select(RUNS.c.id).where(RUNS.c.started_at < early)) is None
