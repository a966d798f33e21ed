"""What a run found, as one short message for people: only what is new or changed, grouped by case.

Everything an attacker wrote is made harmless first: it can mention nobody, make no link and start no line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hunter.evidence.masking import mask
from hunter.store import Connection, suspects
from hunter.store.listing import Listed, list_suspects
from hunter.visible import visible

MOST_CASES = 15  # told one by one; the rest is counted
MOST_IN_A_CASE = 4
FLOOD = 200  # suspects new in one run: more is called a flood
_WORDS = {"new": "new", "changed": "changed", "came_back": "came back", "reopened": "reopened", "gone": "gone"}
_SILENT = ("dismissed", "closed")
_HARMLESS = str.maketrans("@<>[]`*~|\\", "＠‹›⟦⟧′∗∼¦⧵")
_DOT = re.compile(r"(?<=\w)\.(?=\w)")
_ADDRESS = re.compile("http", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One message in plain text. The title holds nothing that an attacker wrote."""

    title: str
    body: str


def plain(text: str | None, limit: int = 80) -> str:
    """An attacker's text for a chat or a mail: on one line, no mention, no link, no markup, no account number."""
    if text is None:
        return ""
    shown = visible(mask(text), limit).translate(_HARMLESS)
    return _ADDRESS.sub("hxxp", _DOT.sub("[.]", shown))


def compose(c: Connection, run: int) -> Digest | None:
    """The digest of a run; None where it found nothing new, changed or gone."""
    acts: dict[int, str] = {}
    for act, numbers in suspects.of_run(c, run).items():
        if act in _WORDS:
            for number in numbers:
                acts[number] = act if acts.get(number) != "new" else "new"
    rows = [row for row in list_suspects(c, sorted(acts)) if row.status not in _SILENT and not row.sampled]
    if not rows:
        return None
    counts = Counter(acts[row.number] for row in rows)
    told = ", ".join(f"{counts[act]} {words}" for act, words in _WORDS.items() if counts[act])
    brands = ", ".join(sorted({row.brand for row in rows}))
    lines = [f"hunter, run {run}: {told} ({brands})"]
    if counts["new"] > FLOOD:
        lines += [f"This is a flood: {counts['new']} new suspects in one run. Older open cases are still in the list."]
    lines += [
        "",
        *_cases(rows, acts),
        "",
        "To look at them: hunter review. “Suspected” is not proven; a person decides.",
    ]
    return Digest(title=f"hunter: {told} ({brands})", body="\n".join(lines))


def _cases(rows: Sequence[Listed], acts: Mapping[int, str]) -> list[str]:
    cases: dict[int, list[Listed]] = {}
    for row in sorted(rows, key=lambda r: (-r.score, r.number)):
        cases.setdefault(row.case, []).append(row)
    lines = []
    for case, members in list(cases.items())[:MOST_CASES]:
        many = f", {len(members)} accounts" if len(members) > 1 else ""
        lines.append(f"Case {case}, {members[0].brand}{many}: {plain(members[0].reason, 160)}")
        lines += [_line(row, acts[row.number]) for row in members[:MOST_IN_A_CASE]]
        if len(members) > MOST_IN_A_CASE:
            lines.append(f"  and {len(members) - MOST_IN_A_CASE} more like these")
    if len(cases) > MOST_CASES:
        lines.append(f"and {len(cases) - MOST_CASES} more cases")
    return lines


def _line(row: Listed, act: str) -> str:
    name = f" “{plain(row.display_name)}”" if row.display_name else ""
    return f"  {_WORDS[act]}: {row.score:.2f} {plain(row.platform)} {plain(row.handle)}{name}"
