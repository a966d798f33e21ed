"""Brands and names that the tests of the compiled part and of the sieve share."""

from __future__ import annotations

import random
from itertools import islice

import pytest
import wordninja

from hunter.matching.forms import forms_of
from hunter.matching.handles import lookalikes
from hunter.types import Brand, Platform

NAMES = ("Zendoria", "Talvora Bank", "Kestrix", "Mollumen", "Orbanto", "Quillon & Sons", "Steam", "Nordwyk Air", "Rivo")
BRANDS = [Brand(slug=f"b{i}", names=(name,), keywords=("fares",)) for i, name in enumerate(NAMES)]
FORMS = [(n, form) for n, brand in enumerate(BRANDS) for form in forms_of(brand)]

# Handles that may be read wrongly, and some in which only the looks of letters differ.
ODD = ["", "@", "@zendoria", "_", "-._", "7", "a1b2c3d4e5f6", "zendoria-" + "9f" * 20, "x" * 64, "ze-" * 40, "9" * 64]
ODD += ["z3nd0r1a", "k3str1x", "orbaant0", "m0l1um3n", "5t3am", "zendoriahr", "tvkestrix"]


@pytest.fixture(scope="module")
def names() -> list[str]:
    """Look-alikes of the brands, ordinary handles, and handles of both kinds put together, with random damage."""
    chance = random.Random(11)
    words = [w for w in list(wordninja.DEFAULT_LANGUAGE_MODEL._wordcost)[:20_000] if w.isascii()]
    found = [x.handle for brand in BRANDS for x in islice(lookalikes(brand, Platform(name="anywhere")), 30)]
    for _ in range(700):
        parts = chance.choices(words, k=chance.choice((0, 1, 1, 2)))
        parts.insert(chance.randrange(len(parts) + 1), chance.choice(NAMES).replace(" ", chance.choice(("", "-"))))
        name = list(chance.choice(("", "", "_", "-", ".")).join(parts))
        for _ in range(chance.choice((0, 1, 1, 2, 3))):
            at = chance.randrange(len(name))
            name[at] = chance.choice(("", chance.choice("abcdeoil01_.-XY"), name[at] * 2, name[at] + "22"))
        found.append("".join(name))
    return [name for name in dict.fromkeys(found) if name.isascii() and any(map(str.isalnum, name))]
