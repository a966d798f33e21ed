"""hunter finds profiles and domains that pretend to be a brand. The names below are public; all else is private."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from hunter.types import (
    Allowed,
    Assessment,
    Brand,
    Capture,
    Finding,
    Judgement,
    Outcome,
    Picture,
    Platform,
    Probe,
    Profile,
    Rights,
    Verdict,
)

__all__ = [
    "Allowed",
    "Assessment",
    "Brand",
    "Capture",
    "Finding",
    "Judgement",
    "Outcome",
    "Picture",
    "Platform",
    "Probe",
    "Profile",
    "Rights",
    "Screener",
    "Verdict",
    "load_brands",
]
__version__ = "0.1.0"

_LAZY = {"Screener": "hunter.matching.screen", "load_brands": "hunter.brands"}  # they bring numpy and Pillow along


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'hunter' has no attribute {name!r}")
