"""A copy of a sealed bag that may leave the house: a new bag which names its source; the original is never changed.

Card and account numbers, uninvolved people and reviewers' names are masked; what cannot be masked with certainty (raw
answers, page texts, screenshots, notices) is left out. What the suspect says of itself stays: that is the claim.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from hunter.errors import InputError
from hunter.evidence.bag import new_bag, read_info, tagmanifest_digest, write_tags
from hunter.evidence.layout import files_under, to_json, write_file
from hunter.evidence.masking import find_secrets, is_card, mask
from hunter.evidence.strangers import Known, know, mask_strangers, names_a_stranger, tells_who

PROFILE = "hunter-redacted/1"
# What is left out, and why.
_LEFT_OUT = (
    (re.compile(r"data/captures/[^/]+/\d+\.(request|response)\.bin"), "raw bytes cannot be masked and stay raw"),
    (re.compile(r"data/captures/[^/]+/capture\.(warc\.gz|wacz)"), "an archive of raw bytes"),
    (re.compile(r"data/seen/\d+\.body\.bin"), "raw bytes cannot be masked and stay raw"),
    (re.compile(r"data/captures/[^/]+/page\.txt"), "the text of a whole page may name anybody"),
    (re.compile(r"data/captures/[^/]+/screenshot\.png"), "pictures are not read, so what they show cannot be masked"),
    (re.compile(r"data/notices/.*"), "drafts hold contact data of the sender"),
    (re.compile(r"data/README\.txt"), "it explains the sealed bag"),
)
_PICTURES = (".png", ".jpg", ".gif", ".webp", ".bin")
_TEXTS = (".json", ".jsonl", ".txt", ".toml", ".pem", ".sha256")
# Keys that name a person of ours.
_PEOPLE = ("reviewer", "actor", "by", "opened_by", "operator", "sealed_by", "assignee", "assigned_to")
_NOBODY = ("hunter", "")
_DIGEST_KEY = re.compile(r"sha256|^prev$")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NO_DIGEST = "[left out: a digest could betray what was masked]"
_LARGEST = 64 * 1024 * 1024  # bytes of one text; more is left out


@dataclass(slots=True)
class _Work:
    """One redaction under way: who is known, who is called what, and what was done where."""

    known: Known
    people: dict[str, str]
    unmask: frozenset[str]
    done: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # file, place, rule

    def note(self, file: str, place: str) -> Callable[[str], None]:
        """Counts one rule at one place."""

        def count(rule: str) -> None:
            self.done[file, place, rule] += 1

        return count


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """The new bag and what was done: rule -> how often."""

    path: Path
    source: str  # SHA-256 of the source's tag manifest
    counts: Mapping[str, int]
    left_out: int


def redact(
    bag: Path, parent: Path, *, at: datetime, unmask: frozenset[str] = frozenset(), because: str = ""
) -> Redacted:
    """Makes the redacted copy of the bag in folder `bag` as `parent/<its name>-redacted`.

    `unmask` holds the last four characters of numbers that stay, `because` why; the copy says so.
    Raises InputError for what is no bag of ours, or is a redacted one.
    """
    info = read_info(bag)
    if info.get("Redaction") != "none":
        raise InputError(f"{bag} is no sealed original", advice="redact the original")
    source = tagmanifest_digest(bag)
    work = _Work(known=_known(bag, info), people=_people(bag), unmask=unmask)
    left_out: list[dict[str, Any]] = []
    with new_bag(parent, f"{info.get('External-Identifier', bag.name)}-redacted") as copy:
        for path in files_under(bag / "data"):
            name = path.relative_to(bag).as_posix()
            why = _why_left_out(name, path)
            if why:
                left_out.append({"file": name, "rule": "left out", "why": why})
            else:
                write_file(copy / name, _redact_file(work, name, path.read_bytes()))
        _write_account(copy, work, left_out, source, because)
        write_tags(copy, _info(info, source, at))
    counts = Counter[str]()
    for (_, _, rule), number in work.done.items():
        counts[rule] += number
    path = parent / f"{info.get('External-Identifier', bag.name)}-redacted"
    return Redacted(path=path, source=source, counts=dict(counts), left_out=len(left_out))


def _info(info: Mapping[str, str], source: str, at: datetime) -> dict[str, str]:
    return {
        "Bagging-Date": at.strftime("%Y-%m-%d"),
        "External-Identifier": f"{info.get('External-Identifier', '')}-redacted",
        "Source-Organization": info.get("Source-Organization", ""),
        "Contact-Email": info.get("Contact-Email", ""),
        "Bag-Software-Agent": info.get("Bag-Software-Agent", ""),
        "Bundle-Profile": PROFILE,
        "Redaction": "profile=default",
        "Source-Tagmanifest-SHA256": source,
    }


def _why_left_out(name: str, path: Path) -> str | None:
    for pattern, why in _LEFT_OUT:
        if pattern.fullmatch(name):
            return why
    if not name.endswith((*_PICTURES, *_TEXTS)):
        return "a kind of file that is not known"
    if name.endswith(_TEXTS) and path.stat().st_size > _LARGEST:
        return "too large to be masked"
    return None


def _known(bag: Path, info: Mapping[str, str]) -> Known:
    """What may stay: the suspect's own words in all its versions, the brand's file, the bag's contact."""
    profile = _load(bag / "data/profile/profile.json").get("profile", {})
    versions = _load(bag / "data/profile/versions.json")
    case = _load(bag / "data/case.json")
    own = [v.get("profile") for v in versions if isinstance(v, dict)] if isinstance(versions, list) else []
    return know(profile, own, case.get("target"), _load(bag / "data/brand/brand.json"), dict(info))


def _people(bag: Path) -> dict[str, str]:
    """Name of a person of ours -> what it is called in the copy, in the order in which they turn up."""
    people: dict[str, str] = {}
    for path in files_under(bag / "data"):
        if path.suffix in (".json", ".jsonl") and path.stat().st_size <= _LARGEST:
            for value in _documents(path):
                for name in _named_people(value):
                    people.setdefault(name, f"person-{len(people) + 1}")
    return people


def _named_people(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in _PEOPLE and isinstance(inner, str) and inner not in _NOBODY:
                yield inner
            else:
                yield from _named_people(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named_people(inner)


def _documents(path: Path) -> list[Any]:
    try:
        if path.suffix == ".json":
            return [json.loads(path.read_bytes())]
        return [json.loads(line) for line in path.read_bytes().splitlines() if line.strip()]
    except (ValueError, RecursionError):
        return []


def _load(path: Path) -> Any:
    found = _documents(path) if path.is_file() else []
    return found[0] if found else {}


def _redact_file(work: _Work, name: str, content: bytes) -> bytes:
    if name.endswith(_PICTURES):
        return content
    if name.endswith((".json", ".jsonl")):
        try:
            return _redact_json(work, name, content)
        except (ValueError, RecursionError):
            pass  # what is no JSON after all is masked as text
    lines = content.decode("utf-8", "replace").split("\n")
    return "\n".join(_clean(work, name, f"line {i}", line) for i, line in enumerate(lines, 1)).encode()


def _redact_json(work: _Work, name: str, content: bytes) -> bytes:
    if name.endswith(".json"):
        return to_json(_walk(work, name, "", json.loads(content)))
    lines = [json.loads(line) for line in content.splitlines() if line.strip()]
    cleaned = [_walk(work, name, f"line {i}", line) for i, line in enumerate(lines, 1)]
    return "".join(json.dumps(line, sort_keys=True) + "\n" for line in cleaned).encode()


def _walk(work: _Work, file: str, place: str, value: Any, key: str = "") -> Any:
    """A JSON value with everything masked that must not leave; `place` is its JSON pointer."""
    if isinstance(value, dict):
        if _DIGEST_KEY.search(key):  # field -> digest
            return {k: _walk(work, file, f"{place}/{k}", v, key) for k, v in value.items()}
        stranger = names_a_stranger(value, work.known)
        return {
            _clean(work, file, place, k): _mask_person(work, file, f"{place}/{k}", v)
            if stranger and tells_who(k)
            else _walk(work, file, f"{place}/{k}", v, k)
            for k, v in value.items()
        }
    if isinstance(value, list):
        return [_walk(work, file, f"{place}/{i}", inner, key) for i, inner in enumerate(value)]
    if (
        isinstance(value, int)
        and not isinstance(value, bool)
        and is_card(str(value))
        and not work.known.has(str(value))
    ):
        work.note(file, place)("card")
        return mask(str(value))
    if not isinstance(value, str):
        return value
    if file.startswith("data/profile/") and place.endswith("/picture/small"):
        return value  # packed by us from a picture that stays; among thousands of letters some look like an IBAN
    if _DIGEST_KEY.search(key) and _DIGEST.fullmatch(value):
        work.note(file, place)("digest")
        return _NO_DIGEST
    if key in _PEOPLE and value in work.people:
        work.note(file, place)("person of ours")
        return work.people[value]
    return _clean(work, file, place, value)


def _mask_person(work: _Work, file: str, place: str, value: Any) -> Any:
    if value is None or value == "":
        return value
    work.note(file, place)("uninvolved account")
    return "[uninvolved account masked]"


def _clean(work: _Work, file: str, place: str, text: str) -> str:
    """One text without numbers, strangers and names of ours."""
    note = work.note(file, place)
    parts: list[str] = []
    done = 0
    for secret in find_secrets(text):
        if secret.last_four in work.unmask:
            continue
        note(secret.kind)
        parts += [text[done : secret.start], secret.shown]
        done = secret.end
    text = mask_strangers("".join([*parts, text[done:]]), work.known, note)
    for name, called in work.people.items():
        if len(name) > 2 and name in text:
            text, number = re.subn(rf"(?<!\w){re.escape(name)}(?!\w)", called, text)
            for _ in range(number):
                note("person of ours")
    return text


def _write_account(copy: Path, work: _Work, left_out: list[dict[str, Any]], source: str, because: str) -> None:
    """`data/redactions.json` and a README: what was done where; never the original, never a digest of it."""
    done = [
        {"file": file, "place": place or "/", "rule": rule, "count": number}
        for (file, place, rule), number in sorted(work.done.items())
    ]
    stays = {"last_four": sorted(work.unmask), "because": because} if work.unmask else None
    account = {"source": source, "left_out": left_out, "masked": done, "stays_readable": stays}
    write_file(copy / "data/redactions.json", to_json(account))
    write_file(copy / "data/README.txt", _README.format(source=source).encode())


_README = """This is a redacted copy of sealed evidence.

The original is sealed, is kept by its owner, and was not changed to make this copy. The SHA-256 of its tag manifest is
{source}

Masked: card and bank account numbers (the last four characters are shown), mail addresses, telephone numbers and
accounts of people who are not involved, names of reviewers, and digests by which masked text could be guessed.
Left out: raw answers and archives of them, page texts, screenshots, drafts of notices. redactions.json tells each
place and rule. What the suspected account says of itself stays, and so do its picture and the brand's.
Pictures were not read: what stands in a picture is not masked.

Check this copy with: bagit.py --validate . (or sha256sum -c manifest-sha256.txt). That it follows from the original can
only be shown with the original.
"""
