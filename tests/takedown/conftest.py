"""A store with a confirmed account and a confirmed homograph domain, each with a bag on the disk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hunter.settings import Settings
from hunter.store import Store, decisions, open_store
from hunter.store.evidence import add_bag
from hunter.takedown.channels import Channel, get_channel
from hunter.takedown.gather import gather
from hunter.takedown.matter import Considered, Matter
from hunter.takedown.notice import Draft, draft
from hunter.types import Rights, Verdict
from tests.export.conftest import PIXEL
from tests.stocked import ACME, NOON, profile_of, stock

BRAND = replace(
    ACME,
    rights=Rights(
        owner="Acme plc",
        mark="ACME",
        registration="UK00001234567",
        office="UKIPO",
        classes=(36,),
        contact="brand@acme.example",
    ),
)
ACCOUNT, DOMAIN, UNCONFIRMED, UNSEALED = 1, 2, 3, 4
NOBODY = Considered(by="dana", at=NOON)
RDAP: dict[str, Any] = {
    "ldhName": "xn--cme-5cd.example",
    "events": [{"eventAction": "registration", "eventDate": "2026-11-01T00:00:00Z"}],
    "nameservers": [{"ldhName": "ns1.host.example"}, {"ldhName": "ns2.host.example"}],
    "entities": [
        {
            "roles": ["registrar"],
            "publicIds": [{"type": "IANA Registrar ID", "identifier": "9999"}],
            "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "Registrar Example Ltd"]]],
            "entities": [
                {"roles": ["abuse"], "vcardArray": ["vcard", [["email", {}, "text", "abuse@registrar.example"]]]}
            ],
        }
    ],
}


def lay_bag(folder: Path, rdap: object = None) -> str:
    """As much of a bag as notices read; the digest of its tag manifest."""
    capture = folder / "data" / "captures" / "1"
    capture.mkdir(parents=True)
    (capture / "screenshot.png").write_bytes(PIXEL)
    if rdap is not None:
        (capture / "rdap-domain.json").write_text(json.dumps(rdap))
    (folder / "tagmanifest-sha256.txt").write_text(f"{folder.name}\n")
    return hashlib.sha256(f"{folder.name}\n".encode()).hexdigest()


@dataclass(frozen=True)
class Desk:
    """Where notices are drafted."""

    store: Store
    settings: Settings
    folder: Path

    def matter(self, number: int = ACCOUNT, considered: Considered = NOBODY, **given: str) -> Matter:
        told = {key.replace("__", "."): value for key, value in given.items()}
        return gather(self.store, number, [BRAND], self.settings, considered=considered, given=told)

    def draft(self, channel: str | Channel, ground: str, number: int = ACCOUNT, **given: str) -> Draft:
        chosen = get_channel(channel) if isinstance(channel, str) else channel
        return draft(chosen, ground, self.matter(number, **given), now=NOON + timedelta(hours=2))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One for all tests that change nothing."""
    with open_desk(tmp_path_factory.mktemp("desk")) as opened:
        yield opened


@pytest.fixture
def own_desk(tmp_path: Path) -> Iterator[Desk]:
    """One for a test that changes something."""
    with open_desk(tmp_path) as opened:
        yield opened


@contextmanager
def open_desk(tmp_path: Path) -> Iterator[Desk]:
    with open_store(f"sqlite:///{tmp_path}/hunter.db") as store:
        people = [
            profile_of(1, display_name="Acme Bank \u202eplech\r\nBcc: x@evil.example", picture=None),
            replace(profile_of(2), platform="domain", handle="xn--cme-5cd.example", url="https://xn--cme-5cd.example/"),
            profile_of(3),
            profile_of(4),
        ]
        stock(store, people, brand=BRAND)
        with store.write() as c:
            for number in (ACCOUNT, DOMAIN, UNSEALED):
                decisions.decide(c, number, Verdict.IMPERSONATION, by="dana", at=NOON)
            for number, rdap in ((ACCOUNT, None), (DOMAIN, RDAP)):
                path = tmp_path / f"EV-{number}"
                bag = {
                    "suspect_id": number,
                    "brand": "acme",
                    "platform": "x",
                    "native_id": str(number),
                    "name": path.name,
                }
                bag |= {"path": str(path), "tagmanifest_sha256": lay_bag(path, rdap), "audit_head": "0" * 64}
                bag |= {"sealed_at": NOON, "sealed_by": "dana", "signed": True, "stamp": "stamped", "detail": {}}
                add_bag(c, {**bag, "stamp_expires_at": None})
        yield Desk(store, Settings(organisation="Acme plc"), tmp_path)
