"""The account is old and has a history of its own: followers and posts that a fresh impostor does not have."""

from __future__ import annotations

from hunter.types import Brand, Example, Profile, Seen, Signal

_YEARS = 5
_FOLLOWERS = 500
_POSTS = 500
_FRESH_DAYS = 60


def compare(brand: Brand, profile: Profile) -> Seen | None:
    if profile.joined is None or profile.seen_at is None:
        return None
    days = (profile.seen_at - profile.joined).days
    since = f"since {profile.joined.date().isoformat()}"
    if 0 <= days <= _FRESH_DAYS:
        return Seen("fresh", "", since)
    settled = (profile.followers or 0) >= _FOLLOWERS and (profile.posts or 0) >= _POSTS
    return Seen("settled", "", since) if settled and days >= _YEARS * 365 else None


def _example(joined: str, level: str | None, followers: int | None = None, posts: int | None = None) -> Example:
    from datetime import datetime

    profile = Profile(
        platform="x",
        handle="u4",
        joined=datetime.fromisoformat(joined + "T00:00:00+00:00"),
        seen_at=datetime.fromisoformat("2026-06-01T00:00:00+00:00"),
        followers=followers,
        posts=posts,
    )
    return Example(brand=Brand(slug="zendoria", names=("Zendoria",)), profile=profile, level=level)


SIGNAL = Signal(
    family="age",
    levels={
        "fresh": "the account is new: {theirs}",
        "settled": "the account has a history of its own {theirs}",
    },
    compare=compare,
    examples=(
        _example("2026-05-20", "fresh"),
        _example("2014-05-20", "settled", 2100, 4300),
        _example("2014-05-20", None),
        _example("2024-05-20", None, 2100, 4300),
    ),
)
