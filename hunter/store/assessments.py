"""Keeps what a run makes of the accounts that it saw: suspects new, changed, back, reopened, and gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from hunter.matching.harm import harm_of
from hunter.matching.skeleton import fold
from hunter.store import allowances, cases, judgements, profiles
from hunter.store import brands as kept_brands
from hunter.store.batches import chunks, reserve
from hunter.store.judgements import Kept, Subject
from hunter.store.rows import IDENTITY, digest, finding_json, identity_of, native_id_of
from hunter.store.sightings import Sighting
from hunter.store.suspects import ALONE, Status, event_row
from hunter.store.tables import SUSPECT_EVENTS, SUSPECTS
from hunter.types import Assessment, Brand, Profile, Verdict

_FRESH_PER_DAY = 0.02  # bits that a suspect gains in the queue for each day that it is younger
_SEARCHED = 300  # characters that a search looks through: an index holds them
_EPOCH_DAY = 18262  # 2020-01-01, only to keep the numbers small
# What people set, and what never changes, is not written anew: it may be set by somebody while a run goes on.
_FIXED = ("id", "brand", "account_id", "platform", "native_id", "assignee", "first_seen_at", "first_run")
_FINAL = {Verdict.IMPERSONATION: Status.CONFIRMED, Verdict.UNSURE: Status.OPEN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One assessment of one account that was seen. `sampled`: from just below the line, offered for a second look."""

    assessment: Assessment
    sighting: Sighting
    sampled: bool = False


@dataclass(frozen=True, slots=True)
class _Batch:
    """What one batch is judged by, and the rows that come of it."""

    run: int
    at: datetime
    brands: Mapping[str, Brand]
    digests: Mapping[str, str]
    in_force: Mapping[Subject, Kept]
    allowed: frozenset[Subject]
    fresh: list[dict[str, Any]] = field(default_factory=list)
    renewed: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)


def status_for(verdict: Verdict | str) -> Status:
    """Where a verdict leaves a suspect."""
    return _FINAL.get(Verdict(verdict), Status.DISMISSED)


def rank_of(bits: float, harm: float, first_seen: datetime) -> float:
    """What the queue sorts by: the bits, capped so that nothing outranks for ever, the harm, and a little for youth."""
    days = first_seen.timestamp() / 86400 - _EPOCH_DAY
    return max(-20.0, min(20.0, bits)) + harm + _FRESH_PER_DAY * days


def crowd_of(assessment: Assessment) -> str:
    """What speaks against an account, as a short digest: the members of a flood share it, a real find rarely does."""
    against = sorted((f.signal, f.level) for f in assessment.findings if f.counted and f.bits > 0)
    return digest(against)[:16]


def search_text(profile: Profile) -> str:
    """What a search in the queue looks through."""
    shown = [profile.handle, profile.display_name or ""]
    return " ".join(dict.fromkeys(t for s in shown for t in (s.casefold(), fold(s).text) if t))[:_SEARCHED]


def save(
    c: Connection,
    run: int,
    judged: Sequence[Judged],
    *,
    brands: Mapping[str, Brand],
    min_score: float,
    at: datetime,
    seen: Iterable[Sighting] = (),
) -> None:
    """Makes suspects of assessments of at least `min_score` (or sampled) and renews those that are suspects already.

    A suspect is renewed whatever it scores now: who changes to hide stays in the list. `seen` names all accounts of
    the batch, so that a suspect that was seen and not assessed still counts as seen. Verdicts are never touched.
    """
    latest = {(j.assessment.brand, _account(j.sighting)): j for j in judged}
    sighted = {s.account_id: s for s in seen if s.account_id} | {j.sighting.account_id: j.sighting for j in judged}
    known = _suspects(c, [account for account in sighted if account is not None])
    wanted = {k: j for k, j in latest.items() if k in known or j.assessment.score >= min_score or j.sampled}
    profiles_now = {_subject(j.assessment.brand, _profile(j)): _profile(j) for j in wanted.values()}
    for (slug, account), row in known.items():
        if (profile := sighted[account].profile) is not None:
            profiles_now.setdefault((slug, row["platform"], row["native_id"]), profile)
    subjects = {subject: identity_of(profile) for subject, profile in profiles_now.items()}
    batch = _Batch(
        run=run,
        at=at,
        brands=brands,
        digests=kept_brands.of_run(c, run),
        in_force=judgements.in_force(c, subjects),
        allowed=allowances.in_force(c, subjects, at=at),
    )
    for key, one in wanted.items():
        if key not in known:
            _begin(batch, one, min_score)
    for key, row in known.items():
        _renew(c, batch, row, sighted[key[1]], wanted.get(key), min_score)
    _write(c, batch, wanted, brands)


def _account(sighting: Sighting) -> int:
    if sighting.account_id is None or sighting.version_id is None:
        raise ValueError("an assessment needs an account that was seen")
    return sighting.account_id


def _profile(one: Judged) -> Profile:
    return one.sighting.profile or one.assessment.profile


def _subject(brand: str, profile: Profile) -> Subject:
    return brand, profile.platform, native_id_of(profile)


def _suspects(c: Connection, accounts: Iterable[int]) -> dict[tuple[str, int], dict[str, Any]]:
    found = {}
    for part in chunks(sorted(accounts)):
        for row in c.execute(select(SUSPECTS).where(SUSPECTS.c.account_id.in_(part)).with_for_update()).mappings():
            found[row["brand"], row["account_id"]] = dict(row)
    return found


def _looks(profile: Profile) -> dict[str, Any]:
    """The columns that show who the account says it is."""
    return {
        "handle": profile.handle,
        "display_name": profile.display_name,
        "search": search_text(profile),
        "picture": profile.picture.sha256 if profile.picture else None,
    }


def _meaning(batch: _Batch, one: Judged, first_seen: datetime) -> dict[str, Any]:
    """The columns that every new assessment writes anew."""
    a, profile = one.assessment, _profile(one)
    harm = harm_of(batch.brands[a.brand], profile) if a.brand in batch.brands else 0.0
    return {
        "score": a.score,
        "bits": a.bits,
        "rank": rank_of(a.bits, harm, first_seen),
        "harm": harm,
        "crowd": crowd_of(a),
        "reason": a.reason,
        "findings": [finding_json(finding) for finding in a.findings],
        "rules": a.rules,
        "brand_digest": batch.digests.get(a.brand),
    }


def _verdict_columns(kept: Kept | None, changed: Sequence[str]) -> dict[str, Any]:
    return {
        "verdict": kept.judgement.verdict.value if kept else None,
        "verdict_id": kept.id if kept else None,
        "verdict_at": kept.judgement.at if kept else None,
        "changed_since_verdict": list(changed) if changed else None,
    }


def _standing(batch: _Batch, subject: Subject, profile: Profile) -> tuple[Status, Kept | None, list[str]]:
    """Where people left the account: by the verdict in force if it still is about what is seen, or an allowance."""
    kept = batch.in_force.get(subject)
    changed = judgements.changed_since(kept, identity_of(profile)) if kept else []
    if subject in batch.allowed:
        return Status.DISMISSED, kept, changed
    if kept is None:
        return Status.OPEN, None, []
    stands = status_for(kept.judgement.verdict)
    return (Status.OPEN if stands is Status.DISMISSED and changed else stands), kept, changed


def _begin(batch: _Batch, one: Judged, min_score: float) -> None:
    profile = _profile(one)
    subject = _subject(one.assessment.brand, profile)
    status, kept, changed = _standing(batch, subject, profile)
    batch.fresh.append(
        {
            **_looks(profile),
            **_meaning(batch, one, batch.at),
            **_verdict_columns(kept, changed),
            "brand": one.assessment.brand,
            "account_id": one.sighting.account_id,
            "version_id": one.sighting.version_id,
            "platform": subject[1],
            "native_id": subject[2],
            "status": status.value,
            "status_at": batch.at,
            "sampled": one.assessment.score < min_score,
            "first_seen_at": batch.at,
            "last_seen_at": batch.at,
            "first_run": batch.run,
            "last_run": batch.run,
        }
    )


def _renew(
    c: Connection, batch: _Batch, row: dict[str, Any], sighting: Sighting, one: Judged | None, min_score: float
) -> None:
    """A suspect seen again; one that was not assessed (it resembles nobody any more) keeps its last score."""
    renewed = {**row, "last_seen_at": batch.at, "last_run": batch.run}
    if row["status"] == Status.GONE.value:
        _restand(batch, renewed, Status.CAME_BACK, "came_back")
    profile = sighting.profile
    if one is not None:
        renewed |= _meaning(batch, one, row["first_seen_at"])
        renewed["rank"] -= row["crowding"]
        profile = _profile(one)
        if row["sampled"] and one.assessment.score >= min_score:
            renewed["sampled"] = False
            batch.events.append(event_row(row["id"], batch.run, batch.at, "new"))
    if profile is not None:
        if row["version_id"] != sighting.version_id:
            _note_change(c, batch, renewed, row, sighting, assessed=one is not None)
        renewed |= {**_looks(profile), "version_id": sighting.version_id}
        status, kept, changed = _standing(batch, (row["brand"], row["platform"], row["native_id"]), profile)
        renewed |= _verdict_columns(kept, changed)
        if renewed["status"] == Status.DISMISSED.value and status is not Status.DISMISSED:
            why = {"fields": changed} if changed else {"why": "what allowed it is no longer in force"}
            _restand(batch, renewed, Status.OPEN, "reopened", **why)
    batch.renewed.append(renewed)


def _restand(batch: _Batch, renewed: dict[str, Any], status: Status, act: str, **detail: Any) -> None:
    before = renewed["status"]
    renewed |= {"status": status.value, "status_at": batch.at, **ALONE}
    batch.events.append(event_row(renewed["id"], batch.run, batch.at, act, before=before, after=status.value, **detail))


def _note_change(
    c: Connection, batch: _Batch, renewed: dict[str, Any], row: dict[str, Any], sighting: Sighting, *, assessed: bool
) -> None:
    fields = list(sighting.changed) or _difference(c, row["version_id"], sighting)
    renewed |= {"changed_run": batch.run, "changed_at": batch.at}
    detail = {"fields": fields, "version_before": row["version_id"], "version": sighting.version_id}
    detail |= {"score_before": row["score"], "score": renewed["score"] if assessed else None}
    batch.events.append(event_row(row["id"], batch.run, batch.at, "changed", **detail))


def _difference(c: Connection, before: int, sighting: Sighting) -> list[str]:
    held = profiles.versions(c, [before]).get(before)
    if held is None or sighting.profile is None:
        return []
    old, new = identity_of(held.profile), identity_of(sighting.profile)
    return [name for name in IDENTITY if old[name] != new[name]]


def _write(c: Connection, batch: _Batch, wanted: Mapping[tuple[str, int], Judged], brands: Mapping[str, Brand]) -> None:
    changed = [row for row in batch.renewed if row["changed_run"] == batch.run]
    members = {}
    for row in (*batch.fresh, *changed):
        key = row["brand"], row["account_id"]
        if key in wanted:
            members[key] = cases.Member(
                brand=brands[row["brand"]], profile=_profile(wanted[key]), case=row.get("case_id")
            )
    found = cases.assign(c, members, at=batch.at)
    for row in (*batch.fresh, *batch.renewed):
        row["case_id"] = found.get((row["brand"], row["account_id"]), row.get("case_id"))
    if batch.fresh:
        for row, number in zip(batch.fresh, reserve(c, SUSPECTS, len(batch.fresh)), strict=True):
            row["id"] = number
            if row["status"] != Status.DISMISSED.value:
                act = "sampled" if row["sampled"] else "new"
                batch.events.append(event_row(number, batch.run, batch.at, act, after=row["status"]))
        c.execute(insert(SUSPECTS), batch.fresh)
    if batch.renewed:
        names = [column.name for column in SUSPECTS.c if column.name not in _FIXED]
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
        rows = [{"number": row["id"], **{f"new_{name}": row[name] for name in names}} for row in batch.renewed]
        c.execute(update(SUSPECTS).where(SUSPECTS.c.id == bindparam("number")).values(**values), rows)
    if batch.events:
        c.execute(insert(SUSPECT_EVENTS), batch.events)
