"""`hunter screen`: judges a list of accounts or domains without crawling."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from hunter.errors import InputError, UsageError

if TYPE_CHECKING:
    from hunter.candidates import Reader
    from hunter.operations.intake import Intake
    from hunter.operations.screening import Judged, Rules
    from hunter.settings import Settings

_FORMATS = ("table", "jsonl", "csv")
_LONG = 50_000  # candidates, from which on it matters whether the matcher is compiled
_NOT_WRITTEN = ("gz", "zst", "parquet")
_LARGE = 4 << 20  # bytes from which on a file is worth several processes


def add(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(screen)


def screen(
    file: Annotated[str, typer.Argument(help="CSV, JSONL, Parquet or one name a line; - for standard input")],
    brand: Annotated[list[str] | None, typer.Option(help="brand file, folder or slug; may be given again")] = None,
    format: Annotated[
        str | None, typer.Option(help="table, jsonl or csv; default: what the name of the output ends in, else table")
    ] = None,
    min_score: Annotated[
        float | None, typer.Option(min=0, max=1, help="only what scores at least this; default: the setting, 0.5")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="write there instead of standard output")
    ] = None,
    kind: Annotated[str, typer.Option(help="what a line of plain text is: handle or domain")] = "handle",
    input: Annotated[str | None, typer.Option(help="csv, jsonl, parquet or txt, where the name does not tell")] = None,
    all: Annotated[bool, typer.Option("--all", help="one line for every candidate, with its best brand")] = False,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="processes; default: one, or all cores for large files")
    ] = None,
    cluster: Annotated[str | None, typer.Option(help="address of a Dask scheduler to judge on")] = None,
    store: Annotated[bool, typer.Option("--store", help="also keep what is printed, as suspects to review")] = False,
) -> int:
    """Judges every account or domain of a list against the brands; with --store the hits become suspects.

    Kept again, a list makes no second suspect of anybody and leaves every verdict as it is.

    Example: hunter screen followers.csv --brand brands/ --min-score 0.8 --format jsonl -o hits.jsonl
    """
    from datetime import UTC, datetime
    from os import environ

    environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # processes share the cores; threads would wait busily
    from hunter.candidates import FORMATS, KINDS, Reader
    from hunter.cli.choices import choose_brands, opened_store
    from hunter.cli.terminal import tell
    from hunter.darkroom import Darkroom
    from hunter.matching.compiled import compiled
    from hunter.operations.screening import Rules
    from hunter.rules import load_rules
    from hunter.settings import load_settings

    for value, known, name in ((format, _FORMATS, "--format"), (kind, KINDS, "--kind"), (input, FORMATS, "--input")):
        if value is not None and value not in known:
            raise UsageError(f"{name} {value}: unknown", advice=f"one of {', '.join(known)}")
    if store and all:
        raise UsageError("--all with --store: what resembles nothing is not kept", advice="use --min-score")
    form = format or _format_of(output)
    if file != "-" and not Path(file).exists():
        raise InputError(f"{file}: no such file")
    settings = load_settings()
    with ExitStack() as stack:
        darkroom = stack.enter_context(Darkroom())
        today = datetime.now(UTC).date()
        chosen = choose_brands(brand or [], settings, darkroom)
        if store:
            from hunter.operations.officials import with_official_pictures

            with opened_store(settings) as kept:
                chosen = with_official_pictures(kept, chosen, tell)
        brands = tuple(b.as_of(today) for b in chosen)
        least = settings.min_score if min_score is None else min_score
        rules = Rules(brands, load_rules(settings), least, all)
        reader = Reader(complain=tell, kind=kind, form=input, darkroom=darkroom)
        out = _open(output, stack)
        judged = _judged(reader, file, rules, jobs, cluster)
        if store:
            judged = stack.enter_context(_storing(file, reader, rules, settings)).keep_all(judged)
        count = _write(judged, form, out, to_file=output is not None)
    if reader.read >= _LONG and compiled("looking") is None:
        tell("slow, for the matcher is not compiled here: install hunter again where there is a C compiler")
    tell(f"{reader.read} candidates, {len(brands)} brands, {count} lines, {reader.bad} bad rows skipped")
    return 0


def _format_of(output: Path | None) -> str:
    ending = output.suffix.removeprefix(".").lower() if output else ""
    if ending in _NOT_WRITTEN:
        raise UsageError(f"{output}: .{ending} is not written", advice="name it .jsonl or .csv, or give --format")
    return ending if ending in _FORMATS else "table"


def _open(output: Path | None, stack: ExitStack) -> IO[str]:
    if output is None:
        return sys.stdout
    try:
        return stack.enter_context(output.open("w", encoding="utf-8", newline=""))
    except OSError as exc:
        raise InputError(f"{output}: {exc.strerror or exc}") from exc


@contextmanager
def _storing(file: str, reader: Reader, rules: Rules, settings: Settings) -> Iterator[Intake]:
    """A run of the store that takes what a list brings; told in one line when it has ended."""
    from hunter.cli.choices import opened_store
    from hunter.cli.terminal import tell
    from hunter.operations.intake import Intake
    from hunter.operations.runs import begin_run
    from hunter.operations.screening import screener_of
    from hunter.vault import Vault

    name = "standard input" if file == "-" else Path(file).name
    vault = Vault(Path(settings.vault))
    with opened_store(settings) as kept:
        begun = begin_run(
            kept,
            vault,
            kind="screen",
            brands=rules.brands,
            rules=rules.weights.digest,
            options={"list": name, "min_score": rules.min_score},
            free_megabytes=settings.min_free_mb,
        )
        with begun as run:
            intake = Intake(
                store=kept,
                vault=vault,
                run=run.id,
                screener=screener_of(rules),
                brands=rules.brands,
                min_score=rules.min_score,
                complain=tell,
            )
            yield intake
            intake.note(name, read=reader.read, bad=reader.bad)
        if run.record is not None:
            new, changed = run.record.suspects_new or 0, run.record.suspects_changed or 0
            tell(f"run {run.id}: {intake.kept} kept, {new} suspects new, {changed} changed")


def _judged(reader: Reader, file: str, rules: Rules, jobs: int | None, cluster: str | None) -> Iterator[Judged]:
    from os import cpu_count

    from hunter.operations.screening import parts_of, screen_alone, screen_on, start_cluster, start_processes

    parts = parts_of(reader, file, rules)
    if cluster:
        start, workers = start_cluster(cluster)
        return screen_on(parts, rules, start, workers)
    if jobs is None:
        large = file != "-" and Path(file).is_file() and Path(file).stat().st_size >= _LARGE
        jobs = (cpu_count() or 1) if large else 1
    return screen_alone(parts, rules) if jobs == 1 else screen_on(parts, rules, start_processes(jobs), jobs)


def _write(judged: Iterator[Judged], format: str, out: IO[str], *, to_file: bool) -> int:
    from hunter.operations.screening import lines_of, write_csv, write_jsonl

    if format == "jsonl":
        return write_jsonl(lines_of(judged), out)
    if format == "csv":
        return write_csv(lines_of(judged), out)
    return _write_table(lines_of(judged), out, to_file=to_file)


def _write_table(lines: Iterator[dict[str, Any]], out: IO[str], *, to_file: bool) -> int:
    from hunter.cli.terminal import print_table, write_cell, write_score

    columns = ["score", "brand", "platform", "handle", "display name", "why"]
    rows = [
        [write_score(x["score"]), x["brand"], x["platform"], x["handle"], x["display_name"], x["reason"]]
        for x in sorted(lines, key=lambda x: -x["score"])
    ]
    if to_file:
        out.writelines("\t".join(write_cell(v) for v in row) + "\n" for row in (columns, *rows))
    elif rows:
        print_table(columns, rows, numbers=["score"])
    return len(rows)
