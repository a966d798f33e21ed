"""A picture's sheet: its looks, where its views were taken, and their vectors; packed small for the store.

A candidate's sheet holds canonical views, their mirror images, and many windows in which a smaller picture may
stand; the windows only by the signs of their vectors. One of our own pictures has a larger sheet, made from its looks.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from hunter.matching.pictures.descriptors import (
    LENGTH,
    Vectors,
    describe,
    describe_windows,
    lens,
    mirror,
    project,
    window_places,
)
from hunter.matching.pictures.looks import Pixels, pack_looks, take_look, unpack_looks
from hunter.matching.pictures.views import NAMES, Frame, canonical_frames, cut_view, grey_of, reference_frames

VERSION = 3
WINDOW_SIDES = (0.5, 0.6, 0.72)  # of the shorter side
WINDOW_STEP = 1  # windows a cell
_HEAD = struct.Struct("<BBHI")  # version, views, windows, bytes of the packed looks
_VIEW = struct.Struct("<BB3f4B")  # look, name, x, y, side, has a ground, the ground


@dataclass(frozen=True)
class Sheet:
    """What is compared of one picture."""

    packed: bytes = field(repr=False)  # the looks
    places: tuple[tuple[int, Frame], ...]  # number of the look, frame in it; one for each vector
    vectors: Vectors  # [views, LENGTH]
    mirrored: Vectors  # [views, LENGTH]; of the views' mirror images
    windows: bytes = field(default=b"", repr=False)  # signs of the first look's windows, LENGTH bits each

    @cached_property
    def looks(self) -> tuple[Pixels, ...]:
        """The looks, unpacked when they are needed: only what passes the first comparison is looked at again."""
        return unpack_looks(self.packed)

    @cached_property
    def window_vectors(self) -> Vectors:
        """The windows' vectors as far as their signs tell, `[windows, LENGTH]`, length 1."""
        bits = np.unpackbits(np.frombuffer(self.windows, np.uint8)).reshape(-1, LENGTH)
        return (bits.astype(np.float32) * 2 - 1) / np.float32(LENGTH**0.5)

    @cached_property
    def commonness(self) -> float:
        """How much one of our pictures resembles unrelated ones: simple marks do, and must be matched more closely."""
        likest = (self.vectors @ lens().cohort.T).max(axis=0)
        return float(np.sort(likest)[-5:].mean())

    def window_frame(self, number: int) -> Frame:
        """Where a window lies in the first look."""
        height, width = self.looks[0].shape[:2]
        left, top, side = window_places(height, width, WINDOW_SIDES, WINDOW_STEP)[number]
        longest = max(height, width)
        return Frame("window", (left + side / 2) / longest, (top + side / 2) / longest, side / longest)


def draw_up(grounds: tuple[Pixels, ...]) -> Sheet:
    """The sheet of a candidate's picture, from its RGB pixels."""
    looks = tuple(take_look(pixels) for pixels in grounds)
    places = tuple((number, frame) for number, look in enumerate(looks) for frame in canonical_frames(look))
    raw = describe(np.stack([grey_of(cut_view(looks[number], frame)) for number, frame in places]))
    grey = np.ascontiguousarray(looks[0][..., 0])
    signs = project(describe_windows(grey, WINDOW_SIDES, WINDOW_STEP)) > 0
    both = project(np.concatenate([raw, mirror(raw)]))
    return Sheet(pack_looks(looks), places, both[: len(raw)], both[len(raw) :], np.packbits(signs).tobytes())


def draw_up_reference(packed: bytes) -> Sheet:
    """The larger sheet of one of our own pictures' packed looks, with cuttings and turns; it has no windows."""
    looks = unpack_looks(packed)
    places = tuple((number, frame) for number, look in enumerate(looks) for frame in reference_frames(look))
    raw = describe(np.stack([grey_of(cut_view(looks[number], frame)) for number, frame in places]))
    vectors = project(raw)
    return Sheet(packed, places, vectors, vectors[:0])


def pack_sheet(sheet: Sheet) -> bytes:
    """A candidate's sheet in some kilobytes; its first byte is the version."""
    count = len(sheet.places)
    head = _HEAD.pack(VERSION, count, len(sheet.windows) * 8 // LENGTH, len(sheet.packed))
    views = b"".join(
        _VIEW.pack(number, NAMES.index(f.name), f.x, f.y, f.side, f.ground is not None, *(f.ground or (0, 0, 0)))
        for number, f in sheet.places
    )
    vectors = np.round(np.concatenate([sheet.vectors, sheet.mirrored]) * 127).astype(np.int8).tobytes()
    return head + sheet.packed + views + vectors + sheet.windows


def is_current(small: bytes) -> bool:
    """Whether a packed sheet is of this version; others, and none at all, can't be compared until read again."""
    return small[:1] == bytes([VERSION])


@lru_cache(maxsize=512)
def unpack_sheet(small: bytes) -> Sheet:
    """A packed sheet, remembered. Raises ValueError for another version or a damaged one."""
    if not is_current(small):
        raise ValueError("a look of another version")
    try:
        return _unpack(small)
    except (struct.error, ValueError) as exc:
        raise ValueError("a damaged look") from exc


def _unpack(small: bytes) -> Sheet:
    _, count, windows, size = _HEAD.unpack_from(small)
    at = _HEAD.size
    packed = small[at : at + size]
    at += size
    places = []
    for number, name, x, y, side, has_ground, *ground in _VIEW.iter_unpack(small[at : at + count * _VIEW.size]):
        colour = (ground[0], ground[1], ground[2]) if has_ground else None
        places.append((number, Frame(NAMES[name], x, y, side, ground=colour)))
    at += count * _VIEW.size
    vectors = np.frombuffer(small, np.int8, 2 * count * LENGTH, at).reshape(2, count, LENGTH).astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=2, keepdims=True), 1e-6)
    at += 2 * count * LENGTH
    return Sheet(packed, tuple(places), vectors[0], vectors[1], small[at : at + windows * LENGTH // 8])


@lru_cache(maxsize=512)
def reference_sheet(small: bytes) -> Sheet:
    """The larger sheet of one of our own pictures, remembered. Raises ValueError as `unpack_sheet` does."""
    return draw_up_reference(unpack_sheet(small).packed)
