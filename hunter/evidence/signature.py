"""Who sealed a bag: an SSH signature over its tag manifest, made and checked by `ssh-keygen -Y`."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hunter.errors import UsageError
from hunter.evidence.layout import NAMESPACE, SEAL, TAGMANIFEST, read_tagmanifest, write_file

SIGNATURE = f"{SEAL}/{TAGMANIFEST}.sig"
SIGNERS = f"{SEAL}/allowed_signers"
_SECONDS = 20
_KEY = re.compile(r"(?:ssh-|ecdsa-|sk-)\S+ \S+")
_NAME = re.compile(r"[A-Za-z0-9@._+-]{1,128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureCheck:
    """What the signature proves: `state` is "proven", "absent", "wrong" or "unchecked"."""

    state: str
    words: str


def sign(bag: Path, key: Path, signer: str) -> None:
    """Signs the tag manifest; writes the signature and who may sign. Raises UsageError when the key cannot be used."""
    if not _NAME.fullmatch(signer):
        raise UsageError(f"signer {signer!r} is no plain name", advice="set signer to a role mailbox")
    public = _public_key(key)
    data = (bag / TAGMANIFEST).read_bytes()
    done = _keygen(["-Y", "sign", "-f", str(key), "-n", NAMESPACE], data)
    if done is None or done[0] != 0 or b"BEGIN SSH SIGNATURE" not in done[1]:
        said = done[2].decode("utf-8", "replace").strip() if done else "ssh-keygen is not on this machine"
        raise UsageError(f"signing_key {key}: {said}", advice="a key without passphrase, or one that ssh-agent holds")
    write_file(bag / SIGNATURE, done[1])
    write_file(bag / SIGNERS, f'{signer} namespaces="{NAMESPACE}" {public}\n'.encode())


def check_signature(bag: Path, trusted: Path | None = None) -> SignatureCheck:
    """Checks the signature against `trusted` (an allowed_signers file), else against the one in the bag.

    The one in the bag only tells which key signed: whoever can replace both is found out by comparing the key.
    """
    if not (bag / SIGNATURE).is_file():
        return SignatureCheck(state="absent", words="not signed")
    signers = trusted or bag / SIGNERS
    try:
        lines = signers.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as exc:
        return SignatureCheck(state="wrong", words=f"{signers.name} cannot be read: {exc.strerror}")
    names = [n for line in lines for n in line.partition(" ")[0].split(",") if _NAME.fullmatch(n)]
    data = read_tagmanifest(bag)
    said = "nobody is named in allowed_signers"
    for name in dict.fromkeys(names):
        command = ["-Y", "verify", "-f", str(signers), "-I", name, "-n", NAMESPACE, "-s", str(bag / SIGNATURE)]
        done = _keygen(command, data)
        if done is None:
            return SignatureCheck(state="unchecked", words="ssh-keygen is not on this machine")
        if done[0] == 0:
            key = re.search(rb"SHA256:\S+", done[1])
            whose = "" if trusted else "; compare this key with the one that the signer publishes"
            words = f"signed by {name} with the key {key[0].decode() if key else 'unknown'}{whose}"
            return SignatureCheck(state="proven", words=words)
        said = done[2].decode("utf-8", "replace").strip() or "the signature does not fit"
    return SignatureCheck(state="wrong", words=said.splitlines()[0])


def _public_key(key: Path) -> str:
    beside = key if key.suffix == ".pub" else key.with_name(f"{key.name}.pub")
    text = ""
    try:
        if beside.is_file():
            text = beside.read_text(encoding="utf-8", errors="replace")
    except OSError as exc:
        raise UsageError(f"signing_key {key}: {exc.strerror}") from exc
    if not text:
        done = _keygen(["-y", "-f", str(key)], b"")
        text = done[1].decode("utf-8", "replace") if done and done[0] == 0 else ""
    match = _KEY.search(text)
    if not match:
        raise UsageError(f"signing_key {key} cannot be read", advice="name an SSH key, its .pub beside it")
    return match[0]


def _keygen(arguments: list[str], data: bytes) -> tuple[int, bytes, bytes] | None:
    try:
        done = subprocess.run(  # noqa: S603
            ["ssh-keygen", *arguments], input=data, capture_output=True, timeout=_SECONDS, check=False  # noqa: S607
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.returncode, done.stdout, done.stderr
