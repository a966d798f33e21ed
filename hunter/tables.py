"""The shipped tables of `data/`, read once: the one door to them, in a wheel and in a checkout; and a list of words."""

from __future__ import annotations

import gzip
import tomllib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any


@cache
def data_folder() -> Path:
    """The folder of shipped data files: inside the wheel, else beside the package in a checkout."""
    here = Path(__file__).parent
    inside = here / "_data"
    return inside if inside.is_dir() else here.parent / "data"


@cache
def read_table(name: str) -> dict[str, Any]:
    """One shipped TOML table, by its name without ending ("words", "lookalikes", "weights")."""
    return tomllib.loads((data_folder() / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def read_bytes(name: str) -> bytes:
    """One shipped binary table, by its name with ending ("letters.bin")."""
    return (data_folder() / name).read_bytes()


def read_frequent_words() -> bytes:
    """Frequent English words, each ended by a line, the most frequent first: wordninja's list, read much sooner."""
    spec = find_spec("wordninja")
    if spec is None or spec.origin is None:
        raise ImportError("wordninja is not installed")
    packed = Path(spec.origin).parent / "wordninja" / "wordninja_words.txt.gz"
    words = gzip.decompress(packed.read_bytes())
    return words if words.endswith(b"\n") else words + b"\n"
