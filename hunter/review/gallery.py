"""Pictures for the page: never the bytes as they came, always a small picture drawn anew in the darkroom."""

from __future__ import annotations

import hashlib
import re
import threading
import tomllib
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from hunter.brands import LARGEST_PICTURE
from hunter.darkroom import Darkroom
from hunter.errors import PictureError, StoreError
from hunter.vault import Vault

SIDES = {"small": 112, "large": 256}  # pixels; twice what the page shows, for fine screens
KEPT = 4000  # drawn pictures held in memory, some 40 MB
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Gallery:
    """Draws pictures of the vault, one at a time, and remembers the last few thousand; as a context manager."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._darkroom = Darkroom()
        self._drawn: OrderedDict[tuple[str, str], bytes | None] = OrderedDict()
        self._lock = threading.Lock()

    def __enter__(self) -> Gallery:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, at: TracebackType | None) -> None:
        self._darkroom.close()

    def draw(self, sha256: str, size: str) -> bytes | None:
        """A PNG of the picture with this digest; None where there is none, or it cannot be drawn safely."""
        if not _DIGEST.fullmatch(sha256) or size not in SIDES:
            return None
        key = (sha256, size)
        with self._lock:
            if key in self._drawn:
                self._drawn.move_to_end(key)
                return self._drawn[key]
            try:
                drawn = self._darkroom.thumbnail(self._vault.get(sha256), SIDES[size])
            except (PictureError, StoreError):
                drawn = None
            self._drawn[key] = drawn
            while len(self._drawn) > KEPT:
                self._drawn.popitem(last=False)
            return drawn


def keep_brand_pictures(files: Iterable[Path], vault: Vault) -> int:
    """Puts the pictures that brand files name into the vault, so that ours stand beside theirs; how many there are.

    What is wrong with a brand file is told by those who read brands; here it only has no picture.
    """
    kept = 0
    for file in files:
        try:
            names = tomllib.loads(file.read_text(encoding="utf-8")).get("pictures", [])
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            continue
        for name in names if isinstance(names, list) else []:
            path = file.parent / str(name)
            try:
                content = path.read_bytes() if path.stat().st_size <= LARGEST_PICTURE else b""
            except OSError:
                continue
            if content and (vault.has(hashlib.sha256(content).hexdigest()) or vault.put(content)):
                kept += 1
    return kept
