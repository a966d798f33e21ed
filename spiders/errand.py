"""What one spider is sent out with: whom to look for, what may be spent, where the answers go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from hunter.net.guard import Guard
from hunter.settings import Settings
from hunter.types import Brand, Probe
from spiders.plan import Acquaintance

if TYPE_CHECKING:
    from spiders.pipelines import Shelf
    from spiders.tally import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Catch:
    """One probe with the bytes of its captures, on the way to the store."""

    probe: Probe
    bodies: dict[str, bytes]  # SHA-256 -> bytes, for every capture that has any
    picture: str | None = None  # SHA-256 of the avatar's bytes
    picture_url: str | None = None  # where it came from, or from where it is known


class Keeper(Protocol):
    """Where catches go, and what is known already. `keep` takes long and is called in a thread beside the reactor."""

    def keep(self, catches: Sequence[Catch]) -> None:
        """Stores a batch all together: bytes, pictures, probes, what the matcher makes of them."""

    def known_pictures(self, urls: Sequence[str]) -> set[str]:
        """Those of the addresses whose picture is kept already."""

    def holds(self, sha256: str) -> bool:
        """Whether the vault has these bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Everything that a spider needs to know; it keeps no state of its own."""

    brands: tuple[Brand, ...]
    settings: Settings
    guard: Guard
    keeper: Keeper
    shelf: Shelf
    tally: Tally
    urls: tuple[str, ...]  # base URLs of the platform
    known: tuple[Acquaintance, ...] = ()
    limit: int | None = None  # accounts to ask for at most
