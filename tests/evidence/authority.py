"""A time-stamp authority on loopback: certificates made here, stamps made by `openssl ts`."""

from __future__ import annotations

import subprocess
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_CONFIG = """
[tsa]
serial = {folder}/serial
default_policy = 1.3.6.1.4.1.57264.2
digests = sha256, sha384, sha512
signer_digest = sha256
accuracy = secs:1
ordering = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """Stamps while it is open; `mode` says how: "good", "down", "other_bytes", "old_answer", "garbage"."""

    def __init__(self, folder: Path, *, days: float = 365.0, name: str = "Test stamp authority", chain: bool = False):
        self.folder, self.mode, self.chain = folder, "good", chain
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._last = b""
        self._make_certificates(name, days)
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(_CONFIG.format(folder=folder))
        handler = type("Handler", (_Handler,), {"authority": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/tsa"
        self.root = folder / "root.pem"

    def __enter__(self) -> Authority:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def stamp(self, query: bytes) -> bytes:
        """The reply to one query, as `openssl ts` makes it."""
        with self._lock:
            if self.mode == "garbage":
                return b"not a time stamp"
            if self.mode == "old_answer" and self._last:
                return self._last
            question, answer = self.folder / "q", self.folder / "r"
            if self.mode == "other_bytes":
                other = ["openssl", "ts", "-query", "-digest", "00" * 32, "-sha256", "-cert", "-out", str(question)]
                subprocess.run(other, check=True, capture_output=True)
            else:
                question.write_bytes(query)
            command = ["openssl", "ts", "-reply", "-queryfile", str(question), "-section", "tsa", "-out", str(answer)]
            command += ["-config", str(self.folder / "tsa.cnf"), "-inkey", str(self.folder / "tsa.key")]
            command += ["-signer", str(self.folder / "tsa.pem")]
            command += ["-chain", str(self.folder / "chain.pem")] if self.chain else []
            subprocess.run(command, check=True, capture_output=True)
            self._last = answer.read_bytes()
            return self._last

    def _make_certificates(self, name: str, days: float) -> None:
        now = datetime.now(UTC)
        root_key, tsa_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root = self._certificate(f"{name} root", root_key.public_key(), f"{name} root", root_key, now, 3650, ca=True)
        leaf = self._certificate(name, tsa_key.public_key(), f"{name} root", root_key, now, days, ca=False)
        (self.folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
        (self.folder / "chain.pem").write_bytes(root.public_bytes(Encoding.PEM))
        (self.folder / "tsa.pem").write_bytes(leaf.public_bytes(Encoding.PEM))
        plain = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self.folder / "tsa.key").write_bytes(tsa_key.private_bytes(*plain))

    @staticmethod
    def _certificate(
        subject: str, public: Any, issuer: str, signer: Any, now: datetime, days: float, *, ca: bool
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(subject))
            .issuer_name(_name(issuer))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        )
        usage = {
            "digital_signature": not ca, "content_commitment": not ca, "key_encipherment": False,
            "data_encipherment": False, "key_agreement": False, "key_cert_sign": ca, "crl_sign": ca,
            "encipher_only": False, "decipher_only": False,
        }  # fmt: skip
        builder = builder.add_extension(x509.KeyUsage(**usage), critical=True)
        if not ca:
            stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(stamping, critical=True)
        return builder.sign(signer, hashes.SHA256())


class _Handler(BaseHTTPRequestHandler):
    authority: Authority

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        query = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.authority.mode == "down":
            self.send_error(503)
            return
        body = self.authority.stamp(query)
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
