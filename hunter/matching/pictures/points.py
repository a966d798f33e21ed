"""The third look: single points of our picture found again in theirs, wherever they stand and however turned.

Oriented FAST points with rotated BRIEF (Rublee and others' ORB, ICCV 2011) and a similarity that most of them agree on
(Fischler and Bolles' RANSAC, 1981). It finds what no set of views foresees: turns by any angle, a logo cut out and set
anywhere. It takes milliseconds a pair, so it is for pairs that something else already speaks for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from hunter.matching.pictures.looks import Pixels, unpack_looks
from hunter.matching.pictures.sheets import Sheet
from hunter.matching.pictures.views import Frame, canonical_frames, grey_of

ZOOM = 2  # looks are enlarged for finding points
POINTS = 400  # of each picture
FEWEST = 6  # points that must agree
NEAR = 6.0  # pixels of the enlarged look
UNIQUE = 0.85  # the nearest point must be that much nearer than the second
SMALLEST, LARGEST = 0.2, 3.0  # of our picture in theirs

Points = tuple[npt.NDArray[np.float32], npt.NDArray[np.uint8]]


@dataclass(frozen=True, slots=True)
class Sighting:
    """Our picture seen in theirs: which frame of ours fills which frame of theirs."""

    ours: Frame
    theirs: Frame
    mirrored: bool
    agreeing: int  # points
    share: float  # of the points that resemble one of ours


@lru_cache(maxsize=512)
def points_of(packed: bytes, mirrored: bool = False) -> Points:
    """Where the points of a packed sheet's first look are, `[points, 2]`, and what they look like; remembered."""
    grey = grey_of(unpack_looks(packed)[0])
    if mirrored:
        grey = np.ascontiguousarray(grey[:, ::-1])
    large = cv2.resize(grey, None, fx=ZOOM, fy=ZOOM, interpolation=cv2.INTER_CUBIC)
    finder = cv2.ORB.create(POINTS, scaleFactor=1.2, nlevels=8, edgeThreshold=12, patchSize=25, fastThreshold=8)
    found, signs = finder.detectAndCompute(large, None)
    if signs is None:
        return np.zeros((0, 2), np.float32), np.zeros((0, 32), np.uint8)
    return np.array([point.pt for point in found], np.float32), np.asarray(signs, np.uint8)


def find_points(reference: Sheet, sheet: Sheet) -> Sighting | None:
    """The place in their picture where most points of ours agree that ours stands; None where too few do."""
    ours = points_of(reference.packed)
    best: Sighting | None = None
    for mirrored in (False, True):
        seen = _agree(ours, points_of(sheet.packed, mirrored))
        if seen is not None and (best is None or seen[1] > best.agreeing):
            move, agreeing, share = seen
            placed = _place(reference.looks[0], sheet.looks[0], move)
            if placed is not None:
                there = _mirror(placed[1], sheet.looks[0]) if mirrored else placed[1]
                best = Sighting(placed[0], there, mirrored, agreeing, share)
    return best


def _agree(ours: Points, theirs: Points) -> tuple[npt.NDArray[np.float64], int, float] | None:
    """The similarity from our look to theirs, how many points agree on it, and which share of those that were alike."""
    if min(len(ours[0]), len(theirs[0])) < FEWEST:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(ours[1], theirs[1], k=2)
    alike = [two[0] for two in pairs if len(two) == 2 and two[0].distance < UNIQUE * two[1].distance]
    if len(alike) < FEWEST:
        return None
    here = ours[0][[match.queryIdx for match in alike]]
    there = theirs[0][[match.trainIdx for match in alike]]
    move, kept = cv2.estimateAffinePartial2D(
        here, there, method=cv2.RANSAC, ransacReprojThreshold=NEAR, maxIters=600, confidence=0.995
    )
    if move is None:
        return None
    # Many points on one spot are one clue: those are counted that lie apart in both pictures.
    inliers = kept.ravel() > 0
    apart = min(len(np.unique(np.round(side[inliers] / 5), axis=0)) for side in (here, there))
    return (np.asarray(move, np.float64), apart, float(inliers.mean())) if apart >= FEWEST else None


def _place(ours: Pixels, theirs: Pixels, move: npt.NDArray[np.float64]) -> tuple[Frame, Frame] | None:
    """Our frame and theirs, by a similarity between the enlarged looks; None where the size is out of all reason."""
    frames = canonical_frames(ours)
    frame = next((f for f in frames if f.name == "content"), frames[0])
    zoom = math.hypot(move[0, 0], move[1, 0])
    longest, their_longest = max(ours.shape[:2]), max(theirs.shape[:2])
    side = frame.side * zoom * longest / their_longest
    if not SMALLEST <= side <= LARGEST:
        return None
    middle = move @ np.array([frame.x * longest * ZOOM, frame.y * longest * ZOOM, 1.0]) / (ZOOM * their_longest)
    angle = math.degrees(math.atan2(move[1, 0], move[0, 0]))
    x, y = (float(v) for v in middle)
    return replace(frame, ground=None), Frame("seen", x, y, side, angle=angle)


def _mirror(frame: Frame, look: Pixels) -> Frame:
    """A frame told in the mirror image of a look, as the frame of the look whose view is mirrored afterwards."""
    height, width = look.shape[:2]
    return replace(frame, x=width / max(height, width) - frame.x, angle=-frame.angle)
