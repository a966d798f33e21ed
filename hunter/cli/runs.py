"""`hunter runs`: what the last runs asked, saw and found."""

from __future__ import annotations

from typing import Annotated

import typer

from hunter.cli.terminal import print_table, tell


def add(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("runs")(show_runs)


def show_runs(
    run: Annotated[int | None, typer.Argument(help="one run in detail")] = None,
    limit: Annotated[int, typer.Option(min=1, help="how many runs")] = 20,
) -> None:
    """Lists the last runs, or tells one in detail.

    Example: hunter runs 12
    """
    from hunter.errors import UsageError
    from hunter.operations.runs import summary_line
    from hunter.settings import load_settings
    from hunter.store import open_store, runs

    with open_store(load_settings().store) as store, store.read() as c:
        if run is not None:
            record = runs.get(c, run)
            if record is None:
                raise UsageError(f"there is no run {run}", advice="hunter runs")
            _show_one(record, runs.events(c, run))
            tell(summary_line(record))
            return
        rows = [
            [
                record.id,
                record.kind,
                record.started_at,
                None if record.seconds is None else f"{record.seconds:.0f} s",
                record.state,
                ", ".join(f"{p.platform} {p.state}" for p in record.platforms),
                record.suspects_new,
                record.suspects_changed,
                record.suspects_gone,
            ]
            for record in runs.recent(c, limit=limit)
        ]
    headings = ["run", "kind", "started (UTC)", "took", "state", "platforms", "new", "changed", "gone"]
    if rows:
        print_table(headings, rows, numbers=["run", "took", "new", "changed", "gone"])
    else:
        tell("no run yet: hunter run")


def _show_one(record: object, events: list[dict[str, object]]) -> None:
    from hunter.store.runs import RunRecord

    assert isinstance(record, RunRecord)
    counted = ["asked", "present", "absent", "refused", "impossible", "pictures"]
    rows = [
        [p.platform, p.state, p.why, *(getattr(p, name) for name in counted), p.policy or ""] for p in record.platforms
    ]
    print_table(["platform", "state", "why", *counted, "policy"], rows, numbers=counted)
    for event in events:
        tell(f"{event['at']:%Y-%m-%d %H:%M} {event['platform'] or ''} {event['kind']}: {event['detail']}")
    if record.why:
        tell(f"{record.state}: {record.why}")
