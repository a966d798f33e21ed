"""Gathers a matter from the store, the brand's file and the sealed bag; refuses what must not go out yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from hunter.errors import InputError, UsageError
from hunter.evidence.bag import tagmanifest_digest
from hunter.evidence.layout import CAPTURES
from hunter.evidence.unpacking import open_bag
from hunter.settings import Settings
from hunter.store import Connection, Store, casefile, submissions
from hunter.store import brands as kept_brands
from hunter.store.evidence import Bag, bags_of_suspect
from hunter.store.listing import Listed, list_suspects
from hunter.store.suspects import get as get_suspect
from hunter.takedown.matter import Considered, Matter, Screenshot
from hunter.takedown.rdap import Registration, read_registration
from hunter.types import Brand

_LARGEST_SHOT = 5 * 1024 * 1024  # bytes; more does not fit into a report
_LARGEST_RDAP = 1024 * 1024


def gather(
    store: Store,
    number: int,
    brands: Sequence[Brand],
    settings: Settings,
    *,
    considered: Considered,
    given: Mapping[str, str],
) -> Matter:
    """Everything for a notice about one suspect.

    Raises UsageError for a suspect that not enough people confirmed, or whose evidence was not sealed.
    """
    with store.read() as c:
        suspect = next(list_suspects(c, [number]), None)
        if suspect is None:
            raise UsageError(f"there is no suspect {number}", advice="hunter suspects list")
        _check_confirmed(c, suspect, settings.confirmations)
        bag = _newest_bag(c, number)
        brand = _brand(c, suspect, brands)
        earlier = tuple(
            f"{s.channel} on {s.sent_at:%Y-%m-%d}"
            + (f", reference {s.reference}" if s.reference else "")
            + f", {s.state}"
            for s in submissions.of_account(c, suspect.platform, suspect.native_id)
            if s.state != "withdrawn"
        )
    screenshots, registration = read_bag(bag)
    return Matter(
        suspect=suspect,
        brand=brand,
        organisation=settings.organisation,
        bag=bag,
        considered=considered,
        registration=registration,
        screenshots=screenshots,
        given=given,
        earlier=earlier,
    )


def _check_confirmed(c: Connection, suspect: Listed, wanted: int) -> None:
    holders = casefile.confirmed_by(c, suspect.number)
    if suspect.verdict != "impersonation" or len(holders) < wanted:
        people = "person" if wanted == 1 else "people"
        raise UsageError(
            f"suspect {suspect.number} as it looks now is held for an impersonation by {len(holders)}, "
            f"{wanted} {people} must be",
            advice="hunter review, or hunter suspects judge",
        )


def _newest_bag(c: Connection, number: int) -> Bag:
    bags = bags_of_suspect(c, number)
    if not bags:
        raise UsageError(
            f"suspect {number} has no sealed evidence; after a notice its page may vanish",
            advice=f"hunter evidence seal {number} -o FOLDER",
        )
    return bags[-1]


def _brand(c: Connection, suspect: Listed, brands: Sequence[Brand]) -> Brand:
    """The brand's file as it is now, else the brand as it was when the suspect was judged."""
    for brand in brands:
        if brand.slug == suspect.brand:
            return brand
    found = get_suspect(c, suspect.number)
    kept = kept_brands.get(c, found.brand_digest) if found and found.brand_digest else None
    if kept is None:
        raise UsageError(f"no brand file for {suspect.brand}", advice="--brand FILE")
    return kept


def read_bag(bag: Bag) -> tuple[tuple[Screenshot, ...], Registration | None]:
    """Screenshots and registration data out of a sealed bag; nothing where it lies elsewhere now.

    Raises UsageError where the bag at that place is another one than was sealed.
    """
    path = Path(bag.path)
    if not path.exists():
        return (), None
    with open_bag(path) as folder:
        if tagmanifest_digest(folder) != bag.tagmanifest_sha256:
            raise UsageError(f"{path} is not the bag that was sealed", advice=f"hunter evidence verify {path}")
        shots = []
        registration = None
        for capture in sorted((folder / CAPTURES).glob("*")):
            shot, rdap = capture / "screenshot.png", capture / "rdap-domain.json"
            if shot.is_file() and shot.stat().st_size <= _LARGEST_SHOT:
                name = f"screenshot-{capture.name}.png"
                shots.append(Screenshot(name=name, media_type="image/png", content=shot.read_bytes()))
            if rdap.is_file() and rdap.stat().st_size <= _LARGEST_RDAP:
                registration = _read_rdap(rdap.read_bytes()) or registration
        return tuple(shots), registration


def _read_rdap(content: bytes) -> Registration | None:
    try:
        return read_registration(content)
    except InputError:
        return None
