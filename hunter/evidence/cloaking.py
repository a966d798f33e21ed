"""Whether one page told the recorder and the browser different things: two visitors, moments apart, one address.

The recorder says who it is, the browser looks like anybody's. A server that hides its page from programs shows it
here; one that tells visitors apart by their address or country does not, since both come from the same place.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from hunter.evidence.page_text import read_page
from hunter.evidence.visit import Visit
from hunter.net.recorder import Exchange

_READABLE = 8 * 1024 * 1024  # bytes of a decoded body
_ENOUGH = 8  # different words that a page must have before its text is compared
_SAME = 0.5  # share of the recorded words that the browser must show as well; scripts add words and take few away


def told_apart(visit: Visit) -> tuple[str, ...] | None:
    """What differed between the recorder's answer and the browser's, in words; None where nothing was compared."""
    shot = visit.screenshot
    page = next((r.final for wanted, r in visit.recordings if wanted.role == "page"), None)
    if shot is None or page is None or not page.status:
        return None
    found = []
    if shot.status and shot.status // 100 != page.status // 100:
        found.append(f"the recorder was answered with status {page.status}, the browser with {shot.status}")
    ours, theirs = (urlsplit(url).hostname for url in (page.url, shot.url))
    if ours != theirs:
        found.append(f"the recorder ended up at {ours}, the browser at {theirs}")
    recorded, shown = _words(_text(page)), _words(shot.text)
    if len(recorded) >= _ENOUGH and len(recorded & shown) < _SAME * len(recorded):
        found.append(f"of {len(recorded)} words that the recorder was given the browser showed {len(recorded & shown)}")
    return tuple(found)


def _text(page: Exchange) -> str:
    if "html" not in page.media_type:
        return ""
    read = read_page(page.decoded(_READABLE)[0])
    return read.text() if read else ""


def _words(text: str) -> set[str]:
    return {word for word in text.casefold().split() if any(c.isalnum() for c in word)}
