"""`hunter suspects`: the queue in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hunter.cli.terminal import on_terminal, print_table, print_waterfall, tell, write_cell, write_score
from hunter.errors import UsageError
from hunter.visible import defang, name_characters, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hunter.store.suspects import Event, Suspect
    from hunter.types import Profile

_BIO = 1000  # characters shown
_REASONS = 2  # of each suspect in the list on a terminal


def add(app: typer.Typer) -> None:
    """Adds the group."""
    group = typer.Typer(
        help="The queue in the terminal: list, show, judge.\n\nExample: hunter suspects list --brand acme",
        rich_markup_mode=None,
        no_args_is_help=True,
    )
    group.command("list")(list_suspects)
    group.command("show")(show_suspect)
    group.command("judge")(judge_suspect)
    app.add_typer(group, name="suspects")


def list_suspects(
    brand: Annotated[str | None, typer.Option(help="only this brand")] = None,
    platform: Annotated[str | None, typer.Option(help="only this platform")] = None,
    status: Annotated[str, typer.Option(help="open, confirmed, gone, dismissed, …, or all")] = "open",
    min_score: Annotated[float, typer.Option(min=0, max=1, help="only suspects that score at least this")] = 0.0,
    limit: Annotated[int, typer.Option(min=1, help="how many")] = 30,
) -> None:
    """Lists suspects, the most pressing first.

    Example: hunter suspects list --brand acme --min-score 0.8
    """
    from hunter.cli.choices import opened_store
    from hunter.settings import load_settings
    from hunter.store import suspects

    known = [s.value for s in suspects.Status]
    if status not in (*known, "all"):
        raise UsageError(f"{status!r} is no status", advice=f"one of {', '.join(known)}, all")
    wanted = None if status == "all" else suspects.Status(status)
    with opened_store(load_settings()) as store, store.read() as c:
        found = suspects.page(c, status=wanted, brand=brand, platform=platform, min_score=min_score, limit=limit + 1)
    print_suspects(found[:limit])
    if not found:
        tell(f"no suspects ({status})" + ("" if status == "all" else "; --status all shows every one"))
    elif len(found) > limit:
        tell(f"and more: --limit {limit * 4}")


def print_suspects(found: Sequence[Suspect]) -> None:
    """Suspects as a table: close together on a terminal, a column for each value in a pipe."""
    if on_terminal():
        rows: list[list[object]] = [
            [s.id, write_score(s.score), [s.handle, s.display_name], [s.brand, _standing(s)], _say_shortly(s)]
            for s in found
        ]
        print_table(["no", "score", "account", "brand", "why"], rows, numbers=["no", "score"])
        return
    columns = ["no", "score", "brand", "platform", "handle", "name", "status", "why"]
    print_table(
        columns,
        [
            (s.id, f"{s.score:.4f}", s.brand, s.platform, s.handle, s.display_name, _standing(s), s.reason)
            for s in found
        ],
    )


def show_suspect(number: Annotated[int, typer.Argument(help="its number in the list")]) -> None:
    """Shows one suspect: the account, the sum of what speaks for and against, and what happened.

    Example: hunter suspects show 3
    """
    from hunter.cli.choices import opened_store
    from hunter.settings import load_settings
    from hunter.store import profiles, suspects

    with opened_store(load_settings()) as store, store.read() as c:
        suspect = suspects.get(c, number)
        if suspect is None:
            raise UsageError(f"there is no suspect {number}", advice="hunter suspects list")
        seen = profiles.versions(c, [suspect.version_id]).get(suspect.version_id)
        events = suspects.events(c, number)
    _print_account(suspect, seen.profile if seen else None)
    prior = suspect.bits - sum(f.bits for f in suspect.findings if f.counted)
    typer.echo()
    print_waterfall(suspect.findings, prior, suspect.bits, suspect.score)
    typer.echo()
    print_table(["when", "who", "what"], [(e.at, e.actor, _say(e)) for e in events])


def judge_suspect(
    number: Annotated[int, typer.Argument(help="its number in the list")],
    verdict: Annotated[str, typer.Argument(help="impersonation, parody, official, unrelated or unsure")],
    note: Annotated[str, typer.Option(help="why, for those who read it later")] = "",
    by: Annotated[str, typer.Option(help="who decides [default: the setting reviewer, else your login]")] = "",
) -> None:
    """Writes down what you decide; nothing is overwritten, a later verdict simply counts instead.

    Example: hunter suspects judge 3 impersonation --note "asks for card numbers"
    """
    from datetime import UTC, datetime

    from hunter.cli.choices import opened_store
    from hunter.settings import load_settings
    from hunter.store import decisions, suspects
    from hunter.types import Verdict

    try:
        decided = Verdict(verdict.lower())
    except ValueError as exc:
        raise UsageError(f"{verdict!r} is no verdict", advice=f"one of {', '.join(Verdict)}") from exc
    settings = load_settings()
    who = by or settings.reviewer or _login()
    with opened_store(settings) as store, store.write() as c:
        decisions.decide(c, number, decided, by=who, at=datetime.now(UTC), note=note)
        suspect = suspects.get(c, number)
    if suspect is not None:
        tell(f"suspect {number}, {suspect.handle}: {decided} by {who}; it is now {suspect.status}")


def _print_account(suspect: Suspect, profile: Profile | None) -> None:
    lines: list[tuple[str, str | None]] = [
        ("suspect", f"{suspect.id}, resembles {suspect.brand}"),
        ("account", f"{suspect.handle} on {suspect.platform}"),
    ]
    lines += [("number", suspect.native_id), ("name", suspect.display_name)]
    unusual = name_characters((suspect.display_name or "") + suspect.handle)
    if unusual:
        lines.append(("", ", ".join(f"{visible(c)} {code}" for c, code in dict.fromkeys(unusual))))
    if profile is not None:
        lines += [("page", defang(profile.url) if profile.url else None), ("bio", (profile.bio or "")[:_BIO] or None)]
        lines += [("links", " ".join(map(defang, profile.links)) or None), ("joined", write_cell(profile.joined))]
        counts = (("followers", profile.followers), ("following", profile.following), ("posts", profile.posts))
        lines.append(("counts", ", ".join(f"{n} {name}" for name, n in counts if n is not None)))
    lines += [("picture", suspect.picture), ("status", _standing(suspect))]
    if suspect.changed_since_verdict:
        lines.append(("", f"changed since the verdict: {', '.join(suspect.changed_since_verdict)}"))
    for label, value in lines:
        if value:
            typer.echo(f"{label:<9}{visible(str(value), _BIO + 100)}")


def _say_shortly(suspect: Suspect) -> list[str]:
    """The strongest reasons, a line each, and how many more there are."""
    words = [f.words for f in suspect.findings if f.counted and f.bits > 0 and f.words]
    more = [f"and {len(words) - _REASONS} more"] if len(words) > _REASONS else []
    return words[:_REASONS] + more or [suspect.reason]


def _standing(suspect: Suspect) -> str:
    """Status and verdict; a sample is from below the line, drawn at random, for a second look."""
    if suspect.verdict:
        return f"{suspect.status} ({suspect.verdict})"
    return f"{suspect.status} (sample)" if suspect.sampled else str(suspect.status)


def _say(event: Event) -> str:
    moved = f": {event.before or 'nothing'} → {event.after}" if event.after and event.before != event.after else ""
    run = f" in run {event.run}" if event.run else ""
    return f"{event.act}{run}{moved}" + "".join(f", {_write_detail(k, v)}" for k, v in event.detail.items() if v)


def _write_detail(name: str, value: object) -> str:
    if name == "fields" and isinstance(value, list):
        return " and ".join(str(field).replace("_", " ") for field in value)
    if isinstance(value, float):
        value = write_score(value)
    return f"{name.replace('_', ' ')} {value}"


def _login() -> str:
    import os
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"user {os.getuid()}"
