"""The second look: its table is complete, follows the points, and never leaves the first far behind."""

from __future__ import annotations

import pytest

from hunter.matching.measures import CASES, case_of, measure
from hunter.matching.measures import weigh as weigh_at_first
from hunter.matching.particulars import KNEES, bend, kind_of, look_closely
from hunter.matching.resemblance import best_likeness
from hunter.matching.scales import HALF, KINDS, SLACK, SURE, strength_of, weigh
from hunter.matching.words import Reading, read_handle, read_name
from hunter.tables import read_table
from hunter.types import Brand

BRAND = Brand(slug="z", names=("Zendoria",))
HANDLES = (
    "zendoria",
    "zen_doria",
    "zendoria_support",
    "zendroia",
    "zendoriaplok",
    "xzendoria9",
    "zend0ria-help",
    "my_zendorria",
)


def test_the_table_has_every_case_and_kind() -> None:
    table = read_table("particulars")
    assert set(table) == {"points", *CASES} and set(table["points"]) == set(KINDS)
    assert all("any" in table[case] and set(table[case]) <= {"any", *KINDS} for case in CASES)


@pytest.mark.parametrize("kind", KINDS)
def test_the_points_stand_for_a_half_and_for_nine_tenths(kind: str) -> None:
    half, sure = read_table("particulars")["points"][kind]
    assert half < sure
    assert strength_of(half, kind) == pytest.approx(HALF) and strength_of(sure, kind) == pytest.approx(SURE)
    assert strength_of(-1e9, kind) == 0.0 and strength_of(1e9, kind) == 1.0


@pytest.mark.parametrize("handle", HANDLES)
def test_the_second_look_exceeds_the_first_by_little(handle: str) -> None:
    alike = best_likeness(BRAND, read_handle(handle, "x"))
    assert alike is not None
    first = weigh_at_first(case_of(alike), measure(alike))
    assert 0.0 < weigh(alike) <= strength_of(first + SLACK, "handle")


@pytest.mark.parametrize(("handle", "platform"), [*((h, "x") for h in HANDLES), ("zendroia-app.example", "domain")])
def test_the_strength_is_the_sum_that_the_table_spells(handle: str, platform: str) -> None:
    alike = best_likeness(BRAND, read_handle(handle, platform))
    assert alike is not None
    kind, table = kind_of(alike.reading, False), read_table("particulars")[case_of(alike)]
    found = look_closely(alike) | measure(alike)
    found |= bend(found)
    odds = sum(
        part.get(name, 0.0) * value for part in (table["any"], table.get(kind, {})) for name, value in found.items()
    )
    most = weigh_at_first(case_of(alike), measure(alike)) + SLACK
    assert weigh(alike) == pytest.approx(strength_of(min(odds, most), kind))


@pytest.mark.parametrize(
    ("reading", "spaced", "kind"),
    [
        (read_handle("zendoria", "x"), False, "handle"),
        (read_handle("zendoria.shop", "domain"), False, "domain"),
        (read_handle("@zendoria/core", "npm"), False, "package"),
        (read_name("Zendoria Help"), True, "display"),
    ],
)
def test_each_kind_of_name_is_known(reading: Reading, spaced: bool, kind: str) -> None:
    assert kind_of(reading, spaced) == kind


def test_particulars_of_a_changed_name_in_a_domain() -> None:
    alike = best_likeness(BRAND, read_handle("www.zendorla-login7.top", "domain"))
    assert alike is not None
    found = look_closely(alike)
    assert found["strange"] == 2.0  # the i that is gone and the l that came
    assert (found["begin"], found["end"], found["edits"], found["longer"]) == (6.0, 1.0, 1.0, 0.0)
    assert (
        found["kept"] == pytest.approx(7 / 8) and found["visual"] == 1.0 and found["word_hit"] == pytest.approx(1 / 8)
    )
    assert (found["rest_bait"], found["main_rest"], found["main_digits"]) == (1.0, 6.0, 1.0)
    assert (found["cheap_suffix"], found["hosted"], found["address_words"]) == (1.0, 0.0, 0.0)
    assert found["spelled"] > 15 and found["dictionary"] == 0.0 and found["window_word"] == 0.0


def test_bends_begin_where_they_say() -> None:
    found = bend({"spelled": 21.0})
    assert (found["spelled_over_14"], found["spelled_over_20"], found["spelled_over_28"]) == (7.0, 1.0, 0.0)
    assert len(found) == sum(map(len, KNEES.values()))


@pytest.mark.parametrize("handle", HANDLES)
def test_no_measure_takes_the_name_of_another(handle: str) -> None:
    alike = best_likeness(BRAND, read_handle(handle, "npm"))
    assert alike is not None
    first, second = measure(alike), look_closely(alike)
    bent = bend(first | second)
    assert first.keys().isdisjoint(second) and bent.keys().isdisjoint(first | second)
