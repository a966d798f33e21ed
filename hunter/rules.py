"""The weights that are in force: a team's own, else the shipped ones; and its list of known domains."""

from __future__ import annotations

import tomllib
from pathlib import Path

from hunter.errors import UsageError
from hunter.matching.weights import Weights, parse_weights, shipped_weights
from hunter.settings import Settings

_MOST_KNOWN = 2_000_000  # domains of a list that are kept


def load_rules(settings: Settings) -> Weights:
    """The weights that the settings put in force, with their list of known domains. Raises UsageError."""
    weights = load_weights(settings.weights)
    return weights.knowing(read_known_domains(settings.known_domains)) if settings.known_domains else weights


def read_known_domains(path: Path) -> dict[str, int]:
    """Domain -> rank of a list with one domain a line, best known first, or `rank,domain`. Raises UsageError."""
    found: dict[str, int] = {}
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                rank, _, domain = line.strip().lower().rpartition(",")
                if domain and "." in domain and not domain.startswith("#") and len(found) < _MOST_KNOWN:
                    found.setdefault(domain.rstrip("."), int(rank) if rank.isdecimal() else number)
    except OSError as exc:
        raise UsageError(f"{path}: {exc.strerror}", advice="see the setting `known_domains`") from exc
    except UnicodeDecodeError as exc:
        raise UsageError(f"{path}: {exc}", advice="it must be text in UTF-8, one domain a line") from exc
    if not found:
        raise UsageError(f"{path}: no domain in it", advice="one domain a line, or rank,domain")
    return found


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
