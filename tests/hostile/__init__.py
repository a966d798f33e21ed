"""What strangers may write and send."""

from __future__ import annotations

import json
from pathlib import Path


def read_strings() -> list[str]:
    """The hostile strings of `strings.txt`, in order."""
    lines = (Path(__file__).parent / "strings.txt").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line and not line.startswith("#")]
