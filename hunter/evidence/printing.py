"""Fills the report's page and prints it as PDF; the engine fetches nothing but the pictures that it is handed.

The printing is done by a process of its own, with little memory and time: the text in it is hostile, and only a fresh
process can be told the moment that fonts are dated by, without which the same page never gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from hunter.errors import StoreError
from hunter.visible import visible

MEMORY = 2 * 1024 * 1024 * 1024  # bytes of address space
SECONDS = 120
_PAGES = Path(__file__).parent / "pages"
_BLOB = "blob:"


def fill_page(facts: Mapping[str, Any], pictures: Mapping[str, bytes], *, inline: bool) -> str:
    """The report as HTML. `inline`: pictures stand in the page itself, else they are named for the printer."""

    def source(name: str) -> str:
        if inline:
            return "data:image/png;base64," + base64.b64encode(pictures[name]).decode()
        return _BLOB + name

    environment = Environment(
        loader=FileSystemLoader(_PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {"theirs": isolate, "hash": break_hash}
    style = (_PAGES / "report.css").read_text(encoding="utf-8")
    sources = {name: source(name) for name in pictures}
    marked = Markup(style)  # noqa: S704 - our own file
    return environment.get_template("report.html").render(**facts, pictures=sources, style=marked, inline=inline)


def isolate(text: object, limit: int = 600) -> str:
    """Text of the other side, made safe to print: nothing invisible, and its direction cannot leave it."""
    return f"\u2068{visible(str(text), limit)}\u2069"


def break_hash(digest: str) -> Markup:
    """A digest in groups of eight, with places to break the line; copied it is one word."""
    groups = [digest[i : i + 8] for i in range(0, len(digest), 8)]
    return Markup("<wbr>").join(escape(group) for group in groups)


def print_pdf(html: str, pictures: Mapping[str, bytes], moment: datetime) -> bytes:
    """The page as PDF, dated `moment`; the same page gives the same bytes. Raises StoreError."""
    task = {"html": html, "pictures": {name: base64.b64encode(data).decode() for name, data in pictures.items()}}
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "hunter.evidence.printing"],
            input=json.dumps(task).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={
                "SOURCE_DATE_EPOCH": str(int(moment.timestamp())),
                "LANG": "C.UTF-8",
                "HOME": str(Path.home()),  # where the fonts' cache lies
                "PYTHONPATH": ":".join(sys.path),
            },
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise StoreError(f"no PDF: {exc}", advice="write .html instead") from exc
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF"):
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise StoreError(
            f"no PDF: {said[-1] if said else 'the printer died'}", advice="install libpango, or write .html"
        )
    return done.stdout


def work() -> None:
    """The printer: reads one page from standard input, writes one PDF to standard output."""
    import resource

    from weasyprint import HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    task = json.load(sys.stdin.buffer)
    pictures = {name: base64.b64decode(data) for name, data in task["pictures"].items()}

    class Blobs(URLFetcher):  # type: ignore[misc]  # the library has no types
        """Hands out our own pictures; everything else is refused before anything is opened."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix(_BLOB)
            if not url.startswith(_BLOB) or name not in pictures:
                raise ValueError("nothing is fetched for a report")
            return URLFetcherResponse(url, body=pictures[name], headers={"Content-Type": "image/png"})

    document = HTML(string=task["html"], url_fetcher=Blobs(), media_type="print")
    identifier = hashlib.sha256(task["html"].encode("utf-8", "replace")).digest()[:16]
    sys.stdout.buffer.write(document.write_pdf(pdf_identifier=identifier))


if __name__ == "__main__":
    work()
