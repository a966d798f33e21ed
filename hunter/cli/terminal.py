"""What the screen shows: tables and a progress bar on a terminal, plain tab-separated lines in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Protocol

import typer

from hunter.types import Finding
from hunter.visible import visible

_CELL = 300  # characters of one value on a screen: a table is no place for a novel
_FIELD = 10_000  # and in a pipe


class Step(Protocol):
    """Where a crawl stands; `waiting` are the seconds that the platform told us to wait."""

    @property
    def platform(self) -> str: ...
    @property
    def asked(self) -> int: ...
    @property
    def expected(self) -> int: ...
    @property
    def present(self) -> int: ...
    @property
    def refused(self) -> int: ...
    @property
    def waiting(self) -> float: ...


def write_cell(value: object, limit: int = _CELL) -> str:
    """One value as it stands in a table: missing is empty, times are local to nobody (UTC), text is made visible."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, float):
        return f"{value:.2f}"
    return visible(str(value), limit)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, numbers: Sequence[str] = ()) -> None:
    """Rows under their headings on standard output; `numbers` are the columns that stand to the right.

    A list in a cell stands line under line on a terminal. The last column takes the room that is left.
    """
    if not on_terminal():
        for row in (columns, *rows):
            typer.echo("\t".join(" ".join(write_lines(value, _FIELD)) for value in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    tall = any(isinstance(value, list) for row in rows for value in row)
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, int(tall), 0))
    for column in columns:
        right = column in numbers
        last = column == columns[-1]
        table.add_column(
            column,
            justify="right" if right else "left",
            no_wrap=right,
            overflow="fold",
            ratio=1 if last else None,
            min_width=24 if last else None,
        )
    for row in rows:
        table.add_row(*(Text("\n".join(write_lines(value))) for value in row))
    Console(highlight=False).print(table)


def write_score(score: float) -> str:
    """A probability; never a certainty, whatever the rounding says."""
    return ">0.99" if score > 0.99 else f"{score:.2f}"


def write_lines(value: object, limit: int = _CELL) -> list[str]:
    """A cell's lines: one, but for a list."""
    return (
        [write_cell(item, limit) for item in value if item] if isinstance(value, list) else [write_cell(value, limit)]
    )


def on_terminal() -> bool:
    """Whether standard output is a screen that somebody looks at."""
    return sys.stdout.isatty()


def print_waterfall(findings: Sequence[Finding], prior: float, bits: float, score: float) -> None:
    """The sum of bits, finding by finding, with both values side by side."""
    rows: list[list[object]] = [["", f"{prior:+.1f}", "prior", "before anything is known", "", ""]]
    for f in findings:
        rows.append(
            [_bar(f.bits), f"{f.bits:+.1f}" if f.counted else f"({f.bits:+.1f})", f.family, f.words, f.ours, f.theirs]
        )
    rows.append(["", f"{bits:+.1f}", "sum", f"probability {write_score(score)}", "", ""])
    print_table(["", "bits", "family", "finding", "ours", "theirs"], rows, numbers=["bits"])
    if any(not f.counted for f in findings):
        typer.echo("(in brackets: a stronger finding of the same family counts)")


def _bar(bits: float) -> str:
    return ("+" if bits > 0 else "-") * min(8, max(1, round(abs(bits)))) if bits else ""


def tell(text: str) -> None:
    """A line for people, on standard error: standard output carries data only."""
    typer.echo("\n".join(visible(line, 2000) for line in text.splitlines()) or "", err=True)


@contextmanager
def show_progress(title: str) -> Iterator[Callable[[Step], None] | None]:
    """Gives what a crawl calls with each `Step`: a bar for each platform on a terminal, None in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
    )
    tasks: dict[str, Any] = {}
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:

        def show(step: Step) -> None:
            if step.platform not in tasks:
                tasks[step.platform] = bar.add_task(visible(step.platform), total=None, note="")
            note = f"{step.present} present" + (f", {step.refused} refused" if step.refused else "")
            if step.waiting:
                note = f"told to wait {step.waiting:.0f} s"
            total = max(step.expected, step.asked)
            bar.update(tasks[step.platform], completed=step.asked, total=total, note=note)

        if title:
            bar.console.print(title, highlight=False, markup=False)
        yield show
