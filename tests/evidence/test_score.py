"""The score comes out of the bag again, for a second reader, and not when somebody improved it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hunter.errors import InputError
from hunter.evidence import score as score_module
from hunter.evidence.layout import SCORE, to_json
from hunter.evidence.records import from_plain, to_plain
from hunter.evidence.score import rescore
from hunter.types import Allowed, Brand, Picture, Profile, Rights
from tests.evidence.conftest import Scene


def change(bag: Path, **new: object) -> None:
    told = json.loads((bag / SCORE).read_bytes())
    (bag / SCORE).write_bytes(to_json({**told, **new}))


def test_the_same_number_comes_out(scene: Scene) -> None:
    again = rescore(scene.sealed.path)
    assert again.sealed == again.judged == pytest.approx(again.added_up, abs=1e-12)
    assert again.same_matcher and again.agrees and again.sealed > 0.9


def test_an_improved_number_is_noticed(scene: Scene, copy_of: Callable[[Path], Path]) -> None:
    bag = copy_of(scene.sealed.path)
    change(bag, score=0.99999)
    assert not rescore(bag).agrees
    told = json.loads((scene.sealed.path / SCORE).read_bytes())
    told["findings"][0]["bits"] += 3
    told["bits"] += 3
    told["score"] = 1 / (1 + 2 ** -told["bits"])
    (bag / SCORE).write_bytes(to_json(told))
    again = rescore(bag)
    assert again.added_up == pytest.approx(again.sealed) and not again.agrees, "the sum fits, the judgement does not"


def test_another_profile_is_noticed(scene: Scene, copy_of: Callable[[Path], Path]) -> None:
    bag = copy_of(scene.sealed.path)
    path = bag / "data/profile/profile.json"
    path.write_bytes(path.read_bytes() + b"\n")
    assert rescore(bag).why == "data/profile/profile.json is another" and not rescore(bag).agrees


def test_a_later_matcher_only_has_to_add_up(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(score_module, "source_digest", lambda room: "another")
    again = rescore(scene.sealed.path)
    assert not again.same_matcher and again.agrees


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"findings": [{}], "weights": {}}'])
def test_a_score_that_cannot_be_read(content: bytes, scene: Scene, copy_of: Callable[[Path], Path]) -> None:
    bag = copy_of(scene.sealed.path)
    (bag / SCORE).write_bytes(content)
    with pytest.raises(InputError):
        rescore(bag)


def test_records_survive_the_way_through_a_bag() -> None:
    picture = Picture(sha256="a" * 64, hashes={"dhash": "00ff"}, quality=0.5, width=3, height=4, small=b"\x00\xff")
    allowed = Allowed(platform="x", handle="fans", reason="friends", until=date(2027, 1, 2))
    brand = Brand(
        slug="b", names=("Б", "b"), official={"x": ("b", "c")}, pictures=(picture,), allowed=(allowed,),
        rights=Rights(owner="B plc", classes=(36, 42)),
    )  # fmt: skip
    assert from_plain(Brand, json.loads(to_json(to_plain(brand)))) == brand
    profile = Profile(platform="x", handle="h", links=("a", "b"), followers=0, picture=picture)
    assert from_plain(Profile, json.loads(to_json(to_plain(profile)))) == profile
    assert from_plain(Profile, {**to_plain(profile), "later_field": 1}) == profile
    for wrong in ({**to_plain(profile), "followers": "many"}, [], {"platform": "x"}, None):
        with pytest.raises(InputError):
            from_plain(Profile, wrong)
    assert replace(profile, followers=None).followers is None
