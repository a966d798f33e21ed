"""Reads a reviewed sheet back and applies its verdicts; what does not fit is told and left alone.

A row is applied only where the suspect still looks as it did on the sheet and nobody decided otherwise meanwhile.
Nothing is ever taken from a cell that holds a formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from hunter.export.sheet import cell_of
from hunter.store import Connection, decisions, judgements, profiles, suspects
from hunter.types import Verdict

LONGEST_NOTE = 2000  # characters
_KEY = re.compile(r"s(\d{1,18})/v(\d{1,18})/j(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a sheet on which somebody filled in a verdict or a note, as text; None for a cell with a formula."""

    line: int
    key: str | None
    account: str | None  # the account id as the sheet shows it
    verdict: str | None
    note: str | None
    score: str | None = None
    rules: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one row: applied, same (it says what holds already), unknown, changed, conflict or refused."""

    line: int
    kind: str
    suspect: int | None
    words: str

    @property
    def is_open(self) -> bool:
        """Whether a person has to look again."""
        return self.kind not in ("applied", "same")


def apply(
    c: Connection, rows: Iterable[Row], *, by: str, at: datetime, batch: str, dry: bool = False
) -> Iterator[Outcome]:
    """Decides row by row, in the transaction of `c`; with `dry` nothing is written. One Outcome a row."""
    for row in rows:
        yield _apply_row(c, row, by=by, at=at, batch=batch, dry=dry)


def _apply_row(c: Connection, row: Row, *, by: str, at: datetime, batch: str, dry: bool) -> Outcome:
    def come_to(kind: str, words: str, suspect: int | None = None) -> Outcome:
        return Outcome(line=row.line, kind=kind, suspect=suspect, words=words)

    if row.verdict is None or row.note is None:
        return come_to("refused", "a formula where a verdict or a note should be")
    words = row.verdict.strip().casefold()
    if not words:
        return come_to("refused", "a note without a verdict")
    if words not in [v.value for v in Verdict]:
        return come_to("refused", f"{row.verdict!r} is no verdict; one of {', '.join(v.value for v in Verdict)}")
    if len(row.note) > LONGEST_NOTE:
        return come_to("refused", f"the note has {len(row.note)} characters, {LONGEST_NOTE} fit")
    key = _KEY.fullmatch((row.key or "").strip())
    if key is None:
        return come_to("unknown", "the row has lost its key")
    number, version, judgement = (int(part) for part in key.groups())
    suspect = suspects.get(c, number)
    if suspect is None:
        return come_to("unknown", f"there is no suspect {number}")
    if (row.account or "").strip() != cell_of(suspect.native_id):
        return come_to("unknown", f"the key is suspect {number}'s, the row shows another account", number)
    if (suspect.verdict_id or 0) != judgement:
        return come_to(*_met_another_decision(c, suspect, words), number)
    if suspect.version_id != version:
        return come_to("changed", f"changed since the sheet was written: {_changes(c, suspect, version)}", number)
    if suspect.verdict == words and not row.note.strip():
        return come_to("same", f"is {words} already", number)
    if not dry:
        note, saw = row.note.strip(), _saw(row, suspect)
        decisions.decide(c, number, Verdict(words), by=by, at=at, note=note, version=version, saw=saw, batch=batch)
    return come_to("applied", words, number)


def _met_another_decision(c: Connection, suspect: suspects.Suspect, words: str) -> tuple[str, str]:
    if suspect.verdict_id is None:
        return "conflict", "the verdict on the sheet was withdrawn meanwhile"
    kept = judgements.get(c, suspect.verdict_id)
    assert kept is not None
    who = f"{kept.judgement.by} decided {suspect.verdict} at {kept.judgement.at:%Y-%m-%d %H:%M} UTC"
    return ("same", f"{who}, as on the sheet") if suspect.verdict == words else ("conflict", who)


def _changes(c: Connection, suspect: suspects.Suspect, version: int) -> str:
    """The identity fields that changed after `version`, in the order in which they did."""
    later = [v for v in profiles.history(c, suspect.account_id) if version < v.id <= suspect.version_id]
    return ", ".join(dict.fromkeys(name.replace("_", " ") for v in later for name in v.changed)) or "the profile"


def _saw(row: Row, suspect: suspects.Suspect) -> tuple[float, str]:
    """Score and rules as the sheet shows them: that is what the reviewer saw."""
    if row.rules and row.score and re.fullmatch(r"[01](\.\d{1,17})?", row.score) and float(row.score) <= 1:
        return float(row.score), row.rules[:64]
    return suspect.score, suspect.rules
