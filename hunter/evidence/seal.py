"""Seals one suspect: visits it, writes the bag whole or not at all, signs it, has it stamped, tells the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hunter.darkroom import Darkroom
from hunter.errors import InputError, SourceError, StoreError, UsageError
from hunter.evidence import contents
from hunter.evidence.bag import new_bag, tagmanifest_digest, validate, write_tags
from hunter.evidence.capture import Written, write_visit
from hunter.evidence.dossier import Dossier
from hunter.evidence.environment import Environment
from hunter.evidence.gather import gather
from hunter.evidence.layout import PROFILE, SEAL, TAGMANIFEST, files_under, stamp_of, to_json, write_file
from hunter.evidence.layout import digest_file as digest_of
from hunter.evidence.signature import sign
from hunter.evidence.stamp import Reply, as_pem, load_certificates, read_token, request_stamp
from hunter.evidence.visit import Visit, Visitor
from hunter.evidence.wording import draft_certificate, write_readme
from hunter.matching.judge import judge
from hunter.matching.weights import Weights
from hunter.net.recorder import Recorder
from hunter.settings import Settings
from hunter.store import Store, audit, evidence
from hunter.store.rows import native_id_of
from hunter.types import Brand, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the person who seals says about it."""

    by: str
    reason: str
    ground: str = "impersonation"
    unconfirmed: str | None = None  # why an account that nobody confirmed is sealed
    no_visit: str | None = None  # why the suspect is not asked again, such as "gone"
    notices: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A bag that was sealed."""

    path: Path
    digest: str  # of the tag manifest
    signed: bool
    stamped: tuple[str, ...]  # authorities that stamped it
    unstamped: tuple[str, ...]  # what the others said
    verdict: str  # of the visit
    told_apart: tuple[str, ...] = ()  # what the page told the browser otherwise than the recorder


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealer:
    """Everything that sealing needs, opened once for many suspects."""

    settings: Settings
    store: Store
    fetch: contents.Fetch
    visitor: Visitor
    stamper: Recorder
    darkroom: Darkroom
    weights: Weights
    environment: Environment
    brands: Mapping[str, Brand]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def seal(self, suspect: int, parent: Path, request: Request) -> Sealed:
        """Seals one suspect into a new folder below `parent`.

        Raises UsageError for one that nobody confirmed (unless `request.unconfirmed` says why), StoreError when the
        disk or the store refuses. An authority that is down leaves the bag unstamped; `renew` asks it again.
        """
        dossier, name, head = self._begin(suspect, request)
        visit = None if request.no_visit else self.visitor.visit(dossier)
        with new_bag(parent, name) as bag:
            written = write_visit(bag, 1, visit, self._context(dossier, request)) if visit else None
            self._write(bag, name, dossier, request, visit, written, head)
            fault = validate(bag)
            if fault:
                raise StoreError(f"{name} was not written as it should be: {fault}")
            signed = self.settings.signing_key is not None
            if self.settings.signing_key:
                sign(bag, self.settings.signing_key, self.settings.signer or "hunter")
            stamps, refusals = stamp_bag(bag, self.stamper, self.settings)
        sealed = Sealed(
            path=parent / name,
            digest=tagmanifest_digest(parent / name),
            signed=signed,
            stamped=tuple(stamps),
            unstamped=tuple(refusals),
            verdict=written.verdict if written else "not_visited",
            told_apart=written.told_apart if written else (),
        )
        self._tell_store(dossier, sealed, request, head)
        return sealed

    def _begin(self, suspect: int, request: Request) -> tuple[Dossier, str, audit.Head]:
        """Checks that it may be sealed, notes the intent in the log, and reads the dossier with that line in it."""
        before = gather(self.store, suspect, dict(self.brands))
        if before.verdict is not Verdict.IMPERSONATION and not request.unconfirmed:
            raise UsageError(
                f"suspect {suspect} was not confirmed by a person",
                advice=f"hunter suspects judge {suspect} impersonation; or give --unconfirmed with a reason",
            )
        at = self.clock()
        name = f"EV-{before.case}-{suspect}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        with self.store.write() as c:
            audit.append(c, actor=request.by, act="seal_evidence", object=f"suspect:{suspect}", at=at)
            head = audit.anchor(c, at=at, how=f"bag:{name}")
        return gather(self.store, suspect, dict(self.brands)), name, head

    def _context(self, dossier: Dossier, request: Request) -> dict[str, Any]:
        environment = self.environment
        return {
            "case_id": f"{dossier.brand.slug}-{dossier.case}",
            "reason": request.reason,
            "trigger": "manual",
            "operator": {"id": request.by, "role": "reviewer"},
            "clock": environment.clock,
            "tool": environment.tool,
            "config_sha256": environment.config_sha256,
            "vantage": environment.network,
        }

    def _write(
        self,
        bag: Path,
        name: str,
        dossier: Dossier,
        request: Request,
        visit: Visit | None,
        written: Written | None,
        head: audit.Head,
    ) -> None:
        """Writes the payload beside the capture, then the tag files."""
        now = self.clock()
        brand = dossier.brand.as_of(dossier.versions[-1].last_seen_at.date())
        confirmed = dossier.verdict is Verdict.IMPERSONATION
        case = contents.describe_case(
            dossier, brand, ground=request.ground, opened_by=request.by, opened_at=now, reason=request.reason,
            confirmed=confirmed,
        )  # fmt: skip
        case |= {"unconfirmed_reason": request.unconfirmed, "not_visited_reason": request.no_visit}
        write_file(bag / "data/case.json", to_json(case))
        seen = contents.write_seen(bag, dossier, self.fetch)
        theirs = contents.write_profile(bag, dossier, self.fetch, seen, written)
        references = contents.write_brand(bag, dossier, brand, self.fetch)
        assessment = judge(brand, dossier.profile, self.weights)
        contents.write_comparison(
            bag, dossier, assessment, self.weights, self.settings.min_score, (references, theirs), self.darkroom
        )
        slice_head = contents.write_review(bag, dossier)
        contents.write_notices(bag, request.notices)
        self.environment.write(bag)
        info = self._info(name, now, slice_head, head, written)
        named = ("External-Identifier", "Source-Organization", "Bagging-Date")
        facts: dict[str, str] = {k: info[k] for k in named if k in info}
        if not confirmed:
            facts["Caution"] = f"no person has confirmed the suspicion ({request.unconfirmed})"
        write_file(bag / "data/README.txt", write_readme(facts).encode())
        write_file(bag / "data/certificate-draft.txt", self._certificate(bag, name, visit).encode())
        write_tags(bag, info)

    def _info(
        self, name: str, now: datetime, slice_head: str, head: audit.Head, written: Written | None
    ) -> dict[str, str]:
        organisation = " ".join(self.settings.organisation.split())
        contact = " ".join(self.settings.contact.split())
        return {
            "Bagging-Date": f"{now.astimezone(UTC):%Y-%m-%d}",
            "External-Identifier": name,
            **({"Source-Organization": organisation} if organisation else {}),
            **({"Contact-Email": contact} if contact else {}),
            "Bag-Software-Agent": f"hunter {self.environment.tool['version']}",
            "Bundle-Profile": PROFILE,
            "Redaction": "none",
            "Audit-Head-SHA256": slice_head,
            "Audit-Log-Head-SHA256": head.digest,
            "Audit-Log-Length": str(head.seq),
            "Capture-Count": "1" if written else "0",
            "Warc-Response-Count": str(written.responses if written else 0),
        }

    def _certificate(self, bag: Path, name: str, visit: Visit | None) -> str:
        raw = [p for p in files_under(bag / "data") if p.name.endswith((".response.bin", ".body.bin"))]
        now = stamp_of(self.clock())
        return draft_certificate(
            {
                "name": name,
                "started": stamp_of(visit.started_at) if visit else now,
                "ended": stamp_of(visit.ended_at) if visit else now,
                "target": visit.recordings[0][1].url if visit else "nothing (the suspect was not visited again)",
                "tool": self.environment.tool,
                "clock": self.environment.clock,
                "files": [(digest_of(p), p.relative_to(bag).as_posix()) for p in raw],
            }
        )

    def _tell_store(self, dossier: Dossier, sealed: Sealed, request: Request, head: audit.Head) -> None:
        now = self.clock()
        profile = dossier.profile
        row = {
            "suspect_id": dossier.suspect,
            "brand": dossier.brand.slug,
            "platform": profile.platform,
            "native_id": native_id_of(profile),
            "name": sealed.path.name,
            "path": str(sealed.path.resolve()),
            "tagmanifest_sha256": sealed.digest,
            "audit_head": head.digest,
            "sealed_at": now,
            "sealed_by": request.by,
            "signed": sealed.signed,
            "stamp": "stamped" if sealed.stamped else "unstamped",
            "stamp_expires_at": stamps_end(sealed.path),
            "detail": {"refusals": list(sealed.unstamped), "visit": sealed.verdict, "reason": request.reason},
        }
        with self.store.write() as c:
            number = evidence.add_bag(c, row)
            audit.append(c, actor=request.by, act="sealed", object=f"bag:{number}", object_sha256=sealed.digest, at=now)


def stamp_bag(bag: Path, recorder: Recorder, settings: Settings) -> tuple[list[str], list[str]]:
    """Asks each configured authority to stamp the tag manifest; who did, and what the others said.

    An authority whose stamp is already there is not asked again.
    """
    data = (bag / TAGMANIFEST).read_bytes()
    stamped, refusals = [], []
    for name, url in name_authorities(settings.tsa_urls).items():
        if (bag / SEAL / f"{name}.tsr").is_file():
            stamped.append(url)
            continue
        try:
            reply = request_stamp(recorder, url, data)
        except SourceError as exc:
            refusals.append(str(exc).splitlines()[0])
            continue
        write_reply(bag / SEAL / name, reply, settings)
        stamped.append(url)
    return stamped, refusals


def write_reply(place: Path, reply: Reply, settings: Settings) -> None:
    """Question, answer and chain of one stamp: `place` with .tsq, .tsr and -chain.pem behind it."""
    write_file(place.with_name(f"{place.name}.tsq"), reply.request)
    write_file(place.with_name(f"{place.name}.tsr"), reply.reply)
    chain = list(read_token(reply.reply).certificates)
    if settings.tsa_roots and settings.tsa_roots.is_file():
        issuers = {c.issuer for c in chain}
        chain += [c for c in load_certificates(settings.tsa_roots.read_bytes()) if c.subject in issuers]
    write_file(place.with_name(f"{place.name}-chain.pem"), as_pem(chain))


def name_authorities(urls: Sequence[str]) -> dict[str, str]:
    """A plain file name for each authority -> its URL."""
    named: dict[str, str] = {}
    for url in urls:
        host = "".join(c if c.isalnum() or c in ".-" else "-" for c in (urlsplit(url).hostname or "tsa"))
        name, number = f"tsa-{host}", 2
        while name in named:
            name, number = f"tsa-{host}-{number}", number + 1
        named[name] = url
    return named


def stamps_end(bag: Path) -> datetime | None:
    """When the bag must be stamped again: when the last of its stamps loses its certificate; None: unstamped."""
    ends: list[datetime] = []
    folder = bag / SEAL
    for path in [*folder.glob("*.tsr"), *(folder / "renewals").glob("*.tsr")]:
        try:
            end = read_token(path.read_bytes()).ends_at
        except InputError:
            continue
        if end:
            ends.append(end)
    return max(ends, default=None)
