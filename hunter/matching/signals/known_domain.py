"""The domain is the own one of somebody else who is known: it stands in the list of known domains that you gave."""

from __future__ import annotations

import math

from hunter.matching.mentions import is_within
from hunter.types import Brand, Example, Known, Profile, Seen, Signal

_FIRST = 10_000  # ranks up to which a domain is known to everybody
_LAST = 1_000_000  # from there on, being listed tells least


def compare(brand: Brand, profile: Profile) -> Seen | None:
    known = profile.known
    if known is None or is_within(known.domain, brand.domains):
        return None
    if known.rank <= _FIRST:
        return Seen("famous", brand.names[0], known.domain, words=_tell(known))
    share = math.log(known.rank / _FIRST) / math.log(_LAST / _FIRST)
    return Seen("listed", brand.names[0], known.domain, words=_tell(known), strength=max(0.0, 1.0 - share))


def _tell(known: Known) -> str:
    return f"{known.domain} is a known domain of its own, number {known.rank} in your list"


_BRAND = Brand(slug="zendoria", names=("Zendoria",), domains=("zendoria.example",))


def _example(domain: str, rank: int | None, level: str | None) -> Example:
    known = Known(domain, rank) if rank else None
    return Example(
        brand=_BRAND,
        profile=Profile(platform="domain", handle=f"www.{domain}", known=known),
        level=level,
    )


SIGNAL = Signal(
    family="known",
    levels={
        "famous": "{theirs} is a famous domain of its own",
        "listed": "{theirs} is a known domain of its own",
    },
    compare=compare,
    examples=(
        _example("zendor.example", 812, "famous"),
        _example("zendor.example", 250_000, "listed"),
        _example("zendoria.example", 5_000, None),
        _example("zendoria-login.example", None, None),
    ),
)
