"""Renders the page's templates: everything is escaped, nothing undefined passes, hostile text is made visible."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hunter.types import Verdict
from hunter.visible import defang, visible

PAGES = Path(__file__).parent / "pages"
VERDICTS = tuple((number, verdict.value, verdict.value) for number, verdict in enumerate(Verdict, start=1))
STATUS_WORDS = {
    "open": "open",
    "confirmed": "confirmed",
    "takedown_requested": "takedown requested",
    "gone": "gone",
    "came_back": "came back",
    "dismissed": "dismissed",
    "closed": "closed",
}
FIELD_WORDS = {"display_name": "name", "bio": "text", "verified_by": "verification"}
_LINES = 40  # of a text that are shown
HIGH, MIDDLE = 0.9, 0.5


@cache
def environment() -> Environment:
    """The templates with their filters."""
    made = Environment(
        loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters |= {
        "ago": say_ago,
        "band": band_of,
        "bits": lambda value: f"{value:+.1f}".replace("-", "−"),
        "defang": defang,
        "exact": lambda moment: moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        "field": lambda name: FIELD_WORDS.get(name, name),
        "percent": say_percent,
        "said": said,
        "span": say_span,
        "status": lambda status: STATUS_WORDS.get(status, status),
        "thousands": lambda number: f"{number:,}".replace(",", "\u2009"),
        "visible": visible,
    }
    made.globals |= {"verdicts": VERDICTS}
    return made


def render(template: str, **context: Any) -> str:
    """One page as HTML."""
    return environment().get_template(template).render(**context)


def band_of(score: float) -> str:
    """The colour of a score."""
    return "high" if score >= HIGH else "middle" if score >= MIDDLE else "low"


def say_percent(value: float) -> str:
    """A share, never rounded up to what it is not: 0.9986 is 99.8 %."""
    tenths = int(value * 1000)
    return f"{tenths // 10}.{tenths % 10} %" if 990 <= tenths < 1000 else f"{tenths // 10} %"


def said(text: str) -> str:
    """A text of several lines, each made visible."""
    lines = text.splitlines()
    shown = [visible(line, 1000) for line in lines[:_LINES]]
    return "\n".join(shown) + (f"\n⟨{len(lines) - _LINES} more lines⟩" if len(lines) > _LINES else "")


def say_ago(moment: datetime, now: datetime | None = None) -> str:
    """How long ago, as one says it; from a month on the day itself."""
    passed = (now or datetime.now(UTC)) - moment
    if passed < timedelta(minutes=1):
        return "just now"
    if passed > timedelta(days=30):
        return moment.astimezone(UTC).strftime("%Y-%m-%d")
    return f"{say_span(passed)} ago"


def say_span(passed: timedelta) -> str:
    """A length of time in its largest unit."""
    for unit, seconds in (("day", 86400), ("hour", 3600), ("minute", 60)):
        count = int(passed.total_seconds() // seconds)
        if count:
            return f"{count} {unit}{'s' if count != 1 else ''}"
    return "less than a minute"
