"""The records that travel through hunter; standard library only.

Seen (`Capture`, `Probe`, `Profile`), meant (`Finding`, `Assessment`) and decided (`Judgement`) are kept apart:
what was seen never changes, what it means may be recomputed, what was decided is only ever added to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, Protocol


class Outcome(StrEnum):
    """What came of asking a platform for one handle. "Blocked" and "our parser broke" never look like "no"."""

    PRESENT = "present"  # the account is there and was read
    ABSENT = "absent"  # the platform itself says that there is no such account
    REFUSED = "refused"  # the platform, its robots.txt or the network did not let us look
    IMPOSSIBLE = "impossible"  # an answer came and could not be understood, or the handle cannot exist there


class Verdict(StrEnum):
    """What a person decided about one account."""

    IMPERSONATION = "impersonation"
    PARODY = "parody"
    OFFICIAL = "official"
    UNRELATED = "unrelated"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as the matcher sees it: identity of its bytes, perceptual hashes, and how much they can carry."""

    sha256: str  # of the original bytes, 64 hex digits
    hashes: Mapping[str, str] = field(default_factory=dict)  # name of hash or view -> fixed-width hex
    quality: float = 0.0  # 0 (flat: weighs nothing) to 1
    width: int = 0  # pixels, after orientation
    height: int = 0
    kind: str = "picture"  # picture | flat | default | letter: the last three weigh nothing
    small: bytes = b""  # the small look that the second comparison needs; opaque, versioned by its first byte
    source: str | None = None  # "platform:handle" of the official account that shows it; None: from the brand's file


class Darkroom(Protocol):
    """What turns bytes into a `Picture`; raises PictureError."""

    def develop(self, data: bytes, /) -> Picture: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What the brand owns; only notices need it."""

    owner: str | None = None
    mark: str | None = None
    registration: str | None = None
    office: str | None = None
    classes: tuple[int, ...] = ()
    contact: str | None = None  # a role mailbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """An account that is not the brand's own, but fine."""

    platform: str
    handle: str
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """A company, person or product that others may pretend to be; read from one TOML file."""

    slug: str
    kind: str = "organisation"  # organisation | person | product
    names: tuple[str, ...]  # the first one is the main name; any script
    official: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # platform -> handles as shown, without @
    domains: tuple[str, ...] = ()  # a parent covers its subdomains
    keywords: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    allowed: tuple[Allowed, ...] = ()
    rights: Rights | None = None
    short_name_ok: bool = False

    def as_of(self, day: date) -> Brand:
        """The same brand with only those allowances that are in force on `day`."""
        return replace(self, allowed=tuple(a for a in self.allowed if a.until is None or a.until >= day))


@dataclass(frozen=True, slots=True, kw_only=True)
class HandleRule:
    """What a platform accepts as a handle and which differences it ignores."""

    shortest: int = 1
    longest: int = 64
    alphabet: str = "abcdefghijklmnopqrstuvwxyz0123456789_.-"  # after lower-casing, where case is ignored
    ignores_case: bool = True
    ignored: str = ""  # characters that make no difference (dots in some mail-like handles)
    edges: str = ""  # characters of the alphabet that may not stand first or last


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A place where profiles live."""

    name: str
    handle_rule: HandleRule = HandleRule()
    profile_url: str = ""  # with {handle}
    report_url: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One answer as it came over the wire; the bytes lie in the vault under `sha256`. Never changed."""

    url: str
    final_url: str
    fetched_at: datetime  # with zone
    status: int  # HTTP status; 0: no answer came
    media_type: str
    sha256: str
    size: int  # bytes
    by: str  # spider and version


class Known(NamedTuple):
    """A domain that stands in a list of known ones."""

    domain: str
    rank: int  # from 1 on


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One account as it looked at one moment. Missing is None, never "" or 0."""

    platform: str
    handle: str
    native_id: str | None = None  # the account's own number or DID: handles are renamed to escape, this is not
    url: str | None = None
    display_name: str | None = None
    bio: str | None = None
    links: tuple[str, ...] = ()
    joined: datetime | None = None
    followers: int | None = None
    following: int | None = None
    posts: int | None = None
    verified_by: tuple[str, ...] = ()  # domains or issuers whose verification the platform shows
    avatar_url: str | None = None
    picture: Picture | None = None
    seen_at: datetime | None = None
    known: Known | None = None  # its own domain, where a list of known domains has it; set when it is judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One question to a platform and what came of it. Never changed."""

    platform: str
    handle: str
    outcome: Outcome
    why: str  # a short machine-readable reason: "found", "no_such_account", "rate_limited", "robots", …
    profile: Profile | None = None
    captures: tuple[Capture, ...] = ()


class Seen(NamedTuple):
    """What a signal answers when it has something to go on."""

    level: str
    ours: str
    theirs: str
    words: str = ""  # the reason in words; empty: the level's own sentence is used
    strength: float = 1.0  # 0 to 1: where between the level's two weights this case lies


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A worked case that a signal ships: the level it must answer, or None where it must stay silent."""

    brand: Brand
    profile: Profile
    level: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One way of comparing a brand with a profile. Its name is its module's name; it imports no other signal."""

    family: str  # the strongest finding of a family counts; families add up
    levels: Mapping[str, str]  # level -> the sentence a reviewer reads, may hold {ours} and {theirs}
    compare: Callable[[Brand, Profile], Seen | None]
    examples: Sequence[Example]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One signal's answer, weighed. Derived: may be thrown away and recomputed."""

    signal: str
    family: str
    level: str
    bits: float  # log2 of how much more often this is seen on impostors than on innocents
    ours: str
    theirs: str
    words: str
    counted: bool = True  # False: another finding of the same family is stronger


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What one brand's matcher makes of one profile. Derived."""

    brand: str  # slug
    profile: Profile
    bits: float  # prior plus the strongest finding of each family
    score: float  # probability, 0 to 1
    findings: tuple[Finding, ...]  # strongest first
    rules: str  # digest of signals and weights

    @property
    def reason(self) -> str:
        """The counted findings that speak for an impostor, in words; else the ones that speak against."""
        counted = [f for f in self.findings if f.counted and f.words]
        return "; ".join(f.words for f in counted if f.bits > 0) or "; ".join(f.words for f in counted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a person decided, signed and dated. Append only; `withdraws` names the judgement it takes back."""

    brand: str
    platform: str
    native_id: str
    verdict: Verdict
    by: str
    at: datetime
    note: str = ""
    saw: tuple[float, str] = (0.0, "")  # score and rules digest on the screen
    withdraws: int | None = None
