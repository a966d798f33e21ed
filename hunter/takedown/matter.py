"""What we know of one case for a notice: the suspect, the brand, the sealed bag, and what people added by hand."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

import idna

from hunter.store.evidence import Bag
from hunter.store.listing import Listed
from hunter.takedown.rdap import Registration
from hunter.types import Brand
from hunter.visible import name_characters, visible

# Signal -> what the account copied, in the words of a notice.
_ELEMENTS = {
    "lookalike_handle": "handle",
    "lookalike_display_name": "name",
    "lookalike_domain": "domain name",
    "same_picture": "picture",
}
_OTHERS = (
    ("picture", "picture"),
    ("sentence", "description"),
    ("bio", "description"),
    ("link", "link"),
    ("name", "name"),
)
NAMES = ("handle", "name", "domain name")
_LONGEST = 1500  # characters of one hostile text in a notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Screenshot:
    """A picture out of the sealed bag."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """Whether somebody asked if the account may do this: parody, fan, criticism, reseller, same name, other trade."""

    by: str
    at: datetime
    exception: str = ""  # "" : none applies
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One suspect and everything around it."""

    suspect: Listed
    brand: Brand
    organisation: str
    bag: Bag
    considered: Considered
    registration: Registration | None = None
    screenshots: tuple[Screenshot, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)  # field -> what a person filled in
    earlier: tuple[str, ...] = ()  # earlier submissions, in words


def copied_elements(suspect: Listed) -> list[str]:
    """What the account copied, by the findings that speak for an impostor."""
    found: dict[str, None] = {}
    for finding in suspect.findings:
        if float(finding.get("bits", 0)) > 0:
            signal = str(finding.get("signal"))
            known = _ELEMENTS.get(signal) or next((words for part, words in _OTHERS if part in signal), None)
            if known:
                found["domain name" if known == "handle" and suspect.platform == "domain" else known] = None
    return list(found)


def tell(text: str | None) -> str:
    """A hostile text for a notice: plain, on one line, nothing invisible."""
    return visible(text, _LONGEST) if text else ""


def known_facts(matter: Matter, ground: str) -> dict[str, str]:
    """Field -> what we know of it; fields that we know nothing of are left out. What people gave wins."""
    suspect, brand = matter.suspect, matter.brand
    rights = brand.rights
    facts = {
        "complainant.org": (rights and rights.owner) or matter.organisation,
        "complainant.email": rights.contact if rights else None,
        "complainant.website": f"https://{brand.domains[0]}" if brand.domains else None,
        "complainant.official_accounts": ", ".join(f"{h} on {p}" for p, hs in brand.official.items() for h in hs),
        "target.url": suspect.url or (f"https://{suspect.handle}" if suspect.platform == "domain" else None),
        "target.handle": tell(suspect.handle),
        "target.display_name": tell(suspect.display_name),
        "target.stable_id": None if suspect.native_id.startswith("@") else tell(suspect.native_id),
        "claim.elements_copied": ", ".join(copied_elements(suspect)),
        "claim.confusion": _confusion(matter, ground),
        "claim.fair_use_considered": tell_considered(matter.considered),
        "evidence.screenshots": _evidence(matter),
        "prior_reports": "; ".join(matter.earlier),
    }
    if rights:
        facts |= {
            "mark.owner": rights.owner,
            "mark.text": rights.mark,
            "mark.reg_no": rights.registration,
            "mark.office": rights.office,
            "mark.classes": ", ".join(str(number) for number in rights.classes),
        }
    return {key: value for key, value in {**facts, **_domain(matter), **matter.given}.items() if value}


def _confusion(matter: Matter, ground: str) -> str:
    """What is seen, in plain words; no word says that it is proven."""
    suspect, brand = matter.suspect, matter.brand
    on = suspect.platform.replace("_", " ").capitalize()
    what = "The domain" if suspect.platform == "domain" else f"The account on {on}"
    named = f", which shows the name “{tell(suspect.display_name)}”," if suspect.display_name else ""
    seen = f"First seen by us on {suspect.first_seen_at:%Y-%m-%d}, last on {suspect.last_seen_at:%Y-%m-%d}."
    elements = copied_elements(suspect)
    copies = f" It resembles {brand.names[0]} in its {_join(elements)}." if elements else ""
    about = f" What we found: {tell(suspect.reason)}." if suspect.reason else ""
    own = " It is not ours, and we have not allowed it." if ground != "phishing" else " It is not ours."
    shown = f"{what} “{_shown(suspect)}”{named} presents itself in a way that can be taken for {brand.names[0]}."
    return f"{shown}{copies}{about}{own} {seen}"


def _join(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _shown(suspect: Listed) -> str:
    """A handle; of a domain with look-alike letters also what people see, and which letters they are."""
    name = tell(suspect.handle)
    if suspect.platform != "domain" or "xn--" not in name:
        return name
    seen = ".".join(_decode(label) for label in suspect.handle.split("."))
    letters = ", ".join(words for _, words in dict.fromkeys(name_characters(seen)))
    return f"{name} (shown as {tell(seen)}: {letters})" if letters else name


def _decode(label: str) -> str:
    """One label as people see it; one that follows no rule stays as it is."""
    with suppress(idna.IDNAError):
        return idna.decode(label)
    with suppress(UnicodeError):
        return label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label
    return label


def tell_considered(considered: Considered) -> str:
    who = f"considered by {considered.by} on {considered.at:%Y-%m-%d}"
    if not considered.exception:
        return f"{who}: parody, fan account, criticism, resale, same name and other trade do not apply"
    seems = considered.exception.replace("_", " ")
    return f"{who}: {seems} may apply; reported all the same because {considered.because}"


def _evidence(matter: Matter) -> str:
    bag, number = matter.bag, len(matter.screenshots)
    shots = f"{number} screenshot{'s' if number > 1 else ''}, " if number else ""
    sealed = f"captured and sealed {bag.sealed_at:%Y-%m-%d %H:%M} UTC as {bag.name}"
    return f"{shots}{sealed} (SHA-256 {bag.tagmanifest_sha256})"


def _domain(matter: Matter) -> dict[str, str | None]:
    if matter.suspect.platform != "domain":
        return {}
    found: dict[str, str | None] = {"domain.a_label": _shown(matter.suspect)}
    if (known := matter.registration) is not None:
        iana = f" (IANA {known.iana_id})" if known.iana_id else ""
        found |= {
            "domain.registrar": f"{tell(known.registrar)}{iana}" if known.registrar else None,
            "domain.created": known.created and tell(known.created),
            "domain.nameservers": ", ".join(tell(name) for name in known.nameservers),
            "respondent": known.registrant and tell(known.registrant),
        }
    return found
