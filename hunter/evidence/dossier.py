"""Everything that the store and the vault hold about one suspect, in the form in which it goes into a bag."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hunter.types import Assessment, Brand, Capture, Judgement, Profile, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The account as one look at it found it, with the answers that the look was read from."""

    profile: Profile
    seen_at: datetime
    last_seen_at: datetime
    captures: tuple[Capture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A judgement with its number in the store."""

    number: int
    judgement: Judgement
    saw_digests: Mapping[str, str]  # field -> SHA-256 of what it said on the reviewer's screen


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One suspect: seen, meant and decided."""

    suspect: int
    case: int
    status: str
    brand: Brand  # as it was at match time
    brand_digest: str | None
    assessment: Assessment  # as stored
    versions: tuple[Version, ...]  # oldest first; the last one is the one that was judged
    decisions: tuple[Decision, ...]  # oldest first
    events: tuple[Mapping[str, Any], ...]  # what happened to the suspect, oldest first
    audit: tuple[Mapping[str, Any], ...]  # lines of the store's log that concern it, oldest first
    audit_head: str  # of the whole log when this was read

    @property
    def profile(self) -> Profile:
        """The account as it was judged."""
        return self.assessment.profile

    @property
    def verdict(self) -> Verdict | None:
        """The judgement in force: the last one that was not taken back."""
        withdrawn = {d.judgement.withdraws for d in self.decisions if d.judgement.withdraws is not None}
        standing = [d for d in self.decisions if d.number not in withdrawn and d.judgement.withdraws is None]
        return standing[-1].judgement.verdict if standing else None
