"""The weights that are in force: a team's own, else the shipped ones."""

from __future__ import annotations

import tomllib
from pathlib import Path

from hunter.errors import UsageError
from hunter.matching.weights import Weights, parse_weights, shipped_weights


def load_weights(path: Path | None) -> Weights:
    """The weights of a TOML file as `hunter weights` writes it; None: the shipped ones. Raises UsageError."""
    if path is None:
        return shipped_weights()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise UsageError(f"{path}: {exc.strerror}", advice="see the setting `weights`") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise UsageError(f"{path}: {exc}", advice="it must be TOML in UTF-8, as `hunter weights` writes it") from exc
    if not isinstance(table.get("prior"), int | float):
        raise UsageError(f"{path}: prior: no number", advice="as in prior = -6.0")
    return parse_weights(table)
