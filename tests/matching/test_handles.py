"""Look-alike handles: the shapes that impostors use come early, rules are kept, nothing comes twice."""

from __future__ import annotations

from itertools import islice

import idna
import pytest

from hunter.matching.handles import fits, lookalikes
from hunter.matching.screen import Screener
from hunter.types import Brand, HandleRule, Platform, Profile

BRAND = Brand(slug="z", names=("Zendoria",), domains=("zendoria.example",), official={"x": ("Zendoria",)})
X = Platform(name="x", handle_rule=HandleRule(shortest=4, longest=15, alphabet="abcdefghijklmnopqrstuvwxyz0123456789_"))
DOTS = Platform(name="dots", handle_rule=HandleRule(alphabet="abcdefghijklmnopqrstuvwxyz.", ignored="."))
SHAPES = [
    *(f"zendoria{c}" for c in "abcdefghijklmnopqrstuvwxyz0123456789"),
    *(f"{c}zendoria" for c in "abcdefghijklmnopqrstuvwxyz0123456789"),
    *("zendoria"[:i] + "_" + "zendoria"[i + 1 :] for i in range(8)),
    *(f"zendoria_{w}" for w in ("support", "help", "team", "gift", "com", "my")),
    *(f"{w}_zendoria" for w in ("my", "the", "com", "team", "real")),
    *(f"zendoria{w}" for w in ("tech", "seller", "app", "hq")),
    "zendoria_", "zendora", "zenndoria", "zendroia", "zendor1a", "zemdoria", "zendoriia", "zendoriaa",
]  # fmt: skip


def test_the_shapes_of_real_impostors_are_among_the_first_thousand() -> None:
    found = {x.handle for x in islice(lookalikes(BRAND, X), 1000)}
    missing = [shape for shape in SHAPES if shape not in found]
    assert len(missing) <= len(SHAPES) // 10, missing


@pytest.mark.parametrize("platform", [X, DOTS], ids=lambda p: p.name)
def test_every_handle_is_one_that_the_platform_takes_and_comes_once(platform: Platform) -> None:
    rule = platform.handle_rule
    found = [x.handle for x in islice(lookalikes(BRAND, platform), 3000)]
    assert len(found) == 3000 or platform is DOTS
    assert all(fits(handle, rule) for handle in found)
    seen = ["".join(c for c in handle.lower() if c not in rule.ignored) for handle in found]
    assert len(set(seen)) == len(seen)


def test_the_brands_own_handle_is_left_out_and_each_comes_with_its_trick() -> None:
    found = list(islice(lookalikes(BRAND, X), 200))
    assert "zendoria" not in {x.handle for x in found}
    assert all(x.kind and x.words for x in found)


def test_domains_are_real_domains_and_never_the_brands_own() -> None:
    found = list(islice(lookalikes(BRAND, Platform(name="domain")), 800))
    assert "zendoria.example" not in {x.handle for x in found}
    assert {"zendoria.com", "zendoria.net"} <= {x.handle for x in found[:60]}
    assert any(x.kind == "foreign_letters" for x in found)
    for each in found:
        idna.decode(each.handle)


def test_the_matcher_knows_its_own_tricks_again() -> None:
    screener = Screener([BRAND])
    found = [x.handle for x in islice(lookalikes(BRAND, Platform(name="anywhere")), 600)]
    known = sum(any(a.score > 0.5 for a in screener.assess(Profile(platform="y", handle=handle))) for handle in found)
    assert known >= 0.97 * len(found)


def test_a_person_and_a_name_in_another_script() -> None:
    person = Brand(slug="p", kind="person", names=("Ilse Maria Quandorf",))
    found = {x.handle for x in islice(lookalikes(person, Platform(name="anywhere")), 400)}
    assert {"ilsemariaquandorf", "ilsequandorf"} <= found
    foreign = Brand(slug="f", names=("Брендор",))
    assert "brendor" in {x.handle for x in islice(lookalikes(foreign, X), 20)}
