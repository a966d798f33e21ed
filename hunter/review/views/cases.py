"""One suspect: both accounts side by side, why, what changed, who else is in the case, and what was decided."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from starlette.responses import Response

from hunter.errors import UsageError
from hunter.review import queue as review
from hunter.review import waterfall
from hunter.review.alignment import Alignment, align, alikeness, nearest
from hunter.review.changes import Change, Look, find_changes
from hunter.review.desk import Visit
from hunter.review.sessions import Role
from hunter.review.views.queues import view_row
from hunter.store import Connection, brands, casefile, queue, suspects
from hunter.store.casefile import Decision, Version
from hunter.store.suspects import Status, Suspect
from hunter.types import Brand
from hunter.visible import defang

MOVES = {
    Status.OPEN: "Open again",
    Status.CONFIRMED: "Confirmed",
    Status.TAKEDOWN_REQUESTED: "Takedown requested",
    Status.CLOSED: "Closed",
}
WAITING = queue.Wanted(statuses=review.TABS["waiting"])
ALIKE = 0.7  # from which on a whole official handle, host and all, is laid over theirs
ALLOWED_DAYS = 180  # proposed end of an allowance


def show_case(visit: Visit) -> Response:
    """The page of one suspect; None of what it shows is a link to the outside."""
    with visit.desk.store.read() as c:
        suspect = suspects.get(c, visit.named["number"])
        if suspect is None:
            return visit.show("nothing.html", status=404, words="There is no such suspect in this store.")
        kept = _kept(c, suspect)
    look, looks, account = kept["look"], kept.pop("looks"), kept["account"]
    judged, row = kept.pop("judged"), kept.pop("row")
    return visit.show(
        "case.html",
        suspect=suspect,
        ours=_our_side(kept["brand"], suspect),
        names=_alignments(kept["brand"], suspect),
        fall=waterfall.draw(suspect.findings, suspect.bits, suspect.score),
        history=_history(looks),
        changed_since=_changes(judged, look) if suspect.changed_since_verdict else [],
        token=review.on_screen(row, alone=True).text,
        token_case=review.on_screen(row).text,
        stands_for=row.stands_for,
        links=_links(account.url if account else None, look),
        moves=[(status.value, words) for status, words in MOVES.items() if status is not suspect.status],
        may_judge=visit.who.role >= Role.REVIEWER,
        may_clear=visit.who.role >= Role.LEAD,
        until=(review.now().date() + timedelta(days=ALLOWED_DAYS)).isoformat(),
        people=visit.desk.people,
        **kept,
    )


def _kept(c: Connection, suspect: Suspect) -> dict[str, Any]:
    """What the store holds about a suspect, its account and its case, in one consistent state."""
    number, newest = suspect.id, queue.newest_run(c)
    looks = casefile.versions(c, suspect.account_id)
    look = next((one for one in looks if one.id == suspect.version_id), None)
    decided = casefile.decisions(c, subject=(suspect.brand, suspect.platform, suspect.native_id))
    previous, following = queue.neighbours(c, queue.Place(suspect.rank, suspect.id), WAITING)
    return {
        "row": queue.rows_of(c, [number])[number],
        "account": casefile.account(c, suspect.account_id),
        "looks": looks,
        "look": look or casefile.version(c, suspect.version_id),
        "brand": brands.get(c, suspect.brand_digest) if suspect.brand_digest else None,
        "decided": decided,
        "judged": _look_of(c, decided, looks),
        "previous": previous,
        "following": following,
        "members": [view_row(one, newest) for one in casefile.members(c, suspect.case_id) if one.id != number],
        "member_counts": casefile.count_members(c, suspect.case_id),
        "events": suspects.events(c, number)[-50:][::-1],
        "versions": casefile.count_versions(c, suspect.account_id),
        "confirmed_by": sorted(casefile.confirmed_by(c, number)),
    }


def leave_for(visit: Visit) -> Response:
    """Asks before a link leads out of the page, and shows where to."""
    number, which = visit.named["number"], visit.named["which"]
    with visit.desk.store.read() as c:
        suspect = suspects.get(c, number)
        account = casefile.account(c, suspect.account_id) if suspect else None
        look = casefile.version(c, suspect.version_id) if suspect else None
    links = _links(account.url if account else None, look)
    if suspect is None or which >= len(links) or not links[which]["address"]:
        return visit.show("nothing.html", status=404, words="There is no such link.")
    return visit.show("leave.html", suspect=suspect, link=links[which])


def move(visit: Visit) -> Response:
    """Moves a suspect on."""
    try:
        status = Status(visit.answer("status"))
    except ValueError as exc:
        raise UsageError("the form holds no status that we know") from exc
    review.move(
        visit.desk.store,
        visit.named["number"],
        status,
        by=visit.who.user,
        people=visit.desk.people,
        why=visit.answer("why"),
    )
    visit.who.tell(f"moved to {status.value.replace('_', ' ')}")
    return visit.go_back()


def allow(visit: Visit) -> Response:
    """Clears an account until a day."""
    try:
        until = date.fromisoformat(visit.answer("until"))
    except ValueError as exc:
        raise UsageError("the end of an allowance is a day, as in 2027-06-30") from exc
    review.allow(
        visit.desk.store,
        visit.named["number"],
        reason=visit.answer("reason"),
        until=until,
        by=visit.who.user,
        changes_too=visit.answer("changes_too") == "yes",
    )
    visit.who.tell(f"allowed until {until.isoformat()}")
    return visit.go_back()


def _our_side(brand: Brand | None, suspect: Suspect) -> dict[str, Any]:
    """Our half: the handles that are official where the suspect is, and the picture that theirs resembles."""
    if brand is None:
        return {"handles": (), "pictures": (), "picture": None}
    shas = [picture.sha256 for picture in brand.pictures]
    told = {f.ours for f in suspect.findings if f.ours}
    alike = next((sha for sha in shas if any(len(ours) >= 12 and sha.startswith(ours) for ours in told)), None)
    first = alike or next(iter(shas), None)
    return {
        "handles": brand.official.get(suspect.platform, ()),
        "picture": first,
        "pictures": [sha for sha in shas if sha != first][:6],
    }


def _alignments(brand: Brand | None, suspect: Suspect) -> list[tuple[str, Alignment]]:
    """Their handle and name, each under the nearest one of ours."""
    found = []
    if suspect.display_name:
        ours = nearest(brand.names if brand else (suspect.brand,), suspect.display_name)
        found.append(("Name", align(ours or suspect.brand, suspect.display_name)))
    official = brand.official.get(suspect.platform, ()) if brand else ()
    whole = nearest(official, suspect.handle)
    if whole and alikeness(whole, suspect.handle) >= ALIKE:
        return [*found, ("Handle", align(whole, suspect.handle))]
    # Else without the host, which says nothing about the name, and written together as handles are.
    heads = [re.split(r"[.@]", handle, maxsplit=1)[0] for handle in official]
    together = [name.replace(" ", "") for name in (brand.names if brand else ()) if name.isascii()]
    ours = nearest((suspect.brand, *heads, *together), suspect.handle) or suspect.brand
    return [*found, ("Handle", align(ours, suspect.handle))]


def _links(url: str | None, look: Version | None) -> list[dict[str, Any]]:
    """Where the account leads, defanged; `address` only where a browser may be sent there."""
    addresses = ([url] if url else []) + list(look.links[:20] if look else ())
    return [{"shown": defang(one[:300]), "address": _web_address(one), "own": one is url} for one in addresses]


def _web_address(link: str) -> str | None:
    try:
        parts = urlsplit(link)
        fine = parts.scheme in ("http", "https") and parts.hostname and not parts.username and parts.port != 0
    except ValueError:
        return None
    plain = link.isascii() and link.isprintable() and not set(link) & set(" \"'<>\\`{}|^")
    return link if fine and plain and len(link) <= 2000 else None


def _history(looks: list[Version]) -> list[tuple[Version, list[Change] | None]]:
    """The looks, newest first, each with what it changed; None for the oldest shown."""
    changes: list[list[Change] | None] = [find_changes(_look(old), _look(new)) for new, old in pairwise(looks)]
    return list(zip(looks, [*changes, None], strict=True)) if looks else []


def _look(version: Version) -> Look:
    return Look(**{name: getattr(version, name) for name in Look._fields})


def _changes(judged: Version | None, look: Version | None) -> list[Change]:
    return find_changes(_look(judged), _look(look)) if judged and look else []


def _look_of(c: Connection, decided: Iterable[Decision], looks: Iterable[Version]) -> Version | None:
    """The look that the verdict in force is about."""
    held = next((d for d in decided if d.withdraws is None and d.withdrawn_by is None), None)
    if held is None or held.saw_version is None:
        return None
    return next((one for one in looks if one.id == held.saw_version), None) or casefile.version(c, held.saw_version)
