from __future__ import annotations

import numpy as np
import pytest

from hunter.matching.pictures.verdicts import TRAITS, complete, weigh
from hunter.tables import read_table


@pytest.mark.parametrize("kind", TRAITS)
def test_every_trait_has_its_weight_and_nothing_else_has_one(kind: str) -> None:
    assert read_table("pictures")[kind].keys() == {"bias", *TRAITS[kind]}


@pytest.mark.parametrize("kind", ["copy", "inside"])
def test_products_stand_under_the_names_of_both(kind: str) -> None:
    measured = [name for name in TRAITS[kind] if "_with_" not in name]
    values = np.random.default_rng(4).random(len(measured))
    told = dict(zip(TRAITS[kind], complete(kind, values), strict=True))
    for name, value in told.items():
        parts = name.split("_with_")
        assert value == pytest.approx(np.prod([told[part] for part in parts])), name
    table = read_table("pictures")[kind]
    bits = table["bias"] + sum(table[name] * value for name, value in told.items())
    assert weigh(kind, values) == pytest.approx(bits)


def test_points_are_weighed_as_they_were_measured() -> None:
    values = np.arange(float(len(TRAITS["points"])))
    assert complete("points", values) is values
