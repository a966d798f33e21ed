"""The pictures that official accounts of a brand show now, as far as it is certain that they are still its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, select

from hunter.store import pictures
from hunter.store.tables import ACCOUNTS, PROFILE_VERSIONS, RUNS
from hunter.types import Brand, Picture

_LISTED = "screen"  # the kind of run that brings what a list says, which nobody asked a platform about
_TELLING = "picture"  # letters, silhouettes and flat pictures are everybody's


@dataclass(frozen=True, slots=True)
class Shown:
    """What is known of one official account's picture: the picture, or why it is not trusted."""

    account: str  # "platform:handle", as the brand's file has it
    picture: Picture | None = None
    doubt: str = ""


def shown_by(c: Connection, brand: Brand) -> list[Shown]:
    """The official accounts of a brand that were ever seen, each with its picture or a doubt.

    A handle says little: who gives one up leaves it to the next who asks for it. So an official handle stands for the
    account, told by the platform's own number for it, that was the first to be seen with it. Another account that
    bears the handle now is doubted, and an account without a number is never trusted.
    """
    found = []
    for platform, handles in sorted(brand.official.items()):
        for handle in handles:
            shown = _shown_by(c, platform, handle)
            if shown is not None:
                found.append(shown)
    return found


def with_shown(brand: Brand, shown: Iterable[Shown]) -> Brand:
    """The brand with the pictures of its official accounts beside those of its file; none twice."""
    known = {picture.sha256 for picture in brand.pictures}
    more: dict[str, Picture] = {}
    for one in shown:
        if one.picture is not None and one.picture.sha256 not in known:
            more.setdefault(one.picture.sha256, replace(one.picture, source=one.account))
    return replace(brand, pictures=(*brand.pictures, *more.values()))


def _shown_by(c: Connection, platform: str, handle: str) -> Shown | None:
    seen = _versions(c, platform, handle)
    if not seen:
        return None
    name = f"{platform}:{handle}"
    first = next(one for one in seen if _plain(one.handle) == _plain(handle))
    latest = {one.account: one for one in seen}
    mine = latest.pop(first.account)
    if any(_plain(other.handle) == _plain(handle) for other in latest.values()):
        return Shown(name, doubt="another account than the one that was first seen with this handle has it now")
    if _plain(mine.handle) != _plain(handle):
        return Shown(name, doubt=f"the account is called {mine.handle} now")
    if mine.native_id.startswith("@"):
        return Shown(name, doubt="the platform gives no number by which the account could be told")
    picture = pictures.known(c, [mine.picture]).get(mine.picture) if mine.picture else None
    return Shown(name, picture=picture) if picture is not None and picture.kind == _TELLING else None


@dataclass(frozen=True, slots=True)
class _Version:
    """How an account looked at one time."""

    account: int
    native_id: str
    handle: str
    picture: str | None  # SHA-256


def _versions(c: Connection, platform: str, handle: str) -> list[_Version]:
    """All versions, oldest first, of the accounts that ever had this handle; as crawled: a list may say anything."""
    bore = (
        select(PROFILE_VERSIONS.c.account_id)
        .join(ACCOUNTS, ACCOUNTS.c.id == PROFILE_VERSIONS.c.account_id)
        .join(RUNS, RUNS.c.id == PROFILE_VERSIONS.c.run_id)
        .where(
            ACCOUNTS.c.platform == platform,
            func.lower(PROFILE_VERSIONS.c.handle) == _plain(handle),
            RUNS.c.kind != _LISTED,
        )
    )
    question = (
        select(
            PROFILE_VERSIONS.c.account_id, ACCOUNTS.c.native_id, PROFILE_VERSIONS.c.handle, PROFILE_VERSIONS.c.picture
        )
        .join(ACCOUNTS, ACCOUNTS.c.id == PROFILE_VERSIONS.c.account_id)
        .join(RUNS, RUNS.c.id == PROFILE_VERSIONS.c.run_id)
        .where(PROFILE_VERSIONS.c.account_id.in_(bore), RUNS.c.kind != _LISTED)
        .order_by(PROFILE_VERSIONS.c.id)
    )
    return [_Version(*row) for row in c.execute(question)]


def _plain(handle: str) -> str:
    return handle.strip().removeprefix("@").lower().rstrip(".")
