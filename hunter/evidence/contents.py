"""Writes everything of a bag but the captures: the account, the brand, the comparison, decisions and log."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from hunter.darkroom import Darkroom
from hunter.errors import InputError, PictureError, StoreError
from hunter.evidence.capture import Written
from hunter.evidence.dossier import Dossier
from hunter.evidence.layout import (
    AUDIT,
    DECISIONS,
    NO_HEAD,
    NOTICES,
    SCORE,
    SIDE_BY_SIDE,
    digest_file,
    ending_of,
    sha256_of,
    stamp_of,
    to_json,
    to_line,
    write_file,
)
from hunter.evidence.pointers import Body, point_out
from hunter.evidence.records import to_plain
from hunter.evidence.score import BRAND_FILE, PROFILE_FILE, describe_score, waterfall
from hunter.matching.weights import Weights
from hunter.types import Assessment, Brand

Fetch = Callable[[str], bytes | None]  # SHA-256 -> the bytes, or None where they are no longer kept
_NOTICE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


def write_seen(bag: Path, dossier: Dossier, fetch: Fetch) -> list[Body]:
    """`data/seen/`: the answers in which the judged profile was found, as the crawler kept them."""
    bodies: list[Body] = []
    listed = []
    for version in dossier.versions:
        judged = version is dossier.versions[-1]
        for capture in version.captures:
            entry: dict[str, Any] = {**to_plain(capture), "judged": judged, "file": None}
            data = fetch(capture.sha256) if judged else None
            if data is not None:
                name = f"data/seen/{len(bodies) + 1:03d}.body.bin"
                write_file(bag / name, data)
                entry["file"] = name
                bodies.append(Body(file=name, sha256=capture.sha256, data=data, media_type=capture.media_type))
            listed.append(entry)
    write_file(bag / "data/seen/seen.json", to_json(listed))
    return bodies


def write_profile(
    bag: Path, dossier: Dossier, fetch: Fetch, seen: Sequence[Body], captured: Written | None
) -> bytes | None:
    """`data/profile/`: the account as judged, where each field stands, its picture; gives the picture's bytes."""
    profile = dossier.profile
    last = dossier.versions[-1]
    plain = {
        "profile": to_plain(profile),
        "judged_look": {"seen_at": stamp_of(last.seen_at), "last_seen_at": stamp_of(last.last_seen_at)},
        "fields_in_what_was_seen": point_out(profile, seen),
        "fields_in_the_capture": point_out(profile, captured.bodies) if captured else {},
        "note": "null: no answer says the field literally; it was put together or is no longer there",
    }
    write_file(bag / PROFILE_FILE, to_json(plain))
    versions = [{"seen_at": stamp_of(v.seen_at), "profile": to_plain(v.profile)} for v in dossier.versions]
    write_file(bag / "data/profile/versions.json", to_json(versions))
    theirs = fetch(profile.picture.sha256) if profile.picture else None
    source = next(
        (c for v in dossier.versions for c in v.captures if profile.picture and c.sha256 == profile.picture.sha256),
        None,
    )
    described: dict[str, Any] = {
        "url": profile.avatar_url,
        "judged": _write_picture(bag, "data/profile/avatar", theirs),
        "judged_absent_reason": _why_absent(profile.picture is not None, theirs),
        "judged_source": to_plain(source) if source else None,
        "at_sealing": None,
        "same_bytes": None,
    }
    if captured and captured.avatar:
        file, now = captured.avatar
        described["at_sealing"] = {"exchange": file, "sha256": sha256_of(now), "bytes": len(now)}
        described["same_bytes"] = theirs is not None and now == theirs
        if now != theirs:
            described["at_sealing"] |= _write_picture(bag, "data/profile/avatar-at-sealing", now) or {}
    write_file(bag / "data/profile/avatar.json", to_json(described))
    return theirs or (captured.avatar[1] if captured and captured.avatar else None)


def _write_picture(bag: Path, name: str, data: bytes | None) -> dict[str, Any] | None:
    """A picture under its sniffed ending: what it is called elsewhere is the other side's claim."""
    if data is None:
        return None
    ending = ending_of(data)
    write_file(bag / f"{name}.{ending}", data)
    return {"file": f"{name}.{ending}", "sha256": sha256_of(data), "bytes": len(data), "sniffed": ending}


def _why_absent(known: bool, data: bytes | None) -> str | None:
    if data is not None:
        return None
    return "its bytes are no longer kept" if known else "the account showed no picture that was kept"


def write_brand(bag: Path, dossier: Dossier, brand: Brand, fetch: Fetch) -> list[tuple[str, bytes]]:
    """`data/brand/`: the brand as it was, and the bytes of its reference pictures as (digest, bytes)."""
    references: list[tuple[str, bytes]] = []
    listed = []
    for number, picture in enumerate(brand.pictures, 1):
        data = fetch(picture.sha256)
        entry = _write_picture(bag, f"data/brand/reference-{number}", data)
        listed.append(entry or {"sha256": picture.sha256, "file": None, "absent_reason": "its bytes are not kept"})
        if data is not None:
            references.append((picture.sha256, data))
    plain = {"brand": to_plain(brand), "digest": dossier.brand_digest, "references": listed}
    write_file(bag / BRAND_FILE, to_json(plain))
    return references


def write_comparison(
    bag: Path,
    dossier: Dossier,
    assessment: Assessment,
    weights: Weights,
    threshold: float,
    pictures: tuple[list[tuple[str, bytes]], bytes | None],
    darkroom: Darkroom,
) -> dict[str, Any]:
    """`data/comparison/`: both pictures side by side, the score with all it was made of; gives `score.json`."""
    references, theirs = pictures
    why = "the brand has no reference picture" if not references else "the account has no picture" if not theirs else ""
    if references and theirs:
        said = " ".join(f.ours for f in assessment.findings)
        ours = next((data for digest, data in references if digest[:8] in said), references[0][1])
        try:
            write_file(bag / SIDE_BY_SIDE, darkroom.side_by_side(ours, theirs))
        except PictureError as exc:
            why = f"{exc.why}: {exc}"
    inputs = {"brand": digest_file(bag / BRAND_FILE), "profile": digest_file(bag / PROFILE_FILE)}
    stored = {"score": dossier.assessment.score, "bits": dossier.assessment.bits, "rules": dossier.assessment.rules}
    score = describe_score(assessment, weights, inputs, threshold, stored)
    score["side_by_side_absent_reason"] = why or None
    write_file(bag / SCORE, to_json(score))
    write_file(bag / "data/comparison/score.txt", waterfall(score).encode("utf-8", "replace"))
    return score


def write_review(bag: Path, dossier: Dossier) -> str:
    """`data/review/`: decisions, and the log's lines about them chained anew; gives the head of that chain."""
    decisions = [
        {
            "number": d.number,
            "time": stamp_of(d.judgement.at),
            "reviewer": d.judgement.by,
            "verdict": d.judgement.verdict.value,
            "withdraws": d.judgement.withdraws,
            "reason": d.judgement.note,
            "saw_score": d.judgement.saw[0],
            "saw_rules": d.judgement.saw[1],
            "saw_fields_sha256": dict(d.saw_digests),
        }
        for d in dossier.decisions
    ]
    write_file(bag / DECISIONS, b"".join(to_line(line) + b"\n" for line in decisions))
    write_file(bag / "data/review/events.jsonl", b"".join(to_line(to_plain(e)) + b"\n" for e in dossier.events))
    lines, head = chain(dossier.audit)
    write_file(bag / AUDIT, b"".join(line + b"\n" for line in lines))
    return head


def chain(rows: Sequence[Mapping[str, Any]]) -> tuple[list[bytes], str]:
    """The log's lines about one suspect as a chain of their own, and its head.

    Other cases' lines stay out, so `seq` and `prev` are counted anew; `log_seq` and `log_sha256` name the line of the
    whole log that each one repeats.
    """
    lines: list[bytes] = []
    head = NO_HEAD
    for number, row in enumerate(rows, 1):
        kept = {name: row[name] for name in ("at", "actor", "act", "object", "object_sha256")}
        log = {"log_seq": row["seq"], "log_sha256": row["digest"]}
        line = to_line({**kept, **log, "seq": number, "prev": head})
        head = hashlib.sha256(line).hexdigest()
        lines.append(line)
    return lines, head


def write_notices(bag: Path, files: Mapping[str, bytes]) -> None:
    """`data/notices/`: drafted notices, statement texts and `submissions.jsonl`, by their plain file names.

    Raises InputError for a name that is not plain.
    """
    for name, data in sorted(files.items()):
        if not _NOTICE_NAME.fullmatch(name):
            raise InputError(f"{name!r} is no plain file name", advice="a-z, 0-9, dot, dash, underscore")
        write_file(bag / NOTICES / name, data)


def describe_case(
    dossier: Dossier, brand: Brand, *, ground: str, opened_by: str, opened_at: datetime, reason: str, confirmed: bool
) -> dict[str, Any]:
    """`data/case.json`."""
    profile = dossier.profile
    return {
        "case": dossier.case,
        "suspect": dossier.suspect,
        "status": dossier.status,
        "brand": brand.slug,
        "right_relied_on": to_plain(brand.rights) if brand.rights else None,
        "ground": ground,
        "target": {
            "platform": profile.platform,
            "native_id": profile.native_id,
            "handle": profile.handle,
            "url": profile.url,
        },
        "verdict": dossier.verdict.value if dossier.verdict else None,
        "confirmed_by_a_person": confirmed,
        "opened_by": opened_by,
        "opened_at": stamp_of(opened_at),
        "reason": reason,
        "wording": "suspected of impersonation; nothing here says that it is proven",
    }


def fetcher(*sources: Fetch) -> Fetch:
    """Asks several places for bytes, the first that has them wins; what is damaged counts as missing."""

    def fetch(digest: str) -> bytes | None:
        for source in sources:
            try:
                data = source(digest)
            except StoreError:
                continue
            if data is not None and sha256_of(data) == digest:
                return data
        return None

    return fetch
