"""The profile links to a domain that looks like the brand's, or dresses itself up with the brand's own domain."""

from __future__ import annotations

from hunter.matching.mentions import hosts_of, is_within
from hunter.matching.resemblance import resemble
from hunter.matching.words import read_domain
from hunter.types import Brand, Example, Profile, Seen, Signal

_LEAST = 0.45  # strength of the likeness from which on a domain counts as a look-alike


def compare(brand: Brand, profile: Profile) -> Seen | None:
    own: str | None = None
    best: tuple[float, str, str, str] | None = None
    for host in hosts_of(profile):
        if is_within(host, brand.domains):
            own = own or host
            continue
        alike = resemble(brand, read_domain(host))
        if alike and alike.strength >= _LEAST and (best is None or alike.strength > best[0]):
            best = (alike.strength, host, alike.ours, alike.words)
    if best:
        strength, host, ours, words = best
        return Seen("lookalike_domain", ours, host, words=f"links to {host}: {words}", strength=strength)
    if own and not is_within_any(profile.verified_by, brand):
        return Seen("own_domain", is_within(own, brand.domains) or own, own)
    return None


def is_within_any(hosts: tuple[str, ...], brand: Brand) -> bool:
    """Whether the platform itself verified one of the brand's domains for the account."""
    return any(is_within(host.lower(), brand.domains) for host in hosts)


_BRAND = Brand(slug="zendoria", names=("Zendoria",), domains=("zendoria.example",))


def _example(links: tuple[str, ...], level: str | None, verified: tuple[str, ...] = ()) -> Example:
    profile = Profile(platform="x", handle="u4", links=links, verified_by=verified)
    return Example(brand=_BRAND, profile=profile, level=level)


SIGNAL = Signal(
    family="link",
    levels={
        "lookalike_domain": "links to {theirs}, which looks like the brand's domain",
        "own_domain": "links to the brand's own {ours}, which proves nothing and makes it look real",
    },
    compare=compare,
    examples=(
        _example(("https://zendoria-login.test/a",), "lookalike_domain"),
        _example(("https://www.zendoria.example/",), "own_domain"),
        _example(("https://www.zendoria.example/",), None, ("zendoria.example",)),
        _example(("https://kitchen.example",), None),
    ),
)
