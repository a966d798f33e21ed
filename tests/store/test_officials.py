from __future__ import annotations

from dataclasses import replace

import pytest

from hunter.store import Store, officials, runs, sightings
from hunter.types import Brand, Picture, Profile
from tests.store.scenes import ACME, DAY, DAY0, LOGO, OTHER, crawl, present

OFFICIAL = Profile(platform="bluesky", native_id="did:plc:acme", handle="Acme.example", picture=LOGO)
BRAND = replace(ACME, official={"bluesky": ("acme.example",)})


def shown(store: Store, brand: Brand = BRAND) -> list[officials.Shown]:
    with store.read() as c:
        return officials.shown_by(c, brand)


def see(store: Store, *profiles: Profile, day: int = 0) -> None:
    crawl(store, *(present(p) for p in profiles), at=DAY0 + day * DAY, score=None)


def test_what_an_official_account_shows_joins_the_brands_pictures(store: Store) -> None:
    assert shown(store) == []
    see(store, OFFICIAL)
    (one,) = shown(store)
    assert one == officials.Shown("bluesky:acme.example", picture=LOGO)
    joined = officials.with_shown(BRAND, [one, one])
    assert joined.pictures == (*BRAND.pictures, replace(LOGO, source="bluesky:acme.example"))
    at_home = replace(BRAND, pictures=(LOGO,))
    assert officials.with_shown(at_home, [one]) == at_home, "what the brand's file has is not added again"


def test_its_present_picture_counts_and_no_older_one(store: Store) -> None:
    see(store, OFFICIAL)
    see(store, replace(OFFICIAL, picture=OTHER), day=1)
    assert [s.picture for s in shown(store)] == [OTHER]
    see(store, replace(OFFICIAL, picture=None), day=2)
    assert shown(store) == []


def test_who_is_not_listed_any_more_gives_no_picture(store: Store) -> None:
    see(store, OFFICIAL)
    assert shown(store, replace(BRAND, official={})) == []
    assert shown(store, replace(BRAND, official={"mastodon": ("acme.example",)})) == []


def test_a_handle_that_passed_to_somebody_else_is_doubted(store: Store) -> None:
    see(store, OFFICIAL)
    squatter = replace(OFFICIAL, native_id="did:plc:squatter", picture=OTHER)
    see(store, replace(OFFICIAL, handle="acme-global.example"), squatter, day=1)
    (one,) = shown(store)
    assert one.picture is None and "another account" in one.doubt


def test_an_account_that_was_renamed_is_doubted(store: Store) -> None:
    see(store, OFFICIAL)
    see(store, replace(OFFICIAL, handle="elsewhere.example"), day=1)
    (one,) = shown(store)
    assert one.picture is None and "elsewhere.example" in one.doubt


def test_an_account_without_a_number_is_not_trusted(store: Store) -> None:
    see(store, replace(OFFICIAL, native_id=None))
    (one,) = shown(store)
    assert one.picture is None and "no number" in one.doubt


@pytest.mark.parametrize("kind", ["letter", "default", "flat"])
def test_a_picture_that_everybody_has_is_nobodys(store: Store, kind: str) -> None:
    see(store, replace(OFFICIAL, picture=replace(LOGO, kind=kind)))
    assert shown(store) == []


def test_what_a_list_says_of_an_official_account_is_not_believed(store: Store) -> None:
    def bring(profile: Profile) -> None:
        with store.write() as c:
            run = runs.start(c, kind="screen", at=DAY0, version="1", machine="m", process=1, brands=[BRAND])
            sightings.save(c, run, [present(profile)], at=DAY0)

    bring(replace(OFFICIAL, native_id="did:plc:listed", picture=OTHER))
    assert shown(store) == [], "nobody asked the platform about it"
    see(store, OFFICIAL, day=1)
    bring(replace(OFFICIAL, picture=OTHER))
    assert [s.picture for s in shown(store)] == [LOGO]


def test_two_official_accounts_with_one_picture_add_it_once(store: Store) -> None:
    brand = replace(BRAND, official={"bluesky": ("acme.example", "help.acme.example")})
    see(store, OFFICIAL, replace(OFFICIAL, native_id="did:plc:help", handle="help.acme.example"))
    with store.read() as c:
        joined = officials.with_shown(brand, officials.shown_by(c, brand))
    added: tuple[Picture, ...] = joined.pictures[len(brand.pictures) :]
    assert [p.source for p in added] == ["bluesky:acme.example"]
