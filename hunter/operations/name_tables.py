"""The tables that a fit of names leaves, written as the files that hunter reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hunter.matching.refitting import write_table
from hunter.matching.scales import KINDS
from hunter.matching.weights import Weights, parse_weights

Table = Mapping[str, Any]


def write_first(table: Table) -> str:
    """The first look's scale as TOML."""
    lines = [
        "# How much each measure of a first look at a name speaks for an impostor: natural log of odds for one unit.",
        "# Written by `hunter weights names`; not to be edited by hand.",
    ]
    for case, values in table.items():
        lines += ["", f"[{case}]", *(f"{name} = {value}" for name, value in values.items())]
    return "\n".join(lines) + "\n"


def write_second(table: Table, points: Mapping[str, Sequence[float]]) -> str:
    """The second look's scale as TOML."""
    lines = [
        "# How much each particular of a name speaks for an impostor: natural log of odds for one unit. What holds",
        "# for every kind of name stands under `any`, what is added in display names, domains or packages under these.",
        "# Written by `hunter weights names`; not to be edited by hand.",
        "",
        "# The natural log of odds that score 0.5 and 0.9 when nothing else is known, by held-out brands.",
        "[points]",
        *(f"{kind} = [{half}, {sure}]" for kind, (half, sure) in sorted(points.items())),
    ]
    for case, kinds in table.items():
        for kind, values in kinds.items():
            lines += [
                "",
                f"[{case}.{kind}]",
                *(f'"{n}" = {v}' if "." in n else f"{n} = {v}" for n, v in values.items()),
            ]
    return "\n".join(lines) + "\n"


def complete(
    points: Mapping[str, tuple[float, float]], before: Mapping[str, Sequence[float]]
) -> dict[str, Sequence[float]]:
    """Points for every kind: those found, else those in force."""
    return {kind: points.get(kind, before[kind]) for kind in KINDS}


def write_weights(weights: Weights, beside: Mapping[tuple[str, str], tuple[float, int, int]]) -> str:
    """A weights file: those given, with new bits for the signals beside the names."""
    levels = {name: dict(table) for name, table in weights.levels.items()}
    for (signal, level), (bits, _, _) in beside.items():
        levels[signal][level] = (bits, bits)
    table = {name: {level: list(pair) for level, pair in table.items()} for name, table in levels.items()}
    return write_table(parse_weights({"prior": weights.prior, **table}))
