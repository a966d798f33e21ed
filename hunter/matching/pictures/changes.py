"""What was done to a picture, told from two views that were lined up."""

from __future__ import annotations

import math

from hunter.matching.pictures.alignment import NAMES, Alignment, find_overlay
from hunter.matching.pictures.looks import Pixels
from hunter.matching.pictures.views import Frame

COLOUR_APART = 0.45  # traits from which another colour is no matter of compression
LIGHT_APART = 0.5
TURNED = 3.0  # degrees
CROPPED = 0.93  # of our side that theirs still shows
FRAMED = 0.9  # of their side that our picture takes

_ROWS = ("upper", "middle", "lower")
_COLUMNS = ("left", "middle", "right")


def describe_changes(
    ours: Pixels, alignment: Alignment, our_frame: Frame, their_frame: Frame, *, mirrored: bool
) -> tuple[str, list[str]]:
    """The level that says most, and everything that was found, in words; ("same", []) for a plain copy."""
    traits = dict(zip(NAMES, (float(v) for v in alignment.traits), strict=True))
    changes: list[tuple[str, str]] = []
    if mirrored:
        changes.append(("mirrored", "mirrored"))
    overlay = find_overlay(ours, alignment)
    if overlay is not None:
        changes.append(("overlaid", f"something laid over it at the {_spot(overlay, mirrored=mirrored)}"))
    if our_frame.name == "cut" and their_frame.name != "window":
        changes.append(("cropped", "cropped"))
    angle = our_frame.angle + math.degrees(math.atan2(alignment.warp[1, 0], alignment.warp[0, 0]))
    if abs(angle) >= TURNED:
        changes.append(("turned", f"turned by {abs(angle):.0f}°"))
    if alignment.sign < -0.3:
        changes.append(("recoloured", "as a negative"))
    elif traits["colour_apart"] > COLOUR_APART or traits["light_apart"] > LIGHT_APART:
        changes.append(("recoloured", "in other colours"))
    if our_frame.name == "whole" and their_frame.name in ("content", "inner") and their_frame.side < FRAMED:
        changes.append(("framed", "set smaller on a plain ground"))
    return (changes[0][0] if changes else "same"), [words for _, words in changes]


def describe_place(frame: Frame) -> str:
    """Where in a larger picture a window lies, in words."""
    half = frame.side / 2
    box = (frame.x - half, frame.y - half, frame.x + half, frame.y + half)
    return f"at the {_spot(box)} of another picture, about {100 * frame.side:.0f} % of its width"


def _spot(box: tuple[float, float, float, float], *, mirrored: bool = False) -> str:
    """Where a box lies, in words; in a mirrored view left is right."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    row = _ROWS[0 if y < 0.4 else 2 if y > 0.6 else 1]
    column = _COLUMNS[0 if x < 0.4 else 2 if x > 0.6 else 1]
    if mirrored:
        column = _COLUMNS[2 - _COLUMNS.index(column)]
    return row if row == column else f"{row} {column}"
