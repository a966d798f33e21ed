"""`hunter db`: bring the store up to date, check it, copy it, read its log."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hunter.cli.terminal import tell


def add(app: typer.Typer) -> None:
    """Adds the group."""
    group = typer.Typer(no_args_is_help=True, help="The store itself.\n\nExample: hunter db check")
    group.command()(upgrade)
    group.command()(check)
    group.command()(backup)
    group.command()(log)
    app.add_typer(group, name="db")


def upgrade() -> None:
    """Brings the store's tables up to date; an older SQLite file is copied first.

    Example: hunter db upgrade
    """
    from hunter.settings import load_settings
    from hunter.store import open_store
    from hunter.store.migrations import newest

    with open_store(load_settings().store) as store:
        typer.echo(f"{store.name}: schema {newest()}")


def check(
    vault: Annotated[bool, typer.Option(help="read all bytes in the vault, too")] = True,
) -> int:
    """Checks that the store is whole: every page, the tables, the audit log's chain, and the bytes in the vault.

    Exit code 0: whole. 5: something is wrong, each fault on a line of its own.

    Example: hunter db check
    """
    from hunter.settings import load_settings
    from hunter.store import audit, open_store, upkeep
    from hunter.vault import Vault

    settings = load_settings()
    bytes_of = Vault(settings.vault)
    with open_store(settings.store, migrate=False) as store:
        faults = upkeep.check(store)
        with store.read() as c:
            head = audit.head(c)
            wanted = upkeep.named_bytes(c) if vault else set()
    missing = sorted(digest for digest in wanted if not bytes_of.has(digest))
    faults += [f"vault: {digest} is missing" for digest in missing]
    if vault:
        faults += [f"vault: {name}: {why}" for name, why in bytes_of.verify()]
    for fault in faults:
        typer.echo(fault)
    if not faults:
        checked = f", {len(wanted)} files in the vault" if vault else ""
        typer.echo(f"whole: {head.seq} lines in the audit log, head {head.digest}{checked}")
    return 5 if faults else 0


def backup(target: Annotated[Path, typer.Argument(help="the file to write; must not be there")]) -> None:
    """Copies the whole store into one file while others may write; the vault is a folder, copy it beside.

    Example: hunter db backup hunter-2026-11-23.db
    """
    from hunter.settings import load_settings
    from hunter.store import open_store, upkeep

    with open_store(load_settings().store) as store:
        upkeep.backup(store, target)
    tell(f"{target}: written, readable by you only; it holds personal data, see hunter purge")


def log(after: Annotated[int, typer.Option(min=0, help="only lines after this number")] = 0) -> None:
    """Prints the audit log, a JSON line each: who did what when; each line holds the SHA-256 of the one before.

    Example: hunter db log > audit.jsonl
    """
    from hunter.settings import load_settings
    from hunter.store import audit, open_store

    with open_store(load_settings().store) as store, store.read() as c:
        for line in audit.lines(c, after=after):
            typer.echo(line)
