"""`hunter schedule`: the text that makes the machine run hunter again and again."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from hunter.errors import UsageError


def add(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(schedule)


def schedule(
    every: Annotated[str, typer.Option(help="how often: 30m, 6h, 1d")] = "6h",
    format: Annotated[str, typer.Option(help="cron or systemd")] = "cron",
    brand: Annotated[list[Path] | None, typer.Option(help="brand file or folder, as for hunter run")] = None,
) -> None:
    """Prints the crontab line or the systemd units that run hunter in this folder; installs nothing.

    Example: hunter schedule --every 6h --format systemd
    """
    from hunter.operations.schedule import FORMATS, read_interval

    if format not in FORMATS:
        raise UsageError(f"{format!r} is no format", advice=f"one of {', '.join(FORMATS)}")
    command = [_program(), "run"]
    for path in brand or ():
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder")
        command += ["--brand", str(path.resolve())]
    typer.echo(FORMATS[format](read_interval(every), command, Path.cwd()), nl=False)


def _program() -> str:
    """The full path of the program that is running: a schedule has no PATH."""
    here = Path(sys.argv[0])
    return str(here.resolve() if here.name == "hunter" and here.exists() else shutil.which("hunter") or "hunter")
