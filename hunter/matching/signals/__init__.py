"""One file per signal; a new file is found by itself. No signal imports another."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from hunter.types import Signal


@cache
def all_signals() -> dict[str, Signal]:
    """Every signal of this package by its module's name, sorted."""
    names = sorted(m.name for m in iter_modules(__path__))
    return {name: import_module(f"{__name__}.{name}").SIGNAL for name in names}
