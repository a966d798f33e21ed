"""`hunter evidence`: seal what was found, check it, keep its stamps alive, show it to people."""

from __future__ import annotations

import getpass
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hunter.cli.terminal import tell

if TYPE_CHECKING:
    from hunter.evidence.verify import Verdict
    from hunter.settings import Settings

_MARKS = {"ok": "ok     ", "broken": "BROKEN ", "open": "open   ", "info": "       "}
_ENDS = {
    0: "all steps hold",
    1: "BROKEN: this is not the bag that was sealed",
    2: "intact, but not stamped: the time rests on us alone",
    3: "intact; the stamp has expired or its root is not among those we trust",
}


def add(app: typer.Typer) -> None:
    """Adds the group."""
    group = typer.Typer(
        help="Seal, verify, redact, renew and report evidence.\n\nExample: hunter evidence seal 17 -o evidence",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    for command in (seal, verify, redact, renew, report, rescore):
        group.command()(command)
    app.add_typer(group, name="evidence")


def seal(
    suspects: Annotated[list[int], typer.Argument(help="numbers of confirmed suspects")],
    out: Annotated[Path, typer.Option("--out", "-o", help="folder for the bags")],
    reason: Annotated[str, typer.Option(help="why it is sealed, for the record")] = "takedown",
    ground: Annotated[str, typer.Option(help="impersonation, trademark, copyright, phishing …")] = "impersonation",
    brand: Annotated[list[str] | None, typer.Option(help="brand file, folder or slug; default: the settings")] = None,
    unconfirmed: Annotated[str | None, typer.Option(help="seal although nobody confirmed it: why")] = None,
    no_visit: Annotated[str | None, typer.Option(help="do not ask the suspect again: why")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="no screenshot")] = False,
    tar: Annotated[bool, typer.Option("--tar", help="pack each bag into a tar as well")] = False,
) -> int:
    """Seals suspects: asks each once more for the record and writes a bag that anyone can verify.

    Exit code 0: sealed and stamped. 2: sealed, but an authority gave no time stamp; `hunter evidence renew` asks again.

    Example: hunter evidence seal 17 -o evidence
    """
    from datetime import UTC, datetime

    from hunter.cli.choices import choose_brands, opened_store
    from hunter.evidence.bag import pack
    from hunter.evidence.opening import open_sealer
    from hunter.evidence.seal import Request
    from hunter.settings import load_settings

    settings = load_settings()
    brands = choose_brands(brand, settings) if brand else []
    request = Request(by=_who(settings), reason=reason, ground=ground, unconfirmed=unconfirmed, no_visit=no_visit)
    left_open = False
    with opened_store(settings) as store, open_sealer(settings, store, brands, browser=not no_browser) as sealer:
        for number in dict.fromkeys(suspects):
            sealed = sealer.seal(number, out, request)
            if tar:
                pack(sealed.path, sealed.path.with_name(f"{sealed.path.name}.tar"), datetime.now(UTC))
            typer.echo(str(sealed.path))
            stamp = f"stamped by {', '.join(sealed.stamped)}" if sealed.stamped else "not stamped"
            tell(f"suspect {number}: visit {sealed.verdict}, {'signed' if sealed.signed else 'not signed'}, {stamp}")
            for words in sealed.told_apart:
                tell(f"  the page tells visitors apart: {words}")
            for refusal in sealed.unstamped:
                tell(f"  {refusal}")
            left_open |= not sealed.stamped
    if left_open:
        why = "hunter evidence renew asks again" if settings.tsa_urls else "name an authority in tsa_urls, then renew"
        tell(f"unstamped evidence is queued: {why}")
    return 2 if left_open else 0


def verify(
    bag: Annotated[Path, typer.Argument(help="a bag: its folder, or a tar or zip of it")],
    roots: Annotated[Path | None, typer.Option(help="PEM of the time-stamp roots to trust; default: tsa_roots")] = None,
    signers: Annotated[Path | None, typer.Option(help="allowed_signers file to trust instead of the bag's")] = None,
) -> int:
    """Checks a bag step by step and prints what each step proved.

    Exit code 0: everything holds. 1: broken. 2: intact but not stamped. 3: stamp expired or its root not trusted.

    Example: hunter evidence verify evidence/EV-3-17-20261123T201500Z
    """
    from hunter.evidence.unpacking import open_bag
    from hunter.evidence.verify import verify as check
    from hunter.settings import load_settings

    with open_bag(bag) as folder:
        verdict = check(folder, roots=roots or load_settings().tsa_roots, signers=signers)
    _print_verdict(verdict)
    return verdict.exit_code


def renew(
    bags: Annotated[
        list[Path] | None, typer.Argument(help="folders of bags; default: all that the store knows")
    ] = None,
) -> int:
    """Stamps bags that have no time stamp yet, and again before a certificate ends.

    Exit code 0: nothing is left open. 2: an authority gave no stamp, or a bag is not where it was.

    Example: hunter evidence renew
    """
    from datetime import UTC, datetime

    from hunter.cli.choices import opened_store
    from hunter.evidence.opening import open_recorder
    from hunter.evidence.renew import named_bags, renew_all, tell_store
    from hunter.evidence.renew import renew as renew_one
    from hunter.settings import load_settings

    settings = load_settings()
    recorder = open_recorder(settings)
    with opened_store(settings) as store:
        if bags:
            done = [renew_one(bag, recorder, settings, datetime.now(UTC)) for bag in named_bags(bags)]
            for bag in bags:
                tell_store(store, bag, _who(settings), datetime.now(UTC))
        else:
            done = renew_all(store, recorder, settings, _who(settings))
    for one in done:
        typer.echo(f"{one.path}: {one.words}")
    if not done:
        tell("every bag is stamped, none of the stamps ends soon")
    return 0 if all(one.stamped for one in done) else 2


def redact(
    bag: Annotated[Path, typer.Argument(help="a sealed bag: its folder, or a tar or zip of it")],
    out: Annotated[Path, typer.Option("--out", "-o", help="folder for the redacted copy")] = Path(),
    unmask: Annotated[
        list[str] | None, typer.Option(help="last four of a number that stays; may be given again")
    ] = None,
    because: Annotated[str, typer.Option(help="why it stays; goes into the copy")] = "",
) -> int:
    """Makes a copy that may leave the house: card and account numbers, uninvolved people and reviewers masked.

    The sealed original is not changed; a broken one is refused.

    Example: hunter evidence redact evidence/EV-3-17-20261123T201500Z -o for-the-platform
    """
    from datetime import UTC, datetime

    from hunter.cli.choices import opened_store
    from hunter.errors import InputError, UsageError
    from hunter.evidence.redact import redact as make_copy
    from hunter.evidence.unpacking import open_bag
    from hunter.evidence.verify import verify as check
    from hunter.settings import load_settings
    from hunter.store import audit

    settings, now = load_settings(), datetime.now(UTC)
    if unmask and not because.strip():
        raise UsageError("why does a number stay readable?", advice="--because TEXT")
    with open_bag(bag) as folder:
        if broken := check(folder, roots=settings.tsa_roots).broken:
            raise InputError(f"{bag} is broken ({', '.join(broken)})", advice=f"hunter evidence verify {bag}")
        made = make_copy(folder, out, at=now, unmask=frozenset(unmask or ()), because=because.strip())
        if unmask:
            reason = hashlib.sha256(because.strip().encode()).hexdigest()  # the words stand in the copy
            with opened_store(settings) as store, store.write() as c:
                named = f"bag:{made.source}"
                audit.append(c, actor=_who(settings), act="unmask", object=named, at=now, object_sha256=reason)
    typer.echo(str(made.path))
    masked = ", ".join(f"{number} {rule}" for rule, number in sorted(made.counts.items())) or "nothing"
    tell(f"masked: {masked}; {made.left_out} files left out; the copy is not signed or stamped")
    return 0


def report(
    bag: Annotated[Path, typer.Argument(help="a bag: its folder, or a tar or zip of it")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help=".pdf or .html; default: beside the bag, both")
    ] = None,
) -> int:
    """Writes a report for people from a sealed bag; it fetches nothing.

    Example: hunter evidence report evidence/EV-3-17-20261123T201500Z -o case-3.pdf
    """
    from hunter.evidence.report import write_report
    from hunter.evidence.unpacking import open_bag
    from hunter.settings import load_settings

    named = bag if bag.name not in ("", "..") else bag.resolve()
    base = named if bag.is_dir() else named.with_suffix("")
    targets = [out] if out else [base.with_name(f"{base.name}.pdf"), base.with_name(f"{base.name}.html")]
    with open_bag(bag) as folder:
        for target in targets:
            write_report(folder, target, roots=load_settings().tsa_roots)
            typer.echo(str(target))
    return 0


def rescore(bag: Annotated[Path, typer.Argument(help="a bag: its folder, or a tar or zip of it")]) -> int:
    """Works the sealed score out again from what is in the bag alone.

    Exit code 0: it comes out the same. 1: it does not follow from the bag.

    Example: hunter evidence rescore evidence/EV-3-17-20261123T201500Z
    """
    from hunter.evidence.score import rescore as work_out
    from hunter.evidence.unpacking import open_bag

    with open_bag(bag) as folder:
        again = work_out(folder)
    typer.echo(f"sealed      {again.sealed:.6f}")
    typer.echo(f"added up    {again.added_up:.6f}")
    typer.echo(f"judged      {f'{again.judged:.6f}' if again.judged is not None else again.why}")
    tell("the matcher is the one that sealed" if again.same_matcher else "today's matcher is not the one that sealed")
    return 0 if again.agrees else 1


def _print_verdict(verdict: Verdict) -> None:
    from hunter.visible import visible

    for step in verdict.steps:
        typer.echo(f"{_MARKS[step.state]} {step.name:<18} {visible(step.words, 400)}")
    tell(_ENDS[verdict.exit_code])


def _who(settings: Settings) -> str:
    """Who seals: the setting `reviewer`, else the user of this machine."""
    return settings.reviewer or getpass.getuser()
