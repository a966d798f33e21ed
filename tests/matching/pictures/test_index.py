from __future__ import annotations

import numpy as np
import pytest

from hunter.matching.pictures import PictureIndex
from hunter.matching.pictures import index as module
from hunter.matching.pictures.samples import draw_mark, draw_scene
from hunter.matching.screen import Screener
from hunter.types import Brand, Picture, Profile
from tests.matching.pictures.alterations import ALTERATIONS
from tests.matching.pictures.test_comparison import MARKS, mark, picture

BRANDS = [
    Brand(slug=f"b{number}", names=(f"Quixomar{number}",), pictures=(mark(number),))
    for number in (*MARKS, *range(2000, 2024))
]


def test_every_alteration_finds_its_brand() -> None:
    index = PictureIndex(BRANDS)
    missed = []
    for name, (alter, _) in ALTERATIONS.items():
        for number in MARKS[:2]:
            if f"b{number}" not in index.near(picture(alter(draw_mark(number)), name)):
                missed.append((name, number))
    assert len(missed) <= 1, missed


def test_cells_find_what_a_full_search_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = PictureIndex(BRANDS)
    monkeypatch.setattr(module, "ALL_AT_ONCE", 0)
    sorted_into_cells = PictureIndex(BRANDS)
    lost = 0
    for number in MARKS[:4]:
        for name in ("recode", "crop", "mirror"):
            theirs = picture(ALTERATIONS[name][0](draw_mark(number)), name)
            assert f"b{number}" in whole.near(theirs)
            lost += f"b{number}" not in sorted_into_cells.near(theirs)
    assert lost <= 1


def test_nothing_comes_of_nothing() -> None:
    assert PictureIndex([]).near(mark(1047)) == []
    assert PictureIndex([Brand(slug="bare", names=("Bare",))]).near(mark(1047)) == []
    index = PictureIndex(BRANDS)
    assert index.near(Picture(sha256="0" * 64)) == []
    assert index.near(picture(np.full((90, 90, 3), 7, np.uint8), "flat")) == []
    assert index.near(picture(draw_scene(123), "scene")) == []


def test_flat_references_are_left_out() -> None:
    flat = picture(np.full((90, 90, 3), 7, np.uint8), "flat")
    index = PictureIndex([Brand(slug="flat", names=("Flat",), pictures=(flat,)), *BRANDS])
    assert "flat" not in index.near(mark(1047))


def test_the_screener_finds_a_copy_under_any_name() -> None:
    theirs = picture(ALTERATIONS["banner"][0](draw_mark(1042)), "banner")
    profiles = [
        Profile(platform="x", handle="morning_walks", picture=theirs),
        Profile(platform="x", handle="evening_walks", picture=picture(draw_scene(77), "scene")),
    ]
    found = list(Screener(BRANDS).screen(profiles))
    assert [(a.brand, a.profile.handle) for a in found] == [("b1042", "morning_walks")]
    assert found[0].score > 0.5 and "laid over" in found[0].reason
