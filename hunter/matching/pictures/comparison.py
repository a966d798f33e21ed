"""One picture against another: is it the same one, and what was done to it?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from hunter.matching.pictures.alignment import compare_views
from hunter.matching.pictures.descriptors import SIDE, Vectors, describe, lens, project
from hunter.matching.pictures.sheets import Sheet, reference_sheet, unpack_sheet
from hunter.matching.pictures.verdicts import weigh
from hunter.matching.pictures.views import Frame, cut_view
from hunter.types import Picture

LOOK_AGAIN = 0.5  # likeness of two views from which the second look is worth its time
LOOK_INTO = 0.42  # the same for a window, known by its signs only
WINDOWS_TRIED = 3
CANONICAL = ("whole", "long", "content", "inner")


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What a comparison found."""

    how: str  # bytes | same | mirrored | recoloured | cropped | altered | inside | different
    bits: float  # log2 odds that it is a copy, as fitted; below 0: no copy
    words: str = ""


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two views that resemble each other, before they were looked at again."""

    ours: tuple[int, Frame]  # number of the look, frame
    theirs: tuple[int, Frame]
    likeness: float
    mirrored: bool


@lru_cache(maxsize=4096)
def commonness(small: bytes) -> float:
    """How much one of our pictures resembles unrelated ones: simple marks do, and must be matched more closely."""
    likest = (reference_sheet(small).vectors @ lens().cohort.T).max(axis=0)
    return float(np.sort(likest)[-5:].mean())


def compare_pictures(ours: Picture, theirs: Picture) -> Likeness | None:
    """Whether `theirs` is made of `ours`; None where one of them shows nothing that could be compared."""
    if ours.sha256 == theirs.sha256:
        return Likeness(how="bytes", bits=20.0) if ours.kind != "flat" else None
    if "flat" in (ours.kind, theirs.kind) or not ours.small or not theirs.small:
        return None
    return _compare(ours.small, theirs.small)


@lru_cache(maxsize=4096)
def _compare(ours: bytes, theirs: bytes) -> Likeness:
    reference, sheet = reference_sheet(ours), unpack_sheet(theirs)
    common = commonness(ours)
    found = Likeness(how="different", bits=-10.0)
    pairing = pair_views(reference, sheet)
    if pairing.likeness >= LOOK_AGAIN:
        bits = weigh("copy", take_traits(reference, sheet, pairing, common))
        how = "mirrored" if pairing.mirrored else "same"
        found = max(found, Likeness(how=how if bits > 0 else "different", bits=bits), key=lambda f: f.bits)
    inside = pair_window(reference, sheet)
    if inside is not None and inside.likeness >= LOOK_AGAIN:
        bits = weigh("inside", take_traits(reference, sheet, inside, common))
        found = max(found, Likeness(how="inside" if bits > 0 else "different", bits=bits), key=lambda f: f.bits)
    return found


def pair_views(reference: Sheet, sheet: Sheet) -> Pairing:
    """The two canonical views that resemble each other most."""
    plain, turned = reference.vectors @ sheet.vectors.T, reference.vectors @ sheet.mirrored.T
    mirrored = bool(turned.max() > plain.max())
    likeness = turned if mirrored else plain
    ours, theirs = np.unravel_index(int(likeness.argmax()), likeness.shape)
    return Pairing(reference.places[ours], sheet.places[theirs], float(likeness.max()), mirrored)


def pair_window(reference: Sheet, sheet: Sheet) -> Pairing | None:
    """The window of theirs that resembles one of our canonical views most; None where none comes near."""
    if not sheet.windows:
        return None
    canonical = [k for k, (_, frame) in enumerate(reference.places) if frame.name in CANONICAL]
    rough = sheet.window_vectors @ reference.vectors[canonical].T
    best = rough.max(axis=1)
    tried = [int(k) for k in np.argsort(-best)[:WINDOWS_TRIED] if best[k] >= LOOK_INTO]
    if not tried:
        return None
    frames = [frame for k in tried for frame in _around(sheet.window_frame(k))]
    exact = _vectors(sheet, frames) @ reference.vectors[canonical].T
    theirs, ours = np.unravel_index(int(exact.argmax()), exact.shape)
    return Pairing(reference.places[canonical[ours]], (0, frames[theirs]), float(exact.max()), False)


def _around(frame: Frame) -> list[Frame]:
    """A window and its neighbours half a step away: the first search leaves wide gaps."""
    step = frame.side / 16
    moves = ((0.0, 0.0), (-step, 0.0), (step, 0.0), (0.0, -step), (0.0, step))
    return [replace(frame, x=frame.x + dx, y=frame.y + dy) for dx, dy in moves]


def _vectors(sheet: Sheet, frames: list[Frame]) -> Vectors:
    grey = np.ascontiguousarray(sheet.looks[0][..., 0])
    return project(describe(np.stack([cut_view(grey, frame, SIDE) for frame in frames])))


def take_traits(reference: Sheet, sheet: Sheet, pairing: Pairing, common: float) -> np.ndarray:
    """The numbers of a pair that its verdict rests on, in the order of `verdicts.TRAITS`."""
    ours = cut_view(reference.looks[pairing.ours[0]], pairing.ours[1])
    theirs = cut_view(sheet.looks[pairing.theirs[0]], pairing.theirs[1])
    if pairing.mirrored:
        theirs = np.ascontiguousarray(theirs[:, ::-1])
    frame = pairing.ours[1]
    rest = (pairing.mirrored, frame.name == "cut", frame.name == "turned", pairing.theirs[1].side)
    return np.concatenate([[pairing.likeness, common], compare_views(ours, theirs).traits, rest])
