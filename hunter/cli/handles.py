"""`hunter handles`: look-alike handles and domains of a brand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hunter.errors import UsageError

if TYPE_CHECKING:
    from hunter.types import Platform


def add(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(handles)


def handles(
    brand: Annotated[list[str] | None, typer.Option(help="brand file, folder or slug; may be given again")] = None,
    platform: Annotated[str | None, typer.Option(help="within the rules of this platform; domain for domains")] = None,
    limit: Annotated[int, typer.Option(min=1, help="how many for each brand")] = 50,
    format: Annotated[str, typer.Option(help="table, or plain: one a line")] = "table",
) -> int:
    """Lists look-alike handles or domains, best first, each with the trick that it plays.

    Example: hunter handles --brand brands/talvora.toml --platform domain --limit 200
    """
    from itertools import islice

    from hunter.cli.choices import choose_brands
    from hunter.cli.terminal import print_table, tell
    from hunter.matching.handles import lookalikes
    from hunter.settings import load_settings
    from hunter.types import Platform

    if format not in ("table", "plain"):
        raise UsageError(f"--format {format}: unknown", advice="table or plain")
    brands = choose_brands(brand or [], load_settings())
    place = Platform(name="unknown") if platform is None else _platform(platform)
    found = [(b.slug, x) for b in brands for x in islice(lookalikes(b, place), limit)]
    if format == "plain":
        typer.echo("\n".join(dict.fromkeys(x.handle for _, x in found)))
    else:
        print_table(["brand", "handle", "trick", "how"], [[slug, x.handle, x.kind, x.words] for slug, x in found])
    tell(f"{len(found)} look-alikes of {len(brands)} brands on {place.name}")
    return 0


def _platform(name: str) -> Platform:
    """The platform with its rules: one that is crawled, one of the table, or any other name with neutral rules."""
    from hunter.tables import read_table
    from hunter.types import HandleRule, Platform
    from spiders.crawl import find_platforms

    crawled = find_platforms()
    if name in crawled:
        return crawled[name].platform
    rules = read_table("platforms")
    return Platform(name=name, handle_rule=HandleRule(**rules[name]) if name in rules else HandleRule())
