from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from hunter.store import Store, pictures, profiles, sightings
from hunter.store.columns import clean_text
from hunter.store.tables import ACCOUNTS, CAPTURES, PICTURES, PROBES, PROFILE_VERSIONS
from hunter.types import Outcome, Probe, Profile
from tests.store.scenes import DAY, DAY0, IMPOSTOR, LOGO, OTHER, answered, capture, present, renamed, start


def save(store: Store, *probes: Probe, at: object = DAY0) -> list[sightings.Sighting]:
    with store.write() as c:
        return sightings.save(c, start(c, at), probes, at=at)  # type: ignore[arg-type]


def count(store: Store, table: object) -> int:
    with store.read() as c:
        return int(c.scalar(select(func.count()).select_from(table)) or 0)  # type: ignore[arg-type]


def test_a_profile_comes_back_as_it_was_seen(store: Store) -> None:
    (sighting,) = save(store, present(IMPOSTOR, capture(1)))
    assert sighting.new and sighting.changed == () and sighting.account_id and sighting.version_id
    with store.read() as c:
        current = profiles.current(c, sighting.account_id)
        kept = profiles.captures(c, sighting.version_id)
    assert current is not None
    assert current.profile == replace(IMPOSTOR, seen_at=DAY0, verified_by=("a.example", "b.example"))
    assert kept == [capture(1)]


def test_seeing_the_same_again_adds_a_probe_and_nothing_else(store: Store) -> None:
    first = save(store, present(IMPOSTOR, capture(1)))[0]
    again = save(store, present(replace(IMPOSTOR, followers=99), capture(1)), at=DAY0 + DAY)[0]
    assert not again.new and again.changed == ()
    assert (again.account_id, again.version_id) == (first.account_id, first.version_id)
    tables = {table.name: count(store, table) for table in (ACCOUNTS, PROFILE_VERSIONS, PICTURES, CAPTURES, PROBES)}
    assert tables == {"accounts": 1, "profile_versions": 1, "pictures": 1, "captures": 1, "probes": 2}
    with store.read() as c:
        current = profiles.current(c, first.account_id or 0)
    assert current and current.profile.followers == 99, "counts are the latest, and no new version"


@pytest.mark.parametrize(
    "field, value",
    [
        ("handle", "acme-care.example"),
        ("display_name", "Acme Care"),
        ("display_name", None),
        ("bio", "Write to us"),
        ("links", ()),
        ("picture", OTHER),
        ("verified_by", ("a.example",)),
    ],
)
def test_each_identity_field_makes_a_version_that_names_it(store: Store, field: str, value: object) -> None:
    save(store, present(IMPOSTOR))
    (now,) = save(store, present(renamed(**{field: value})), at=DAY0 + DAY)
    assert now.changed == (field,)
    with store.read() as c:
        history = profiles.history(c, now.account_id or 0)
    assert [version.changed for version in history] == [(), (field,)]
    assert getattr(history[0].profile, field) in (getattr(IMPOSTOR, field), ("a.example", "b.example"))
    assert getattr(history[1].profile, field) == value
    assert history[1].seen_at == DAY0 + DAY


def test_going_back_to_an_old_look_is_a_version_too(store: Store) -> None:
    for day, name in enumerate(("A", "B", "A")):
        save(store, present(renamed(display_name=name)), at=DAY0 + day * DAY)
    with store.read() as c:
        account = profiles.account_id(c, "bluesky", "did:plc:impostor")
        assert [v.profile.display_name for v in profiles.history(c, account or 0)] == ["A", "B", "A"]


def test_a_picture_that_was_not_fetched_again_is_the_known_one(store: Store) -> None:
    save(store, present(IMPOSTOR))
    (now,) = save(store, present(renamed(picture=None)), at=DAY0 + DAY)
    assert now.changed == () and now.profile and now.profile.picture == LOGO
    (bare,) = save(store, present(renamed(picture=None, avatar_url=None)), at=DAY0 + 2 * DAY)
    assert bare.changed == ("picture",) and bare.profile and bare.profile.picture is None


def test_a_handle_taken_over_by_somebody_else_is_another_account(store: Store) -> None:
    first = save(store, present(IMPOSTOR))[0]
    second = save(store, present(renamed(native_id="did:plc:other")), at=DAY0 + DAY)[0]
    assert second.new and second.account_id != first.account_id


def test_without_a_number_the_handle_is_the_key_whatever_its_case(store: Store) -> None:
    domain = Profile(platform="domain", handle="Acme-Help.Example")
    first = save(store, present(domain))[0]
    again = save(store, present(replace(domain, handle="acme-help.example")), at=DAY0 + DAY)[0]
    assert again.account_id == first.account_id
    assert again.profile and again.profile.native_id is None


ODD_HANDLES = [
    "../../x", "a/b", "CON", "con", "~root", ".", "..", "x" * 300, "x" * 299 + "y", "nul\0x", "nulx", "caf\u00e9",
    "cafe\u0301", "-rf", "a\nb", "%", "_", "'; DROP TABLE accounts;--",
]  # fmt: skip


@pytest.mark.parametrize("numbered", [True, False])
def test_handles_of_any_kind_are_accounts_of_their_own(store: Store, numbered: bool) -> None:
    numbers = [f"did:{n}" if numbered else None for n in range(len(ODD_HANDLES))]
    shown = [renamed(handle=h, native_id=n) for h, n in zip(ODD_HANDLES, numbers, strict=True)]
    save(store, *map(present, shown))
    save(store, *map(present, shown), at=DAY0 + DAY)
    with store.read() as c:
        kept = c.execute(select(ACCOUNTS.c.handle)).scalars().all()
    clash = {"CON"} if not numbered else set()  # without a number a handle is the same in any case
    assert sorted(kept) == sorted(clean_text(h) for h in ODD_HANDLES if h not in clash)


def test_of_several_probes_of_one_account_the_last_speaks_and_all_are_kept(store: Store) -> None:
    seen = save(store, present(renamed(bio="one")), present(renamed(bio="two")), answered(Outcome.REFUSED, why="429"))
    assert [bool(s.account_id) for s in seen] == [True, True, False]
    assert seen[0].version_id == seen[1].version_id and seen[0].profile and seen[0].profile.bio == "two"
    assert len({s.probe_id for s in seen}) == 3
    assert count(store, PROFILE_VERSIONS) == 1


def test_one_answer_may_show_many_accounts(store: Store) -> None:
    many = [present(renamed(native_id=f"did:plc:{n}", handle=f"acme{n}.example"), capture(7)) for n in range(30)]
    seen = save(store, *many)
    assert count(store, CAPTURES) == 1
    with store.read() as c:
        assert all(profiles.captures(c, s.version_id or 0) == [capture(7)] for s in seen)


@pytest.mark.parametrize("outcome, looks", [(Outcome.ABSENT, 1), (Outcome.REFUSED, 0), (Outcome.IMPOSSIBLE, 0)])
def test_only_a_real_no_counts_as_absent(store: Store, outcome: Outcome, looks: int) -> None:
    save(store, present(IMPOSTOR))
    save(store, answered(outcome), answered(outcome), at=DAY0 + DAY)
    with store.read() as c:
        row = c.execute(select(ACCOUNTS.c.absent_looks, ACCOUNTS.c.absent_since)).one()
    assert tuple(row) == (looks, DAY0 + DAY if looks else None), "several noes of one run are one look"


def test_a_renamed_account_is_not_absent_under_its_old_handle(store: Store) -> None:
    save(store, present(IMPOSTOR))
    moved = present(renamed(handle="elsewhere.example"))
    for order in ((moved, answered(Outcome.ABSENT)), (answered(Outcome.ABSENT), moved)):
        save(store, *order, at=DAY0 + DAY)
        with store.read() as c:
            assert c.scalar(select(ACCOUNTS.c.absent_looks)) == 0


def test_asking_by_number_finds_the_account_too(store: Store) -> None:
    save(store, present(IMPOSTOR))
    save(store, answered(Outcome.ABSENT, handle="did:plc:impostor"), at=DAY0 + DAY)
    with store.read() as c:
        assert c.scalar(select(ACCOUNTS.c.absent_looks)) == 1


def test_hostile_text_is_kept_without_what_no_database_takes(store: Store) -> None:
    nasty = renamed(
        display_name="a\x00b\ud800c\u202e",
        bio="'; DROP TABLE accounts; --",
        links=("https://e.example/\ud800",),
        followers=2**70,
        posts=-5,
    )
    (seen,) = save(store, present(nasty))
    with store.read() as c:
        kept = profiles.current(c, seen.account_id or 0)
    assert kept is not None
    assert kept.profile.display_name == "a\ufffdbc\u202e" and kept.profile.bio == "'; DROP TABLE accounts; --"
    assert kept.profile.links == ("https://e.example/",)
    assert (kept.profile.followers, kept.profile.posts) == (None, None), "numbers that cannot be are not believed"
    (again,) = save(store, present(nasty), at=DAY0 + DAY)
    assert again.changed == (), "cleaning is no change"


def test_pictures_are_found_by_their_bytes_and_by_their_address(store: Store) -> None:
    with store.write() as c:
        pictures.save(c, [LOGO, OTHER, LOGO], at=DAY0)
        pictures.remember_addresses(c, {"https://cdn.example/1.png": LOGO.sha256}, at=DAY0)
    with store.read() as c:
        assert pictures.known(c, [LOGO.sha256, "f" * 64]) == {LOGO.sha256: LOGO}
        found = pictures.at_addresses(c, ["https://cdn.example/1.png", "https://cdn.example/2.png"])
    assert found == {"https://cdn.example/1.png": LOGO}
