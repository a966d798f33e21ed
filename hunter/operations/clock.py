"""The time of day and the time that passes: two clocks, so that a jump of the first one shows."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

JUMP = 60.0  # seconds between the two clocks that are no drift any more


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """`now` tells the time of day, `passed` seconds that only ever grow."""

    now: Callable[[], datetime] = _now
    passed: Callable[[], float] = time.monotonic


def jump_between(started_at: datetime, ended_at: datetime, seconds: float) -> float | None:
    """By how many seconds the time of day jumped while `seconds` passed; None when it did not."""
    jump = (ended_at - started_at).total_seconds() - seconds
    return round(jump, 3) if abs(jump) > JUMP else None
