"""The skeleton of a UDRP complaint: the parts of rule 3(b) in their order, with what is known and what is left open.

It argues nothing: a lawyer writes the arguments, here lies the material for each of the three elements.
"""

from __future__ import annotations

import textwrap

from hunter.takedown.fields import FIELDS
from hunter.takedown.matter import tell, tell_considered
from hunter.takedown.notice import Draft

_WIDTH = 92
_SIGNATURE = "Signature: ______________________   Date: ____________"
_PARTY = ("org", "person", "title", "postal", "phone", "email", "website")
_COMPLAINANT = (*(f"complainant.{part}" for part in _PARTY), "authority.kind")
_DOMAIN = ("domain.a_label", "domain.registrar", "domain.created", "domain.nameservers")
_MARK = tuple(f"mark.{part}" for part in ("owner", "text", "reg_no", "office", "country", "classes", "record_url"))


def write_complaint(draft: Draft) -> bytes:
    """The skeleton as plain text."""
    parts = [
        ("1. Request", ["A decision under the Policy, the Rules and the provider's supplemental rules is asked for."]),
        ("2. Complainant", [_told(draft, key) for key in _COMPLAINANT]),
        ("3. Preferred communication", [_open("electronic only, or also hardcopy, with the contact for each")]),
        ("4. Panel", [_open("one member, or three with candidates")]),
        ("5. Respondent", [_told(draft, "respondent"), _open("every contact that the registrar discloses")]),
        ("6. Domain name and registrar", [_told(draft, key) for key in _DOMAIN]),
        ("7. Trademark", [_told(draft, key) for key in _MARK]),
        ("8. Grounds", ["All three elements must be shown."]),
        ("8.1 Identical or confusingly similar to the mark (paragraph 4(a)(i))", _similar(draft)),
        ("8.2 No rights or legitimate interests (paragraph 4(a)(ii), 4(c))", _no_rights(draft)),
        ("8.3 Registered and used in bad faith (paragraph 4(a)(iii), 4(b))", _bad_faith(draft)),
        ("9. Remedy", [_told(draft, "claim.requested_action"), "Transfer or cancellation; nothing else can be had."]),
        ("10. Other legal proceedings", [_told(draft, "prior_reports")]),
        ("11. Copy to the respondent and to the registrar", [_open("when and how it was sent")]),
        (
            "12. Mutual jurisdiction",
            [_open("the registrar's seat, or the registrant's address in the registration data")],
        ),
        ("13. Certification", [*(f"[ ] {s.text}" for s in draft.channel.statements), _SIGNATURE]),
        ("Annexes", _annexes(draft)),
    ]
    lines = ["DRAFT, NOT FILED: complaint under the Uniform Domain Name Dispute Resolution Policy", "=" * 83]
    for title, points in parts:
        lines += ["", title, "-" * len(title)]
        for point in points:
            lines += textwrap.wrap(point, _WIDTH, subsequent_indent="    ")
    return "\n".join([*lines, ""]).encode()


def _open(what: str) -> str:
    return f"[to be completed: {what}]"


def _told(draft: Draft, key: str) -> str:
    why = dict(draft.missing).get(key, "if known")
    return f"{FIELDS[key]}: {draft.filled.get(key) or _open(why)}"


def _similar(draft: Draft) -> list[str]:
    suspect = draft.matter.suspect
    mark, name = draft.filled.get("mark.text", "[missing]"), draft.filled.get("domain.a_label", suspect.handle)
    return [
        f"Domain name: {name}. Mark: {mark}. Names of the brand: {', '.join(draft.matter.brand.names)}.",
        f"What a program found: {draft.matter.suspect.reason}" if suspect.reason else _open("the comparison"),
        _open("argument: the mark is recognisable within the domain name"),
    ]


def _no_rights(draft: Draft) -> list[str]:
    return [
        "The registrant is not among the official or allowed accounts of the brand file.",
        f"Permitted use: {tell_considered(draft.matter.considered)}.",
        _open("no offering of goods or services in good faith, not commonly known by the name, no fair use"),
    ]


def _bad_faith(draft: Draft) -> list[str]:
    suspect = draft.matter.suspect
    points = [
        f"Registered {draft.filled.get('domain.created', 'on a date to be completed')}.",
        f"Seen in use from {suspect.first_seen_at:%Y-%m-%d} to {suspect.last_seen_at:%Y-%m-%d}.",
        _told(draft, "claim.harm"),
    ]
    shown = (("Name shown on the site", suspect.display_name and tell(suspect.display_name)),)
    points += [f"{words}: {text}." for words, text in (*shown, ("Mail servers", draft.filled.get("domain.mx"))) if text]
    return [*points, _open("facts under 4(b): offer to sell, pattern, disrupting a competitor, drawing users for gain")]


def _annexes(draft: Draft) -> list[str]:
    bag = draft.matter.bag
    annexes = [
        f"A. Certificate of the mark {draft.filled.get('mark.reg_no', '[missing]')}",
        "B. Registration data of the domain (RDAP), as captured in the sealed evidence",
        f"C. Evidence {bag.name}, sealed {bag.sealed_at:%Y-%m-%d %H:%M} UTC, SHA-256 {bag.tagmanifest_sha256}",
        *[f"   {shot.name} from it" for shot in draft.matter.screenshots],
        "D. Earlier correspondence and reports, with proof that they were sent",
        "Schedule of annexes",
    ]
    if any(key == "mark.certificate" and "assignment" in why for key, why in draft.missing):
        annexes.append("E. Assignment or licence from the owner of the mark to the complainant")
    return annexes
