"""`hunter import-reviews`: verdicts from a sheet into the store."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from hunter.cli.terminal import tell
from hunter.errors import UsageError


def add(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("import-reviews")(import_reviews)


def import_reviews(
    sheet: Annotated[Path, typer.Argument(help="a workbook or CSV that hunter export wrote and somebody filled in")],
    by: Annotated[str, typer.Option(help="who decided; default: the setting reviewer")] = "",
    dry_run: Annotated[bool, typer.Option(help="only tell what would happen")] = False,
) -> int:
    """Reads the verdicts of a reviewed sheet back. Rows that changed, were decided by someone else meanwhile, are
    unknown or hold a formula are reported and left alone.

    Exit code 0: every verdict was taken. 2: some rows were left alone.

    Example: hunter import-reviews suspects.xlsx --by dana
    """
    from hunter.cli.terminal import print_table
    from hunter.export.readers import read_rows
    from hunter.export.reviewed import apply
    from hunter.settings import load_settings
    from hunter.store import open_store

    settings = load_settings()
    who = (by or settings.reviewer).strip()
    if not who:
        raise UsageError("who decided?", advice="--by NAME, or set HUNTER_REVIEWER")
    batch, now = uuid.uuid4().hex[:16], datetime.now(UTC)
    counts: Counter[str] = Counter()
    left: list[list[object]] = []
    with open_store(settings.store) as store, store.write() as c:
        for outcome in apply(c, read_rows(sheet), by=who, at=now, batch=batch, dry=dry_run):
            counts[outcome.kind] += 1
            if outcome.is_open:
                left.append([outcome.line, outcome.suspect, outcome.kind, outcome.words])
    if left:
        print_table(["line", "suspect", "left alone", "why"], left, numbers=["line", "suspect"])
    told = ", ".join(
        f"{counts[kind]} {kind}" for kind in ("applied", "same", *_LEFT) if counts[kind] or kind == "applied"
    )
    tell(f"{sheet}: {told}{' (dry run: nothing was written)' if dry_run else ''}")
    return 2 if left else 0


_LEFT = ("changed", "conflict", "unknown", "refused")
