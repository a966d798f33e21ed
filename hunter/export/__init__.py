"""Suspect lists for people and programs: one file a format.

Every format streams, so that memory stays flat however long the list is, and writes the same bytes for the same store.
"""

from __future__ import annotations

from hunter.export import csv, html, jsonl, misp, stix, xlsx
from hunter.export.sheet import Format, SuspectList

__all__ = ["FORMATS", "Format", "SuspectList"]

FORMATS: dict[str, Format] = {
    "csv": csv.FORMAT,
    "html": html.FORMAT,
    "jsonl": jsonl.FORMAT,
    "misp": misp.FORMAT,
    "stix": stix.FORMAT,
    "xlsx": xlsx.FORMAT,
}
