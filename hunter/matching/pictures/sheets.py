"""A picture's sheet: its looks, where its views were taken, and their vectors; packed small for the store.

A candidate's sheet holds canonical views, their mirror images, and many windows in which a smaller picture may stand.
One of our own pictures has a larger sheet, made from its looks.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache

import cv2
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
from hunter.matching.pictures.looks import LOOK_SIDE, Pixels, pack_looks, take_planes, unpack_looks
from hunter.matching.pictures.views import NAMES, Frame, canonical_frames, cut_grey, reference_frames
from hunter.tables import read_bytes

LAYOUT = 5  # of a packed sheet
# Of the shorter side. A second size, 0.7, doubles what windows cost to read and to look up, and finds one more in two
# hundred of the pictures that stand in another.
WINDOW_SIDES = (0.58,)
WINDOW_LOOK = 96  # side of the square look in which windows are searched: a window in it is about as large as a view
STEP = 0.05  # of a window's numbers: four bits each tell them as well as all
_HEAD = struct.Struct("<BBHI")  # version, views, windows, bytes of the packed looks
_VIEW = struct.Struct("<BB3f4B")  # look, name, x, y, side, has a ground, the ground


@dataclass(frozen=True)
class Sheet:
    """What is compared of one picture."""

    packed: bytes = field(repr=False)  # the looks
    places: tuple[tuple[int, Frame], ...]  # number of the look, frame in it; one for each vector
    vectors: Vectors  # [views, LENGTH]
    mirrored: Vectors  # [views, LENGTH]; of the views' mirror images
    windows: bytes = field(default=b"", repr=False)  # the first look's windows, LENGTH * 4 bits each
    fresh: tuple[Pixels, ...] = field(default=(), repr=False, compare=False)  # the looks, where they are at hand

    @cached_property
    def looks(self) -> tuple[Pixels, ...]:
        """The looks, unpacked when they are needed: only what passes the first comparison is looked at again."""
        return self.fresh or unpack_looks(self.packed)

    @cached_property
    def window_vectors(self) -> Vectors:
        """The windows' vectors, `[windows, LENGTH]`, length 1."""
        return unpack_windows(self.windows)

    @cached_property
    def commonness(self) -> float:
        """How much one of our pictures resembles unrelated ones: simple marks do, and must be matched more closely."""
        likest = (self.vectors @ lens().cohort.T).max(axis=0)
        return float(np.sort(likest)[-5:].mean())

    def window_frame(self, number: int) -> Frame:
        """Where a window lies in the first look."""
        height, width = self.looks[0].shape[:2]
        left, top, side = window_places(height, width, WINDOW_SIDES)[number]
        longest = max(height, width)
        return Frame("window", (left + side / 2) / longest, (top + side / 2) / longest, side / longest)


def draw_up(grounds: tuple[Pixels, ...]) -> Sheet:
    """The sheet of a candidate's picture, from its RGB pixels."""
    planes = [take_planes(pixels) for pixels in grounds]
    looks = tuple(each.look() for each in planes)
    places = tuple((number, frame) for number, look in enumerate(looks) for frame in canonical_frames(look))
    raw = describe(np.stack([cut_grey(looks[number], planes[number].grey, frame) for number, frame in places]))
    inside = describe_windows(_shrink_for_windows(planes[0].grey), WINDOW_SIDES)
    vectors = project(np.concatenate([raw, mirror(raw), inside]))
    one, two = len(raw), 2 * len(raw)
    return Sheet(pack_looks(planes), places, vectors[:one], vectors[one:two], pack_windows(vectors[two:]), looks)


def _shrink_for_windows(grey: Pixels) -> Pixels:
    share = WINDOW_LOOK / LOOK_SIDE
    size = max(1, round(grey.shape[1] * share)), max(1, round(grey.shape[0] * share))
    return cv2.resize(grey, size, interpolation=cv2.INTER_LINEAR)


def pack_windows(vectors: Vectors) -> bytes:
    """Vectors at four bits a number."""
    steps = np.clip(np.rint(vectors * np.float32(1 / STEP)) + 8, 0, 15).astype(np.uint8)
    return bytes(steps[:, ::2] << 4 | steps[:, 1::2])


def unpack_windows(packed: bytes) -> Vectors:
    """What `pack_windows` packed, `[vectors, LENGTH]`, brought to length 1."""
    pairs = _pairs_of_numbers().view(np.float64)[:, 0].take(np.frombuffer(packed, np.uint8))  # two at once
    vectors = pairs.view(np.float32).reshape(-1, LENGTH)
    length = np.sqrt(np.einsum("nk,nk->n", vectors, vectors))
    vectors /= np.maximum(length, 1e-6)[:, None]
    return vectors


@cache
def _pairs_of_numbers() -> Vectors:
    """What each byte of packed windows stands for, `[256, 2]`."""
    both = np.stack([np.arange(256) >> 4, np.arange(256) & 15], axis=1)
    return np.asarray((both - 8) * STEP, dtype=np.float32)


def draw_up_reference(packed: bytes) -> Sheet:
    """The larger sheet of one of our own pictures' packed looks, with cuttings and turns; it has no windows."""
    looks = unpack_looks(packed)
    places = tuple((number, frame) for number, look in enumerate(looks) for frame in reference_frames(look))
    greys = [np.ascontiguousarray(look[..., 0]) for look in looks]
    raw = describe(np.stack([cut_grey(looks[number], greys[number], frame) for number, frame in places]))
    vectors = project(raw)
    return Sheet(packed, places, vectors, vectors[:0])


def pack_sheet(sheet: Sheet) -> bytes:
    """A candidate's sheet in some kilobytes; its first byte is the version."""
    count = len(sheet.places)
    head = _HEAD.pack(version(), count, len(sheet.windows) * 2 // LENGTH, len(sheet.packed))
    views = b"".join(
        _VIEW.pack(number, NAMES.index(f.name), f.x, f.y, f.side, f.ground is not None, *(f.ground or (0, 0, 0)))
        for number, f in sheet.places
    )
    vectors = np.round(np.concatenate([sheet.vectors, sheet.mirrored]) * 127).astype(np.int8).tobytes()
    return head + sheet.packed + views + vectors + sheet.windows


@cache
def version() -> int:
    """The first byte of a packed sheet, 1 to 255: told by its layout and by the lens, whose vectors fit no others."""
    return (zlib.crc32(read_bytes("pictures.npz")) + LAYOUT) % 255 + 1


def is_current(small: bytes) -> bool:
    """Whether a packed sheet is of this version; others, and none at all, can't be compared until read again."""
    return small[:1] == bytes([version()])


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
    return Sheet(packed, tuple(places), vectors[0], vectors[1], small[at : at + windows * LENGTH // 2])


@lru_cache(maxsize=512)
def reference_sheet(small: bytes) -> Sheet:
    """The larger sheet of one of our own pictures, remembered. Raises ValueError as `unpack_sheet` does."""
    return draw_up_reference(unpack_sheet(small).packed)
