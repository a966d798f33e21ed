"""What is done for millions of names, compiled: costs of runs, alignments, both looks at plain handles, searches.

Everything here says what the same part of the judge says in Python, and tests compare the two. Where there was no
compiler the judge's own functions do all of it, more slowly.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import ModuleType


@cache
def compiled(name: str) -> ModuleType | None:
    """A compiled module, None where it could not be compiled."""
    try:
        return import_module(f"{__name__}.{name}")
    except (ImportError, TypeError, ValueError):  # not compiled, or for another version of what it needs
        return None
