"""A draft as files: the notice for people, its answers to fill in, and what machines take (XARF, report bodies)."""

from __future__ import annotations

import json
import textwrap
from email.message import EmailMessage
from typing import Any

from hunter.takedown import reports, udrp, xarf
from hunter.takedown.channels import GROUNDS
from hunter.takedown.fields import FIELDS
from hunter.takedown.notice import Draft

_WIDTH = 92


def write_files(draft: Draft) -> dict[str, bytes]:
    """File name -> content. Nothing in them is sent, ticked or signed."""
    files = {"notice.txt": _notice(draft), "notice.json": _record(draft), "answers.toml": _answers(draft)}
    kind = draft.channel.kind
    if kind == "api":
        files["report.json"] = reports.write_report(draft)
    elif kind == "xarf":
        report = xarf.write_report(draft)
        files["xarf.json"] = report
        files["mail.eml"] = _mail(draft, attached=report)
    elif kind == "mail":
        files["mail.eml"] = _mail(draft)
    elif kind == "udrp":
        files["complaint.txt"] = udrp.write_complaint(draft)
    return dict(sorted(files.items()))


def _notice(draft: Draft) -> bytes:
    channel = draft.channel
    lines = [f"DRAFT, NOT SENT: {channel.name}", "=" * (17 + len(channel.name)), ""]
    lines += _wrap(f"Ground: {draft.ground} ({GROUNDS[draft.ground]})")
    lines += _wrap(f"Where: {channel.where}")
    lines += [f"Page: {channel.page}"] if channel.page else []
    checked = f"compared with it on {channel.checked_on}" if channel.checked_on else "never compared with it"
    lines += _wrap(f"What the channel asks for follows {channel.source}; {checked}. Forms change.")
    lines += _section("Before you send it", [*draft.warnings, *channel.notes])
    needed = [f"{FIELDS[key]} ({key}): {why}" for key, why in draft.missing]
    lines += _section("Still missing", needed or ["Nothing that the channel is known to ask for, but your signature."])
    lines += _section("Would help", [f"{FIELDS[key]} ({key})" for key in draft.helpful])
    lines += ["", "The notice", "----------", ""]
    for key, value in draft.filled.items():
        lines += _field(draft, key, value)
    if channel.statements:
        lines += _statements(draft)
    lines += ["", "Signature: ______________________   Name: ______________________   Date: ____________", ""]
    return "\n".join(lines).encode()


def _field(draft: Draft, key: str, value: str) -> list[str]:
    unsure = " (not confirmed that the form asks for it)" if key in draft.channel.unconfirmed else ""
    return [f"{FIELDS[key]}{unsure}:", *textwrap.wrap(value, _WIDTH, initial_indent="    ", subsequent_indent="    ")]


def _statements(draft: Draft) -> list[str]:
    lines = ["", "Statements: to be read, ticked and made by the person who signs, in person", ""]
    for statement in draft.channel.statements:
        lines += textwrap.wrap(f"[ ] {statement.text}", _WIDTH, subsequent_indent="    ")
    if not all(statement.exact for statement in draft.channel.statements):
        lines += _wrap("(Our wording. Where the form has its own, only the form's own words count.)")
    return lines


def _section(title: str, points: list[str]) -> list[str]:
    if not points:
        return []
    lines = ["", title, "-" * len(title)]
    for point in points:
        lines += textwrap.wrap(f"- {point}", _WIDTH, subsequent_indent="  ")
    return lines


def _wrap(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, subsequent_indent="  ")


def _record(draft: Draft) -> bytes:
    matter, bag = draft.matter, draft.matter.bag
    record: dict[str, Any] = {
        "channel": draft.channel.slug,
        "ground": draft.ground,
        "suspect": matter.suspect.number,
        "brand": matter.brand.slug,
        "drafted_at": draft.drafted_at.isoformat(),
        "sent": False,
        "bag": {"name": bag.name, "tagmanifest_sha256": bag.tagmanifest_sha256, "sealed_at": bag.sealed_at.isoformat()},
        "fields": dict(draft.filled),
        "missing": [{"field": key, "why": why} for key, why in draft.missing],
        "warnings": list(draft.warnings),
        "statements": [{"text": s.text, "exact": s.exact, "made": False} for s in draft.channel.statements],
        "channel_checked_on": draft.channel.checked_on.isoformat() if draft.channel.checked_on else None,
    }
    return (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode()


def _answers(draft: Draft) -> bytes:
    """A file to fill in and hand back with --answers."""
    lines = ["# Fill in what you know and run the same command with --answers THIS-FILE.", ""]
    for key in dict.fromkeys([*(key for key, _ in draft.missing), *draft.helpful]):
        lines += [f"# {FIELDS[key]}", f'"{key}" = ""', ""]
    return "\n".join(lines).encode()


def _mail(draft: Draft, attached: bytes | None = None) -> bytes:
    """The notice as a mail draft. The subject is ours alone: no text of the suspect gets into a header."""
    mail = EmailMessage()
    channel, matter = draft.channel, draft.matter
    to = channel.mailbox_for.get(draft.ground, channel.mailbox)
    if channel.slug == "registrar" and matter.registration and matter.registration.abuse_email:
        to = matter.registration.abuse_email
    mail["Subject"] = f"{draft.ground.replace('_', ' ').capitalize()} report, our reference {matter.bag.name}"
    if to and to.isascii() and to.isprintable() and to.count("@") == 1 and not set(to) & set(' ,;<>"'):
        mail["To"] = to
    mail["X-Unsent"] = "1"  # mail programs open it as a draft
    body = [f"{FIELDS[key]}:\n    {value}" for key, value in draft.filled.items()]
    body += [f"[ ] {statement.text}" for statement in channel.statements]
    mail.set_content("\n\n".join([*body, "Signature:"]) + "\n", cte="quoted-printable")
    if attached is not None:
        mail.add_attachment(attached, maintype="application", subtype="json", filename="xarf.json")
        mail.set_boundary("=-hunter-notice-=")
    return mail.as_bytes()
