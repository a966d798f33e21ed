"""A draft of one notice: what is known filled in, what is missing listed, nothing ticked, nothing sent, nothing cut."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from hunter.errors import UsageError
from hunter.takedown.channels import GROUNDS, STALE_AFTER, Channel
from hunter.takedown.fields import FIELDS, PERSONAL
from hunter.takedown.matter import NAMES, Matter, copied_elements, known_facts

# Mailboxes that no single person reads; anything else may be somebody's own.
_ROLES = {
    "abuse", "brand", "brands", "brandprotection", "brand-protection", "compliance", "contact", "domains", "info",
    "intellectual-property", "ip", "iplegal", "legal", "notices", "office", "press", "privacy", "reports", "security",
    "service", "support", "takedown", "takedowns", "trademark", "trademarks", "marks", "cert", "fraud",
}  # fmt: skip
_FREE = {
    "aol.com", "fastmail.com", "gmail.com", "gmx.de", "gmx.net", "hotmail.com", "icloud.com", "live.com", "mail.ru",
    "me.com", "outlook.com", "proton.me", "protonmail.com", "qq.com", "web.de", "yahoo.com", "yandex.ru", "163.com",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One notice as it stands. `filled` holds what the channel asks for or takes, in the order of the form."""

    channel: Channel
    ground: str
    matter: Matter
    filled: Mapping[str, str]
    missing: tuple[tuple[str, str], ...]  # field, and what is needed
    helpful: tuple[str, ...]  # optional fields that are empty
    warnings: tuple[str, ...]
    drafted_at: datetime


def choose_ground(channel: Channel, ground: str | None) -> str:
    """The ground asked for, else the channel's only one. Raises UsageError that lists them with what they mean."""
    if ground is None and len(channel.grounds) == 1:
        return channel.grounds[0]
    if ground in channel.grounds:
        return ground
    told = "; ".join(f"{g}: {GROUNDS[g]}" for g in channel.grounds)
    first = f"{channel.slug} takes no {ground}" if ground else f"which ground? {channel.slug} has a form for each"
    raise UsageError(first, advice=f"--ground with one of these. {told}")


def draft(channel: Channel, ground: str, matter: Matter, *, now: datetime) -> Draft:
    """Fills a channel's fields. Raises UsageError for another platform's channel and for a text that is too long."""
    if not channel.fits(matter.suspect.platform):
        raise UsageError(
            f"{channel.slug} takes no accounts of {matter.suspect.platform}", advice="hunter notice --list"
        )
    if unknown := [key for key in matter.given if key not in FIELDS]:
        raise UsageError(f"{', '.join(unknown)}: no such field", advice=f"one of {', '.join(FIELDS)}")
    facts = known_facts(matter, ground)
    wanted = channel.wanted(ground)
    filled = {key: facts[key] for key in FIELDS if key in facts and (key in wanted or key in channel.helps)}
    made = Draft(
        channel=channel,
        ground=ground,
        matter=matter,
        filled=filled,
        missing=tuple(_missing(channel, wanted, matter, facts)),
        helpful=tuple(key for key in channel.helps if key not in filled and key not in PERSONAL),
        warnings=tuple(_warnings(channel, matter, facts, now.date())),
        drafted_at=now,
    )
    for key, text in filled.items():
        check_length(channel, key, text)
    return made


def _missing(
    channel: Channel, wanted: tuple[str, ...], matter: Matter, facts: Mapping[str, str]
) -> list[tuple[str, str]]:
    missing = [(key, _need(key)) for key in FIELDS if key in wanted and key not in facts and key not in PERSONAL]
    copied = matter.given.get("claim.elements_copied")
    elements = [each.strip() for each in copied.split(",")] if copied else copied_elements(matter.suspect)
    number = len({"name" if each in NAMES else each for each in elements if each})  # all kinds of names are one
    if number < channel.elements_at_least and "claim.elements_copied" in facts:
        missing.append(
            (
                "claim.elements_copied",
                f"{channel.elements_at_least} copied elements are needed, {number} is shown: name another",
            )
        )
    mail = facts.get("complainant.email", "")
    if channel.company_email and mail and not _is_own(mail, matter.brand.domains):
        missing.append(("complainant.email", "must be an address of the company's own domain"))
    owner, org = facts.get("mark.owner"), facts.get("complainant.org")
    if owner and org and owner.casefold() != org.casefold() and channel.kind in ("udrp", "filing"):
        missing.append(
            ("mark.certificate", f"the mark is owned by {owner}, not by {org}: attach the assignment or licence")
        )
    return missing


def _need(key: str) -> str:
    needs = {
        "mark.reg_no": "a number of the register; without one say on what the right rests",
        "claim.harm": "who was harmed and how: links, reports of customers, mail with headers",
        "authority.kind": "“owner”, or “agent” with the document that shows it",
        "identity.document": "which document was shown, to whom and when; no copy, no number",
        "prior_reports": "what was reported before, when, and the proof; “none” if so",
        "evidence.screenshots": "a screenshot of the page",
        "claim.elements_copied": "what was copied: name, handle, picture, description, link",
    }
    return needs.get(key, "to be filled in")


def _warnings(channel: Channel, matter: Matter, facts: Mapping[str, str], today: date) -> list[str]:
    warnings = list(_contact_warnings(channel, facts))
    age = channel.age(today)
    if age is None:
        warnings.append("This channel was never compared with the platform's own page: look there first.")
    elif age > STALE_AFTER:
        warnings.append(
            f"This channel was last compared with the platform's own page {age.days} days ago: look there first."
        )
    if "asks" in channel.unconfirmed:
        warnings.append("The list of fields is not confirmed: the form itself decides what is asked for.")
    if matter.considered.exception:
        warnings.append(f"{matter.considered.exception.replace('_', ' ')} may apply: think twice before sending.")
    if matter.bag.stamp != "stamped":
        warnings.append("The sealed evidence has no time stamp yet: hunter evidence renew.")
    if (today - matter.suspect.last_seen_at.date()).days > 7:
        warnings.append(f"Last seen {matter.suspect.last_seen_at:%Y-%m-%d}: look whether it is still there.")
    return warnings


def _contact_warnings(channel: Channel, facts: Mapping[str, str]) -> list[str]:
    """Private contact data would reach the accused: say so before it is too late."""
    seen_by = f" {channel.passes_on}" if channel.passes_on else " The accused may get to see it."
    warnings = []
    local, _, domain = facts.get("complainant.email", "").strip().casefold().partition("@")
    if domain in _FREE:
        warnings.append(
            f"The e-mail address is of a free mail service, so it looks private: use a role mailbox.{seen_by}"
        )
    elif local and re.split(r"[+]", local)[0] not in _ROLES:
        warnings.append(
            f"The e-mail address may be a person's own: use a role mailbox such as brand@ or legal@.{seen_by}"
        )
    if "complainant.postal" in facts or "complainant.phone" in facts:
        warnings.append(f"Give the office's postal address and telephone, never a private one.{seen_by}")
    return warnings


def _is_own(mail: str, domains: tuple[str, ...]) -> bool:
    host = mail.rpartition("@")[2].casefold()
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def check_length(channel: Channel, key: str, text: str) -> None:
    """Raises UsageError where a text is longer than the channel takes: shortening it is the author's work."""
    limit = channel.limits.get(key)
    if limit is None:
        return
    size = count(text, limit.unit)
    if size > limit.most:
        field = "claim.confusion" if key == "text" else key
        raise UsageError(
            f"{channel.slug}: the text has {size} {limit.unit}, {limit.most} fit; nothing is cut",
            advice=f'shorten it: --set {field}="…"',
        )


def count(text: str, unit: str) -> int:
    """The length of a text in characters, words, or graphemes (what a reader takes for one character)."""
    if unit == "words":
        return len(text.split())
    if unit == "characters":
        return len(text)
    number = 0
    joined = False
    for i, char in enumerate(text):
        extends = (
            unicodedata.category(char) in ("Mn", "Me", "Mc")
            or char in "\u200d\ufe0e\ufe0f"
            or "\U0001f3fb" <= char <= "\U0001f3ff"
        )
        if not i or not (extends or joined):
            number += 1
        joined = char == "\u200d"
    return number
