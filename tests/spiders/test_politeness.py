"""Who we are and how long we wait: every way in which servers say it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from spiders.politeness import remaining_told, user_agent, wait_told

NOW = datetime(2026, 11, 22, 6, 0, 0, tzinfo=UTC)
EPOCH = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"retry-after": "7"}, None, 7.0),
        ({"retry-after": " 0 "}, None, 0.0),
        ({"retry-after": "-5"}, None, 0.0),
        ({"retry-after": "1.5"}, None, 1.5),
        ({"retry-after": "Sun, 22 Nov 2026 06:00:30 GMT"}, None, 30.0),
        ({"retry-after": "Sun, 22 Nov 2026 05:00:00 GMT"}, None, 0.0),
        ({"retry-after": "999999"}, None, 999999.0),
        ({"retry-after": "soon"}, None, None),
        ({"retry-after": "nan"}, None, None),
        ({"retry-after": "1e400"}, None, None),
        ({"x-ratelimit-reset": "2026-11-22T06:02:00.000Z"}, None, 120.0),  # Mastodon
        ({"x-ratelimit-reset": str(EPOCH + 90)}, None, 90.0),  # epoch seconds
        ({"ratelimit-reset": str((EPOCH + 90) * 1000)}, None, 90.0),  # epoch milliseconds
        ({"x-ratelimit-reset": "42"}, None, 42.0),  # seconds left
        ({"x-ratelimit-reset": str(EPOCH - 90)}, None, 0.0),
        ({"ratelimit-reset": "tomorrow"}, None, None),
        ({}, {"retry_after_ms": 1500}, 1.5),  # Matrix
        ({}, {"retry_after": 2}, 2.0),  # Discord
        ({}, {"retry_after": True}, None),
        ({}, {"retry_after": "2"}, None),
        ({}, {"retry_after": -2}, None),
        ({"retry-after": "3", "x-ratelimit-reset": "42"}, {"retry_after": 9}, 3.0),
        ({}, {}, None),
        ({}, None, None),
    ],
)
def test_waits_are_understood(headers: dict[str, str], body: dict[str, object] | None, seconds: float | None) -> None:
    assert wait_told(headers, body, NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "left"),
    [
        ({"ratelimit-remaining": "0"}, 0),
        ({"x-ratelimit-remaining": "12.0"}, 12),
        ({"x-rate-limit-remaining": "x"}, None),
    ],
)
def test_what_is_left_is_understood(headers: dict[str, str], left: int | None) -> None:
    assert remaining_told(headers) == left


def test_the_user_agent_says_who_asks_and_cannot_be_used_to_smuggle_headers() -> None:
    assert "brand@acme.example" in user_agent("brand@acme.example")
    assert user_agent("").startswith("hunter/") and "no contact given" in user_agent("")
    assert "\r" not in user_agent("a\r\nX: y") and "\n" not in user_agent("a\r\nX: y") and "é" not in user_agent("é")
