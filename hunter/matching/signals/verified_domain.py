"""The platform has verified a domain for the account: the brand's own, or somebody else's."""

from __future__ import annotations

from hunter.matching.mentions import is_within
from hunter.matching.resemblance import resemble
from hunter.matching.words import read_domain
from hunter.types import Brand, Example, Profile, Seen, Signal

_ALIKE = 0.35  # strength from which on a verified domain is itself too like the brand to vouch for anybody


def compare(brand: Brand, profile: Profile) -> Seen | None:
    if not profile.verified_by and profile.platform != "bluesky":
        return None
    hosts = [host.lower().rstrip(".") for host in profile.verified_by if "." in host]
    if profile.platform == "bluesky" and "." in profile.handle:
        hosts.append(profile.handle.lower().removeprefix("@"))  # a handle there is a domain that was proven
    for host in hosts:
        ours = is_within(host, brand.domains)
        if ours:
            return Seen("own", ours, host)
    for host in profile.verified_by:
        alike = resemble(brand, read_domain(host)) if "." in host else None
        if "." in host and (alike is None or alike.strength < _ALIKE):
            return Seen("other", brand.names[0], host)
    return None


_BRAND = Brand(slug="zendoria", names=("Zendoria",), domains=("zendoria.example",))


def _example(verified: tuple[str, ...], level: str | None) -> Example:
    return Example(brand=_BRAND, profile=Profile(platform="x", handle="u4", verified_by=verified), level=level)


SIGNAL = Signal(
    family="verified",
    levels={
        "own": "the platform verified the brand's own domain {theirs} for this account",
        "other": "the platform verified the unrelated domain {theirs} for this account",
    },
    compare=compare,
    examples=(
        _example(("help.zendoria.example",), "own"),
        _example(("gardening.example",), "other"),
        _example(("zendoria-login.example",), None),
        _example((), None),
    ),
)
