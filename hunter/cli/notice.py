"""`hunter notice`: a takedown request, prefilled; a person completes, signs and sends it."""

from __future__ import annotations

import getpass
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hunter.cli.terminal import tell
from hunter.errors import StoreError, UsageError

if TYPE_CHECKING:
    from hunter.takedown.channels import Channel
    from hunter.takedown.matter import Considered
    from hunter.takedown.notice import Draft

EXCEPTIONS = ("none", "parody", "fan", "criticism", "reseller", "same_name", "other_trade")
_LARGEST_ANSWERS = 256 * 1024  # bytes


def add(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(notice)


def notice(
    suspect: Annotated[int | None, typer.Argument(help="number of a confirmed suspect")] = None,
    channel: Annotated[str, typer.Option(help="through which channel; --list shows them")] = "",
    out: Annotated[Path | None, typer.Option("-o", "--out", help="folder for the draft")] = None,
    ground: Annotated[str | None, typer.Option(help="impersonation, trademark, copyright, phishing …")] = None,
    considered: Annotated[
        str | None, typer.Option(help=f"did you ask whether it may do this? one of {', '.join(EXCEPTIONS)}")
    ] = None,
    because: Annotated[str, typer.Option(help="why it is reported although an exception may apply")] = "",
    set: Annotated[list[str] | None, typer.Option(help='fill a field in: complainant.phone="+44 …"')] = None,
    answers: Annotated[Path | None, typer.Option(help="answers.toml of an earlier draft, filled in")] = None,
    brand: Annotated[list[str] | None, typer.Option(help="brand file, folder or slug; default: the settings")] = None,
    by: Annotated[str, typer.Option(help="who drafts; default: the setting reviewer")] = "",
    show: Annotated[bool, typer.Option("--list", help="show the channels, for one suspect those that fit")] = False,
) -> int:
    """Drafts a takedown notice: what is known filled in, what is missing listed, no statement ticked. Never sends.

    Exit code 0: nothing is missing but the signature. 2: something is.

    Example: hunter notice 17 --channel bluesky --considered none -o notices
    """
    from datetime import UTC, datetime

    from hunter.cli.choices import choose_brands
    from hunter.settings import load_settings
    from hunter.store import open_store
    from hunter.takedown.channels import get_channel
    from hunter.takedown.gather import gather
    from hunter.takedown.notice import choose_ground, draft

    if show or not channel:
        return _list_channels()
    if suspect is None or out is None:
        raise UsageError("which suspect, and where to?", advice="hunter notice 17 --channel bluesky -o notices")
    settings = load_settings()
    chosen = get_channel(channel)
    reason = choose_ground(chosen, ground or _ask_ground(chosen))
    now = datetime.now(UTC)
    thought = _read_considered(
        considered or _ask_considered(), because, by or settings.reviewer or getpass.getuser(), now
    )
    given = read_answers(answers, set or [])
    brands = choose_brands(brand, settings) if brand else choose_brands((), settings) if settings.brands else []
    with open_store(settings.store) as store:
        matter = gather(store, suspect, brands, settings, considered=thought, given=given)
    return _hand_over(draft(chosen, reason, matter, now=now), out / f"{chosen.slug}-{reason}-{suspect}")


def _hand_over(made: Draft, folder: Path) -> int:
    """Writes the draft's files and tells what a person must still see to."""
    from hunter.takedown.writing import write_files

    for name, content in write_files(made).items():
        _write(folder / name, content)
    typer.echo(str(folder / "notice.txt"))
    for warning in made.warnings:
        tell(f"careful: {warning}")
    for key, why in made.missing:
        tell(f"missing: {key}: {why}")
    if made.missing:
        tell(f"fill in {folder / 'answers.toml'} and hand it back with --answers")
    return 2 if made.missing else 0


def _list_channels() -> int:
    from hunter.cli.terminal import print_table
    from hunter.takedown.channels import load_channels

    rows = [
        [
            c.slug,
            c.name,
            ", ".join(c.platforms) or "any",
            ", ".join(c.grounds),
            c.checked_on and c.checked_on.isoformat(),
        ]
        for c in load_channels().values()
    ]
    print_table(["channel", "name", "platforms", "grounds", "checked on"], rows)
    return 0


def _ask_ground(channel: Channel) -> str | None:
    from hunter.takedown.channels import GROUNDS

    if len(channel.grounds) == 1 or not sys.stdin.isatty():
        return None
    for name in channel.grounds:
        tell(f"  {name}: {GROUNDS[name]}")
    return str(typer.prompt("ground", err=True))


def _ask_considered() -> str:
    question = "may the account do this? none, or which applies"
    if not sys.stdin.isatty():
        raise UsageError(
            "parody, fan account, criticism, resale, same name, other trade: does one apply?",
            advice=f"--considered with one of {', '.join(EXCEPTIONS)}; all but none need --because",
        )
    return str(typer.prompt(f"{question} ({', '.join(EXCEPTIONS[1:])})", default="none", err=True))


def _read_considered(kind: str, because: str, by: str, at: object) -> Considered:
    from datetime import datetime

    from hunter.takedown.matter import Considered

    assert isinstance(at, datetime)
    if kind not in EXCEPTIONS:
        raise UsageError(f"{kind!r} is none of {', '.join(EXCEPTIONS)}")
    if kind != "none" and not because.strip():
        raise UsageError(f"{kind} may apply: why is it reported all the same?", advice="--because TEXT, or do not send")
    return Considered(by=by, at=at, exception="" if kind == "none" else kind, because=because.strip())


def read_answers(path: Path | None, pairs: list[str]) -> Mapping[str, str]:
    """What people filled in: a file of `"field" = "text"` and, over it, field=text pairs. Raises UsageError."""
    given: dict[str, str] = {}
    if path is not None:
        try:
            if path.stat().st_size > _LARGEST_ANSWERS:
                raise UsageError(f"{path}: too large")
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as exc:
            raise UsageError(f"{path}: {exc.strerror}") from exc
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
            raise UsageError(f"{path}: {exc}", advice='lines must read like "complainant.phone" = "+44 …"') from exc
        for key, value in table.items():
            if not isinstance(value, str):
                raise UsageError(
                    f"{path}: {key}: must be text in quotes", advice='write "complainant.phone", with quotes'
                )
            given[key] = value
    for pair in pairs:
        key, mark, value = pair.partition("=")
        if not mark:
            raise UsageError(f"--set {pair}: no =", advice='--set complainant.phone="+44 …"')
        given[key.strip()] = value
    return {key: value.strip() for key, value in given.items() if value.strip()}


def _write(path: Path, content: bytes) -> None:
    """Writes a file that only its owner can read: it may hold contact data."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_bytes(content)
    except OSError as exc:
        raise StoreError(f"{path}: {exc.strerror}", advice="check the folder and its rights") from exc
