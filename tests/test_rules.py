"""A team's own weights file is read, or refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from hunter.errors import UsageError
from hunter.matching.weights import shipped_weights
from hunter.rules import load_weights
from hunter.tables import data_folder


def test_without_a_file_the_shipped_ones_hold() -> None:
    assert load_weights(None) is shipped_weights()


def test_a_copy_of_the_shipped_file_is_the_same_rules(tmp_path: Path) -> None:
    path = tmp_path / "weights.toml"
    path.write_bytes((data_folder() / "weights.toml").read_bytes())
    assert load_weights(path).digest == shipped_weights().digest


WRONG = {
    "missing": (None, "No such file"),
    "no TOML": (b"prior = ", "must be TOML"),
    "not UTF-8": (b'a = "\xff"', "must be TOML"),
    "no prior": (b"[lookalike_handle]\n", "prior: no number"),
    "no such signal": (b"prior = -6.0\n[moon_phase]\nfull = 3.0\n", "moon_phase: no such signal"),
}


@pytest.mark.parametrize(("content", "said"), WRONG.values(), ids=WRONG)
def test_anything_else_is_wrong_usage(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "weights.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=said):
        load_weights(path)
