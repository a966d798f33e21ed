"""No pattern of ours can be kept busy: each one reads long hostile strings in time that grows with their length."""

from __future__ import annotations

import pkgutil
import re
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import hunter
import spiders

LENGTH = 20_000
LONGEST_S = 1.0  # what grows with the square of the length takes several times that, what doubles never ends
UNITS = (
    "a",
    "1",
    " ",
    "-",
    ".",
    "1 ",
    "A1",
    "a.",
    "a-",
    "@a",
    "/a",
    "<a ",
    "://",
    "\n",
    "=",
    '"',
    "é",
    "%20",
    "[",
    "_",
)


def patterns(value: Any) -> Iterator[re.Pattern[Any]]:
    """The compiled patterns in a module's value, those in tuples, lists and tables included."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from patterns((key, item))
    elif isinstance(value, tuple | list | set | frozenset):
        for item in value:
            yield from patterns(item)


def registry() -> dict[str, tuple[re.Pattern[Any], bool]]:
    """Every pattern that a module of ours holds, by where it stands, and whether texts are searched for it.

    A pattern that is only ever matched from the first character on needs no trial at each of the others.
    """
    found: dict[str, tuple[re.Pattern[Any], bool]] = {}
    for package in (hunter, spiders):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" in module.name or module.name.endswith("__main__"):
                continue
            loaded = import_module(module.name)
            path = Path(loaded.__file__ or "")
            if path.suffix != ".py":
                continue  # compiled, with no patterns in it
            source = path.read_text(encoding="utf-8")
            for name, value in vars(loaded).items():
                if not name.startswith("__"):
                    uses = set(re.findall(rf"\b{name}\.(\w+)", source))
                    anchored = bool(uses) and uses <= {"match", "fullmatch"}
                    for number, pattern in enumerate(patterns(value)):
                        found[f"{module.name}.{name}.{number}"] = pattern, not anchored
    return found


REGISTRY = registry()


def test_the_registry_is_not_empty() -> None:
    assert len(REGISTRY) > 30


@pytest.mark.parametrize("where", sorted(REGISTRY))
def test_a_pattern_reads_hostile_strings_in_little_time(where: str) -> None:
    pattern, searched = REGISTRY[where]
    for unit in UNITS:
        text: Any = unit * (LENGTH // len(unit)) + "!"
        if isinstance(pattern.pattern, bytes):
            text = text.encode()
        before = time.process_time()
        for _ in pattern.finditer(text) if searched else ():
            continue
        pattern.fullmatch(text)
        took = time.process_time() - before
        assert took < LONGEST_S, f"{where} {pattern.pattern!r} took {took:.1f} s for {LENGTH} times {unit!r}"
