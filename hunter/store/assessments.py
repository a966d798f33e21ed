"""Keeps what a run makes of the accounts that it saw: suspects new, changed, back, reopened, and gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from hunter.matching.harm import harm_of
from hunter.matching.skeleton import fold
from hunter.store import allowances, cases, judgements, profiles
from hunter.store import brands as kept_brands
from hunter.store.batches import chunks
from hunter.store.judgements import Kept, Subject
from hunter.store.rows import IDENTITY, digest, finding_json, identity_of, native_id_of
from hunter.store.sightings import Sighting
from hunter.store.suspects import Status
from hunter.store.tables import ACCOUNTS, SUSPECT_EVENTS, SUSPECTS
from hunter.types import Assessment, Brand, Profile, Verdict

HUNTER = "hunter"  # the actor of what no person did
GONE_LOOKS = 2
GONE_AFTER = timedelta(hours=24)
_FRESH_PER_DAY = 0.02  # bits that a suspect gains in the queue for each day that it is younger
_SEARCHED = 300  # characters that a search looks through: an index holds them
_EPOCH_DAY = 18262  # 2020-01-01, only to keep the numbers small
# What people set, and what never changes, is not written anew: it may be set by somebody while a run goes on.
_FIXED = ("id", "brand", "account_id", "platform", "native_id", "assignee", "first_seen_at", "first_run")
# Who moves on is a row of the queue of its own, until the end of the run arranges the cases anew.
_ALONE = {"stands_for": 1, "stands_here": 1}
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
    present = {s.account_id for s in seen if s.account_id} | {account for _, account in latest}
    known = _suspects(c, present)
    wanted = {k: j for k, j in latest.items() if k in known or j.assessment.score >= min_score or j.sampled}
    subjects = {_subject(j.assessment): identity_of(_profile(j)) for j in wanted.values()}
    batch = _Batch(
        run=run,
        at=at,
        brands=brands,
        digests=kept_brands.of_run(c, run),
        in_force=judgements.in_force(c, subjects),
        allowed=allowances.in_force(c, subjects, at=at),
    )
    for key, one in wanted.items():
        if key in known:
            _renew(c, batch, known[key], one, min_score)
        else:
            _begin(batch, one, min_score)
    for key, row in known.items():
        if key not in wanted:
            batch.renewed.append(_seen_again(batch, row))
    _write(c, batch, wanted, brands)


def mark_gone(c: Connection, run: int, *, at: datetime) -> list[int]:
    """Suspects that this run found missing, not for the first time and a day or more after the first; their numbers.

    A refused or failed look is no look. Dismissed and closed ones are left alone.
    """
    left_alone = [s.value for s in (Status.GONE, Status.DISMISSED, Status.CLOSED)]
    question = (
        select(SUSPECTS.c.id, SUSPECTS.c.status, ACCOUNTS.c.absent_since, ACCOUNTS.c.absent_why)
        .join(ACCOUNTS, ACCOUNTS.c.id == SUSPECTS.c.account_id)
        .where(ACCOUNTS.c.absent_run == run, ACCOUNTS.c.absent_looks >= GONE_LOOKS)
        .where(ACCOUNTS.c.absent_since <= at - GONE_AFTER, SUSPECTS.c.status.not_in(left_alone))
        .order_by(SUSPECTS.c.id)
    )
    gone = c.execute(question).all()
    for row in gone:
        values = {"status": Status.GONE.value, "status_at": at, "status_before_gone": row.status, **_ALONE}
        c.execute(update(SUSPECTS).where(SUSPECTS.c.id == row.id).values(values))
        detail = {"why": row.absent_why, "missing_since": row.absent_since.isoformat()}
        event = _event(row.id, run, at, "gone", before=row.status, after=Status.GONE.value, **detail)
        c.execute(insert(SUSPECT_EVENTS).values(event))
    return [row.id for row in gone]


def _account(sighting: Sighting) -> int:
    if sighting.account_id is None or sighting.version_id is None:
        raise ValueError("an assessment needs an account that was seen")
    return sighting.account_id


def _profile(one: Judged) -> Profile:
    return one.sighting.profile or one.assessment.profile


def _subject(assessment: Assessment) -> Subject:
    return assessment.brand, assessment.profile.platform, native_id_of(assessment.profile)


def _suspects(c: Connection, accounts: Iterable[int]) -> dict[tuple[str, int], dict[str, Any]]:
    found = {}
    for part in chunks(sorted(accounts)):
        for row in c.execute(select(SUSPECTS).where(SUSPECTS.c.account_id.in_(part)).with_for_update()).mappings():
            found[row["brand"], row["account_id"]] = dict(row)
    return found


def _event(suspect: int, run: int, at: datetime, act: str, **more: Any) -> dict[str, Any]:
    before, after = more.pop("before", None), more.pop("after", None)
    row = {"suspect_id": suspect, "run_id": run, "at": at, "actor": HUNTER, "act": act}
    return {**row, "before": before, "after": after, "detail": more}


def _meaning(batch: _Batch, one: Judged, first_seen: datetime) -> dict[str, Any]:
    """The columns that every new look writes anew."""
    a, profile = one.assessment, _profile(one)
    harm = harm_of(batch.brands[a.brand], profile) if a.brand in batch.brands else 0.0
    return {
        "handle": profile.handle,
        "display_name": profile.display_name,
        "search": search_text(profile),
        "picture": profile.picture.sha256 if profile.picture else None,
        "score": a.score,
        "bits": a.bits,
        "rank": rank_of(a.bits, harm, first_seen),
        "harm": harm,
        "crowd": crowd_of(a),
        "reason": a.reason,
        "findings": [finding_json(finding) for finding in a.findings],
        "rules": a.rules,
        "brand_digest": batch.digests.get(a.brand),
        "version_id": one.sighting.version_id,
        "last_seen_at": batch.at,
        "last_run": batch.run,
    }


def _verdict_columns(kept: Kept | None, changed: Sequence[str]) -> dict[str, Any]:
    return {
        "verdict": kept.judgement.verdict.value if kept else None,
        "verdict_id": kept.id if kept else None,
        "verdict_at": kept.judgement.at if kept else None,
        "changed_since_verdict": list(changed) if changed else None,
    }


def _standing(batch: _Batch, one: Judged) -> tuple[Status, Kept | None, list[str]]:
    """Where people left the account: by the verdict in force if it still is about what is seen, or an allowance."""
    subject = _subject(one.assessment)
    kept = batch.in_force.get(subject)
    profile = _profile(one)
    changed = judgements.changed_since(kept, identity_of(profile)) if kept else []
    if subject in batch.allowed:
        return Status.DISMISSED, kept, changed
    if kept is None:
        return Status.OPEN, None, []
    stands = status_for(kept.judgement.verdict)
    return (Status.OPEN if stands is Status.DISMISSED and changed else stands), kept, changed


def _begin(batch: _Batch, one: Judged, min_score: float) -> None:
    status, kept, changed = _standing(batch, one)
    platform, native_id = _subject(one.assessment)[1:]
    batch.fresh.append(
        {
            **_meaning(batch, one, batch.at),
            **_verdict_columns(kept, changed),
            "brand": one.assessment.brand,
            "account_id": one.sighting.account_id,
            "platform": platform,
            "native_id": native_id,
            "status": status.value,
            "status_at": batch.at,
            "sampled": one.assessment.score < min_score,
            "first_seen_at": batch.at,
            "first_run": batch.run,
        }
    )


def _seen_again(batch: _Batch, row: dict[str, Any]) -> dict[str, Any]:
    renewed = {**row, "last_seen_at": batch.at, "last_run": batch.run}
    if row["status"] == Status.GONE.value:
        renewed |= {"status": Status.CAME_BACK.value, "status_at": batch.at, **_ALONE}
        batch.events.append(
            _event(row["id"], batch.run, batch.at, "came_back", before=row["status"], after=renewed["status"])
        )
    return renewed


def _renew(c: Connection, batch: _Batch, row: dict[str, Any], one: Judged, min_score: float) -> None:
    renewed = _seen_again(batch, row) | _meaning(batch, one, row["first_seen_at"])
    renewed["rank"] -= row["crowding"]
    number = row["id"]
    if row["version_id"] != one.sighting.version_id:
        fields = list(one.sighting.changed) or _difference(c, row["version_id"], one.sighting)
        renewed |= {"changed_run": batch.run, "changed_at": batch.at}
        scores = {"score_before": row["score"], "score": one.assessment.score}
        detail = {"fields": fields, "version_before": row["version_id"], "version": one.sighting.version_id, **scores}
        batch.events.append(_event(number, batch.run, batch.at, "changed", **detail))
    if row["sampled"] and one.assessment.score >= min_score:
        renewed["sampled"] = False
        batch.events.append(_event(number, batch.run, batch.at, "new"))
    status, kept, changed = _standing(batch, one)
    renewed |= _verdict_columns(kept, changed)
    dismissed = renewed["status"] == Status.DISMISSED.value
    if dismissed and status is not Status.DISMISSED:
        renewed |= {"status": Status.OPEN.value, "status_at": batch.at, **_ALONE}
        why = {"fields": changed} if changed else {"why": "what allowed it is no longer in force"}
        batch.events.append(
            _event(number, batch.run, batch.at, "reopened", before=row["status"], after=renewed["status"], **why)
        )
    batch.renewed.append(renewed)


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
        written = insert(SUSPECTS).returning(SUSPECTS.c.id, sort_by_parameter_order=True)
        for row, number in zip(batch.fresh, c.scalars(written, batch.fresh), strict=True):
            if row["status"] != Status.DISMISSED.value:
                act = "sampled" if row["sampled"] else "new"
                batch.events.append(_event(number, batch.run, batch.at, act, after=row["status"]))
    if batch.renewed:
        names = [column.name for column in SUSPECTS.c if column.name not in _FIXED]
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
        rows = [{"number": row["id"], **{f"new_{name}": row[name] for name in names}} for row in batch.renewed]
        c.execute(update(SUSPECTS).where(SUSPECTS.c.id == bindparam("number")).values(**values), rows)
    if batch.events:
        c.execute(insert(SUSPECT_EVENTS), batch.events)
