"""`hunter purge`, `hunter hold` and `hunter subject-report`: retention, legal hold, access requests."""

from __future__ import annotations

import os
import pwd
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hunter.cli.terminal import print_table, tell
from hunter.errors import UsageError

if TYPE_CHECKING:
    from hunter.operations.retention import PurgeReport
    from hunter.settings import Settings

_LEFT_OPEN = 2


def add(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(purge)
    app.command("subject-report")(subject_report)
    group = typer.Typer(no_args_is_help=True, help="Legal holds stop a purge.\n\nExample: hunter hold list")
    group.command("add")(add_hold)
    group.command("release")(release_hold)
    group.command("list")(list_holds)
    app.add_typer(group, name="hold")


def purge(
    subject: Annotated[str | None, typer.Option(help="all about one account: PLATFORM:ID or PLATFORM:HANDLE")] = None,
    expired: Annotated[bool, typer.Option("--expired", help="all that the keep_… settings name")] = False,
    why: Annotated[str, typer.Option(help="the reason, kept in the tombstone; no personal data")] = "asked for",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only tell what would go")] = False,
) -> int:
    """Deletes for good: rows, bytes in the vault, and what would be left of them in the database file.

    Exit code 0: nothing is left. 2: something is left for people, such as bags or a legal hold; it is listed.

    Example: hunter purge --subject bluesky:did:plc:abc --dry-run
    """
    from hunter.operations.retention import purge_expired, purge_subject
    from hunter.settings import load_settings
    from hunter.store import open_store
    from hunter.vault import Vault

    if bool(subject) == expired:
        raise UsageError("say what to purge", advice="either --subject PLATFORM:ID or --expired")
    settings = load_settings()
    actor, at, vault = who(settings), datetime.now(UTC), Vault(settings.vault)
    with open_store(settings.store) as store:
        if subject:
            done = purge_subject(store, vault, settings, subject, by=actor, at=at, why=why, rehearse=dry_run)
        else:
            done = purge_expired(store, vault, settings, by=actor, at=at, rehearse=dry_run)
    _tell(done)
    return 0 if done.rehearsed and not done.held else 0 if done.complete else _LEFT_OPEN


def subject_report(
    subject: Annotated[str, typer.Argument(help="PLATFORM:ID or PLATFORM:HANDLE")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="a file, readable by you only")] = None,
) -> None:
    """Writes everything that is held about one account as JSON, for an access request.

    Example: hunter subject-report bluesky:did:plc:abc -o report.json
    """
    import json

    from hunter.operations.retention import report_subject
    from hunter.settings import load_settings
    from hunter.store import open_store
    from hunter.vault import Vault

    settings = load_settings()
    with open_store(settings.store) as store:
        found = report_subject(store, Vault(settings.vault), subject)
    text = json.dumps(found, indent=2, sort_keys=True, ensure_ascii=True) + "\n"
    if output is None:
        typer.echo(text, nl=False)
        return
    with os.fdopen(os.open(output, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as opened:
        opened.write(text)
    tell(f"{output}: written")


def add_hold(
    subject: Annotated[str, typer.Argument(help="PLATFORM:ID")],
    reason: Annotated[str, typer.Option(help="why it must be kept")],
) -> None:
    """Keeps an account from being purged until the hold is released.

    Example: hunter hold add bluesky:did:plc:abc --reason "case 12"
    """
    from hunter.settings import load_settings
    from hunter.store import holds, open_store, subjects

    settings = load_settings()
    platform, _, name = subject.partition(":")
    if not platform or not name:
        raise UsageError(f"{subject!r} names no account", advice="as in bluesky:did:plc:abc")
    with open_store(settings.store) as store, store.write() as c:
        native_id = subjects.find(c, platform, name) or name
        number = holds.add(c, platform, native_id, reason=reason, by=who(settings), at=datetime.now(UTC))
    typer.echo(f"hold {number}")


def release_hold(number: Annotated[int, typer.Argument(help="as hunter hold list shows it")]) -> None:
    """Ends a hold.

    Example: hunter hold release 3
    """
    from hunter.settings import load_settings
    from hunter.store import holds, open_store

    settings = load_settings()
    with open_store(settings.store) as store, store.write() as c:
        holds.release(c, number, by=who(settings), at=datetime.now(UTC))


def list_holds() -> None:
    """Lists the holds in force.

    Example: hunter hold list
    """
    from hunter.settings import load_settings
    from hunter.store import holds, open_store

    with open_store(load_settings().store) as store, store.read() as c:
        rows = [[h["id"], h["platform"], h["native_id"], h["reason"], h["by"], h["at"]] for h in holds.in_force(c)]
    print_table(["hold", "platform", "id", "reason", "by", "since (UTC)"], rows, numbers=["hold"])


def who(settings: Settings) -> str:
    """Who acts: the setting `reviewer`, else the user's name on this machine."""
    return settings.reviewer or pwd.getpwuid(os.getuid()).pw_name


def _tell(done: PurgeReport) -> None:
    if done.rehearsed:
        tell("nothing was deleted")
    for reason, number in sorted(done.by_reason.items()):
        tell(f"{'would delete' if done.rehearsed else 'deleted'}: {number} accounts ({reason})")
    if not done.accounts and not done.held:
        tell("nothing has been kept long enough")
    if done.counts:
        print_table(["kind", "rows"], sorted(done.counts.items()), numbers=["rows"])
    if done.vault_files:
        tell(f"{done.vault_files} files removed from the vault")
    for line in (
        *(f"kept, legal hold: {reason}" for reason in done.held),
        *(f"left for you to delete: {path}" for path in (*done.bags, *done.copies)),
        *([f"{done.kept_captures} answers kept: they are proof in somebody else's case"] if done.kept_captures else []),
    ):
        tell(line)
