"""Asks the name system and keeps the answer with its lifetime, who gave it, and when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import dns.exception
import dns.resolver

HOST_KINDS = ("A", "AAAA", "CNAME")
DOMAIN_KINDS = (*HOST_KINDS, "NS", "MX", "TXT", "SOA")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """One question to the name system and its answer."""

    name: str
    kind: str
    answers: tuple[str, ...]  # in zone file form, as sent
    ttl: int | None  # seconds
    resolver: str | None  # the server that answered
    asked_at: datetime
    error: str | None  # "no_such_name", "no_answer", "timeout", "refused", …


def look_up(
    name: str,
    kinds: Sequence[str] = HOST_KINDS,
    *,
    servers: Sequence[str] = (),
    port: int = 53,
    seconds: float = 5.0,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> tuple[Lookup, ...]:
    """Asks for each kind of record of `name`, at the system's resolvers or at `servers` (addresses).

    `seconds` bounds each question. Never raises for what the net does; a name that is none gives an error too.
    """
    try:
        resolver = dns.resolver.Resolver(configure=not servers)
    except dns.resolver.NoResolverConfiguration:
        return tuple(_failed(name, kind, clock(), "no_resolver") for kind in kinds)
    if servers:
        resolver.nameservers = list(servers)
    resolver.port = port
    return tuple(_ask(resolver, name, kind, seconds, clock()) for kind in kinds)


def _ask(resolver: dns.resolver.Resolver, name: str, kind: str, seconds: float, at: datetime) -> Lookup:
    try:
        answer = resolver.resolve(name, kind, lifetime=seconds, raise_on_no_answer=False, search=False)
    except dns.resolver.NXDOMAIN:
        return _failed(name, kind, at, "no_such_name")
    except dns.resolver.NoNameservers:
        return _failed(name, kind, at, "refused")
    except dns.exception.Timeout:
        return _failed(name, kind, at, "timeout")
    except dns.exception.DNSException as exc:
        return _failed(name, kind, at, type(exc).__name__.lower())
    records = answer.rrset
    return Lookup(
        name=name,
        kind=kind,
        answers=tuple(record.to_text() for record in records) if records else (),
        ttl=records.ttl if records else None,
        resolver=str(answer.nameserver) if answer.nameserver else None,
        asked_at=at,
        error=None if records else "no_answer",
    )


def _failed(name: str, kind: str, at: datetime, why: str) -> Lookup:
    return Lookup(name=name, kind=kind, answers=(), ttl=None, resolver=None, asked_at=at, error=why)
