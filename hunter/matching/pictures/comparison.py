"""One picture against another: is it the same one, and what was done to it?"""

from __future__ import annotations

from dataclasses import dataclass

from hunter.types import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What a comparison found."""

    how: str  # bytes | same | mirrored | recoloured | cropped | altered | inside | different
    bits: float  # log2 odds that it is a copy, as fitted; below 0: no copy
    words: str = ""


def compare_pictures(ours: Picture, theirs: Picture) -> Likeness | None:
    """Whether `theirs` is made of `ours`; None where one of them shows nothing that could be compared."""
    if ours.sha256 == theirs.sha256:
        return Likeness(how="bytes", bits=20.0)
    if ours.kind != "picture" or theirs.kind != "picture":
        return None
    apart = (int(ours.hashes["phash"], 16) ^ int(theirs.hashes["phash"], 16)).bit_count()
    return Likeness(how="same" if apart <= 8 else "different", bits=12.0 - apart)
