"""Reads one HTTP/1.x answer off a connection: every byte kept as it came, and told apart for readers."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import brotli
import zstandard

_STATUS = re.compile(rb"^(HTTP/1\.[01]) +(\d{3})(?: ?(.*))?$")
_CHUNK = re.compile(rb"^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?$")
_BODILESS = {204, 304}
_PIECE = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one exchange may cost us."""

    size: int = 8 * 1024 * 1024  # bytes of one answer as received, and again of its decoded body
    head: int = 256 * 1024  # bytes up to the end of the header lines
    seconds: float = 30.0  # from the first byte of the connection to the last of the answer
    hops: int = 5  # redirects that are followed


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Status line and header lines, in the order and the letters in which they came."""

    version: str
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]

    def value(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        return next((v for n, v in self.headers if n.lower() == name), None)

    def values(self, name: str) -> list[str]:
        """All headers of that name, whatever their case."""
        return [v for n, v in self.headers if n.lower() == name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer: `raw` exactly as received, and what can be read from it."""

    raw: bytes
    head: Head | None  # None: what came is no HTTP/1 answer
    body: bytes  # after the transfer coding (chunks joined), still content-encoded
    framing: str  # "length" | "chunked" | "close" | "none": how its end was told
    truncated_by: str | None  # None: complete; else "size", "time", "connection", "framing" or "not_http"
    head_span: tuple[int, int] = (0, 0)  # where in `raw` the head lies: interim answers (1xx) stand before it

    @property
    def complete(self) -> bool:
        """Whether the whole answer came, as far as HTTP can tell."""
        return self.truncated_by is None


class Cut(Exception):
    """The stream ended before the answer did; `why` says by what."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class _Stream:
    """Bytes as they come off the wire, all of them kept."""

    def __init__(self, receive: Callable[[], bytes], size: int) -> None:
        self.raw = bytearray()
        self._receive, self._size = receive, size

    def pull(self) -> bool:
        """One more piece; False at a clean end. Raises Cut."""
        piece = self._receive()
        self.raw += piece[: self._size - len(self.raw)]
        if len(self.raw) >= self._size and piece:
            raise Cut("size")
        return bool(piece)

    def pull_to(self, length: int) -> None:
        """Until `length` bytes are there. Raises Cut."""
        while len(self.raw) < length:
            if not self.pull():
                raise Cut("connection")

    def line(self, start: int, longest: int = 4096) -> tuple[bytes, int]:
        """The line that begins at `start`, without its end, and where the next one begins. Raises Cut."""
        while (end := self.raw.find(b"\n", start)) < 0:
            if len(self.raw) - start > longest:
                raise Cut("framing")
            if not self.pull():
                raise Cut("connection")
        return bytes(self.raw[start:end]).rstrip(b"\r"), end + 1


def parse_head(block: bytes) -> Head | None:
    """The head of an answer from its bytes; None where the first line is no HTTP/1 status line.

    Header lines that cannot be read stay in the raw bytes and are left out here; folded ones are joined.
    """
    lines = block.replace(b"\r\n", b"\n").split(b"\n")
    match = _STATUS.match(lines[0].rstrip(b"\r"))
    if not match:
        return None
    headers: list[tuple[str, str]] = []
    for line in lines[1:]:
        name, colon, value = line.partition(b":")
        if line[:1] in (b" ", b"\t") and headers:
            headers[-1] = (headers[-1][0], f"{headers[-1][1]} {line.strip().decode('latin-1')}")
        elif colon and name.strip():
            headers.append((name.strip().decode("latin-1"), value.strip().decode("latin-1")))
    return Head(
        version=match[1].decode(),
        status=int(match[2]),
        reason=(match[3] or b"").decode("latin-1").strip(),
        headers=tuple(headers),
    )


def read_answer(receive: Callable[[], bytes], method: str, limits: Limits) -> Answer:
    """Reads one answer with `receive`, which gives b"" at a clean end and raises Cut at an unclean one."""
    stream = _Stream(receive, limits.size)
    head: Head | None = None
    begin = start = 0
    framing = "none"
    why: str | None = None
    body = bytearray()
    try:
        while head is None or 100 <= head.status < 200:
            begin, start = start, _end_of_head(stream, start, limits.head)
            head = parse_head(bytes(stream.raw[begin:start]))
            if head is None:
                raise Cut("not_http")
            if head.status == 101:
                break
        framing, length = _framing(head, method)
        if framing == "chunked":
            _read_chunks(stream, start, body)
        elif framing == "length":
            stream.pull_to(start + length)
        elif framing == "close":
            while stream.pull():
                pass
        elif framing == "unclear":
            raise Cut("framing")
    except Cut as cut:
        why = cut.why
    if framing in ("length", "close", "unclear"):
        body = stream.raw[start : start + length] if framing == "length" else stream.raw[start:]
    return Answer(
        raw=bytes(stream.raw),
        head=head,
        body=bytes(body),
        framing=framing,
        truncated_by=why,
        head_span=(begin, start),
    )


def _end_of_head(stream: _Stream, start: int, longest: int) -> int:
    """Where the body begins. Raises Cut."""
    while True:
        ends = [(i, len(m)) for m in (b"\r\n\r\n", b"\n\n") if (i := stream.raw.find(m, start)) >= 0]
        if ends:
            at, width = min(ends)
            return at + width
        if len(stream.raw) - start > longest:
            raise Cut("size")
        if len(stream.raw) - start > 16 and not stream.raw.startswith(b"HTTP/", start):
            raise Cut("not_http")
        if not stream.pull():
            raise Cut("connection" if stream.raw.startswith(b"HTTP/", start) or not stream.raw else "not_http")


def _framing(head: Head, method: str) -> tuple[str, int]:
    """How the end of the body is told, and its length where that is told in advance."""
    if method == "HEAD" or head.status in _BODILESS or head.status == 101:
        return "none", 0
    codings = ",".join(head.values("transfer-encoding")).lower()
    if codings:
        return ("chunked", 0) if codings.split(",")[-1].strip() == "chunked" else ("close", 0)
    lengths = {part.strip() for value in head.values("content-length") for part in value.split(",")}
    if not lengths:
        return "close", 0
    if len(lengths) > 1 or not (only := lengths.pop()).isascii() or not only.isdigit() or len(only) > 15:
        return "unclear", 0
    return "length", int(only)


def _read_chunks(stream: _Stream, start: int, body: bytearray) -> None:
    """Joins the chunks into `body`, also when the stream is cut inside one. Raises Cut."""
    at = start
    while True:
        line, at = stream.line(at)
        match = _CHUNK.match(line)
        if not match:
            raise Cut("framing")
        size = int(match[1], 16)
        if not size:
            break
        try:
            stream.pull_to(at + size)
        finally:
            body += stream.raw[at : at + size]
        line, at = stream.line(at + size, 2)
        if line:
            raise Cut("framing")
    while line:
        line, at = stream.line(at)


def decode_body(body: bytes, codings: str, limit: int) -> tuple[bytes, str | None]:
    """The body without its content codings, for readers; and why it is not whole: "size", "broken" or "unknown".

    Codings are undone from the last to the first, each bounded by `limit` bytes of output, so a bomb costs no more.
    """
    why: str | None = None
    for coding in reversed([c.strip().lower() for c in codings.split(",") if c.strip()]):
        if coding == "identity":
            continue
        try:
            body, whole = _inflate(body, coding, limit)
        except (zlib.error, brotli.error, zstandard.ZstdError):
            return b"", "broken"
        except LookupError:
            return body, "unknown"
        why = why or (None if whole else "size" if len(body) >= limit else "broken")
    return body, why


def _inflate(body: bytes, coding: str, limit: int) -> tuple[bytes, bool]:
    """One coding undone: at most `limit` bytes, and whether that was all. LookupError: a coding we do not know."""
    if coding in ("gzip", "x-gzip", "deflate"):
        raw_deflate = coding == "deflate" and body[:1] and (body[0] & 0x0F) != 8
        machine = zlib.decompressobj(-15 if raw_deflate else 47)
        out = machine.decompress(body, limit)
        return out, machine.eof and len(out) <= limit
    if coding == "br":
        brotli_machine = brotli.Decompressor()
        out = brotli_machine.process(body, output_buffer_limit=limit)
        return out[:limit], brotli_machine.is_finished() and len(out) <= limit
    if coding == "zstd":
        with zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024).stream_reader(body) as reader:
            out = reader.read(limit + 1)
        return out[:limit], len(out) <= limit
    raise LookupError(coding)
