"""`hunter weights`: how the score held against own verdicts, and weights fitted to them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hunter.errors import UsageError

if TYPE_CHECKING:
    from hunter.operations.learning import Band, Report
    from hunter.operations.name_fitting import Labelled
    from hunter.operations.picture_examples import Examples
    from hunter.operations.picture_fitting import Told

_FEWEST = 10  # impostors, and others, before their verdicts are listened to


def add(app: typer.Typer) -> None:
    """Adds the group."""
    group = typer.Typer(
        help="Learning from your own verdicts.\n\nExample: hunter weights report --cases-a-week 20",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command()(report)
    group.command()(fit)
    group.command()(names)
    group.command()(pictures)
    app.add_typer(group, name="weights")


def report(
    curve: Annotated[Path | None, typer.Option(help="write the calibration curve there, a PNG")] = None,
    cases_a_week: Annotated[int | None, typer.Option(min=0, help="tell the score that gives so many new cases")] = None,
) -> int:
    """Shows how the score held against the verdicts of your own reviewers, band by band.

    Example: hunter weights report --curve curve.png --cases-a-week 20
    """
    from datetime import UTC, datetime

    from hunter.cli.terminal import print_table, tell
    from hunter.operations.learning import draw_curve, find_threshold
    from hunter.operations.learning import report as measure
    from hunter.settings import load_settings
    from hunter.store import open_store

    settings = load_settings()
    with open_store(settings.store) as store:
        measured = measure(store)
        work = None if cases_a_week is None else find_threshold(store, cases_a_week, now=datetime.now(UTC))
    columns = ["score", "verdicts", "impostors", "share", "95 %", "promised", ""]
    print_table(columns, [_row(band) for band in measured.bands], numbers=columns[1:-1])
    tell(_summary(measured))
    if work:
        tell(
            f"{work.cases} new cases in {work.weeks:.1f} weeks: "
            + (
                f"not as many as {work.wanted} a week, whatever the score (those below min_score are not kept)"
                if work.threshold is None
                else f"about {work.wanted} a week from a score of {work.threshold:.3f} on"
            )
        )
    if curve:
        if not any(band.decided for band in measured.bands):
            raise UsageError("no verdicts yet, no curve", advice="hunter review")
        draw_curve(measured, curve)
        tell(f"calibration curve: {curve}")
    return 0


def fit(
    out: Annotated[Path, typer.Option("-o", "--out", help="the new weights file")],
    force: Annotated[
        bool, typer.Option("--force", help="write it although it does no better on unseen verdicts")
    ] = False,
) -> int:
    """Moves the weights in force towards your own verdicts and writes them as a new file; changes nothing else.

    The shipped weights stand for the cases that hunter was made with: few verdicts move them little. What was scored
    before keeps its score and the digest of its rules.

    Example: hunter weights fit -o weights-own.toml
    """
    from hunter.cli.terminal import tell
    from hunter.matching.refitting import cross_check, refit, write_table
    from hunter.operations.learning import own_cases
    from hunter.rules import load_weights
    from hunter.settings import load_settings
    from hunter.store import open_store

    settings = load_settings()
    weights = load_weights(settings.weights)
    if out.exists():
        raise UsageError(
            f"{out} is already there", advice="name a new file: old assessments name their rules by digest"
        )
    with open_store(settings.store) as store:
        cases = own_cases(store, weights)
    impostors = sum(case.impostor for case in cases)
    if min(impostors, len(cases) - impostors) < _FEWEST:
        raise UsageError(
            f"{impostors} impostors and {len(cases) - impostors} others were decided; {_FEWEST} of each are needed",
            advice="go on reviewing: hunter review",
        )
    before, after = cross_check(cases, weights)
    tell(f"{len(cases)} verdicts, {impostors} impostors; on verdicts that were held back each time:")
    tell(f"surprise a verdict {before:.3f} bits with the weights in force, {after:.3f} with the moved ones")
    if after >= before and not force:
        tell("the moved weights do no better; nothing was written (--force writes them all the same)")
        return 2
    moved = refit(cases, weights)
    _write(out, write_table(moved))
    tell(f'{out}: rules {moved.digest}, before {weights.digest}; weights = "{out}" in hunter.toml puts it in force')
    return 0


def names(
    cases: Annotated[list[Path], typer.Argument(help="CSV files of labelled cases, as for hunter evaluate")],
    out: Annotated[Path, typer.Option("-o", "--out", help="folder for the new tables")],
    brand: Annotated[
        list[str] | None,
        typer.Option(help="brand file, folder or slug for all cases; else the folder brands beside each file"),
    ] = None,
) -> int:
    """Fits what names are compared by to labelled cases; tells how it does on brands, and on files, it did not see.

    Writes scale.toml and particulars.toml, which are in force when they lie in the folder of shipped tables, whose name
    is told, and weights.toml, which `weights` in hunter.toml puts in force: the weights in force with new ones for what
    the cases tell beside the likeness. What they show less than twenty times stays as it is.

    Example: hunter weights names labelled/handles/cases.csv labelled/domains/cases.csv -o tables/
    """
    from hunter.cli.choices import choose_brands
    from hunter.cli.terminal import tell
    from hunter.darkroom import Darkroom
    from hunter.operations import name_fitting as fitting
    from hunter.operations import name_tables
    from hunter.operations.evaluation import read_cases
    from hunter.rules import load_weights
    from hunter.settings import load_settings
    from hunter.tables import data_folder, read_table

    settings = load_settings()
    files = []
    with Darkroom() as darkroom:
        for path in cases:
            brands = choose_brands(brand or [str(path.parent / "brands")], settings, darkroom)
            read, faults = read_cases(path, (b.slug for b in brands))
            for fault in faults[:5]:
                tell(fault)
            measured = fitting.measure_cases(f"{path.parent.name}/{path.name}", read, brands)
            tell(f"{measured.name}: {len(read)} cases, {len(faults)} rows left out, {len(measured.pairs)} pairs")
            files += [file for file in (measured, fitting.as_handles(measured)) if file]
    held = fitting.hold_brands_out(files)
    _print_recall(files, held, fitting.hold_files_out(files) if len(cases) > 1 else None)
    points = fitting.find_points(files, held)
    beside = fitting.weigh_beside(files, held, points)
    _print_beside(beside)
    scales, every = fitting.fit(files), name_tables.complete(points, read_table("particulars")["points"])
    weights = name_tables.write_weights(load_weights(settings.weights), beside)
    _write_into(out, "scale.toml", name_tables.write_first(scales.first).encode())
    _write_into(out, "particulars.toml", name_tables.write_second(scales.second, every).encode())
    _write_into(out, "weights.toml", weights.encode())
    tell(f"both scales are in force once they lie in {data_folder()}")
    return 0


def _print_recall(files: list[Labelled], brands_out: list[list[float]], files_out: list[list[float]] | None) -> None:
    from hunter.cli.terminal import print_table
    from hunter.operations.name_fitting import tell

    columns = ["recall of named impostors", "innocents", "brands held out"] + ["file held out"] * bool(files_out)
    rows = []
    for number, file in enumerate(files):
        told = [tell(file, odds[number]) for odds in (brands_out, files_out) if odds]
        for i, rate in enumerate(told[0].rates):
            rows.append([file.name, f"{rate:g}", *(f"{t.recall[i]:.3f}" for t in told)])
    print_table(columns, rows, numbers=columns[1:])


def _print_beside(beside: dict[tuple[str, str], tuple[float, int, int]]) -> None:
    from hunter.cli.terminal import print_table

    columns = ["beside the likeness", "bits", "impostors", "innocents"]
    rows = [[f"{signal}.{level}", f"{bits:+.2f}", *counts] for (signal, level), (bits, *counts) in beside.items()]
    print_table(columns, rows, numbers=columns[1:])


def pictures(
    out: Annotated[Path, typer.Option("-o", "--out", help="folder for the new tables")],
    learn_from: Annotated[
        Path | None,
        typer.Option("--from", help="folder with references/, strangers/ and, optionally, copies/<reference>/"),
    ] = None,
    vectors: Annotated[
        bool, typer.Option("--vectors", help="fit what pictures are measured by; else the verdict on what was measured")
    ] = False,
    fonts: Annotated[
        Path | None, typer.Option(help="folder of TrueType faces in which letter avatars are drawn")
    ] = None,
    each: Annotated[int, typer.Option(min=1, help="copies of each reference for each kind of alteration")] = 1,
) -> int:
    """Fits what pictures are compared by to drawn pictures and your own; tells how it does on those it did not see.

    First --vectors, which writes pictures.npz; with that in force, without it, which writes pictures.toml. References
    are logos and portraits, strangers are avatars that have nothing to do with any of them; altered copies are made
    here. Half of the pictures are held back in turn for the figures; the tables are fitted on all of them. They are
    in force when they lie in the folder of shipped tables, whose name is told; pictures are then measured anew.

    Example: hunter weights pictures --from labelled/ -o tables/
    """
    from hunter.cli.terminal import tell
    from hunter.darkroom import Darkroom
    from hunter.operations import picture_fitting as fitting
    from hunter.operations.picture_examples import read_examples
    from hunter.tables import data_folder

    faults: list[str] = []
    with Darkroom() as darkroom:
        examples = read_examples(learn_from, darkroom, faults)
    for fault in faults:
        tell(fault)
    tell(f"{len(examples.references)} references, {len(examples.strangers)} strangers")
    if vectors:
        table = fitting.fit_lens(examples, each=each, fonts=fitting.read_fonts(fonts))
        _write_into(out, "pictures.npz", table)
    else:
        table = _fit_verdicts(examples, each).encode()
        _write_into(out, "pictures.toml", table)
    tell(f"in force once it lies in {data_folder()}")
    return 0


def _fit_verdicts(examples: Examples, each: int) -> str:
    from hunter.operations import picture_fitting as fitting

    halves = [fitting.look_at_all(examples.half(number), each=each) for number in (0, 1)]
    told = [fitting.tell(halves[1 - n], fitting.fit_verdicts(halves[n])) for n in (0, 1)]
    _print_told(told)
    return fitting.write_verdicts(fitting.fit_verdicts(fitting.join(*halves)), examples)


def _print_told(told: list[Told]) -> None:
    from hunter.cli.terminal import print_table

    def share(hits: int, total: int) -> str:
        return f"{hits / total:.3f}" if total else ""

    fits = ["fitted on the first", "on the second"]
    columns = ["altered copies", "in a half", *fits]
    sums = [[sum(r[i] for r in t.recall.values()) for i in (0, 1)] for t in told]
    rows = [["all", sums[0][1], *(share(*s) for s in sums)]]
    rows += [[name, n, *(share(*t.recall.get(name, (0, 0))) for t in told)] for name, (_, n) in told[0].recall.items()]
    print_table(columns, rows, numbers=columns[1:])
    false = [["pairs of a stranger and a reference", *(t.pairs for t in told)]]
    false += [["of them taken for a copy", *(t.false_pairs for t in told)]]
    print_table(
        ["strangers", "fitted on the first", "on the second"], false, numbers=["fitted on the first", "on the second"]
    )


def _write_into(folder: Path, name: str, table: bytes) -> None:
    from hunter.cli.terminal import tell

    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(table)
    except OSError as exc:
        raise UsageError(f"{folder / name}: {exc.strerror}", advice="name a folder that can be written") from exc
    tell(f"wrote {folder / name}")


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as exc:
        raise UsageError(f"{out}: {exc.strerror}", advice="name a file in a folder that can be written") from exc


def _row(band: Band) -> list[object]:
    from hunter.operations.learning import FEW

    if band.precision is None or band.said is None:
        return [f"{band.low:g} to {band.high:g}", 0, 0, "", "", "", "no verdicts"]
    low, high = band.interval
    aside = "few verdicts" if band.decided < FEW else "" if low <= band.said <= high else "not as promised"
    percent = [f"{100 * band.precision:.0f} %", f"{100 * low:.0f} to {100 * high:.0f}", f"{100 * band.said:.0f} %"]
    return [f"{band.low:g} to {band.high:g}", band.decided, band.impostors, *percent, aside]


def _summary(measured: Report) -> str:
    decided = sum(band.decided for band in measured.bands)
    told = f"{decided} verdicts that hold, {measured.unsure} unsure"
    if len(measured.rules) > 1:
        told += f", given under {len(measured.rules)} sets of rules"
    if measured.brier is not None:
        told += f"; mean squared error {measured.brier:.3f} (0 is perfect, 0.25 is a coin)"
    return told + "; only what was reviewed counts, so what nobody looked at is not in here"
