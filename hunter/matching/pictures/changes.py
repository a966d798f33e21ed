"""What was done to a picture, told from two views that were lined up."""

from __future__ import annotations

import math

import numpy as np

from hunter.matching.pictures.alignment import NAMES, Alignment, Plane, find_overlay
from hunter.matching.pictures.descriptors import SIDE
from hunter.matching.pictures.looks import Pixels
from hunter.matching.pictures.views import Frame

COLOUR_APART = 0.45  # traits from which another colour is no matter of compression
LIGHT_APART = 0.5
NEGATIVE = -0.3  # correlation of grey below which dark and light are exchanged
TURNED = 3.0  # degrees
CROPPED = 1.07  # side of our picture, in theirs, from which theirs shows a part of it
INSIDE = 0.8  # below which a picture that was found by its points stands inside another
FRAMED = 0.88  # and below which theirs shows more than it

_ROWS = ("upper", "middle", "lower")
_COLUMNS = ("left", "middle", "right")


def describe_changes(
    ours: Pixels, alignment: Alignment, our_frame: Frame, their_frame: Frame, *, mirrored: bool
) -> tuple[str, list[str]]:
    """The level that says most, and everything that was found, in words; ("same", []) for a plain copy."""
    traits = dict(zip(NAMES, (float(v) for v in alignment.traits), strict=True))
    changes: list[tuple[str, str]] = []
    x, y, side = locate(our_frame, their_frame, alignment.warp, mirrored=mirrored)
    inside = their_frame.name == "window" or (their_frame.name == "seen" and side < INSIDE)
    if inside:
        changes.append(("inside", f"at the {_spot(x, y)} of another picture, about {100 * side:.0f} % of its width"))
    if mirrored:
        changes.append(("mirrored", "mirrored"))
    overlay = find_overlay(ours, alignment)
    if overlay is not None:
        across = (overlay[0] + overlay[2]) / 2
        spot = _spot(1 - across if mirrored else across, (overlay[1] + overlay[3]) / 2)
        changes.append(("overlaid", f"something laid over it at the {spot}"))
    if side > CROPPED and not inside:
        changes.append(("cropped", f"cropped to about {100 / side:.0f} % of its width"))
    angle = math.degrees(math.atan2(alignment.warp[1, 0], alignment.warp[0, 0])) - our_frame.angle
    angle = (angle + (-their_frame.angle if mirrored else their_frame.angle) + 180) % 360 - 180
    if abs(angle) >= TURNED:
        changes.append(("turned", f"turned by {abs(angle):.0f}°"))
    if alignment.sign < NEGATIVE:
        changes.append(("recoloured", "as a negative"))
    elif traits["colour_apart"] > COLOUR_APART or traits["light_apart"] > LIGHT_APART:
        changes.append(("recoloured", "in other colours"))
    if side < FRAMED and not inside:
        changes.append(("framed", f"set smaller, at about {100 * side:.0f} % of the width"))
    return (changes[0][0] if changes else "same"), [words for _, words in changes]


def locate(our_frame: Frame, their_frame: Frame, warp: Plane, *, mirrored: bool) -> tuple[float, float, float]:
    """Where our whole picture lies in theirs: its centre and side, in shares of their longer side."""
    turn = math.radians(our_frame.angle)
    dx, dy = (0.5 - our_frame.x) / our_frame.side, (0.5 - our_frame.y) / our_frame.side
    view = np.array([dx * math.cos(turn) + dy * math.sin(turn), dy * math.cos(turn) - dx * math.sin(turn)]) + 0.5
    there = (warp[:, :2] @ (view * SIDE) + warp[:, 2]) / SIDE - 0.5
    if mirrored:
        there[0] = -there[0]
    zoom = math.sqrt(abs(float(np.linalg.det(warp[:, :2]))))
    x, y = (
        float(middle + part * their_frame.side)
        for middle, part in zip((their_frame.x, their_frame.y), there, strict=True)
    )
    return x, y, zoom * their_frame.side / our_frame.side


def _spot(x: float, y: float) -> str:
    """Where a point lies in a picture, in words."""
    row = _ROWS[0 if y < 0.4 else 2 if y > 0.6 else 1]
    column = _COLUMNS[0 if x < 0.4 else 2 if x > 0.6 else 1]
    return row if row == column else f"{row} {column}"
