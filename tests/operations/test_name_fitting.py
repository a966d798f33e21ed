"""Scales fitted to labelled names: they tell impostors apart on brands that they did not see, and say how well."""

from __future__ import annotations

import tomllib

import pytest

from hunter.matching.measures import CASES
from hunter.matching.scales import KINDS
from hunter.matching.weights import parse_weights, shipped_weights
from hunter.operations import name_fitting as fitting
from hunter.operations import name_tables
from hunter.operations.evaluation import Case
from hunter.types import Brand, Profile

NAMES = (
    "Zendoria",
    "Kestrix",
    "Talvora",
    "Quibbane",
    "Mordelka",
    "Fintesse",
    "Ploverix",
    "Sagutha",
    "Wendelmo",
    "Crintaq",
)
BRANDS = [Brand(slug=name.lower(), names=(name,)) for name in NAMES]
MEANT = ("{0}_support", "{0}1", "x{0}", "{0}official", "{1}", "{1}_help")
HARMLESS = (
    "the {0} garden walks of my town",
    "old{0}wanderings",
    "river and {0} stones in autumn",
    "{0}ianische lieder",
)


def case_of(handle: str, brand: str | None, platform: str = "x") -> Case:
    return Case(
        profile=Profile(platform=platform, handle=handle), shown=handle, brand=brand, impostor=brand is not None
    )


@pytest.fixture(scope="module")
def measured() -> fitting.Labelled:
    cases = []
    for name in (name.lower() for name in NAMES):
        turned = name[:3] + name[4] + name[3] + name[5:]
        cases += [case_of(shape.format(name, turned), name) for shape in MEANT]
        cases += [case_of(shape.format(name), None) for shape in HARMLESS]
    cases += [case_of(f"gardening{n}", None) for n in range(100)]
    return fitting.measure_cases("own", cases, BRANDS)


def test_pairs_are_what_the_index_lets_through(measured: fitting.Labelled) -> None:
    assert sum(pair.impostor is True for pair in measured.pairs) == len(NAMES) * len(MEANT)
    assert sum(pair.impostor is False for pair in measured.pairs) >= len(NAMES) * 3
    assert {pair.second.kind for pair in measured.pairs} == {"handle"} and fitting.as_handles(measured) is None


def test_held_out_brands_are_told_apart(measured: fitting.Labelled) -> None:
    odds = fitting.hold_brands_out([measured])
    told = fitting.tell(measured, odds[0], rates=(0.05,))
    assert told.recall[0] > 0.9
    points = fitting.find_points([measured], odds)
    half, sure = points["handle"]
    assert half < sure
    every = name_tables.complete(points, dict.fromkeys(KINDS, (0.0, 1.0)))
    assert every["handle"] == points["handle"] and every["domain"] == (0.0, 1.0)


def test_what_is_written_is_what_was_fitted(measured: fitting.Labelled) -> None:
    scales = fitting.fit([measured])
    points = dict.fromkeys(KINDS, (0.0, 2.0))
    second = tomllib.loads(name_tables.write_second(scales.second, points))
    assert second.pop("points") == {kind: [0.0, 2.0] for kind in KINDS}
    assert second == scales.second and set(second) <= set(CASES)
    assert tomllib.loads(name_tables.write_first(scales.first)) == scales.first


def test_package_names_count_a_little_as_handles_too() -> None:
    cases = [case_of("zendoria-core", "zendoria", "npm"), case_of("gardening", None, "npm")]
    measured = fitting.measure_cases("packages", cases, BRANDS)
    twin = fitting.as_handles(measured)
    assert (
        twin
        and [p.second.kind for p in measured.pairs] == ["package"]
        and [p.second.kind for p in twin.pairs] == ["handle"]
    )
    assert twin.pairs[0].second.weight < measured.pairs[0].second.weight


def test_innocents_alone_teach_nothing_about_handles() -> None:
    measured = fitting.measure_cases("registry", [case_of("zendoria-core", None, "npm")], BRANDS)
    assert len(measured.pairs) == 1 and measured.is_innocent and fitting.as_handles(measured) is None


def test_innocents_alone_teach_the_second_look_only(measured: fitting.Labelled) -> None:
    cases = [case_of(f"walks-in-{name.lower()}-town", None, "npm") for name in NAMES]
    more = fitting.measure_cases("registry", cases, BRANDS)
    assert more.pairs and not measured.is_innocent
    without, with_more = fitting.fit([measured]), fitting.fit([measured, more])
    assert with_more.first == without.first and with_more.second != without.second


def test_a_file_is_held_out_with_its_twin(measured: fitting.Labelled) -> None:
    packages = [case_of(f"{name.lower()}-core", name.lower(), "npm") for name in NAMES]
    packages += [case_of(f"walks-in-{name.lower()}-town-and-more", None, "npm") for name in NAMES]
    second = fitting.measure_cases("packages", packages, BRANDS)
    twin = fitting.as_handles(second)
    assert twin is not None
    alone = fitting.fit([measured])
    held = fitting.hold_files_out([measured, second, twin])
    assert held[1] == [alone.odds(pair) for pair in second.pairs]
    assert held[2] == [alone.odds(pair) for pair in twin.pairs]


def test_what_stands_beside_the_likeness_gets_bits_where_enough_show_it(measured: fitting.Labelled) -> None:
    pairs = [pair._replace(levels={} if pair.impostor else {"ordinary_word": "word"}) for pair in measured.pairs]
    told = fitting.Labelled(name="own", cases=measured.cases, pairs=pairs)
    odds = fitting.hold_brands_out([told])
    beside = fitting.weigh_beside([told], odds, {"handle": (0.0, 4.0)})
    bits, impostors, innocents = beside["ordinary_word", "word"]
    assert bits < 0 and impostors == 0 and innocents >= 20
    weights = parse_weights(tomllib.loads(name_tables.write_weights(shipped_weights(), beside)))
    assert weights.levels["ordinary_word"]["word"] == (bits, bits)
    assert weights.levels["links"] == shipped_weights().levels["links"]
