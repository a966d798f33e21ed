"""RFC 3161 time stamps: asks an authority, reads what it sent, and checks it against roots that we trust.

The raw reply is always kept. rfc3161-client checks it; some authorities send certificates in an order that it refuses,
then `openssl ts` decides.
"""

from __future__ import annotations

import hashlib
import re
import ssl
import subprocess
import tempfile
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, VerifierBuilder, decode_timestamp_response
from rfc3161_client.errors import VerificationError

from hunter.errors import InputError, SourceError
from hunter.net.recorder import Recorder

_TIME = re.compile(r"^Time stamp: (\w{3}) +(\d+) ([\d:.]+) (\d{4}) GMT", re.MULTILINE)
_SECONDS = 20  # for one call of openssl


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What an authority was asked and what it answered, byte for byte."""

    authority: str  # URL
    request: bytes  # .tsq
    reply: bytes  # .tsr


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a reply says."""

    at: datetime
    certificates: tuple[x509.Certificate, ...]  # that came with it

    @property
    def authority(self) -> str:
        """The name in the authority's certificate."""
        signer = self._signer()
        return signer.subject.rfc4514_string() if signer else "unknown"

    @property
    def ends_at(self) -> datetime | None:
        """When the first of its certificates ends: it must be stamped again before."""
        return min((c.not_valid_after_utc for c in self.certificates), default=None)

    def _signer(self) -> x509.Certificate | None:
        usage = x509.ExtendedKeyUsage
        for certificate in self.certificates:
            try:
                if ExtendedKeyUsageOID.TIME_STAMPING in certificate.extensions.get_extension_for_class(usage).value:
                    return certificate
            except (x509.ExtensionNotFound, ValueError):
                continue
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class StampCheck:
    """What a stamp proves: `state` is "proven", "expired", "untrusted" or "wrong"."""

    state: str
    words: str
    token: Token | None


def request_stamp(recorder: Recorder, authority: str, data: bytes) -> Reply:
    """Asks one authority for a stamp over `data`, and makes sure that it is one. Raises SourceError with the reason."""
    request = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=True).build()
    asked = request.as_bytes()
    exchange = recorder.exchange("POST", authority, headers={"Content-Type": "application/timestamp-query"}, body=asked)
    if exchange.error or not exchange.complete:
        raise SourceError(f"{authority} did not answer: {exchange.error or exchange.truncated_by}")
    if exchange.handshake and not exchange.handshake.trusted:
        raise SourceError(f"{authority}: {exchange.handshake.problems[0]}")
    if exchange.status != 200:
        raise SourceError(f"{authority} answered with status {exchange.status}")
    reply = Reply(authority=authority, request=asked, reply=exchange.decoded(1024 * 1024)[0])
    try:
        token = read_token(reply.reply)
    except InputError as exc:
        raise SourceError(f"{authority} sent no time stamp: {exc}") from exc
    fault = _fault_of_reply(reply, data, request.nonce)
    if fault:
        raise SourceError(f"{authority} sent a stamp that is not ours: {fault}")
    if abs((recorder.clock() - token.at).total_seconds()) > 600:
        raise SourceError(f"{authority} says it is {token.at:%Y-%m-%d %H:%M:%S} UTC: its clock or ours is wrong")
    return reply


def read_token(reply: bytes) -> Token:
    """Time and certificates of a reply. Raises InputError for bytes that hold no granted stamp."""
    try:
        decoded = decode_timestamp_response(reply)
        at = decoded.tst_info.gen_time
        found = tuple(x509.load_der_x509_certificate(der) for der in sorted(decoded.signed_data.certificates))
    except ValueError:
        return _read_by_openssl(reply)
    return Token(at=at.astimezone(UTC), certificates=found)


def check_stamp(
    reply: bytes, data: bytes, roots: Sequence[x509.Certificate], more: Sequence[x509.Certificate], now: datetime
) -> StampCheck:
    """What a reply proves about `data`; `roots` are trusted, `more` only help to build the chain."""
    try:
        token = read_token(reply)
    except InputError as exc:
        return StampCheck(state="wrong", words=f"no readable time stamp: {exc}", token=None)
    when = f"{token.at:%Y-%m-%d %H:%M:%S} UTC by {token.authority}"
    others = _distinct([*token.certificates, *more])
    if roots and _holds(reply, data, roots, others, token.at):
        if token.ends_at and token.ends_at < now:
            words = f"stamped {when}, but a certificate of it ended {token.ends_at:%Y-%m-%d}"
            return StampCheck(state="expired", words=words, token=token)
        return StampCheck(state="proven", words=f"existed unchanged since {when}", token=token)
    anchors = [c for c in others if c.issuer == c.subject] or others
    if anchors and _holds(reply, data, anchors, others, token.at):
        words = f"stamped {when}, whose root is not among those we trust (tsa_roots)"
        return StampCheck(state="untrusted", words=words, token=token)
    return StampCheck(state="wrong", words="the stamp is over something else, or its signature is broken", token=token)


def load_certificates(pem: bytes) -> list[x509.Certificate]:
    """The certificates of a PEM file; [] where there is none. Raises InputError."""
    if b"-----BEGIN CERTIFICATE-----" not in pem:
        return []
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as exc:
        raise InputError(f"these are no certificates: {exc}") from exc


def trusted_roots(path: Path | None) -> list[x509.Certificate]:
    """The roots that stamps are checked against: the configured file, else the system's. Raises InputError."""
    source = path or Path(ssl.get_default_verify_paths().cafile or "/etc/ssl/certs/ca-certificates.crt")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)  # some old public roots are oddly numbered
            return load_certificates(source.read_bytes())
    except OSError as exc:
        if path is None:
            return []
        raise InputError(f"tsa_roots: {path}: {exc.strerror}", advice="name a PEM file") from exc


def as_pem(certificates: Iterable[x509.Certificate]) -> bytes:
    """Certificates as one PEM file, each with its subject before it."""
    parts = (
        f"# {c.subject.rfc4514_string()}\n".encode("ascii", "replace") + c.public_bytes(Encoding.PEM)
        for c in _distinct(certificates)
    )
    return b"".join(parts)


def _distinct(certificates: Iterable[x509.Certificate]) -> list[x509.Certificate]:
    return list(dict.fromkeys(certificates))


def _fault_of_reply(reply: Reply, data: bytes, nonce: int | None) -> str | None:
    """Whether a fresh reply is over our bytes and answers our question, whoever signed it."""
    try:
        info = decode_timestamp_response(reply.reply).tst_info
    except ValueError:
        with tempfile.TemporaryDirectory() as folder:
            question, answer = Path(folder) / "q", Path(folder) / "r"
            question.write_bytes(reply.request)
            answer.write_bytes(reply.reply)
            said = _openssl("ts", "-reply", "-in", str(answer), "-text")
        wanted = hashlib.sha256(data).hexdigest()
        return None if said and wanted in _hex_of(said) else "it is over other bytes"
    if info.message_imprint.message != hashlib.sha256(data).digest():
        return "it is over other bytes"
    return None if info.nonce == nonce else "it answers another question"


def _holds(
    reply: bytes, data: bytes, roots: Sequence[x509.Certificate], more: Sequence[x509.Certificate], at: datetime
) -> bool:
    """Whether the stamp is over `data` and leads to one of `roots`, at the time that it tells.

    rfc3161-client trusts whatever it is given as intermediate, a root of the forger's own included, so it is given the
    roots alone; where the token does not bring the whole chain, openssl builds it, which knows what is not trusted.
    """
    try:
        return bool(VerifierBuilder(roots=list(roots)).build().verify_message(decode_timestamp_response(reply), data))
    except (VerificationError, ValueError):
        return _holds_by_openssl(reply, data, roots, more, at)


def _holds_by_openssl(
    reply: bytes, data: bytes, roots: Sequence[x509.Certificate], more: Sequence[x509.Certificate], at: datetime
) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder) / name for name in ("data", "reply", "roots", "more")}
        for name, content in (("data", data), ("reply", reply), ("roots", as_pem(roots)), ("more", as_pem(more))):
            files[name].write_bytes(content)
        said = _openssl(
            "ts", "-verify", "-data", str(files["data"]), "-in", str(files["reply"]), "-CAfile", str(files["roots"]),
            *(["-untrusted", str(files["more"])] if more else []), "-attime", str(int(at.timestamp())),
        )  # fmt: skip
    return said is not None and "Verification: OK" in said


def _read_by_openssl(reply: bytes) -> Token:
    with tempfile.TemporaryDirectory() as folder:
        path, token = Path(folder) / "reply", Path(folder) / "token"
        path.write_bytes(reply)
        said = _openssl("ts", "-reply", "-in", str(path), "-text")
        match = _TIME.search(said or "")
        if not match or _openssl("ts", "-reply", "-in", str(path), "-token_out", "-out", str(token)) is None:
            raise InputError("this is no granted RFC 3161 reply")
        month, day, clock, year = match.groups()
        at = parsedate_to_datetime(f"{day} {month} {year} {clock.partition('.')[0]} +0000")
        listed = _openssl("pkcs7", "-inform", "DER", "-in", str(token), "-print_certs") or ""
    found = tuple(load_certificates(listed.encode()))
    return Token(at=at.astimezone(UTC), certificates=found)


def _hex_of(said: str) -> str:
    """The message digest of `openssl ts -reply -text`, which prints it as a dump of hex bytes."""
    rows = re.findall(r"^ {4}[0-9a-f]{4} - ([0-9a-f -]{47})", said, re.MULTILINE)
    return "".join(rows).replace(" ", "").replace("-", "")


def _openssl(*arguments: str) -> str | None:
    """What openssl printed; None where it failed or is not on this machine."""
    try:
        done = subprocess.run(  # noqa: S603
            ["openssl", *arguments],  # noqa: S607
            capture_output=True, text=True, errors="replace", timeout=_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout + done.stderr if done.returncode == 0 else None
