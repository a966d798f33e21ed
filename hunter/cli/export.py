"""`hunter export`: the suspect list as a file."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from hunter.cli.terminal import tell
from hunter.errors import PictureError, StoreError, UsageError

if TYPE_CHECKING:
    from hunter.darkroom import Darkroom
    from hunter.store.listing import Wanted
    from hunter.vault import Vault

_THUMBNAIL = 96  # pixels


def add(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(export)


def export(
    format: Annotated[str, typer.Option(help="csv, html, jsonl, misp, stix or xlsx")],
    out: Annotated[Path, typer.Option("-o", "--out", help="the file to write; - prints csv and jsonl")],
    brand: Annotated[list[str] | None, typer.Option(help="only this brand; may be given again")] = None,
    status: Annotated[list[str] | None, typer.Option(help="only this status; may be given again")] = None,
    min_score: Annotated[float, typer.Option(help="only suspects that score at least this, 0 to 1")] = 0.0,
    since: Annotated[str, typer.Option(help="new or changed after this run (12) or since this day (2026-11-01)")] = "",
    new_only: Annotated[bool, typer.Option(help="only new ones: since --since, else those of the newest run")] = False,
    pictures: Annotated[bool, typer.Option(help="thumbnails in xlsx and html")] = True,
) -> int:
    """Writes the suspect list; the file appears whole or not at all.

    Example: hunter export --format xlsx --status open --min-score 0.7 -o suspects.xlsx
    """
    from hunter.darkroom import Darkroom
    from hunter.export import FORMATS, SuspectList
    from hunter.settings import load_settings
    from hunter.store import open_store
    from hunter.store.listing import find_numbers, last_touched, list_suspects
    from hunter.vault import Vault

    if format not in FORMATS:
        raise UsageError(f"{format!r} is no format", advice=f"one of {', '.join(FORMATS)}")
    chosen = FORMATS[format]
    if str(out) == "-" and not chosen.prints:
        raise UsageError(f"{format} cannot be printed", advice="name a file with -o")
    wanted, asked = read_wanted(brand or [], status or [], min_score, since, new_only)
    settings = load_settings()
    with open_store(settings.store) as store, Darkroom() as darkroom, store.read() as c, open_output(out) as stream:
        numbers = find_numbers(c, wanted)
        suspects = SuspectList(
            rows=list_suspects(c, numbers),
            count=len(numbers),
            as_of=last_touched(c),
            asked=asked,
            organisation=settings.organisation,
            thumbnail=_thumbnails(Vault(settings.vault), darkroom) if pictures else _no_thumbnail,
        )
        chosen.write(suspects, stream)
    tell(f"{len(numbers)} suspects ({asked}) to {out}")
    return 0


def read_wanted(
    brands: list[str], statuses: list[str], min_score: float, since: str, new_only: bool
) -> tuple[Wanted, str]:
    """The options as a question to the store, and in words. Raises UsageError."""
    from hunter.store.listing import Wanted
    from hunter.store.suspects import Status

    known = [s.value for s in Status]
    statuses = [s.strip().replace(" ", "_").replace("-", "_") for s in statuses]
    if wrong := [s for s in statuses if s not in known]:
        raise UsageError(f"{wrong[0]!r} is no status", advice=f"one of {', '.join(known)}")
    if not 0 <= min_score <= 1:
        raise UsageError(f"--min-score {min_score:g} is not between 0 and 1")
    run, day = read_since(since)
    words = [", ".join(brands) or "all brands", *([" or ".join(statuses)] if statuses else [])]
    words += [f"score from {min_score:g}"] if min_score else []
    words += [f"{'new' if new_only else 'new or changed'} since {'run ' if run else ''}{since}"] if since else []
    words += ["new in the newest run"] if new_only and not since else []
    wanted = Wanted(
        brands=tuple(brands), statuses=tuple(statuses), min_score=min_score, since_run=run, since=day, new_only=new_only
    )
    return wanted, ", ".join(words)


def read_since(since: str) -> tuple[int | None, datetime | None]:
    """A run's number or a day (or moment, UTC where no zone is given); both None for "". Raises UsageError."""
    if not since:
        return None, None
    if since.isdecimal() and len(since) < 8:
        return int(since), None
    try:
        moment = datetime.fromisoformat(since)
    except ValueError as exc:
        raise UsageError(f"--since {since}: neither a run nor a day", advice="12 or 2026-11-01") from exc
    return None, moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@contextmanager
def open_output(out: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name when it is whole, readable by its owner only; "-" is standard output."""
    if str(out) == "-":
        yield sys.stdout.buffer
        return
    try:
        handle, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
    except OSError as exc:
        raise UsageError(f"{out}: {exc.strerror}", advice="name a file in a folder that can be written") from exc
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(out)
    except OSError as exc:
        raise StoreError(f"{out}: {exc.strerror or exc}", advice="free some space") from exc
    finally:
        unfinished.unlink(missing_ok=True)


def _no_thumbnail(sha256: str) -> bytes | None:
    return None


def _thumbnails(vault: Vault, darkroom: Darkroom) -> Callable[[str], bytes | None]:
    """Looks at pictures of the vault, each developed afresh; None where one is gone or cannot be shown."""

    def develop(sha256: str) -> bytes | None:
        if not vault.has(sha256):
            return None
        try:
            return darkroom.thumbnail(vault.get(sha256), _THUMBNAIL)
        except PictureError:
            return None

    return develop
