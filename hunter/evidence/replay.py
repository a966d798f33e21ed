"""A WARC wrapped as WACZ 1.1.1, so that a browser can replay it: with an index, a page list and digests of its own.

Written here: the reference tool finds no pages for a visit like ours and puts the time of packing in, so that the same
visit would never give the same bytes twice. See https://specs.webrecorder.net/wacz/1.1.1/.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator

from hunter.evidence.layout import sha256_of, stamp_of, to_json, to_line, write_file
from hunter.net.certificates import is_address

_WARC = "archive/capture.warc.gz"
_INDEX = "indexes/index.cdx"
_PAGES = "pages/pages.jsonl"


def write_wacz(path: Path, warc: Path, page: str, started: datetime) -> None:
    """Wraps the WARC into a WACZ that opens at `page`; the same WARC gives the same bytes."""
    pages = (
        {"format": "json-pages-1.0", "id": "pages", "title": "Pages"},
        {"id": "1", "url": page, "ts": stamp_of(started)},
    )
    parts = {
        _WARC: warc.read_bytes(),
        _INDEX: b"".join(line + b"\n" for line in sorted(_index(warc))),
        _PAGES: b"".join(to_line(line) + b"\n" for line in pages),
    }
    package = to_json(
        {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": "one visit",
            "software": "hunter",
            "created": stamp_of(started),
            "mainPageUrl": page,
            "mainPageDate": stamp_of(started),
            "resources": [
                {
                    "name": name.rpartition("/")[2],
                    "path": name,
                    "hash": f"sha256:{sha256_of(data)}",
                    "bytes": len(data),
                }
                for name, data in parts.items()
            ],
        }
    )
    digest = to_json({"path": "datapackage.json", "hash": f"sha256:{sha256_of(package)}"})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in {**parts, "datapackage.json": package, "datapackage-digest.json": digest}.items():
            archive.writestr(zipfile.ZipInfo(name, started.timetuple()[:6]), data)
    write_file(path, buffer.getvalue())


def _index(warc: Path) -> Iterator[bytes]:
    """CDXJ lines: where each answer lies in the WARC."""
    with warc.open("rb") as file:
        records = ArchiveIterator(file, verify_http=False)
        for record in records:
            offset = records.get_record_offset()
            if record.rec_type != "response":
                continue
            url = record.rec_headers.get_header("WARC-Target-URI")
            digest = record.rec_headers.get_header("WARC-Payload-Digest")
            moment = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
            http = record.http_headers
            mime = (http.get_header("Content-Type") or "unk").partition(";")[0].strip()
            records.read_to_end(record)
            told = {
                "url": url,
                "mime": mime,
                "status": http.get_statuscode(),
                "digest": digest,
                "length": str(records.get_record_length()),
                "offset": str(offset),
                "filename": "capture.warc.gz",
            }
            yield f"{_key(url)} {moment:%Y%m%d%H%M%S} ".encode() + to_line(told)


def _key(url: str) -> str:
    """The URL in sorting order (SURT): the host's labels backwards, then the path, in lower case."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    labels = host if is_address(host) else ",".join(reversed(host.split(".")))
    port = f":{parts.port}" if parts.port else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{labels}{port}){parts.path or '/'}{query}".lower().replace(" ", "%20")
