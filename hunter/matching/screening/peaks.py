"""The most that measures which bend at their knees may say, when only their limits are known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from hunter.matching.measures import KNEES
from hunter.matching.screening.text import Ints

Numbers = NDArray[np.floating]

LEAST_GAIN = -60.0  # nats


def best_gain(scale: Mapping[str, float], most: Numbers) -> Numbers:
    """The most that a gain of no more than `most` may say."""
    found = np.full(most.shape, -np.inf)
    most = np.maximum(most, LEAST_GAIN)
    for point in (np.full(most.shape, LEAST_GAIN), most, *(np.minimum(most, knee) for knee in KNEES["gain"])):
        value = scale.get("gain", 0.0) * point
        for knee in KNEES["gain"]:
            value = value + scale.get(f"gain_{knee}", 0.0) * np.maximum(0.0, point - knee)
        found = np.maximum(found, value)
    return found


def best_beside(scale: Mapping[str, float], low: Numbers, high: Numbers, letters: Ints, keys: Ints) -> Numbers:
    """The most that so many letters beside a form may say, whose text costs from `low` to `high` nats.

    `keys`: changes to a key beside; where there are any, the measure counts these instead of the nats.
    """
    found = np.full(high.shape, -np.inf)
    for point in (low, high, *(np.clip(knee, low, high) for knee in KNEES["near"])):
        value = scale.get("glue", 0.0) * point / np.maximum(1, letters)
        value = value + scale.get("near", 0.0) * np.where(keys > 0, keys, point)
        for knee in KNEES["near"]:
            value = value + scale.get(f"near_{knee}", 0.0) * np.maximum(0.0, point - knee)
        found = np.maximum(found, value)
    return found
