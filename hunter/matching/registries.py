"""How common a string is in the names of software packages, where names are put together from others' as a custom.

`data/registries.bin` holds, for each string that is a part or up to three neighbouring parts of at least twelve names
on npm or PyPI, its CRC-32 and eighths of a nat by which it is more common than what six names hold.
`tests/bench/registries.py` makes it again; no name can be read back.
"""

from __future__ import annotations

import zlib
from functools import cache

import numpy as np

from hunter.tables import read_bytes

STEPS = 8  # of a nat
ENTRY = np.dtype([("crc", "<u4"), ("steps", "u1")])


def entries() -> tuple[list[int], list[float]]:
    """The CRC-32 of each string, and by how much it is more common, in nats."""
    found = np.frombuffer(zlib.decompress(read_bytes("registries.bin")), ENTRY)
    return found["crc"].tolist(), (found["steps"] / STEPS).tolist()


@cache
def _table() -> dict[int, float]:
    return dict(zip(*entries(), strict=True))


def commonness(text: str) -> float:
    """Natural log of how many times six names of packages hold these letters; 0 for what fewer than twelve hold."""
    return _table().get(zlib.crc32(text.encode()), 0.0)
