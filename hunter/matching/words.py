"""A name as it is read: its letters without separators, where its words begin, and the words squatters add."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

import idna
from anyascii import anyascii
from publicsuffixlist import PublicSuffixList

from hunter.matching.letters import run_cost
from hunter.matching.skeleton import Folded, fold
from hunter.tables import read_table

LONGEST = 256  # characters of a name that are looked at
BAIT = 5.0  # nats that a bait word beside a brand costs at most
_PIECES = re.compile(r"[0-9]+|[^\W\d_]+", re.UNICODE)
_RANDOM = re.compile("[0-9a-f]{6,}|(?=(?:[^0-9]*[0-9]){4})[0-9a-z]{8,}")
_DIGITS = re.compile("[0-9]")
_ADDRESS = re.compile(r"[0-9.]+|\[?[0-9a-fA-F:]*:[0-9a-fA-F:.]*\]?")


class Run(NamedTuple):
    """Letters or digits without anything between them."""

    start: int  # in the reading's letters
    end: int
    text: str
    piece: int = 0  # runs of one piece have no separator between them


class Reading(NamedTuple):
    """A name taken apart. `letters` is what is compared; the rest says where words begin and what was undone."""

    shown: str  # the part that was read, as written
    letters: str  # folded letters and digits, nothing else
    runs: tuple[Run, ...]
    humps: frozenset[int]  # positions in `letters` where a capital starts a word
    folded: Folded
    main: tuple[int, int]  # where the registered label of a domain stands in `letters`; else everything
    suffix: str = ""  # of a domain
    starts: frozenset[int] = frozenset()  # positions where a run begins or ends
    noise: frozenset[int] = frozenset()  # pieces that look like random characters: hashes, serial numbers
    pieces: frozenset[str] = frozenset()  # what stands between separators
    gaps: frozenset[int] = frozenset()  # positions in `letters` where a separator stood, the ends of a handle included
    is_package: bool = False  # of a registry of software, where names are put together from others' as a custom


@cache
def bait_words() -> Mapping[str, str]:
    """Folded bait word -> its kind."""
    return {fold(w).text: kind for kind, words in read_table("words")["bait"].items() for w in words}


@cache
def company_forms() -> frozenset[str]:
    """Legal forms and the like."""
    return frozenset(read_table("words")["company"]["forms"])


@cache
def trade_words() -> frozenset[str]:
    """Words of many companies' names, weak on their own."""
    return frozenset(read_table("words")["company"]["trades"])


@cache
def given_names() -> frozenset[str]:
    """Common given names of many countries, folded."""
    return frozenset(read_table("words")["people"]["given"])


@cache
def short_names() -> Mapping[str, tuple[str, ...]]:
    """Given name -> its short forms, and a short form -> the given names that it stands for."""
    both: dict[str, tuple[str, ...]] = {}
    for name, shorts in read_table("words")["people"]["short"].items():
        both[name] = (*both.get(name, ()), *shorts)
        for short in shorts:
            both[short] = (*both.get(short, ()), name)
    return both


@lru_cache(maxsize=16_384)
def affix_cost(run: str) -> float:
    """Nats of what stands beside a brand: bait words and a few loose characters are cheap."""
    if not run:
        return 0.0
    cost = run_cost(run)
    if run in bait_words():
        cost = min(cost, BAIT)
    return cost


def _humps(shown: str) -> frozenset[int]:
    """Where, counted in letters and digits, a capital follows a small letter or ends a row of capitals."""
    if shown.islower():
        return frozenset()
    humps: set[int] = set()
    at = 0
    for i, char in enumerate(shown):
        if not char.isalnum():
            continue
        if i and char.isupper() and shown[i - 1].isalpha():
            after = shown[i + 1 : i + 2]
            if shown[i - 1].islower() or (after.islower() and shown[i - 1].isupper()):
                humps.add(at)
        at += 1
    return frozenset(humps)


def _runs(text: str) -> tuple[Run, ...]:
    runs: list[Run] = []
    at = piece = last = 0
    for match in _PIECES.finditer(text):
        begun, past = match.span()
        piece += begun > last and at > 0
        end, last = at + past - begun, past
        runs.append(Run(at, end, match[0], piece))
        at = end
    return tuple(runs)


def pieces_of(runs: Iterable[Run]) -> dict[int, str]:
    """What stands between separators, by its number."""
    pieces: dict[int, str] = {}
    for run in runs:
        pieces[run.piece] = pieces.get(run.piece, "") + run.text
    return pieces


def _is_noise(piece: str) -> bool:
    return bool(_RANDOM.fullmatch(piece)) and len(_DIGITS.findall(piece)) > 1


def _reading(shown: str, folded: Folded, humps: frozenset[int], main: int, suffix: str) -> Reading:
    runs = _runs(folded.text)
    letters = "".join(r.text for r in runs)
    starts = frozenset([at for run in runs for at in run[:2]])
    pieces = pieces_of(runs)
    digits = _DIGITS.search(letters) is not None
    noise = frozenset([i for i, piece in pieces.items() if _is_noise(piece)] if digits else ())
    gaps = {run.start for before, run in pairwise(runs) if run.piece != before.piece}
    gaps |= {at for at, char in ((0, folded.text[:1]), (len(letters), folded.text[-1:])) if char in ("_", "-", ".")}
    main_part, found = (main, len(letters)), frozenset(pieces.values())
    return Reading(shown, letters, runs, humps, folded, main_part, suffix, starts, noise, found, frozenset(gaps))


def read_name(name: str) -> Reading:
    """A handle or display name as it is read."""
    return _read_name(name[:LONGEST])  # what is kept must not grow with the names


@lru_cache(maxsize=2_048)
def _read_name(shown: str) -> Reading:
    folded = fold(shown)
    return _reading(shown, folded, _humps(shown) if shown.isascii() else frozenset(), 0, "")


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def to_unicode(host: str) -> str:
    """A host name with its A-labels as they are shown; broken ones stay as they are."""
    labels = []
    for label in host.split("."):
        if label[:4].lower() == "xn--":
            try:
                label = idna.ulabel(label)
            except idna.IDNAError:
                with suppress(UnicodeError, ValueError):
                    label = label[4:].encode("ascii").decode("punycode")
        labels.append(label)
    return ".".join(labels)


def split_domain(host: str) -> tuple[str, str, str]:
    """A host as (labels before, registered label, public suffix); an address is all label."""
    host = host.strip().rstrip(".").lower().removeprefix("*.")
    if _ADDRESS.fullmatch(host):
        return "", host, ""
    suffix = _suffixes().publicsuffix(host) or ""
    if not suffix or suffix == host:
        return "", host, ""
    front, _, label = host[: -len(suffix) - 1].rpartition(".")
    return front, label, suffix


def host_text(host: str) -> str:
    """What of a host is read: its labels without the public suffix and a leading "www", as they are shown."""
    front, label, _ = split_domain(host[:LONGEST])
    return to_unicode(f"{front}.{label}" if front and front != "www" else label)


@lru_cache(maxsize=2_048)
def read_domain(host: str) -> Reading:
    """A domain as it is read: labels without the public suffix, the registered one marked."""
    front, _, suffix = split_domain(host[:LONGEST])
    shown = host_text(host)
    main = sum(len(r.text) for r in _runs(fold(to_unicode(front)).text)) if front != "www" else 0
    return _reading(shown, fold(shown), frozenset(), main, suffix)


def handle_text(handle: str, platform: str) -> str:
    """What of a handle is read: of a domain its labels, of name@instance the name."""
    handle = handle.strip().removeprefix("@")
    if platform == "domain":
        return host_text(handle)
    if platform == "bluesky" and "." in handle:
        for host in read_table("words")["hosts"]["handles"]:
            if handle.lower().endswith("." + host):
                return handle[: -len(host) - 1]
        return host_text(handle)
    name, _, instance = handle.rpartition("@")
    return name if name and "." in instance else handle


def readings(reading: Reading) -> Iterator[tuple[Reading, bool]]:
    """A name as seen and, where letters of other scripts are left, as read aloud (second value true)."""
    yield reading, False
    if not reading.letters.isascii() or ("LATIN" not in reading.folded.scripts and reading.folded.swaps):
        aloud = read_name(anyascii(reading.shown))
        if aloud.letters and aloud.letters != reading.letters:
            yield aloud, True


def read_handle(handle: str, platform: str) -> Reading:
    """A handle as its platform means it: a domain, the part before the instance, or a plain name."""
    return _read_handle(handle, platform) if len(handle) <= LONGEST else _read_handle.__wrapped__(handle, platform)


@lru_cache(maxsize=2_048)
def _read_handle(handle: str, platform: str) -> Reading:
    handle = handle.strip().removeprefix("@")
    hosts = read_table("words")["hosts"]["handles"]
    if platform == "domain" or (
        platform == "bluesky" and "." in handle and not handle.lower().endswith(tuple(f".{h}" for h in hosts))
    ):
        return read_domain(handle)
    name = handle_text(handle, platform)
    return _read_package(name[:LONGEST]) if platform in read_table("words")["hosts"]["registries"] else read_name(name)


@lru_cache(maxsize=2_048)
def _read_package(name: str) -> Reading:
    return read_name(name)._replace(is_package=True)
