"""What registration data (RDAP, RFC 9083) says about a domain: registrar, abuse contact, dates, name servers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hunter.errors import InputError

_DEEPEST = 4  # entities inside entities


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What could be read; None or empty where the answer does not say."""

    registrar: str | None
    iana_id: str | None
    abuse_email: str | None
    created: str | None
    nameservers: tuple[str, ...]
    registrant: str | None


def read_registration(content: bytes) -> Registration:
    """Reads an RDAP answer about a domain. Raises InputError where it is none."""
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError) as exc:
        raise InputError("the registration data is no JSON") from exc
    if not isinstance(answer, dict):
        raise InputError("the registration data is no object")
    entities = list(_entities(answer, 0))
    registrar = next((e for e in entities if "registrar" in _texts(e.get("roles"))), None)
    abuse = next((e for e in entities if "abuse" in _texts(e.get("roles"))), None)
    registrant = next((e for e in entities if "registrant" in _texts(e.get("roles"))), None)
    events = {e.get("eventAction"): e.get("eventDate") for e in _objects(answer.get("events"))}
    created = events.get("registration")
    ids = _objects(registrar.get("publicIds")) if registrar else []
    return Registration(
        registrar=_card(registrar, "fn"),
        iana_id=next((str(i["identifier"]) for i in ids if "IANA" in str(i.get("type")) and i.get("identifier")), None),
        abuse_email=_card(abuse, "email"),
        created=created if isinstance(created, str) else None,
        nameservers=tuple(
            n["ldhName"] for n in _objects(answer.get("nameservers")) if isinstance(n.get("ldhName"), str)
        ),
        registrant=_card(registrant, "fn"),
    )


def _entities(holder: dict[str, Any], depth: int) -> Iterator[dict[str, Any]]:
    """All entities; the abuse contact is usually inside the registrar's."""
    for entity in _objects(holder.get("entities")):
        yield entity
        if depth < _DEEPEST:
            yield from _entities(entity, depth + 1)


def _card(entity: dict[str, Any] | None, name: str) -> str | None:
    """One property of an entity's jCard (RFC 7095): ["email", {}, "text", "abuse@…"]."""
    card = entity.get("vcardArray") if entity else None
    properties = card[1] if isinstance(card, list) and len(card) > 1 and isinstance(card[1], list) else []
    for each in properties:
        if (
            isinstance(each, list)
            and len(each) > 3
            and each[0] == name
            and isinstance(each[3], str)
            and each[3].strip()
        ):
            return each[3].strip()
    return None


def _objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
