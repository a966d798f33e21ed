"""`hunter run`: crawl, match, store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hunter.cli.terminal import tell

_INTERRUPTED = 130


def add(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(run)


def run(
    brand: Annotated[list[str] | None, typer.Option(help="brand file, folder or slug; may be given again")] = None,
    platform: Annotated[list[str] | None, typer.Option(help="only this platform; may be given again")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="accounts to ask for at most, per platform")] = None,
) -> int:
    """Crawls the platforms for all brands, matches and stores what it sees; tells what changed since the last run.

    Exit code 0: all platforms answered. 3: one was blocked or broke, the rest is valid. 4: another run is going on.
    5: the store failed. 64: wrong usage.

    Example: hunter run --brand brands/acme.toml --platform bluesky
    """
    from hunter.cli.choices import advise_on_pictures, choose_brands, opened_store
    from hunter.cli.crawling import crawl_once
    from hunter.operations.alerts import send_digest
    from hunter.operations.runs import exit_code, summary_line
    from hunter.settings import load_settings
    from hunter.vault import Vault

    settings = load_settings()
    brands = choose_brands(brand or (), settings)
    advise_on_pictures(brands)
    with opened_store(settings) as store:
        names = ", ".join(b.names[0] for b in brands)
        record = crawl_once(
            brands,
            settings,
            store,
            Vault(Path(settings.vault)),
            platforms=platform or (),
            limit=limit,
            title=f"looking for {names}",
        )
        if settings.alert_urls:
            tell(str(send_digest(store, record.id, settings)))
    interrupted = record.state == "interrupted"
    if interrupted:
        tell("interrupted; what was stored is kept")
    tell(summary_line(record))
    if interrupted:
        raise SystemExit(_INTERRUPTED)
    return exit_code(record)
