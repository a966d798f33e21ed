"""What a TLS handshake showed: protocol, the chain as it was sent, and the result of checking it depth by depth."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any

import service_identity
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL import SSL
from service_identity import pyopenssl as identity

# OpenSSL's verification results (x509_vfy.h) in words; others are shown by their number.
_RESULTS = {
    2: "issuer certificate not found",
    7: "signature is wrong",
    9: "not valid yet",
    10: "expired",
    18: "self-signed certificate that we do not know",
    19: "self-signed root that we do not know",
    20: "issuer is not among the roots we trust",
    21: "issuer was not sent, the signature could not be checked",
    22: "chain too long",
    24: "an issuer that is no certificate authority",
    26: "not made for this purpose",
    62: "made for another host name",
    64: "made for another address",
    66: "key too weak",
    68: "signature algorithm too weak",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """One certificate of the chain as sent: depth 0 is the server's own."""

    depth: int
    subject: str
    issuer: str
    serial: str  # hexadecimal
    not_before: datetime
    not_after: datetime
    names: tuple[str, ...]  # DNS names and addresses it was made for
    sha256: str  # of the DER bytes
    problems: tuple[str, ...]  # empty: nothing to object at this depth


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake:
    """What one TLS handshake showed. `trusted` is our own check; we go on either way and say so."""

    protocol: str
    cipher: str
    sni: str | None
    alpn: str | None
    chain: tuple[bytes, ...]  # DER, in the order in which the server sent them
    depths: tuple[Depth, ...]
    problems: tuple[str, ...]  # all depths, the name included; empty: trusted

    @property
    def trusted(self) -> bool:
        """Whether the chain led to a root we trust, was in date, and was made for the host we asked for."""
        return not self.problems

    def pem(self) -> bytes:
        """The chain as sent, as PEM."""
        return b"".join(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM) for der in self.chain)

    def summary(self) -> dict[str, Any]:
        """As it stands in `tls-NNN.json`."""
        return {
            "protocol": self.protocol,
            "cipher": self.cipher,
            "sni": self.sni,
            "alpn": self.alpn,
            "trusted": self.trusted,
            "problems": list(self.problems),
            "chain": [
                {
                    "depth": d.depth,
                    "subject": d.subject,
                    "issuer": d.issuer,
                    "serial": d.serial,
                    "not_before": d.not_before.isoformat(),
                    "not_after": d.not_after.isoformat(),
                    "names": list(d.names),
                    "sha256": d.sha256,
                    "verify": list(d.problems) or ["ok"],
                }
                for d in self.depths
            ],
        }


def describe_handshake(connection: SSL.Connection, host: str, results: Mapping[int, Sequence[int]]) -> Handshake:
    """The handshake of a connection that has just been made; `results` are OpenSSL's error numbers by depth."""
    chain = connection.get_peer_cert_chain(as_cryptography=True) or []
    depths = [_describe(i, cert, results.get(i, ())) for i, cert in enumerate(chain)]
    problems = [f"depth {d}: {_words(code)}" for d, codes in sorted(results.items()) for code in codes]
    wrong_name = None if not chain else _wrong_name(connection, host)
    if wrong_name:
        problems.append(f"depth 0: {wrong_name}")
        depths[0] = _describe(0, chain[0], results.get(0, ()), wrong_name)
    if not chain:
        problems.append("no certificate was sent")
    alpn = connection.get_alpn_proto_negotiated()
    return Handshake(
        protocol=connection.get_protocol_version_name(),
        cipher=connection.get_cipher_name() or "none",
        sni=host if not is_address(host) else None,
        alpn=alpn.decode("ascii", "replace") or None,
        chain=tuple(c.public_bytes(Encoding.DER) for c in chain),
        depths=tuple(depths),
        problems=tuple(problems),
    )


def is_address(host: str) -> bool:
    """Whether `host` is an IP address and no name."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _words(code: int) -> str:
    return _RESULTS.get(code, f"OpenSSL verification result {code}")


def _describe(depth: int, cert: x509.Certificate, codes: Sequence[int], also: str | None = None) -> Depth:
    try:
        extension = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = (*extension.get_values_for_type(x509.DNSName),
                 *(str(a) for a in extension.get_values_for_type(x509.IPAddress)))  # fmt: skip
    except (x509.ExtensionNotFound, ValueError):
        names = ()
    return Depth(
        depth=depth,
        subject=cert.subject.rfc4514_string(),
        issuer=cert.issuer.rfc4514_string(),
        serial=f"{cert.serial_number:x}",
        not_before=cert.not_valid_before_utc,
        not_after=cert.not_valid_after_utc,
        names=tuple(str(n) for n in names),
        sha256=hashlib.sha256(cert.public_bytes(Encoding.DER)).hexdigest(),
        problems=tuple([_words(c) for c in codes] + ([also] if also else [])),
    )


def _wrong_name(connection: SSL.Connection, host: str) -> str | None:
    """Why the server's certificate does not stand for `host`, after RFC 6125; None: it does."""
    try:
        if is_address(host):
            identity.verify_ip_address(connection, host.strip("[]"))
        else:
            identity.verify_hostname(connection, host)
    except (service_identity.VerificationError, service_identity.CertificateError, ValueError):
        return "made for another host name"
    return None
