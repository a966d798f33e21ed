"""`hunter explain`: why one candidate scores as it does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hunter.errors import InputError, PictureError

if TYPE_CHECKING:
    from hunter.darkroom import Darkroom
    from hunter.types import Picture

_LARGEST = 8 * 1024 * 1024  # bytes of a picture


def add(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(explain)


def explain(
    handle: Annotated[str, typer.Argument(help="the account's handle, or a domain with --platform domain")],
    brand: Annotated[list[str] | None, typer.Option(help="brand file, folder or slug; may be given again")] = None,
    platform: Annotated[str, typer.Option(help="where the account is")] = "unknown",
    name: Annotated[str | None, typer.Option(help="its display name")] = None,
    bio: Annotated[str | None, typer.Option(help="its description")] = None,
    link: Annotated[list[str] | None, typer.Option(help="a link on its page; may be given again")] = None,
    avatar: Annotated[Path | None, typer.Option(help="its picture, a file")] = None,
    verified: Annotated[list[str] | None, typer.Option(help="a domain that the platform shows as verified")] = None,
) -> int:
    """Shows the sum of bits for one candidate, finding by finding, with both sides beside each other.

    Example: hunter explain talvora_support --brand brands/talvora.toml --name "Talvora Help"
    """
    from datetime import UTC, datetime

    from hunter.cli.choices import advise_on_pictures, choose_brands
    from hunter.cli.terminal import print_waterfall, tell
    from hunter.darkroom import Darkroom
    from hunter.matching.judge import judge
    from hunter.rules import load_rules
    from hunter.settings import load_settings
    from hunter.types import Profile
    from hunter.visible import name_characters, visible

    settings = load_settings()
    weights = load_rules(settings)
    today = datetime.now(UTC).date()
    with Darkroom() as darkroom:
        brands = choose_brands(brand or [], settings, darkroom)
        picture = _picture(avatar, darkroom) if avatar else None
    if picture is not None:
        advise_on_pictures(brands)
    profile = Profile(
        platform=platform,
        handle=handle,
        display_name=name or None,
        bio=bio or None,
        links=tuple(link or ()),
        verified_by=tuple(verified or ()),
        picture=picture,
    )
    judged = sorted((judge(b.as_of(today), profile, weights) for b in brands), key=lambda a: -a.bits)
    telling = [a for a in judged if a.findings] or judged[:1]
    for i, found in enumerate(telling[:5]):
        typer.echo(("\n" if i else "") + f"{visible(handle)} as {found.brand}")
        print_waterfall(found.findings, weights.prior, found.bits, found.score)
    for text in (handle, name or ""):
        for char, described in name_characters(text)[:20]:
            typer.echo(f"  {visible(char)}  {described}")
    if len(telling) > 5:
        tell(f"and {len(telling) - 5} more brands that it resembles less")
    return 0


def _picture(path: Path, darkroom: Darkroom) -> Picture:
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError(f"{path}: larger than {_LARGEST >> 20} MiB")
        data = path.read_bytes()
    except OSError as exc:
        raise InputError(f"{path}: {exc.strerror or exc}") from exc
    try:
        return darkroom.develop(data)
    except PictureError as exc:
        raise InputError(f"{path}: {exc}") from exc
