"""`hunter scan-text`: does this draft hold card or account numbers?"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from hunter.cli.terminal import tell
from hunter.errors import InputError
from hunter.evidence.masking import Secret, find_secrets

_LARGEST = 64 * 1024 * 1024  # bytes
_LINES_AT_ONCE = 2000  # an account number may run over a line's end, so lines are looked at together
_OVERLAP = 3  # lines


def add(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("scan-text")(scan_text)


def scan_text(
    file: Annotated[Path, typer.Argument(help="a text, CSV or JSON file; - for standard input")],
) -> int:
    """Finds payment card and bank account numbers in a text before it is posted; never prints one.

    Exit code 0: none found. 2: found, each with line, column and the last four characters.

    Example: hunter scan-text draft.txt
    """
    text = _read(file)
    found = 0
    for line, column, secret in find_places(text):
        kind = "payment card" if secret.kind == "card" else "bank account (IBAN)"
        typer.echo(f"line {line}, column {column}: {kind}, ends {secret.last_four}")
        found += 1
    if found:
        tell("remove them before this is published; hide a post that already shows them")
        return 2
    tell("no card or account number found (pictures are not read)")
    return 0


def find_places(text: str) -> Iterator[tuple[int, int, Secret]]:
    """Line and column (from 1) of every account number; memory beyond the text itself stays flat."""
    lines = text.splitlines(keepends=True)
    told: set[tuple[int, int]] = set()
    for first in range(0, len(lines), _LINES_AT_ONCE):
        part = lines[first : first + _LINES_AT_ONCE + _OVERLAP]
        line, passed = 0, 0  # of this part: the line we are in, and the characters before it
        for secret in find_secrets("".join(part)):
            while passed + len(part[line]) <= secret.start:
                passed += len(part[line])
                line += 1
            place = (first + line + 1, secret.start - passed + 1)
            if place not in told:
                told.add(place)
                yield *place, secret


def _read(file: Path) -> str:
    if str(file) == "-":
        content = sys.stdin.buffer.read(_LARGEST + 1)
    else:
        try:
            with file.open("rb") as stream:
                content = stream.read(_LARGEST + 1)
        except OSError as exc:
            raise InputError(f"{file}: {exc.strerror}") from exc
    if len(content) > _LARGEST:
        raise InputError(f"{file}: larger than {_LARGEST // 1024 // 1024} MiB", advice="split it and scan the parts")
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig")):
        if content.startswith(mark):
            try:
                text = content.decode(encoding)
                break
            except UnicodeDecodeError:
                text = content.decode("latin-1")  # every byte is some character: digits are found in any code page
    if "\0" in text or content.startswith((b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0")):
        raise InputError(f"{file}: this is no plain text", advice="save it as text or CSV and scan that")
    return text
