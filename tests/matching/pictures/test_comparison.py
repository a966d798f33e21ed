from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from hunter.matching.judge import judge
from hunter.matching.pictures import compare_pictures
from hunter.matching.pictures.looks import Pixels
from hunter.matching.pictures.reading import measure_quality, tell_kind
from hunter.matching.pictures.samples import DRAWERS, draw_letter, draw_mark, draw_person
from hunter.matching.pictures.sheets import draw_up, pack_sheet
from hunter.types import Brand, Picture, Profile
from tests.matching.pictures.alterations import ALTERATIONS

MARKS = (1018, 1047, 1042, 1055, 1051, 1050, 1027, 1028)  # eventful enough to be told from others


def picture(pixels: Pixels, name: str) -> Picture:
    sheet = draw_up((np.ascontiguousarray(pixels),))
    kind, quality = tell_kind(sheet), measure_quality(sheet.looks[0])
    return Picture(sha256=name, small=pack_sheet(sheet), kind=kind, quality=quality, width=256, height=256)


@cache
def mark(number: int) -> Picture:
    return picture(draw_mark(number), f"mark {number}")


@pytest.mark.parametrize("name", ALTERATIONS)
def test_an_altered_copy_is_found_and_told(name: str) -> None:
    alter, levels = ALTERATIONS[name]
    told: Counter[str] = Counter()
    found = 0
    for number in MARKS:
        likeness = compare_pictures(mark(number), picture(alter(draw_mark(number)), name))
        assert likeness is not None
        found += likeness.bits > 0
        told[likeness.how] += likeness.bits > 0
    assert found >= len(MARKS) - (1 if name in ("put_inside", "negate", "swap_colours") else 0), told
    assert sum(told[level] for level in levels) >= found - 2, told


def test_unrelated_pictures_stay_unrelated() -> None:
    strangers = [
        picture(draw(20_000 + number), f"{kind} {number}") for kind, draw in DRAWERS.items() for number in range(6)
    ]
    alarms = [
        (number, theirs.sha256)
        for theirs in strangers
        for number in MARKS
        if (likeness := compare_pictures(mark(number), theirs)) is not None and likeness.bits > 0
    ]
    assert not alarms


def test_the_same_bytes_are_the_same_whatever_else_is_known() -> None:
    bare = Picture(sha256="1" * 64)
    likeness = compare_pictures(bare, bare)
    assert likeness is not None and likeness.how == "bytes"


def test_a_picture_that_shows_nothing_is_not_compared() -> None:
    flat = picture(np.full((100, 100, 3), 130, np.uint8), "flat")
    assert flat.kind == "flat" and flat.quality == 0
    assert compare_pictures(mark(1047), flat) is None
    assert compare_pictures(flat, flat) is None


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (0, 120, 250), (250, 20, 20)])
def test_solid_colours_are_flat(colour: tuple[int, int, int]) -> None:
    assert picture(np.full((64, 64, 3), colour, np.uint8), "x").kind == "flat"


def test_letter_and_default_avatars_are_told_and_weigh_nothing() -> None:
    letters = [picture(draw_letter(number), f"letter {number}") for number in range(26)]
    persons = [picture(draw_person(100 + number), f"person {number}") for number in range(20)]
    assert sum(p.kind == "letter" for p in letters) >= 22
    assert sum(p.kind == "default" for p in persons) >= 18
    assert all(mark(number).kind == "picture" for number in MARKS)
    brand = Brand(slug="acme", names=("Acme",), pictures=tuple(mark(number) for number in MARKS))
    for theirs in (*letters, *persons):
        profile = Profile(platform="x", handle="qqq", picture=theirs)
        if theirs.kind != "picture":
            assert not [f for f in judge(brand, profile).findings if f.family == "picture"], theirs.sha256


def test_colours_of_one_lightness_are_seen() -> None:
    def draw(number: int, alter: str = "") -> Picture:
        shape = draw_mark(number).mean(axis=2, keepdims=True) > 90
        pixels = np.where(shape, (90, 150, 60), (190, 90, 125)).astype(np.uint8)
        return picture(ALTERATIONS[alter][0](pixels) if alter else pixels, f"colours {number} {alter}")

    ours, theirs, rounded = draw(1047), replace(draw(1047), sha256="other file"), draw(1047, "round_off")
    assert ours.kind == "picture"
    for copy in (theirs, rounded):
        likeness = compare_pictures(ours, copy)
        assert likeness is not None and likeness.bits > 3, copy.sha256


BRAND = Brand(slug="zephyrine", names=("Zephyrine",), pictures=(mark(1047),))
OWN = {kind: picture(DRAWERS[kind](777), f"own {kind}") for kind in ("mark", "word", "face", "scene")}


def score(handle: str, theirs: Picture | None) -> float:
    return judge(BRAND, Profile(platform="x", handle=handle, picture=theirs)).score


@pytest.mark.parametrize("name", [name for name in ALTERATIONS if name not in ("put_inside", "swap_colours")])
def test_the_brands_picture_makes_a_suspect_whatever_the_name(name: str) -> None:
    copy = picture(ALTERATIONS[name][0](draw_mark(1047)), f"copy {name}")
    assert score("morning_walks", copy) > 0.5
    assert score("zephyrine_help", copy) > max(score("morning_walks", copy), score("zephyrine_help", None))


@pytest.mark.parametrize("kind", OWN)
def test_a_picture_of_its_own_speaks_against_and_settles_nothing(kind: str) -> None:
    assert score("morning_walks", OWN[kind]) < 0.05
    for handle in ("zephyrine", "zephyrine_help", "zephyr1ne"):
        bare, pictured = score(handle, None), score(handle, OWN[kind])
        assert pictured < bare, "no impostor's picture"
        assert pictured > bare / (bare + (1 - bare) * 2**3), "three bits at most: an impostor may show anything"


def test_a_damaged_or_foreign_look_is_told() -> None:
    from hunter.matching.pictures.sheets import unpack_sheet

    for small in (b"", b"\x01abc", mark(1047).small[:20]):
        with pytest.raises(ValueError, match="look"):
            unpack_sheet(small)


def test_a_look_of_another_version_is_not_compared() -> None:
    old = replace(mark(1018), small=b"\x01" + mark(1018).small[1:])
    assert compare_pictures(mark(1047), old) is None
    assert compare_pictures(old, mark(1047)) is None
