"""`hunter evaluate`: how well the matcher does on labelled cases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hunter.matching.screen import Screener
    from hunter.operations.evaluation import Measured, Scored

_DRAWN = 40  # pairs on a contact sheet, unless more are asked for


def add(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(evaluate)


def evaluate(
    cases: Annotated[
        Path, typer.Argument(help="CSV with label, brand, and candidate and kind or a candidate's columns, avatar too")
    ],
    brand: Annotated[list[str] | None, typer.Option(help="brand file, folder or slug; may be given again")] = None,
    curve: Annotated[Path | None, typer.Option(help="write precision against recall there, a PNG or SVG")] = None,
    sheets: Annotated[
        Path | None,
        typer.Option(help="folder for the pictures of the worst misses and false alarms, beside the brands'"),
    ] = None,
    worst: Annotated[int, typer.Option(min=0, help="how many of the worst misses and false alarms are shown")] = 10,
    waterfalls: Annotated[int, typer.Option(min=0, help="for how many of them with their findings")] = 2,
) -> int:
    """Measures recall at fixed false-positive rates on labelled cases, by kind of attack, with the worst mistakes.

    Example: hunter evaluate cases.csv --brand brands/ --curve recall.png
    """
    from hunter.cli.choices import choose_brands
    from hunter.cli.terminal import tell
    from hunter.darkroom import Darkroom
    from hunter.matching.screen import Screener
    from hunter.operations import evaluation
    from hunter.rules import load_rules
    from hunter.settings import load_settings

    settings = load_settings()
    with Darkroom() as darkroom:
        brands = choose_brands(brand or [], settings, darkroom)
        labelled, faults = evaluation.read_cases(cases, (b.slug for b in brands), darkroom)
    for fault in faults[:20]:
        tell(fault)
    if len(faults) > 20:
        tell(f"… and {len(faults) - 20} more rows")
    screener = Screener(brands, load_rules(settings))
    scored = evaluation.score(labelled, screener)
    measured = evaluation.measure(scored, len(brands))
    _print_figures(measured)
    _print_worst(scored, screener, worst, waterfalls)
    if curve:
        evaluation.draw_curve(scored, curve, cases.name)
        tell(f"precision against recall: {curve}")
    if sheets:
        drawn = evaluation.draw_worst(scored, brands, sheets, max(worst, _DRAWN))
        tell(f"{drawn} pairs of pictures: {sheets / 'misses.png'}, {sheets / 'alarms.png'}")
    tell(
        f"{measured.impostors} impostors ({measured.named} with the brand in the name), "
        f"{measured.innocents} innocents, {measured.hard} hard innocents, {len(brands)} brands, "
        f"{len(faults)} rows left out"
    )
    return 0


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _print_figures(measured: Measured) -> None:
    from hunter.cli.terminal import print_table

    columns = ["false positives", "of", "threshold", "innocents above", "hard above", "recall named", "recall all"]
    rows = [
        [f"{p.rate:g}", kind, f"{p.threshold:.3f}", p.alarms, _share(p.hard), _share(p.named), _share(p.all)]
        for kind, points in (("candidates", measured.candidates), ("pairs", measured.pairs))
        for p in points
    ]
    print_table(columns, rows, numbers=columns[2:])
    half, most = measured.innocents_above
    shown = [
        ["impostors with the brand in the name above 0.5", _share(measured.above_half)],
        ["innocents above 0.5", f"{half} of {measured.innocents}"],
        ["innocents above 0.9", f"{most} of {measured.innocents}"],
    ]
    print_table(["score", "share"], shown)
    if any(measured.attacks):
        rates = [f"at {p.rate:g}" for p in measured.candidates]
        attacks = [[kind, n, *map(_share, recall)] for kind, (n, recall) in measured.attacks.items()]
        print_table(["attack", "cases", *rates], attacks, numbers=["cases", *rates])


def _print_worst(scored: list[Scored], screener: Screener, count: int, waterfalls: int) -> None:
    from hunter.cli.terminal import print_table, print_waterfall, write_score
    from hunter.matching.judge import judge
    from hunter.operations.evaluation import hardest, worst

    if not count:
        return
    misses, alarms = worst(scored, count)
    brands = {b.slug: b for b in screener.brands}
    rows = [[write_score(s.own), s.case.shown, s.case.brand, s.case.attack] for s in misses]
    print_table(["misses", "name", "brand", "attack"], rows, numbers=["misses"])
    rows = [
        [write_score(s.top), s.case.shown, s.best.brand if s.best else "", s.best.reason if s.best else ""]
        for s in alarms
    ]
    print_table(["alarms", "name", "brand", "why"], rows, numbers=["alarms"])
    rows = [[write_score(s.own), s.case.shown, s.case.brand] for s in hardest(scored, count)]
    if rows:
        print_table(["hard innocents", "name", "brand"], rows, numbers=["hard innocents"])
    shown = [(s, s.case.brand) for s in misses[:waterfalls]] + [
        (s, s.best.brand) for s in alarms[:waterfalls] if s.best
    ]
    for s, slug in shown:
        if slug in brands:
            found = judge(brands[slug], s.case.profile, screener.weights)
            typer.echo(f"\n{s.case.shown!r} as {slug}")
            print_waterfall(found.findings, screener.weights.prior, found.bits, found.score)
