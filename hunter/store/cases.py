"""Which suspects are one case: the same picture with the same name skeleton, or the same link target."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit

from sqlalchemy import Connection, insert, select, update

from hunter.matching.skeleton import fold, squash
from hunter.store.batches import chunks, upsert
from hunter.store.rows import digest
from hunter.store.tables import CASE_KEYS, CASES, SUSPECTS
from hunter.types import Brand, Profile

_Key = TypeVar("_Key", bound=Hashable)


def name_skeleton(profile: Profile) -> str:
    """What a hurried reader sees of the name, letters only; the handle where there is no name."""
    shown = squash(fold(profile.display_name or profile.handle).text)
    return "".join(char for char in shown if not char.isdigit()) or shown


def keys_of(brand: Brand, profile: Profile) -> list[str]:
    """The keys that tie an account to others: digests, never content. Links to the brand's own sites tie nothing."""
    keys = []
    picture = profile.picture
    if picture and picture.kind == "picture":
        look = next((picture.hashes[name] for name in sorted(picture.hashes)), picture.sha256)
        keys.append(digest(["look", look, name_skeleton(profile)]))
    targets = {target for link in profile.links if (target := _target(link, brand.domains))}
    return keys + [digest(["link", target]) for target in sorted(targets)]


def _target(link: str, own_domains: Iterable[str]) -> str | None:
    """Host and path of a link without what varies from post to post; None for the brand's own and for no web link."""
    try:
        parts = urlsplit(link if "//" in link else f"//{link}")
        host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    except ValueError:
        return None
    if parts.scheme not in ("", "http", "https") or "." not in host:
        return None
    if any(host == own or host.endswith(f".{own}") for own in own_domains):
        return None
    return f"{host}{parts.path.rstrip('/')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A suspect that is to have its case: `case` is the one that it is in already."""

    brand: Brand
    profile: Profile
    case: int | None = None


def assign(c: Connection, members: Mapping[_Key, Member], *, at: datetime) -> dict[_Key, int]:
    """The case of each member, under the member's own key; cases that turn out to be one are joined."""
    keys = {own: keys_of(member.brand, member.profile) for own, member in members.items()}
    known = _known(c, {(members[own].brand.slug, key) for own, tied in keys.items() for key in tied})
    cases: dict[_Key, int] = {}
    for own, member in members.items():
        slug, tied = member.brand.slug, keys[own]
        found = sorted({known[slug, key] for key in tied if (slug, key) in known} | {member.case or 0} - {0})
        case = found[0] if found else _open(c, slug, at)
        if len(found) > 1:
            _join(c, case, found[1:])
            known = {k: case if held in found else held for k, held in known.items()}
            cases = {k: case if held in found else held for k, held in cases.items()}
        known |= {(slug, key): case for key in tied}
        cases[own] = case
    rows = [{"brand": slug, "key": key, "case_id": case} for (slug, key), case in known.items()]
    upsert(c, CASE_KEYS, rows, ["brand", "key"], ["case_id"])
    return cases


def _known(c: Connection, keys: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for slug in {slug for slug, _ in keys}:
        for part in chunks(sorted(key for s, key in keys if s == slug)):
            question = select(CASE_KEYS.c.key, CASE_KEYS.c.case_id)
            question = question.where(CASE_KEYS.c.brand == slug, CASE_KEYS.c.key.in_(part))
            found |= {(slug, row.key): row.case_id for row in c.execute(question)}
    return found


def _open(c: Connection, slug: str, at: datetime) -> int:
    return int(c.execute(insert(CASES).values(brand=slug, opened_at=at).returning(CASES.c.id)).scalar_one())


def _join(c: Connection, into: int, others: list[int]) -> None:
    for table in (SUSPECTS, CASE_KEYS):
        c.execute(update(table).where(table.c.case_id.in_(others)).values(case_id=into))
