"""Bodies that unpack to a thousand times their size and more."""

from __future__ import annotations

import gzip
import zlib
from functools import cache
from typing import Any

import brotli
import zstandard

MEBI = 1024 * 1024
CODINGS = ("gzip", "deflate", "br", "zstd", "gzip, gzip")


@cache
def bomb(coding: str, mebibytes: int = 150) -> bytes:
    """That many mebibytes of zeros, packed as an HTTP content coding."""
    first = coding.partition(",")[0]
    machine: Any = {
        "gzip": lambda: zlib.compressobj(9, zlib.DEFLATED, 31),
        "deflate": lambda: zlib.compressobj(9, zlib.DEFLATED, 15),
        "br": lambda: brotli.Compressor(quality=5),
        "zstd": lambda: zstandard.ZstdCompressor(level=3).compressobj(),
    }[first]()
    pack = machine.process if first == "br" else machine.compress
    end = machine.finish if first == "br" else machine.flush
    once = b"".join(pack(bytes(MEBI)) for _ in range(mebibytes)) + end()
    return gzip.compress(once) if "," in coding else once
