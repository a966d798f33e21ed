"""Whatever a server sends, it goes into WARC and WACZ byte for byte, and no answer keeps a bag from being made."""

from __future__ import annotations

import gzip
import hashlib
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from hunter.evidence import recordings
from hunter.evidence.layout import to_json, write_file
from hunter.evidence.replay import write_wacz
from hunter.evidence.verify import Step
from hunter.evidence.warc import write_warc
from hunter.net.http1 import Limits, read_answer
from hunter.net.recorder import Exchange

NOW = datetime(2026, 11, 23, 12, 0, 0, 123000, tzinfo=UTC)
REQUEST = b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\n"
ANSWERS = {
    "plain": OK + b"Content-Length: 2\r\n\r\nhi",
    "odd letters": OK + b"N\xe4me: \xff\xfe\r\nx-WEIRD:   spaced  \r\n\r\nhi",
    "no colon": OK + b"this is no header\r\nA: b\r\n\r\nhi",
    "folded": OK + b"A: b\r\n  c\r\n\td\r\n\r\nhi",
    "nul and controls": OK + b"A\x00: \x07\x1b[31m\r\n\r\n\x00\xff",
    "bare line feeds": b"HTTP/1.0 200 OK\nA: b\n\nhi",
    "ten thousand headers": OK + b"".join(b"H%d: v\r\n" % i for i in range(10_000)) + b"\r\nhi",
    "one long header": OK + b"A: " + b"x" * 200_000 + b"\r\n\r\nhi",
    "empty reason": b"HTTP/1.1 200\r\n\r\nhi",
    "interim": b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\nhi",
    "chunked": OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
    "gzip": OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"hi"),
    "says gzip": OK + b"Content-Encoding: gzip\r\n\r\nhi",
    "cut": OK + b"Content-Length: 20\r\n\r\nhi",
    "warc inside": OK + b"\r\n\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\n\r\n",
    "odd type": OK + b'Content-Type: "}\\\xc3\xa9 {\r\n\r\nhi',
}


def exchange_of(raw: bytes, url: str = "https://a.example:8443/p?q=\u00e9") -> Exchange:
    pieces = iter([raw, b""])
    answer = read_answer(lambda: next(pieces), "GET", Limits())
    return Exchange(
        method="GET", url=url, request=REQUEST, response=answer.raw, head=answer.head, head_span=answer.head_span,
        body=answer.body, framing=answer.framing, truncated_by=answer.truncated_by, error=None,
        addresses=("192.0.2.1",), peer=("192.0.2.1", 443), handshake=None, started_at=NOW, ended_at=NOW, elapsed=0.1,
    )  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_is_kept_byte_for_byte(name: str, tmp_path: Path) -> None:
    exchange = exchange_of(ANSWERS[name])
    folder = tmp_path / "data/captures/1"
    warc = folder / "capture.warc.gz"
    for side in ("request", "response"):
        write_file(folder / f"001.{side}.bin", getattr(exchange, side))
    assert write_warc(warc, [exchange], {"software": "x"}, {"a": 1}) == 1
    write_wacz(folder / "capture.wacz", warc, exchange.url, NOW)
    listed = {
        "n": 1, "request_file": "001.request.bin", "response_file": "001.response.bin", "tls_file": None,
        "response_sha256": hashlib.sha256(exchange.response).hexdigest(),
    }  # fmt: skip
    write_file(folder / "capture.json", to_json({"exchanges": [listed]}))
    steps = recordings.check(tmp_path, {"Warc-Response-Count": "1", "Capture-Count": "1"}, Step)
    assert [(s.name, s.state) for s in steps] == [(n, "ok") for n in ("warc", "count", "captures", "wacz")], steps
    blocks = {}
    with warc.open("rb") as file:
        for record in ArchiveIterator(file, no_record_parse=True):
            blocks.setdefault(record.rec_type, record.raw_stream.read())
    assert blocks["response"] == exchange.response[exchange.head_span[0] :] and blocks["request"] == REQUEST
    assert blocks["resource"] == REQUEST


def test_the_same_visit_gives_the_same_wacz(tmp_path: Path) -> None:
    warc = tmp_path / "capture.warc.gz"
    write_warc(warc, [exchange_of(ANSWERS["plain"]), exchange_of(ANSWERS["gzip"], "http://b.example/")], {}, {})
    for name in ("a.wacz", "b.wacz"):
        write_wacz(tmp_path / name, warc, "https://a.example/", NOW)
    assert (tmp_path / "a.wacz").read_bytes() == (tmp_path / "b.wacz").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.wacz") as archive:
        index = archive.read("indexes/index.cdx").decode()
        pages = archive.read("pages/pages.jsonl").decode()
    first, second = index.splitlines()
    assert first.startswith("example,a:8443)/p?q=") and second.startswith("example,b)/ 20261123120000 {")
    assert '"status":"200"' in first and "https://a.example/" in pages


def test_an_answer_that_is_no_http_is_kept_raw_only(tmp_path: Path) -> None:
    warc = tmp_path / "capture.warc.gz"
    assert write_warc(warc, [exchange_of(b"SSH-2.0-OpenSSH_9.2\r\n" * 3)], {}, {}) == 0
    with warc.open("rb") as file:
        kept = [(r.rec_type, r.raw_stream.read()) for r in ArchiveIterator(file)]
    assert ("resource", b"SSH-2.0-OpenSSH_9.2\r\n" * 3) in kept
