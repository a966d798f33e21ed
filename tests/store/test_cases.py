from __future__ import annotations

from dataclasses import replace

import pytest

from hunter.store import Store, suspects
from hunter.store.cases import keys_of, name_skeleton
from hunter.types import Picture, Profile
from tests.store.scenes import ACME, DAY, DAY0, IMPOSTOR, LOGO, OTHER, crawl, present, renamed

SECOND = renamed(native_id="did:plc:second", handle="second.example")


def cases(store: Store) -> dict[str, int]:
    with store.read() as c:
        return {suspect.native_id: suspect.case_id for suspect in suspects.page(c)}


@pytest.mark.parametrize(
    "changes, same",
    [
        ({}, True),
        ({"links": ("https://WWW.refund.example/a/?from=2#x",)}, True),
        ({"links": (), "display_name": "Аcme  Help 2"}, True),  # a Cyrillic letter, another number
        ({"links": (), "picture": replace(LOGO, sha256="d" * 64)}, True),  # other bytes, the same look
        ({"links": (), "picture": OTHER}, False),
        ({"links": (), "display_name": "Somebody"}, False),
        ({"links": ("https://refund.example/b",), "picture": None}, False),
        ({"links": ("https://acme.example/", "https://shop.acme.example/a"), "picture": OTHER}, False),
        ({"links": ("javascript:alert(1)", "https://[::1", "mailto:a@refund.example"), "picture": OTHER}, False),
        ({"links": (), "picture": replace(LOGO, kind="default")}, False),
    ],
)
def test_the_same_picture_and_name_or_the_same_link_make_one_case(
    store: Store, changes: dict[str, object], same: bool
) -> None:
    crawl(store, present(IMPOSTOR))
    crawl(store, present(replace(SECOND, **changes)), at=DAY0 + DAY)  # type: ignore[arg-type]
    found = cases(store)
    assert (found["did:plc:impostor"] == found["did:plc:second"]) is same


def test_links_to_the_brand_itself_tie_nothing() -> None:
    fans = [renamed(native_id=str(n), links=("https://acme.example/",), picture=None) for n in range(2)]
    assert keys_of(ACME, fans[0]) == []


def test_two_cases_that_turn_out_to_be_one_are_joined(store: Store) -> None:
    crawl(store, present(IMPOSTOR))
    apart = replace(SECOND, links=("https://other.example/",), picture=OTHER)
    crawl(store, present(apart), at=DAY0 + DAY)
    assert len(set(cases(store).values())) == 2
    both = renamed(
        native_id="did:plc:third", links=("https://refund.example/a", "https://other.example/"), picture=None
    )
    crawl(store, present(both), at=DAY0 + 2 * DAY)
    assert len(set(cases(store).values())) == 1
    with store.read() as c:
        assert len({suspect.id for suspect in suspects.page(c)}) == 3


def test_a_batch_of_one_flood_is_one_case(store: Store) -> None:
    crawl(store, *(present(renamed(native_id=f"did:plc:{n}", handle=f"acme{n}.example")) for n in range(300)))
    with store.read() as c:
        assert len({suspect.case_id for suspect in suspects.page(c, limit=500)}) == 1


def test_a_suspect_that_changes_keeps_its_case(store: Store) -> None:
    crawl(store, present(IMPOSTOR))
    before = cases(store)
    crawl(store, present(renamed(links=("https://new.example/",), picture=OTHER, display_name="X")), at=DAY0 + DAY)
    assert cases(store) == before


def test_a_name_of_digits_has_a_skeleton_too() -> None:
    assert name_skeleton(Profile(platform="x", handle="365")) == "365"
    assert Picture(sha256="0" * 64).kind == "picture"
    assert keys_of(ACME, Profile(platform="x", handle="a", picture=Picture(sha256="0" * 64)))
