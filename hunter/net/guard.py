"""Which addresses may be connected to: the one door that every outgoing connection passes.

A page under an attacker's control must not make us knock at machines of our own network. So the same parser reads a
URL for the check and for the fetch, a name is resolved here and only addresses that passed are handed out to connect
to, and this is repeated for every hop and every new connection. Nothing turns the guard off: the exact host and port
pairs that the user configured as base URLs of a platform are the only exception.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import idna

from hunter.errors import AddressRefused, Unreachable, UsageError

# The standard library's `is_global` differs between releases and calls many of these public, so the table is our own.
# Sources: IANA IPv4 and IPv6 special-purpose registries; cloud metadata addresses outside of them.
_DENIED_TABLE = """
0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24
192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 168.63.129.16/32
::/96 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 3fff::/20 5f00::/16 fc00::/7
fe80::/10 fec0::/10 ff00::/8
"""
DENIED = tuple(ip_network(n) for n in _DENIED_TABLE.split())
DEFAULT_PORTS = {"http": 80, "https": 443}
LONGEST_URL = 8192

_URL = re.compile(r"(https?)://([^/?#]*)([^#]*)", re.IGNORECASE)
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::(\d{0,5}))?")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")

Address = IPv4Address | IPv6Address
Lookup = Callable[..., list[Any]]


class Target(NamedTuple):
    """A URL that may be asked for, read once: fetch exactly this `url`."""

    url: str  # normal form, without fragment
    scheme: str
    host: str  # A-label or address, lower case, without brackets
    port: int


class Guard:
    """Says where a connection may go.

    `allowed` holds the (host, port) pairs that may lie in a refused network because the user named them; `extra_denied`
    more networks in CIDR form. Raises UsageError for a network that is none. `lookup` has the shape of
    `socket.getaddrinfo`.
    """

    def __init__(
        self,
        allowed: Iterable[tuple[str, int]] = (),
        extra_denied: Iterable[str] = (),
        *,
        lookup: Lookup = socket.getaddrinfo,
    ) -> None:
        self.allowed = frozenset((host.lower().strip("[]").rstrip("."), port) for host, port in allowed)
        self._denied = (*DENIED, *_networks(extra_denied))
        self._own = own_addresses()
        self._lookup = lookup

    def check_url(self, url: str) -> Target:
        """The URL in its one reading. Raises AddressRefused for what must not be asked for, whatever its name says.

        A name that is no address still has to pass `resolve` when the connection is made.
        """
        target = read_url(url)
        address = _literal(target.host)
        if address is not None and (target.host, target.port) not in self.allowed:
            why = self._refuses(address)
            if why:
                raise AddressRefused(f"{target.host} is {why}", why="private_address")
        return target

    def resolve(self, host: str, port: int) -> list[str]:
        """The addresses to connect to, in the resolver's order.

        All answers must pass: a name that answers with a public and a private address is refused as a whole.
        Raises AddressRefused, or Unreachable with `why` "dns" for a name that has no address.
        """
        host = host.lower().strip("[]").rstrip(".")
        literal = _literal(host)
        if literal is not None:
            found = [str(literal)]
        else:
            if _is_number(host):
                raise AddressRefused(f"{host} is an address in an odd spelling", why="odd_host")
            try:
                answers = self._lookup(host, port, type=socket.SOCK_STREAM)
            except (OSError, UnicodeError) as exc:
                raise Unreachable(f"{host}: {exc}", why="dns") from exc
            found = list(dict.fromkeys(str(answer[4][0]).partition("%")[0] for answer in answers))
        if not found:
            raise Unreachable(f"{host} has no address", why="dns")
        if (host, port) not in self.allowed:
            for text in found:
                why = self._refuses(ip_address(text))
                if why:
                    told = f"{host} is {why}" if text == host else f"{host} leads to {text}, {why}"
                    raise AddressRefused(told, why="private_address")
        return found

    def _refuses(self, address: Address) -> str:
        if address in self._own:
            return "an address of this machine"
        network = next((n for n in self._denied if address.version == n.version and address in n), None)
        return f"in the refused network {network}" if network else ""


def allowed_pairs(urls: Iterable[str]) -> frozenset[tuple[str, int]]:
    """The (host, port) pairs of configured base URLs. Raises UsageError for one that is no plain http(s) URL."""
    pairs = set()
    for url in urls:
        try:
            target = read_url(url)
        except AddressRefused as exc:
            raise UsageError(f"{url}: {exc}", advice="give a base URL such as https://social.example") from exc
        pairs.add((target.host, target.port))
    return frozenset(pairs)


def named_pairs(places: Iterable[str]) -> frozenset[tuple[str, int]]:
    """The (host, port) pairs of places written as host:port. Raises UsageError for one that is none."""
    pairs = set()
    for place in places:
        try:
            target = read_url(f"http://{place}/")
        except AddressRefused as exc:
            raise UsageError(f"{place}: {exc}", advice="give host:port, such as mail.acme.example:25") from exc
        if not place.endswith(f":{target.port}"):
            raise UsageError(f"{place}: no port", advice="give host:port, such as mail.acme.example:25")
        pairs.add((target.host, target.port))
    return frozenset(pairs)


def read_url(url: str) -> Target:
    """Reads an absolute http(s) URL strictly. Raises AddressRefused with `why` "scheme", "odd_url" or "odd_host".

    What other parsers read differently (user names, backslashes, control characters, escapes in the host, numbers in
    odd spellings) is refused instead of interpreted.
    """
    if len(url) > LONGEST_URL or any(c <= " " or c == "\x7f" for c in url) or "\\" in url.partition("?")[0]:
        raise AddressRefused("the URL is too long or holds characters that have no place there", why="odd_url")
    match = _URL.match(url)
    if not match:
        raise AddressRefused(f"only http and https are asked, not {url.partition(':')[0][:20]!r}", why="scheme")
    scheme, authority, rest = match[1].lower(), match[2], match[3]
    parts = _AUTHORITY.fullmatch(authority)
    if not parts or "@" in authority:
        raise AddressRefused("the URL's host cannot be read", why="odd_url")
    port = int(parts[2] or DEFAULT_PORTS[scheme])
    if not 0 < port < 65536:
        raise AddressRefused(f"there is no port {port}", why="odd_url")
    host = _read_host(parts[1])
    shown = f"[{host}]" if ":" in host else host
    place = shown if port == DEFAULT_PORTS[scheme] else f"{shown}:{port}"
    return Target(f"{scheme}://{place}{rest if rest.startswith('/') else '/' + rest}", scheme, host, port)


def own_addresses() -> frozenset[Address]:
    """The addresses of this machine's interfaces, as far as the system tells them without a connection."""
    found: set[str] = set()
    try:
        found |= {str(answer[4][0]).partition("%")[0] for answer in socket.getaddrinfo(socket.gethostname(), None)}
    except OSError:
        found.clear()  # a machine that cannot resolve its own name; the tables below may still tell
    routes, six = Path("/proc/net/fib_trie"), Path("/proc/net/if_inet6")
    if routes.is_file():
        lines = routes.read_text(encoding="ascii", errors="replace").splitlines()
        found |= {a.split()[-1] for a, b in pairwise(lines) if "/32 host LOCAL" in b}
    if six.is_file():
        words = (line[:32] for line in six.read_text(encoding="ascii", errors="replace").splitlines())
        found |= {":".join(w[i : i + 4] for i in range(0, 32, 4)) for w in words if len(w) == 32}
    return frozenset(a for a in map(_literal, found) if a is not None)


def _read_host(text: str) -> str:
    if text.startswith("["):
        try:
            return str(IPv6Address(text[1:-1]))
        except ValueError as exc:
            raise AddressRefused(f"{text} is no address", why="odd_host") from exc
    host = text
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError as exc:
            raise AddressRefused("the URL's host is no domain name", why="odd_host") from exc
    host = host.lower().removesuffix(".")
    if _is_number(host) and (_literal(host) is None or not text.isascii()):
        raise AddressRefused(f"{host} is an address in an odd spelling", why="odd_host")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise AddressRefused("the URL's host is no domain name", why="odd_host")
    return host


def _is_number(host: str) -> bool:
    """Whether programs may read this as an IPv4 address: its last label is a number, as in 127.1 or 0x7f000001."""
    return _NUMBER.fullmatch(host.rpartition(".")[2]) is not None


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _networks(texts: Iterable[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    found = []
    for text in texts:
        try:
            found.append(ip_network(text, strict=False))
        except ValueError as exc:
            raise UsageError(f"deny_networks: {exc}", advice="give networks such as 10.1.0.0/16") from exc
    return tuple(found)
