"""Recorded exchanges as WARC 1.1, for other tools.

Requests and answers go in byte for byte. Each goes in once more, whole, as a `resource` record, so that a reader that
takes heads apart can still give the bytes back; the `.bin` files beside the WARC are the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from warcio.warcwriter import WARCWriter

from hunter.evidence.layout import stamp_of, to_json, write_file
from hunter.net.recorder import Exchange

_TRUNCATED = {"size": "length", "time": "time", "connection": "disconnect"}  # our words -> WARC-Truncated


def write_warc(path: Path, exchanges: Sequence[Exchange], facts: Mapping[str, str], about: Mapping[str, object]) -> int:
    """Writes the exchanges; returns how many `response` records there are.

    `facts` go into the warcinfo record, `about` (JSON) into a metadata record. An exchange whose answer is no HTTP has
    only its raw resource records.
    """
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="WARC/1.1")
    started = exchanges[0].started_at
    info = writer.create_warcinfo_record(path.name, dict(facts))
    info.rec_headers.replace_header("WARC-Date", stamp_of(started))
    writer.write_record(info)
    responses = 0
    for number, exchange in enumerate(exchanges, 1):
        responses += _write_exchange(writer, number, exchange)
    described = to_json(about)
    writer.write_record(
        writer.create_warc_record(
            exchanges[0].url,
            "metadata",
            payload=io.BytesIO(described),
            length=len(described),
            warc_content_type="application/json",
            warc_headers_dict={"WARC-Date": stamp_of(started)},
        )
    )
    write_file(path, buffer.getvalue())
    return responses


def _write_exchange(writer: WARCWriter, number: int, exchange: Exchange) -> int:
    date = {"WARC-Date": stamp_of(exchange.started_at)}
    if exchange.peer:
        date["WARC-IP-Address"] = exchange.peer[0]
    written = 0
    if exchange.head and exchange.request:
        cut = {"WARC-Truncated": _TRUNCATED.get(exchange.truncated_by or "", "unspecified")}
        response = _http_record(writer, exchange, "response", {**date, **(cut if exchange.truncated_by else {})})
        request = _http_record(writer, exchange, "request", date)
        writer.write_request_response_pair(request, response)
        written = 1
    for side, data in (("request", exchange.request), ("response", exchange.response)):
        if data:
            writer.write_record(
                writer.create_warc_record(
                    f"urn:hunter:raw:{number:03d}.{side}.bin",
                    "resource",
                    payload=io.BytesIO(data),
                    length=len(data),
                    warc_content_type="application/octet-stream",
                    warc_headers_dict=dict(date),
                )
            )
    return written


class _RawHead:
    """A head that warcio writes as it is. Its own parser spaces lines anew, drops odd ones and fails at others."""

    def __init__(self, raw: bytes) -> None:
        self.headers_buff = raw

    def compute_headers_buffer(self, _filter: object = None) -> None:
        """Nothing to compute: these are the bytes."""


def _http_record(writer: WARCWriter, exchange: Exchange, side: str, headers: Mapping[str, str]) -> Any:
    if side == "request":
        head, colon, body = exchange.request.partition(b"\r\n\r\n")
        head += colon
    else:
        begin, end = exchange.head_span
        head, body = exchange.response[begin:end], exchange.response[end:]
    return writer.create_warc_record(
        exchange.url,
        side,
        payload=io.BytesIO(body),
        length=len(body),
        http_headers=_RawHead(head),
        warc_headers_dict=dict(headers),
    )
