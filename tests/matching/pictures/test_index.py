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


def sorted_into_cells(monkeypatch: pytest.MonkeyPatch, brands: list[Brand]) -> PictureIndex:
    with monkeypatch.context() as patch:
        patch.setattr(module, "VIEWS_AT_ONCE", 0)
        patch.setattr(module, "CANONICAL_AT_ONCE", 0)
        return PictureIndex(brands)


def test_cells_find_what_a_full_search_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, cells = PictureIndex(BRANDS), sorted_into_cells(monkeypatch, BRANDS)
    lost = 0
    for number in MARKS[:4]:
        for name in ("recode", "crop", "mirror", "put_inside"):
            theirs = picture(ALTERATIONS[name][0](draw_mark(number)), name)
            found = f"b{number}" in whole.near(theirs)
            assert found or name == "put_inside"
            lost += found and f"b{number}" not in cells.near(theirs)
    assert lost <= 1


def test_many_are_looked_up_as_each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = [
        picture(ALTERATIONS[name][0](draw_mark(number)), name) for name in ("crop", "banner") for number in MARKS[:4]
    ]
    pictures[3:3] = [Picture(sha256="0" * 64), picture(draw_scene(123), "scene")]
    monkeypatch.setattr(module, "BATCH", 4)
    for index in (PictureIndex(BRANDS), sorted_into_cells(monkeypatch, BRANDS)):
        found = index.look_up_all(pictures)
        assert len(found) == len(pictures) and any(found) and found[3] == []
        assert found == [index.look_up_all([alone])[0] for alone in pictures]
        assert index.near_all(pictures) == [index.near(alone) for alone in pictures]


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
