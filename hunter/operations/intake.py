"""What a list brought, into the vault and the store: judged candidates become accounts, versions and suspects."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice

from hunter.candidates import Candidate
from hunter.matching.screen import Screener
from hunter.operations.screening import Judged
from hunter.store import Connection, Store, assessments, profiles, runs, sightings
from hunter.store.rows import native_id_of
from hunter.types import Assessment, Brand, Outcome, Probe, Profile
from hunter.vault import Vault

BATCH = 200  # candidates stored together
_SILENT = (
    "native_id", "url", "display_name", "bio", "links", "joined", "verified_by", "followers", "following", "posts",
    "avatar_url", "picture",
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Intake:
    """Keeps the hits of one list within one run; `kept` counts them. `complain` is told what could not be kept."""

    store: Store
    vault: Vault
    run: int
    screener: Screener
    brands: Sequence[Brand]
    min_score: float
    complain: Callable[[str], None]
    kept: int = field(default=0, init=False)

    def keep_all(self, judged: Iterable[Judged]) -> Iterator[Judged]:
        """Hands the judged candidates through, each after its batch is stored. Raises StoreError."""
        stream = iter(judged)
        while batch := list(islice(stream, BATCH)):
            self.keep([one for one in batch if one[1]])
            yield from batch

    def keep(self, batch: Sequence[Judged]) -> None:
        """Pictures into the vault first, then everything that is said about them in one transaction."""
        for candidate, _ in batch:
            self._keep_picture(candidate)
        with self.store.write() as c:
            at = datetime.now(UTC)
            known = [_filled(c, candidate.profile) for candidate, _ in batch]
            seen = sightings.save(c, self.run, [_probe(profile) for profile in known], at=at)
            found = [
                assessments.Judged(assessment=assessment, sighting=sighting)
                for one, sighting in zip(batch, seen, strict=True)
                for assessment in self._assessed(one, sighting.profile)
            ]
            by_slug: Mapping[str, Brand] = {brand.slug: brand for brand in self.brands}
            assessments.save(c, self.run, found, brands=by_slug, min_score=self.min_score, at=at, seen=seen)
        self.kept += len(batch)

    def note(self, source: str, *, read: int, bad: int) -> None:
        """Notes in the run what the list was and how much of it was kept."""
        detail = {"list": source, "read": read, "bad": bad, "kept": self.kept}
        with self.store.write() as c:
            runs.note(c, self.run, "list", detail, at=datetime.now(UTC))

    def _assessed(self, one: Judged, kept: Profile | None) -> list[Assessment]:
        """What was judged before, unless the store knows more of the account than the list says."""
        candidate, before = one
        return before if kept is None or kept == candidate.profile else self.screener.assess(kept)

    def _keep_picture(self, candidate: Candidate) -> None:
        picture, path = candidate.profile.picture, candidate.avatar
        if picture is None or path is None or self.vault.has(picture.sha256):
            return
        content = b""
        with suppress(OSError):  # told below, as a file with other bytes is
            content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() == picture.sha256:
            self.vault.put(content)
        else:
            self.complain(f"{path}: changed since it was judged; its bytes are not kept")


def _probe(profile: Profile) -> Probe:
    return Probe(
        platform=profile.platform, handle=profile.handle, outcome=Outcome.PRESENT, why="listed", profile=profile
    )


def _filled(c: Connection, profile: Profile) -> Profile:
    """The profile, with what the store knows of the account where the list is silent: silence is no change.

    An account that is listed without its own number is the one that was last seen with this handle.
    """
    number = profiles.account_id(c, profile.platform, native_id_of(profile))
    if number is None and profile.native_id is None:
        number = profiles.find(c, profile.platform, profile.handle)
    held = profiles.current(c, number) if number is not None else None
    if held is None:
        return profile
    silent = {name: getattr(held.profile, name) for name in _SILENT if getattr(profile, name) in (None, ())}
    if held.profile.handle.casefold() == profile.handle.casefold():
        silent["handle"] = held.profile.handle  # written otherwise, it is no other handle
    return replace(profile, **silent)
