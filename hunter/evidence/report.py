"""A report for people, made from a sealed bag alone: what was found, why it is suspected, how to check it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import UndefinedError

from hunter.darkroom import Darkroom
from hunter.errors import InputError, PictureError
from hunter.evidence.bag import read_info, tagmanifest_digest
from hunter.evidence.layout import CAPTURES, DECISIONS, SCORE, SIDE_BY_SIDE, write_file
from hunter.evidence.printing import fill_page, isolate, print_pdf
from hunter.evidence.records import from_plain
from hunter.evidence.score import BRAND_FILE, PROFILE_FILE, read_object
from hunter.evidence.verify import Verdict, verify
from hunter.evidence.wording import NOT_PROVEN, STEPS
from hunter.review.alignment import align, nearest
from hunter.types import Brand, Profile
from hunter.visible import defang, visible

_SIDE = 640  # pixels of a picture in the report
_FIELDS = {
    "handle": "Handle",
    "native_id": "Account number",
    "display_name": "Display name",
    "bio": "Description",
    "links": "Links",
    "joined": "Joined",
    "followers": "Followers",
    "following": "Following",
    "posts": "Posts",
    "verified_by": "Verified by",
}
_EVENTS = {
    "new": "first seen and suspected",
    "changed": "changed its appearance",
    "gone": "no longer there",
    "came_back": "there again",
    "reopened": "open again, it had changed",
    "status": "moved on",
}


def write_report(bag: Path, target: Path, *, roots: Path | None = None, now: datetime | None = None) -> None:
    """Writes the report of the bag in folder `bag`: a PDF or an HTML page, by the ending of `target`.

    Raises InputError for another ending, or a bag that lacks what a report needs.
    """
    if target.suffix.lower() not in (".pdf", ".html"):
        raise InputError(f"{target.name}: a report is .pdf or .html")
    now = now or datetime.now(UTC)
    inline = target.suffix.lower() == ".html"
    verdict = verify(bag, roots=roots, now=now)
    try:
        facts, pictures = collect(bag, verdict, now)
        html = fill_page(facts, pictures, inline=inline)
    except (KeyError, TypeError, AttributeError, ValueError, IndexError, UndefinedError) as exc:
        raise InputError(f"{bag.name} lacks what a report needs: {exc}", advice="hunter evidence verify") from exc
    write_file(target, html.encode("utf-8", "replace") if inline else print_pdf(html, pictures, now))


def collect(bag: Path, verdict: Verdict, now: datetime) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Everything that the report shows, ready to print, and its pictures as freshly encoded PNG."""
    case, info = read_object(bag / "data/case.json"), read_info(bag)
    told = read_object(bag / PROFILE_FILE)
    profile = from_plain(Profile, told.get("profile"))
    brand = from_plain(Brand, read_object(bag / BRAND_FILE).get("brand"))
    captures = [read_object(path) for path in sorted((bag / CAPTURES).glob("*/capture.json"))]
    decisions = list(_lines(bag / DECISIONS))
    score = read_object(bag / SCORE)
    facts = {
        "name": info.get("External-Identifier", bag.name),
        "organisation": info.get("Source-Organization", ""),
        "digest": tagmanifest_digest(bag),
        "case": case,
        "brand": brand,
        "brand_name": brand.names[0] if brand.names else brand.slug,
        "profile": profile,
        "address": defang(profile.url) if profile.url else visible(profile.handle),
        "short": _short(brand, profile, score, decisions),
        "certificate": _certificate(bag),
        "names": list(_names(brand, profile)),
        "fields": list(_fields(profile, told)),
        "timeline": sorted(_timeline(bag, told, profile, captures, decisions, verdict), key=lambda e: str(e[0])),
        "score": _score(score),
        "captures": captures,
        "exchanges": [list(_exchanges(capture)) for capture in captures],
        "decisions": decisions,
        "steps": verdict.steps,
        "exit_code": verdict.exit_code,
        "commands": STEPS,
        "limits": NOT_PROVEN,
        "caution": None if case.get("confirmed_by_a_person") else str(case.get("unconfirmed_reason")),
        "printed": now.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "day": now.astimezone(UTC).strftime("%Y-%m-%d"),
    }
    return facts, _pictures(bag)


def _short(brand: Brand, profile: Profile, score: Mapping[str, Any], decisions: Sequence[Mapping[str, Any]]) -> str:
    """The case in two or three sentences."""
    called = f" that calls itself {isolate(profile.display_name, 80)}" if profile.display_name else ""
    words = [isolate(f["words"], 160) for f in score["findings"] if f["counted"] and f["bits"] > 0]
    text = f"An account{called} was found on {profile.platform} and is suspected of posing as {brand.names[0]}"
    text += f": {'; '.join(words[:3])}. " if words else ". "
    if decisions and not decisions[-1]["withdraws"]:
        last = decisions[-1]
        because = f", noting: {isolate(last['reason'], 200)}" if last["reason"] else ""
        text += f"A person looked at it on {_moment(last['time'])} and decided: {last['verdict']}{because}."
    return text


def _certificate(bag: Path) -> str:
    path = bag / "data/certificate-draft.txt"
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _names(brand: Brand, profile: Profile) -> Iterator[dict[str, Any]]:
    """Each name of theirs laid under the nearest of ours."""
    official = [h for handles in brand.official.values() for h in handles]
    pairs = (
        ("Display name", profile.display_name, brand.names),
        ("Handle", profile.handle, [*official, *brand.domains, *brand.names]),
    )
    for label, theirs, candidates in pairs:
        ours = nearest(candidates, theirs) if theirs else None
        if theirs and ours:
            laid = align(ours, theirs)
            yield {"label": label, "alignment": laid, "marked": [p for p in laid.pairs if p.names]}


def _fields(profile: Profile, told: Mapping[str, Any]) -> Iterator[tuple[str, list[str], str]]:
    """What the account says, and where that stands in the recorded bytes."""
    seen, again = told.get("fields_in_what_was_seen") or {}, told.get("fields_in_the_capture") or {}
    for name, label in _FIELDS.items():
        value = getattr(profile, name)
        if value in (None, ()):
            continue
        values = [str(v) for v in value] if isinstance(value, tuple) else [_said(value)]
        if name == "links":
            values = [defang(v) for v in values]
        yield label, values, _place(again.get(name)) or _place(seen.get(name)) or "put together from several places"


def _said(value: object) -> str:
    return _moment(value.isoformat()) if isinstance(value, datetime) else str(value)


def _place(pointer: Any) -> str:
    if not isinstance(pointer, dict):
        return ""
    if "members" in pointer:
        return next((p for p in map(_place, pointer["members"]) if p), "")
    where = pointer.get("json_pointer") or pointer.get("xpath") or ""
    return visible(f"{str(pointer.get('file', '')).removeprefix('data/')} {where}", 160)


def _timeline(
    bag: Path,
    told: Mapping[str, Any],
    profile: Profile,
    captures: Sequence[Mapping[str, Any]],
    decisions: Sequence[Mapping[str, Any]],
    verdict: Verdict,
) -> Iterator[tuple[str, str, str]]:
    """Moment, what happened, who says so."""
    if profile.joined:
        yield _moment(profile.joined.isoformat()), "account opened", "the platform"
    for event in _lines(bag / "data/review/events.jsonl"):
        if event.get("act") in _EVENTS:
            after = f" ({event['after']})" if event["act"] == "status" else ""
            yield _moment(event["at"]), f"{_EVENTS[event['act']]}{after}", visible(str(event["actor"]))
    look = told.get("judged_look") or {}
    if look.get("last_seen_at"):
        yield _moment(look["last_seen_at"]), "last seen by the search", "hunter"
    for decision in decisions:
        what = (
            f"verdict {decision['number']} taken back" if decision["withdraws"] else f"verdict: {decision['verdict']}"
        )
        note = f" – {decision['reason']}" if decision["reason"] else ""
        yield _moment(decision["time"]), visible(f"decided: {what}{note}", 300), visible(str(decision["reviewer"]))
    for capture in captures:
        told_of = f"visited for the record: {capture.get('verdict')}"
        yield _moment(capture["started_utc"]), told_of, visible(str(capture["operator"]["id"]))
    for step in verdict.steps:
        if step.name == "stamp" and " since " in step.words:
            moment, _, who = step.words.partition(" since ")[2].partition(" UTC by ")
            yield f"{moment} UTC", "time stamp over the whole bag", who


def _moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except ValueError:
        return visible(text, 40)


def _score(score: Mapping[str, Any]) -> dict[str, Any]:
    """The sum with a width for each bar, in percent of the widest."""
    counted = [f for f in score["findings"] if f["counted"]]
    widest = max([abs(f["bits"]) for f in counted] + [abs(score["prior"]), abs(score["bits"]), 1.0])
    rows = [("Every account starts here: most look-alikes are innocent", score["prior"], "", "")]
    rows += [(f["words"], f["bits"], f["ours"], f["theirs"]) for f in counted]
    return {
        "rows": [
            {"words": words, "bits": bits, "width": round(46 * abs(bits) / widest, 1), "ours": ours, "theirs": theirs}
            for words, bits, ours, theirs in rows
        ],
        "others": [f for f in score["findings"] if not f["counted"]],
        "bits": score["bits"],
        "shown": _likely(score["score"]),
        "rules": score["algorithm"]["rules"],
    }


def _likely(score: float) -> str:
    """A likelihood that never claims to be certain."""
    return "more than 0.9999" if score > 0.9999 else "less than 0.0001" if score < 0.0001 else f"{score:.4f}"


def _exchanges(capture: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    trusted = {True: "trusted", False: "NOT trusted", None: "no TLS"}
    for exchange in capture["exchanges"]:
        yield {
            "n": exchange["n"],
            "role": exchange["role"],
            "url": defang(str(exchange["url"])),
            "status": exchange["status"] or exchange["error"],
            "peer": f"from {exchange['peer_ip']} port {exchange['peer_port']}"
            if exchange["peer_ip"]
            else "no connection",
            "certificate": trusted[exchange["certificate_trusted"]] if exchange["peer_ip"] else None,
            "whole": _whole(exchange),
            "sha256": exchange["response_sha256"] if exchange["status"] else "",
        }


def _whole(exchange: Mapping[str, Any]) -> str:
    if exchange["error"]:
        return "no answer came"
    return f"{exchange['body_bytes']} bytes, " + (
        "whole" if exchange["complete"] else f"cut short by {exchange['truncated_by']}"
    )


def _pictures(bag: Path) -> dict[str, bytes]:
    """The pictures of the report, each decoded by a process that may die of it and encoded anew."""
    wanted = {
        "ours": next(iter(sorted((bag / "data/brand").glob("reference-*"))), None),
        "theirs": next(iter(sorted((bag / "data/profile").glob("avatar*.[!j]*"))), None),
        "side_by_side": bag / SIDE_BY_SIDE,
        "screenshot": next(iter(sorted((bag / CAPTURES).glob("*/screenshot.png"))), None),
    }
    sides = {"screenshot": 1280, "side_by_side": 1280}
    found: dict[str, bytes] = {}
    with Darkroom() as darkroom:
        for name, path in wanted.items():
            if path is None or not path.is_file():
                continue
            try:
                found[name] = darkroom.thumbnail(path.read_bytes(), sides.get(name, _SIDE))
            except PictureError:
                continue  # it stays in the bag as bytes; the report says that it is not shown
    return found


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        for line in path.read_bytes().splitlines():
            yield dict(json.loads(line))
    except (OSError, ValueError) as exc:
        raise InputError(f"{path.name} cannot be read: {exc}") from exc
