"""The figures of an evaluation, on cases whose figures are known."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from hunter.errors import InputError, StoreError
from hunter.matching.pictures.examples import brand_with, profile_with
from hunter.matching.screen import Screener
from hunter.operations.evaluation import (
    Case,
    Scored,
    curve,
    draw_curve,
    draw_worst,
    hardest,
    measure,
    read_cases,
    score,
    worst,
)
from hunter.types import Assessment, Brand, Profile

PROFILE = Profile(platform="x", handle="h")


def scored(value: float, *, impostor: bool, brand: str | None = None, attack: str | None = None) -> Scored:
    best = Assessment(brand="z", profile=PROFILE, bits=0.0, score=value, findings=(), rules="")
    case = Case(profile=PROFILE, shown="h", brand=brand, impostor=impostor, attack=attack)
    return Scored(case=case, own=value if impostor else 0.0, best=best, pairs=(value,))


def test_recall_at_a_false_positive_rate_is_counted_strictly() -> None:
    cases = [scored(i / 1000, impostor=False) for i in range(1000)]  # 0.000 to 0.999
    cases += [scored(v, impostor=True, brand="z", attack="typo") for v in (0.995, 0.99, 0.985, 0.5)]
    cases += [scored(0.1, impostor=True, brand="z", attack="unrelated"), scored(0.7, impostor=False, brand="z")]
    measured = measure(cases, brands=1, rates=(0.01, 0.001))
    first, second = measured.candidates
    assert (first.threshold, first.alarms) == (0.989, 10)
    assert (first.named, first.all) == (0.5, 0.4)
    assert (second.threshold, second.alarms, second.named) == (0.998, 1, 0.0)
    assert first.hard == 0.0
    assert measured.attacks["typo"] == (4, (0.5, 0.0))
    assert (measured.named, measured.impostors, measured.innocents, measured.hard) == (4, 5, 1000, 1)
    assert measured.above_half == 0.75
    assert measured.innocents_above == (499, 99)


def test_pairs_are_counted_over_all_brands() -> None:
    cases = [scored(0.9, impostor=False) for _ in range(10)] + [scored(0.95, impostor=True, brand="z")]
    assert measure(cases, brands=100, rates=(0.01,)).pairs[0].threshold == 0.0
    assert measure(cases, brands=1, rates=(0.01,)).pairs[0].threshold == 0.9


def test_the_curve_falls_from_full_precision() -> None:
    cases = [scored(v, impostor=True, brand="z") for v in (0.9, 0.8)] + [scored(0.85, impostor=False)]
    assert curve(cases) == [(0.5, 1.0, 0.9), (0.5, 0.5, 0.85), (1.0, pytest.approx(2 / 3), 0.8)]


def test_cases_of_every_kind_are_read_scored_and_drawn(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text(
        "kind,brand_id,candidate,label,attack\n"
        "handle,zen_doria,zendoria_help,1,combosquat\n"
        "displayname,zen_doria,Zendoria Support,1,combosquat\n"
        "domain,zen_doria,zendoria-login.example,1,combosquat\n"
        "handle,,gardening,0,\n"
        "handle,zen_doria,zendoria_fans,0,\n"
        "package,,@gardening/core,0,\n"
        "handle,nobody,acme,1,typo\n"
        "handle,,acme,2,\n"
        "handle,,acme,1,\n"
    )
    cases, faults = read_cases(path, ["zen-doria"])
    assert [c.profile.platform for c in cases] == ["unknown", "unknown", "domain", "unknown", "unknown", "package"]
    assert [fault.split(":")[1] for fault in faults] == ["8", "9", "10"]
    found = score(cases, Screener([Brand(slug="zen-doria", names=("Zendoria",))]))
    assert all(s.own > 0.5 for s in found[:3]) and found[3].top == 0.0
    misses, alarms = worst(found, 9)
    assert misses[0].case.impostor and [s.case.shown for s in alarms] == ["gardening", "@gardening/core"]
    assert [s.case.shown for s in hardest(found, 9)] == ["zendoria_fans"]
    draw_curve(found, tmp_path / "c.png", "cases")
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")


def test_a_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("handle\nacme\n")
    with pytest.raises(InputError, match="no column label"):
        read_cases(tmp_path / "c.csv", [])


def test_the_worst_pictures_are_drawn_beside_the_brands(tmp_path: Path) -> None:
    brand = brand_with("ours")
    theirs = {how: profile_with(how) for how in ("mirrored", "inside", "another")}
    cases = [Case(profile=theirs[how], shown=how, brand="acme", impostor=True) for how in ("mirrored", "inside")]
    cases += [Case(profile=theirs["another"], shown="another", brand=None, impostor=False)]
    cases += [Case(profile=PROFILE, shown="no picture", brand="acme", impostor=True)]
    found = score(cases, Screener([brand]))
    assert draw_worst(found, [brand], tmp_path / "sheets", 10) == 2, "an innocent that resembles nothing has no pair"
    with (
        Image.open(tmp_path / "sheets" / "misses.png") as misses,
        Image.open(tmp_path / "sheets" / "alarms.png") as alarms,
    ):
        assert misses.format == alarms.format == "PNG"
        shown = misses.convert("RGB")
    colours = {shown.getpixel((x, 60)) for x in range(20, 450, 5)}
    assert len(colours) > 5, "both pairs stand on the sheet"
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError):
        draw_worst(found, [brand], tmp_path / "file", 10)
