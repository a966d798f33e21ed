"""What is asked: names, disguises, look-alikes; the brands in turn, each question once."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from hunter.matching.handles import fits
from spiders.bluesky import PLATFORM, sha256_of_cid
from spiders.plan import Acquaintance, make_plan, nonsense_handle, search_words
from tests.spiders.conftest import VELDANO

OTHER = replace(VELDANO, slug="zuberon", names=("Zuberon Care",), official={}, domains=("zuberon.example",))


def test_searches_hold_the_names_and_how_they_are_disguised() -> None:
    words = list(search_words(OTHER, PLATFORM))
    assert words[:3] == ["zuberon care", "zuberoncare", "zuberon"]
    assert any("о" in w for w in words), "a Cyrillic letter that no search folds"
    assert len(words) == len(set(words)) <= 40


def test_brands_take_turns_and_nothing_is_asked_twice() -> None:
    plan = make_plan([VELDANO, OTHER], PLATFORM, [Acquaintance(native_id="did:x", handle="h")], handles_per_brand=20)
    assert plan.official == ("veldano.test",) and plan.known[0].native_id == "did:x"
    assert "veldano" in plan.searches[0] and "zuberon" in plan.searches[1]
    for questions in (plan.searches, plan.handles):
        assert len(questions) == len(set(questions))
    assert all(fits(handle, PLATFORM.handle_rule) for handle in plan.handles)
    assert 30 <= len(plan.handles) <= 40


def test_the_nonsense_is_different_each_time_and_possible() -> None:
    made = {nonsense_handle(PLATFORM) for _ in range(20)}
    assert len(made) == 20 and all(fits(handle, PLATFORM.handle_rule) for handle in made)


def test_the_digest_in_an_address_is_that_of_the_bytes() -> None:
    cid = "bafkreig42lzhnucatlkntew5gfgokxkmz7ucpbbazsazcopwvlb5mkg26y"
    assert sha256_of_cid(cid) == hashlib.sha256(b"veldano").hexdigest()
    for wrong in ("", "b", "bafy", "x" * 59, cid[:-1] + "!", cid[:-1], "bafybeig" + cid[8:], cid + "@jpeg"):
        assert sha256_of_cid(wrong) is None
