"""Checks a bag step by step and says what each step proved. Each step stands alone: one that fails hides no other."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from hunter.errors import HunterError, InputError
from hunter.evidence import recordings
from hunter.evidence.bag import ALGORITHMS, read_info, validate
from hunter.evidence.layout import AUDIT, NO_HEAD, PROFILE, SEAL, TAGMANIFEST, digest_file, read_tagmanifest
from hunter.evidence.score import rescore
from hunter.evidence.signature import check_signature
from hunter.evidence.stamp import StampCheck, check_stamp, load_certificates, trusted_roots

OK, BROKEN, OPEN, INFO = "ok", "broken", "open", "info"
_LINE = re.compile(r"([0-9a-f]{64}|[0-9a-f]{128}) [ *](.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: what it is about, how it ended ("ok", "broken", "open", "info") and what it proved, in words."""

    name: str
    state: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """All steps of one bag."""

    steps: tuple[Step, ...]
    exit_code: int  # 0 all, 1 broken, 2 intact but not stamped, 3 stamped but expired or root not trusted

    @property
    def broken(self) -> list[str]:
        """The names of the steps that found something."""
        return [s.name for s in self.steps if s.state == BROKEN]


def verify(
    bag: Path, *, roots: Path | None = None, signers: Path | None = None, now: datetime | None = None
) -> Verdict:
    """Checks the bag in folder `bag`. `roots`: PEM of the time-stamp roots to trust; `signers`: allowed_signers.

    Raises InputError for a folder that is no bag at all.
    """
    now = now or datetime.now(UTC)
    info = read_info(bag)
    stamps, code = _check_stamps(bag, roots, now)
    if info.get("Redaction", "none") != "none":
        return _verify_redacted(bag, info, stamps, code)
    steps = [
        _structure(bag),
        *(_manifest(bag, f"manifest-{a}", f"manifest-{a}.txt", a) for a in ALGORITHMS),
        *(_manifest(bag, f"tagmanifest-{a}", f"tagmanifest-{a}.txt", a) for a in ALGORITHMS),
        *stamps,
        _signature(bag, signers),
        _guarded("log", lambda: _log(bag, info)),
        *recordings.check(bag, info, Step),
        _guarded("score", lambda: _score(bag)),
    ]
    if info.get("Bundle-Profile") != PROFILE:
        steps.append(Step(name="profile", state=BROKEN, words=f"Bundle-Profile is not {PROFILE}"))
    broken = any(s.state == BROKEN for s in steps)
    return Verdict(steps=tuple(steps), exit_code=1 if broken else code)


def _verify_redacted(bag: Path, info: dict[str, str], stamps: Sequence[Step], code: int) -> Verdict:
    """A redacted copy holds no raw answers and no chained log: only that it is whole can be shown."""
    source = info.get("Source-Tagmanifest-SHA256", "nothing")
    words = f"a redacted copy of {source}; what it was made of can only be checked with that"
    steps = [
        _structure(bag),
        *(
            _manifest(bag, f"{kind}-{a}", f"{kind}-{a}.txt", a)
            for kind in ("manifest", "tagmanifest")
            for a in ALGORITHMS
        ),
        *stamps,
        Step(name="redaction", state=INFO, words=words),
    ]
    return Verdict(steps=tuple(steps), exit_code=1 if any(s.state == BROKEN for s in steps) else code)


def _guarded(name: str, check: Callable[[], Step]) -> Step:
    """A step that cannot be made because something is missing or unreadable is broken, not the end of it all."""
    try:
        return check()
    except (HunterError, OSError, UnicodeDecodeError, ValueError) as exc:
        return Step(name=name, state=BROKEN, words=str(exc).splitlines()[0][:300])


def _structure(bag: Path) -> Step:
    fault = validate(bag)
    if fault:
        return Step(name="bagit", state=BROKEN, words=fault)
    return Step(name="bagit", state=OK, words="a valid BagIt bag: nothing is missing, changed or added to the payload")


def _manifest(bag: Path, name: str, file: str, algorithm: str) -> Step:
    """What `sha256sum -c` does, but never outside of the bag."""
    try:
        lines = (bag / file).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        return Step(name=name, state=BROKEN, words=f"{file} cannot be read: {exc}")
    wrong: list[str] = []
    for line in lines:
        match = _LINE.fullmatch(line)
        path = bag / match[2] if match else bag
        if not match or not path.resolve().is_relative_to(bag.resolve()):
            wrong.append(f"a line that names no file of the bag: {line[:80]!r}")
        elif not path.is_file():
            wrong.append(f"{match[2]} is missing")
        elif digest_file(path, algorithm) != match[1]:
            wrong.append(f"{match[2]} was changed")
    if not lines:
        wrong.append("it lists nothing")
    if wrong:
        return Step(name=name, state=BROKEN, words=_few(wrong))
    return Step(name=name, state=OK, words=f"{len(lines)} files are what the manifest says")


def _few(faults: Sequence[str]) -> str:
    more = f" and {len(faults) - 3} more" if len(faults) > 3 else ""
    return "; ".join(faults[:3]) + more


def _signature(bag: Path, signers: Path | None) -> Step:
    checked = check_signature(bag, signers)
    states = {"proven": OK, "absent": INFO, "wrong": BROKEN, "unchecked": OPEN}
    return Step(name="signature", state=states[checked.state], words=checked.words)


def _log(bag: Path, info: dict[str, str]) -> Step:
    """Every line holds the hash of the one before; the last one is the head in bag-info.txt."""
    head = NO_HEAD
    lines = (bag / AUDIT).read_bytes().splitlines()
    for number, line in enumerate(lines, 1):
        if f'"prev":"{head}"'.encode() not in line:
            return Step(name="log", state=BROKEN, words=f"line {number} does not follow from the line before it")
        head = hashlib.sha256(line).hexdigest()
    if info.get("Audit-Head-SHA256") != head:
        return Step(name="log", state=BROKEN, words="its last line is not the one that bag-info.txt names")
    return Step(name="log", state=OK, words=f"{len(lines)} lines follow from each other up to the head")


def _score(bag: Path) -> Step:
    again = rescore(bag)
    if not again.agrees:
        return Step(name="score", state=BROKEN, words=f"{again.sealed:.6f} does not follow from what is in the bag")
    how = "by the same matcher" if again.same_matcher else "from its findings (today's matcher is another)"
    return Step(name="score", state=OK, words=f"{again.sealed:.6f} comes out again {how}")


def _check_stamps(bag: Path, trusted: Path | None, now: datetime) -> tuple[list[Step], int]:
    """All stamps with what they prove, and the exit code as far as stamps go."""
    found = sorted((bag / SEAL).glob("*.tsr"))
    if not found:
        return [Step(name="stamp", state=OPEN, words="not stamped: only we say when this was sealed")], 2
    roots = trusted_roots(trusted)
    renewed = _renewals(bag, roots, now)
    steps, states = [], []
    for path in found:
        checked = _check_one(path, read_tagmanifest(bag), roots, now)
        state, words = checked.state, checked.words
        if state == "expired" and checked.token and path.name in renewed:
            ends = checked.token.ends_at
            at, state_of_renewal, said = renewed[path.name]
            if ends and at < ends:
                state, words = state_of_renewal, f"{words}; before that {said}"
        states.append(state)
        words = f"{path.name}: {words}"
        steps.append(Step(name="stamp", state={"proven": OK, "wrong": BROKEN}.get(state, OPEN), words=words))
    steps += [
        Step(name="stamp", state=BROKEN, words=f"{name}: {said}")
        for name, (_, state, said) in renewed.items()
        if state == "wrong"
    ]
    return steps, 0 if "proven" in states else 3


def _check_one(path: Path, data: bytes, roots: Sequence[x509.Certificate], now: datetime) -> StampCheck:
    chain = path.with_name(f"{path.stem}-chain.pem")
    try:
        more = load_certificates(chain.read_bytes()) if chain.is_file() else []
    except InputError:
        more = []
    return check_stamp(path.read_bytes(), data, roots, more, now)


def _renewals(bag: Path, roots: Sequence[x509.Certificate], now: datetime) -> dict[str, tuple[datetime, str, str]]:
    """For each stamp that a renewal covers: when it was renewed last, its state, and what it proves.

    A renewal is a list of digests (the tag manifest and every stamp before it) with a stamp over that list.
    """
    covered: dict[str, tuple[datetime, str, str]] = {}
    for path in sorted((bag / SEAL / "renewals").glob("*.tsr")):
        listing = path.with_name(f"{path.stem.partition('-')[0]}.txt")
        fault = _fault_of_listing(bag, listing)
        if fault:
            covered[path.name] = (now, "wrong", fault)
            continue
        checked = _check_one(path, listing.read_bytes(), roots, now)
        if checked.token is None or checked.state == "wrong":
            covered[path.name] = (now, "wrong", checked.words)
            continue
        for line in listing.read_text(encoding="utf-8").splitlines():
            covered[Path(line.partition("  ")[2]).name] = (checked.token.at, checked.state, checked.words)
    return covered


def _fault_of_listing(bag: Path, listing: Path) -> str | None:
    step = _manifest(bag, "renewal", listing.relative_to(bag).as_posix(), "sha256")
    if step.state == BROKEN:
        return step.words
    named = {line.partition("  ")[2] for line in listing.read_text(encoding="utf-8").splitlines()}
    return None if TAGMANIFEST in named else f"{listing.name} does not name {TAGMANIFEST}"
