"""`hunter status`: is hunter doing its work?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hunter.cli.terminal import print_table, tell, write_cell

if TYPE_CHECKING:
    from hunter.operations.health import Health


def add(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(status)


def status(
    every: Annotated[
        str | None, typer.Option(help="the period of the schedule (6h): exit code 3 without success for two of them")
    ] = None,
) -> int:
    """Shows when each platform last answered as it should, and what is overdue or could not be sent.

    Example: hunter status --every 6h
    """
    from datetime import UTC, datetime

    from hunter.operations.alerts import tell_outstanding
    from hunter.operations.health import check_health
    from hunter.operations.schedule import read_interval
    from hunter.settings import load_settings
    from hunter.store import open_store
    from hunter.takedown.channels import load_channels, stale_channels

    settings, now = load_settings(), datetime.now(UTC)
    period = read_interval(every) if every else None
    with open_store(settings.store) as store:
        health = check_health(store, at=now, platforms=settings.platforms, every=period)
        unsent = tell_outstanding(store)
    _print_platforms(health)
    last = health.last_run
    if last is None:
        tell("no run yet: hunter run")
    else:
        tell(f"last run: {last.id}, {last.state}, started {write_cell(last.started_at)} UTC")
    for number, what, how in (
        (health.overdue_submissions, "submissions overdue", "hunter submissions list --overdue"),
        (health.unstamped_bags, "bags without a time stamp", "hunter evidence renew"),
    ):
        if number:
            tell(f"{number} {what}: {how}")
    for line in unsent:
        tell(line)
    if stale := stale_channels(load_channels().values(), now.date()):
        tell(f"compared with their own page more than half a year ago: {', '.join(stale)}: hunter notice --list")
    late = [platform.platform for platform in health.platforms if platform.late]
    if late or (every and not health.platforms):
        tell(f"no success for two periods of {every}: {', '.join(late) or 'no platform was ever asked'}")
    return health.exit_code or (3 if every and not health.platforms else 0)


def _print_platforms(health: Health) -> None:
    rows = [
        [
            platform.platform,
            platform.state + (f" ({platform.why})" if platform.why else ""),
            platform.run,
            platform.last_success or "never",
            "LATE" if platform.late else "",
        ]
        for platform in health.platforms
    ]
    if rows:
        print_table(["platform", "last result", "run", "last success (UTC)", ""], rows, numbers=["run"])
