"""`hunter submissions`: what was sent where, what came back, what is overdue."""

from __future__ import annotations

import getpass
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hunter.cli.terminal import tell
from hunter.errors import UsageError

if TYPE_CHECKING:
    from hunter.store.submissions import Submission

_LARGEST = 64 * 1024 * 1024  # bytes of a receipt or of what was sent


def add(app: typer.Typer) -> None:
    """Adds the group."""
    group = typer.Typer(
        help="The ledger of takedown requests.\n\nExample: hunter submissions list --overdue",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("add")(record)
    group.command("list")(show)
    group.command("answer")(answer)
    app.add_typer(group, name="submissions")


def record(
    suspect: Annotated[int, typer.Argument(help="number of the suspect")],
    channel: Annotated[str, typer.Option(help="through which channel it was sent")],
    sent: Annotated[Path, typer.Option(help="the notice as it was sent; its SHA-256 is kept")],
    ground: Annotated[str | None, typer.Option(help="on which ground, where the channel has several")] = None,
    reference: Annotated[str | None, typer.Option(help="the channel's own number for it")] = None,
    receipt: Annotated[Path | None, typer.Option(help="screenshot or mail that proves it; kept in the vault")] = None,
    at: Annotated[str | None, typer.Option(help="when it was sent, if not now: 2026-11-23T14:00+01:00")] = None,
    days: Annotated[
        int | None, typer.Option(min=1, help="days until somebody looks again; default: the channel's")
    ] = None,
    note: Annotated[str, typer.Option(help="anything else")] = "",
    by: Annotated[str, typer.Option(help="who sent it; default: the setting reviewer")] = "",
) -> int:
    """Records that a person sent a notice. Refused without evidence that was sealed before.

    Example: hunter submissions add 17 --channel bluesky --ground impersonation --sent notices/report.json
    """
    from hunter.settings import load_settings
    from hunter.store import open_store, submissions
    from hunter.takedown.channels import get_channel
    from hunter.takedown.notice import choose_ground
    from hunter.vault import Vault

    settings, chosen, now = load_settings(), get_channel(channel), datetime.now(UTC)
    reason = choose_ground(chosen, ground)
    sent_at = _moment(at) or now
    if sent_at > now:
        raise UsageError(f"--at {at} lies in the future")
    digest = hashlib.sha256(_read(sent)).hexdigest()
    kept = (receipt.name, Vault(settings.vault).put(_read(receipt))) if receipt else None
    with open_store(settings.store) as store, store.write() as c:
        number = submissions.add(
            c,
            suspect,
            channel=chosen.slug,
            ground=reason,
            sent_at=sent_at,
            sent_by=by or settings.reviewer or getpass.getuser(),
            sent_sha256=digest,
            at=now,
            next_at=sent_at + timedelta(days=days or chosen.next_days),
            reference=reference,
            receipt=kept,
            note=note,
            detail={"sent_name": sent.name},
        )
        made = submissions.get(c, number)
    tell(f"submission {number}: {chosen.slug} on {sent_at:%Y-%m-%d}, look again on {made.next_at:%Y-%m-%d}")
    if kept is None:
        tell("no receipt: keep a screenshot or the confirmation mail; later steps may ask for proof")
    return 0


def show(
    overdue: Annotated[bool, typer.Option(help="only those that should have been looked at again")] = False,
    suspect: Annotated[int | None, typer.Option(help="only those about this suspect")] = None,
) -> int:
    """Shows what was sent, whether the account is gone, and what is overdue.

    Example: hunter submissions list --overdue
    """
    from hunter.cli.terminal import print_table
    from hunter.settings import load_settings
    from hunter.store import open_store, submissions

    now = datetime.now(UTC)
    with open_store(load_settings().store) as store, store.read() as c:
        found = submissions.of_suspect(c, suspect) if suspect is not None else submissions.all_of(c)
    rows = [_row(one, now) for one in found if one.is_overdue(now) or not overdue]
    columns = ["number", "suspect", "account", "channel", "ground", "sent", "state", "reference", "look again", ""]
    print_table(columns, rows, numbers=["number", "suspect"])
    return 0


def answer(
    number: Annotated[int, typer.Argument(help="number of the submission")],
    state: Annotated[str, typer.Option(help="answered, refused, done or withdrawn; sent: it goes on")],
    text: Annotated[str | None, typer.Option(help="what they answered")] = None,
    reference: Annotated[str | None, typer.Option(help="the channel's own number for it")] = None,
    days: Annotated[int, typer.Option(min=1, help="days until somebody looks again, while it goes on")] = 7,
    by: Annotated[str, typer.Option(help="who tells; default: the setting reviewer")] = "",
) -> int:
    """Records what came back.

    Example: hunter submissions answer 3 --state refused --text "no violation found"
    """
    from hunter.settings import load_settings
    from hunter.store import open_store, submissions

    settings, now = load_settings(), datetime.now(UTC)
    with open_store(settings.store) as store, store.write() as c:
        found = submissions.answer(
            c,
            number,
            state=state,
            by=by or settings.reviewer or getpass.getuser(),
            at=now,
            text=text,
            reference=reference,
            next_at=now + timedelta(days=days),
        )
    again = f", look again on {found.next_at:%Y-%m-%d}" if found.next_at else ""
    tell(f"submission {number}: {found.state}{again}")
    return 0


def _row(one: Submission, now: datetime) -> list[object]:
    later = one.status_at > one.sent_at
    seen = {"gone": "gone", "came_back": "CAME BACK"}.get(one.status.value) if later else None
    told = [f"{seen} {one.status_at:%Y-%m-%d}"] if seen else []
    told += ["overdue"] if one.is_overdue(now) else []
    account = f"{one.platform} {one.handle}"
    sent = f"{one.sent_at:%Y-%m-%d} {one.sent_by}"
    again = f"{one.next_at:%Y-%m-%d}" if one.next_at else None
    return [
        one.id,
        one.suspect_id,
        account,
        one.channel,
        one.ground,
        sent,
        one.state,
        one.reference,
        again,
        ", ".join(told),
    ]


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as exc:
        raise UsageError(f"--at {text}: no moment", advice="2026-11-23T14:00+01:00") from exc
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError(f"{path}: larger than {_LARGEST >> 20} MiB")
        return path.read_bytes()
    except OSError as exc:
        raise UsageError(f"{path}: {exc.strerror}") from exc
