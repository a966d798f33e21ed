"""Whether hunter does its work: when each platform last answered, what is overdue, what could not be sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hunter.store import Store, runs, waiting

PERIODS = 2  # so many may pass without success before it counts as late


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformHealth:
    """One platform: how it did in the last run that asked it, and when it last did well."""

    platform: str
    state: str  # as in `runs.PlatformResult`; "never asked" where no run did
    why: str
    run: int | None
    last_success: datetime | None
    late: bool  # no success within two periods


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Everything that `hunter status` shows."""

    last_run: runs.RunRecord | None
    platforms: tuple[PlatformHealth, ...]
    overdue_submissions: int
    failed_alerts: int
    unstamped_bags: int

    @property
    def exit_code(self) -> int:
        """0, or 3 when a platform has had no success for too long."""
        return 3 if any(platform.late for platform in self.platforms) else 0


def check_health(
    store: Store, *, at: datetime, platforms: Iterable[str] = (), every: timedelta | None = None
) -> Health:
    """The state of things at a moment. `platforms` are those that should be asked, besides all that ever were.

    With `every`, the period of the schedule, a platform without success for two periods is late, as is one that was
    never asked. Without it nothing is late.
    """
    with store.read() as c:
        latest, success = runs.latest_results(c), runs.last_success(c)
        found = []
        for name in sorted({*platforms, *latest}):
            number, result = latest.get(name, (None, None))
            last = success.get(name)
            late = every is not None and (last is None or at - last > PERIODS * every)
            found.append(
                PlatformHealth(
                    platform=name,
                    state=result.state if result else "never asked",
                    why=result.why if result else "",
                    run=number,
                    last_success=last,
                    late=late,
                )
            )
        return Health(
            last_run=next(iter(runs.recent(c, limit=1)), None),
            platforms=tuple(found),
            overdue_submissions=waiting.overdue_submissions(c, at=at),
            failed_alerts=waiting.failed_alerts(c),
            unstamped_bags=waiting.unstamped_bags(c),
        )
