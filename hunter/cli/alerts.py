"""`hunter alerts`: test the routes, send a run's digest."""

from __future__ import annotations

from typing import Annotated

import typer

from hunter.cli.terminal import tell
from hunter.errors import UsageError


def add(app: typer.Typer) -> None:
    """Adds the group."""
    group = typer.Typer(
        help="Mail, chat and webhook alerts; routes are Apprise URLs in alert_urls.\n\nExample: hunter alerts test",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command()(test)
    group.command()(send)
    app.add_typer(group, name="alerts")


def test() -> int:
    """Sends a test message to every configured route, now, whatever the quiet period says.

    Exit code 0: all were taken. 2: one was not.

    Example: hunter alerts test
    """
    from hunter.operations.alerts import send_test
    from hunter.settings import load_settings

    results = send_test(load_settings())
    for route, fault in results:
        typer.echo(f"{route}\t{fault or 'taken'}")
    return 2 if any(fault for _, fault in results) else 0


def send(
    run: Annotated[int | None, typer.Option(help="the run to tell of; default: the newest that ended")] = None,
) -> int:
    """Sends the digest of a run to the routes that did not get it yet, and all that still waits.

    Exit code 0: nothing is left. 2: something waits for the next try.

    Example: hunter alerts send --run 12
    """
    from hunter.operations.alerts import send_digest
    from hunter.settings import load_settings
    from hunter.store import alerts, open_store

    settings = load_settings()
    if not settings.alert_urls:
        raise UsageError("no alert route is set", advice="set alert_urls in hunter.toml or HUNTER_ALERT_URLS")
    with open_store(settings.store) as store:
        if run is None:
            with store.read() as c:
                run = alerts.newest_run(c)
        if run is None:
            raise UsageError("there is no run to tell of", advice="hunter run")
        delivery = send_digest(store, run, settings)
    tell(str(delivery))
    return 2 if delivery.why else 0
