from __future__ import annotations

import cv2
import imagehash
import numpy as np
import pytest
from PIL import Image

from hunter.matching.pictures.looks import take_look
from hunter.matching.pictures.reading import HASHED, take_hashes
from hunter.matching.pictures.samples import DRAWERS


@pytest.mark.parametrize("kind", DRAWERS)
def test_published_hashes_are_those_of_imagehash(kind: str) -> None:
    for number in range(6):
        look = take_look(np.ascontiguousarray(DRAWERS[kind](number)))
        grey = np.ascontiguousarray(look[..., 0])
        tiny = Image.fromarray(cv2.resize(grey, (HASHED, HASHED), interpolation=cv2.INTER_AREA))
        found = take_hashes(look)
        assert found["dhash"] == str(imagehash.dhash(tiny))
        # Coefficients that should be nothing are rounding errors, on either side of the middle.
        assert imagehash.hex_to_hash(found["phash"]) - imagehash.phash(tiny) <= (0 if kind == "scene" else 4)
