"""One HTML file that loads nothing from anywhere: a card a suspect with picture, reason and the bits behind it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, BinaryIO

from hunter.export.sheet import Format, SuspectList, links_of, moment_of, shown_score, text_of
from hunter.store.listing import Listed
from hunter.visible import defang, name_characters

MOST_PICTURES = 2000  # thumbnails in one page: beyond it browsers no longer scroll with pleasure
_STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8").strip()
_POLICY = (
    "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
)


def write(suspects: SuspectList, out: BinaryIO) -> None:
    """The page, written as the rows stream by."""
    out.write(_head(suspects).encode())
    for i, row in enumerate(suspects):
        look = suspects.thumbnail(row.picture) if row.picture and i < MOST_PICTURES else None
        out.write("".join(_card(row, look)).encode())
    out.write(b"</main>\n</body>\n</html>\n")


def _head(suspects: SuspectList) -> str:
    many = f" Only the first {MOST_PICTURES} carry a picture." if suspects.count > MOST_PICTURES else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>Suspected impersonation</title>
<style>{_STYLE}</style>
</head>
<body>
<header>
<h1>Suspected impersonation{f" of {_safe(suspects.organisation)}" if suspects.organisation else ""}</h1>
<p class="soft">{suspects.count} suspects ({_safe(suspects.asked)}), as of {moment_of(suspects.as_of) or "never"}.{many}
“Suspected” means that a program found likenesses; a person decides. Links are written so that nothing opens them.</p>
</header>
<main>
"""


def _card(row: Listed, look: bytes | None) -> Iterator[str]:
    band = "b3" if row.score >= 0.9 else "b0"
    name = _name(row.display_name) if row.display_name else '<span class="soft">no name</span>'
    yield f'<article id="s{row.number}">\n{_picture(row, look)}\n'
    yield f'<h2>{name} <span class="soft">·</span> {_name(row.handle)}'
    yield f' <span class="soft">on {_safe(row.platform)}, resembles {_safe(row.brand)}</span></h2>\n'
    yield f'<div class="score {band}">{shown_score(row.score):.3f}</div>\n'
    yield f'<div class="body">\n<p>{_safe(row.reason)}</p>\n<dl>\n'
    for term, told in _facts(row):
        if told:
            yield f"<dt>{term}</dt><dd>{told}</dd>\n"
    yield "</dl>\n"
    yield from _waterfall(row)
    yield "</div>\n</article>\n"


def _facts(row: Listed) -> list[tuple[str, str]]:
    decided = " ".join(_safe(part) for part in (row.verdict, row.decided_by and f"by {row.decided_by}") if part)
    seen = f"{moment_of(row.first_seen_at)} to {moment_of(row.last_seen_at)}"
    letters = ", ".join(_safe(f"{c} {told}") for c, told in name_characters(row.handle + (row.display_name or ""))[:12])
    return [
        ("Status", _safe(row.status) + (f" ({decided})" if decided else "")),
        ("Note", _safe(row.note)),
        ("Address", _safe(defang(row.url)) if row.url else ""),
        ("Links", _safe(links_of(row))),
        ("Bio", f"<bdi>{_safe(row.bio)}</bdi>" if row.bio else ""),
        ("Letters", letters),
        ("Followers", "" if row.followers is None else str(row.followers)),
        ("Joined", moment_of(row.joined)),
        ("Seen", seen),
        ("Account id", _safe(row.native_id)),
        ("Suspect", f"{row.number}, case {row.case}"),
    ]


def _waterfall(row: Listed) -> Iterator[str]:
    if not row.findings:
        return
    yield "<details><summary>why: every finding in bits</summary>\n<table>\n"
    yield '<tr><th>finding</th><th>ours</th><th>theirs</th><th class="n">bits</th></tr>\n'
    for finding in row.findings:
        yield _finding(finding)
    counted = sum(f.get("bits", 0.0) for f in row.findings if f.get("counted", True))
    start, total = (f'<td class="n">{bits:+.2f}</td>' for bits in (row.bits - counted, row.bits))
    yield f'<tr><td colspan="3">start: how rare impostors are</td>{start}</tr>\n'
    yield f'<tr><th colspan="3">sum: a score of {shown_score(row.score):.3f}</th>{total}</tr>\n'
    yield "</table></details>\n"


def _finding(finding: Any) -> str:
    bits, counted = finding.get("bits", 0.0), finding.get("counted", True)
    shade = ("for" if bits > 0 else "against") if counted else "soft"
    words = _safe(finding.get("words") or f"{finding.get('signal')}: {finding.get('level')}")
    aside = "" if counted else ' <span class="soft">(a stronger one of its kind counts)</span>'
    return (
        f"<tr><td>{words}{aside}</td><td><bdi>{_safe(finding.get('ours'))}</bdi></td>"
        f'<td><bdi>{_safe(finding.get("theirs"))}</bdi></td><td class="n {shade}">{bits:+.2f}</td></tr>\n'
    )


def _picture(row: Listed, look: bytes | None) -> str:
    if look is None:
        return f'<div class="picture none">{"picture not shown" if row.picture else "no picture"}</div>'
    return f'<img class="picture" alt="profile picture" src="data:image/png;base64,{base64.b64encode(look).decode()}">'


def _name(text: str) -> str:
    return f"<bdi>{_safe(text)}</bdi>"


def _safe(text: str | None) -> str:
    return escape(text_of(text))


FORMAT = Format(about="one page for any browser, loads nothing", write=write)
