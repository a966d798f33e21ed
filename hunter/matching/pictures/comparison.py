"""One picture against another: is it the same one, and what was done to it?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from hunter.matching.pictures.alignment import NAMES, Alignment, compare_as_they_stand, compare_views
from hunter.matching.pictures.changes import describe_changes
from hunter.matching.pictures.descriptors import Vectors, describe, project
from hunter.matching.pictures.looks import Pixels
from hunter.matching.pictures.plainness import PLAIN, measure_detail, measure_plainness
from hunter.matching.pictures.points import Sighting, find_points
from hunter.matching.pictures.sheets import Sheet, is_current, reference_sheet, unpack_sheet
from hunter.matching.pictures.verdicts import complete, weigh
from hunter.matching.pictures.views import CANONICAL, Frame, cut_view, grey_of
from hunter.types import Picture

# Likeness, less a share of how common our picture's looks are, from which the second look is worth its time: with 120
# brands it is taken at one unrelated picture in twenty, and loses one altered copy in five hundred.
LOOK_AGAIN = 0.45
LOOK_INTO = 0.40  # the same for a window, as far as its four bits a number tell
LOOK_INSIDE = 0.40  # and for the same window, moved to where it fits best
COMMON_SHARE = 0.3
WINDOWS_TRIED = 3
PAIRS_TRIED = 3
POSSIBLY = -5.0  # bits from which a likeness is worth adding to other evidence
# Bits of the second look from which the third is taken whatever the name: at one unrelated picture in fifty, with 120
# brands; it finds one in seven of the copies that the second look misses.
HOPEFUL = -7.0
CLEAR = 8.0  # bits from which more of them make no difference
# Bits of two views as they stand from which they are lined up: with 120 brands that is done for one unrelated picture
# in three hundred, and of altered copies one in a thousand is lost by it.
HARDLY = -2.4
CERTAIN = 4.0  # bits from which no other pair of views needs a look
NOBODYS = ("letter", "default")  # kinds of picture that are drawn for whoever gave none
SAME_COLOURS = 0.25  # how far the colours of two copies may lie apart, both traits together, after packing
SURELY = 20.0  # bits of the very same file
_COLOUR, _LIGHT, _BEND = (NAMES.index(name) for name in ("colour_apart", "light_apart", "bend"))
# Other colours are other colours, however far apart: a negative is no less a copy than a tinted one.
_MOST = np.array([{"colour_apart": 0.75, "light_apart": 0.75, "extra": 3.0}.get(name, np.inf) for name in NAMES])


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What a comparison found."""

    how: str  # bytes, same, mirrored, overlaid, cropped, turned, recoloured, framed, inside or different
    bits: float  # from 0 on a copy may be told from its looks alone; below that it needs other evidence
    words: str = ""  # what was done to the picture


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two views that resemble each other, before they were looked at again."""

    ours: tuple[int, Frame]  # number of the look, frame
    theirs: tuple[int, Frame]
    likeness: float
    mirrored: bool


@dataclass(frozen=True, slots=True)
class SecondLook:
    """Two views lined up, and what that says."""

    pairing: Pairing
    ours: Pixels
    alignment: Alignment
    bits: float


DIFFERENT = Likeness(how="different", bits=-20.0)


def compare_pictures(ours: Picture, theirs: Picture) -> Likeness | None:
    """Whether `theirs` is made of `ours`; None where one of them shows nothing that could be compared.

    Letters and silhouettes, which platforms draw for those who gave no picture, are nobody's: they are compared with
    one of ours of the same kind only, and even its very copy proves nothing without other evidence.
    """
    if "flat" in (ours.kind, theirs.kind):
        return None
    nobodys = theirs.kind in NOBODYS
    if ours.sha256 == theirs.sha256:
        return Likeness(how="bytes", bits=0.0 if nobodys else SURELY, words="the very same file")
    if not is_current(ours.small) or not is_current(theirs.small) or (nobodys and ours.kind != theirs.kind):
        return None
    likeness = _compare(ours.small, theirs.small)
    if not nobodys:
        return likeness
    return replace(likeness, bits=min(likeness.bits, 0.0)) if likeness.how == "same" else None


def find_likest(pictures: Iterable[Picture], theirs: Picture) -> tuple[Likeness, Picture] | None:
    """The picture of ours that `theirs` is made of most surely; None where none of them can be compared."""
    found = [(likeness, ours) for ours in pictures if (likeness := compare_pictures(ours, theirs)) is not None]
    return max(found, key=lambda pair: pair[0].bits, default=None)


@lru_cache(maxsize=8192)
def _compare(ours: bytes, theirs: bytes) -> Likeness:
    reference = reference_sheet(ours)
    look = look_closely(reference, unpack_sheet(theirs))
    return DIFFERENT if look is None else tell(look, measure_plainness(reference))


def look_closely(reference: Sheet, sheet: Sheet) -> SecondLook | None:
    """The second look and, where it does not settle the matter, the third, which no view foresaw."""
    look = look_again(reference, sheet)
    if look is not None and look.bits > 0:
        return look
    seen = find_points(reference, sheet)
    return look if seen is None else _better(look, look_at_points(reference, sheet, seen))


def look_again(reference: Sheet, sheet: Sheet) -> SecondLook | None:
    """The second look at the best pairs of views; None where the first comparison found nothing near."""
    best: SecondLook | None = None
    common = COMMON_SHARE * reference.commonness
    for pairing in pair_views(reference, sheet)[:PAIRS_TRIED]:
        if pairing.likeness >= LOOK_AGAIN + common and (best is None or best.bits < CERTAIN):
            best = _better(best, _look(reference, sheet, pairing, "copy"))
    inside = pair_window(reference, sheet) if best is None or best.bits < CERTAIN else None
    if inside is not None and inside.likeness >= LOOK_INSIDE + common:
        best = _better(best, _look(reference, sheet, inside, "inside"))
    return best


def _better(first: SecondLook | None, second: SecondLook) -> SecondLook:
    return second if first is None or second.bits > first.bits else first


def _look(reference: Sheet, sheet: Sheet, pairing: Pairing, kind: str) -> SecondLook:
    """Two views as they stand and, where that leaves hope, lined up."""
    ours, theirs = cut_pairing(reference, sheet, pairing)
    still = compare_as_they_stand(ours, theirs)
    bits = weigh(kind, list_traits(pairing, still, reference))
    if bits <= HARDLY:
        return SecondLook(pairing, ours, still, bits)
    alignment = compare_views(ours, theirs, still)
    return SecondLook(pairing, ours, alignment, weigh(kind, list_traits(pairing, alignment, reference)))


def look_at_points(reference: Sheet, sheet: Sheet, seen: Sighting) -> SecondLook:
    """The part of theirs in which points of ours were found, lined up with ours."""
    pairing = pair_points(reference, sheet, seen)
    ours, alignment = line_up_pairing(reference, sheet, pairing)
    traits = list_point_traits(seen, pairing, alignment, reference)
    return SecondLook(pairing, ours, alignment, weigh("points", traits))


def pair_points(reference: Sheet, sheet: Sheet, seen: Sighting) -> Pairing:
    """The two views that a sighting names."""
    views = cut_view(reference.looks[0], seen.ours), _their_view(sheet, (0, seen.theirs), mirrored=seen.mirrored)
    ours, theirs = project(describe(np.stack([grey_of(view) for view in views])))
    return Pairing((0, seen.ours), (0, seen.theirs), float(ours @ theirs), seen.mirrored)


def tell(look: SecondLook, plainness: float) -> Likeness:
    """What a look found, as a level and in words. Of a plain one, only a copy in its own colours proves anything."""
    ours, theirs = look.pairing.ours[1], look.pairing.theirs[1]
    how, changes = describe_changes(look.ours, look.alignment, ours, theirs, mirrored=look.pairing.mirrored)
    bits = look.bits
    if plainness > PLAIN and (how != "same" or float(look.alignment.traits[[_COLOUR, _LIGHT]].sum()) > SAME_COLOURS):
        bits = min(bits, 0.0)
    return Likeness(how=how, bits=bits, words=", ".join(changes))


def pair_views(reference: Sheet, sheet: Sheet) -> list[Pairing]:
    """The pairs of canonical views that resemble each other, the likest first; the best for each view of theirs."""
    found = []
    for mirrored, vectors in ((False, sheet.vectors), (True, sheet.mirrored)):
        likeness = reference.vectors @ vectors.T
        for theirs, ours in enumerate(likeness.argmax(axis=0)):
            near = float(likeness[ours, theirs]) - (1e-4 if mirrored else 0.0)
            found.append(Pairing(reference.places[ours], sheet.places[theirs], near, mirrored))
    return sorted(found, key=lambda pairing: -pairing.likeness)


def pair_window(reference: Sheet, sheet: Sheet) -> Pairing | None:
    """The window of theirs that resembles one of our canonical views most; None where none comes near."""
    if not sheet.windows:
        return None
    canonical = [k for k, (_, frame) in enumerate(reference.places) if frame.name in CANONICAL]
    best = (sheet.window_vectors @ reference.vectors[canonical].T).max(axis=1)
    tried = [
        int(k) for k in np.argsort(-best)[:WINDOWS_TRIED] if best[k] >= LOOK_INTO + COMMON_SHARE * reference.commonness
    ]
    if not tried:
        return None
    frames = [frame for k in tried for frame in _around(sheet.window_frame(k))]
    exact = _vectors(sheet, frames) @ reference.vectors[canonical].T
    theirs, ours = np.unravel_index(int(exact.argmax()), exact.shape)
    return Pairing(reference.places[canonical[int(ours)]], (0, frames[int(theirs)]), float(exact.max()), False)


def _around(frame: Frame) -> list[Frame]:
    """A window and its neighbours half a step away: the first search leaves wide gaps."""
    step = frame.side / 16
    moves = ((0.0, 0.0), (-step, 0.0), (step, 0.0), (0.0, -step), (0.0, step))
    return [replace(frame, x=frame.x + dx, y=frame.y + dy) for dx, dy in moves]


def _vectors(sheet: Sheet, frames: list[Frame]) -> Vectors:
    return project(describe(np.stack([grey_of(cut_view(sheet.looks[0], frame)) for frame in frames])))


def cut_pairing(reference: Sheet, sheet: Sheet, pairing: Pairing) -> tuple[Pixels, Pixels]:
    """Our view of a pairing, and theirs."""
    ours = cut_view(reference.looks[pairing.ours[0]], pairing.ours[1])
    theirs = _their_view(sheet, pairing.theirs, mirrored=pairing.mirrored)
    for view in (ours, theirs):
        view[..., 0] = grey_of(view)
    return ours, theirs


def line_up_pairing(reference: Sheet, sheet: Sheet, pairing: Pairing) -> tuple[Pixels, Alignment]:
    """Our view of a pairing, and theirs lined up with it."""
    ours, theirs = cut_pairing(reference, sheet, pairing)
    return ours, compare_views(ours, theirs)


def _their_view(sheet: Sheet, place: tuple[int, Frame], *, mirrored: bool) -> Pixels:
    view = cut_view(sheet.looks[place[0]], place[1])
    return np.ascontiguousarray(view[:, ::-1]) if mirrored else view


def looks_at(
    reference: Sheet, sheet: Sheet, below: float, *, points: bool
) -> Iterator[tuple[str, npt.NDArray[np.float64]]]:
    """Every look that could be taken at a pair, as its kind and traits: what the verdicts are fitted on.

    `below` lowers the gates; the third look is taken with `points` only.
    """
    common = COMMON_SHARE * reference.commonness - below
    for pairing in pair_views(reference, sheet)[:PAIRS_TRIED]:
        if pairing.likeness >= LOOK_AGAIN + common:
            traits = list_traits(pairing, line_up_pairing(reference, sheet, pairing)[1], reference)
            yield "copy", complete("copy", traits)
    inside = pair_window(reference, sheet)
    if inside is not None and inside.likeness >= LOOK_INSIDE + common:
        traits = list_traits(inside, line_up_pairing(reference, sheet, inside)[1], reference)
        yield "inside", complete("inside", traits)
    seen = find_points(reference, sheet) if points else None
    if seen is not None:
        pairing = pair_points(reference, sheet, seen)
        alignment = line_up_pairing(reference, sheet, pairing)[1]
        yield "points", list_point_traits(seen, pairing, alignment, reference)


def list_traits(pairing: Pairing, alignment: Alignment, reference: Sheet) -> npt.NDArray[np.float64]:
    """The numbers of a pair that its verdict rests on, in the order of `verdicts.TRAITS`, without products."""
    name = pairing.ours[1].name
    plain = measure_plainness(reference)
    measured = np.minimum(alignment.traits, _MOST)
    colour = float(measured[_COLOUR] + measured[_LIGHT])
    rest = (pairing.mirrored, name == "cut", name == "turned", pairing.theirs[1].side)
    said = (plain, plain * colour, plain * pairing.mirrored, plain * float(measured[_BEND]))
    detail = measure_detail(reference.packed)
    return np.concatenate([[pairing.likeness, reference.commonness], measured, rest, [detail, *said]])


def list_point_traits(
    seen: Sighting, pairing: Pairing, alignment: Alignment, reference: Sheet
) -> npt.NDArray[np.float64]:
    """The same for a picture that was found by its points."""
    agreeing = np.log2(seen.agreeing)
    return np.concatenate([list_traits(pairing, alignment, reference), [agreeing, seen.share]])
