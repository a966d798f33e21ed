"""What differs between two looks."""

from __future__ import annotations

from hunter.review.changes import LONGEST, Look, find_changes

LOOK = Look("acme", "Acme Bank", "Banking that helps", ("https://a.example/x",), (), "1" * 64)


def test_the_same_look_has_no_changes() -> None:
    assert find_changes(LOOK, LOOK) == []


def test_words_that_went_and_came_are_told_apart() -> None:
    (change,) = find_changes(LOOK, LOOK._replace(bio="Banking that hurts"))
    assert change.field == "text"
    assert [(p.kind, p.text) for p in change.pieces] == [
        ("both", "Banking that "),
        ("gone", "helps"),
        ("new", "hurts"),
    ]


def test_single_words_are_compared_by_letters() -> None:
    (change,) = find_changes(LOOK, LOOK._replace(handle="acrne"))
    assert [(p.kind, p.text) for p in change.pieces] == [("both", "ac"), ("gone", "m"), ("new", "rn"), ("both", "e")]


def test_pictures_and_links_and_missing_names() -> None:
    after = LOOK._replace(display_name=None, links=("https://b.example",), picture=None)
    changes = {change.field: change for change in find_changes(LOOK, after)}
    assert list(changes) == ["name", "links", "picture"]
    assert [(p.kind, p.text) for p in changes["name"].pieces] == [("gone", "Acme Bank")]
    assert [(p.kind, p.text) for p in changes["links"].pieces] == [
        ("gone", "hxxps://a[.]example/x"),
        ("new", "hxxps://b[.]example"),
    ]
    assert (changes["picture"].before, changes["picture"].after) == ("1" * 64, None)


def test_hostile_texts_are_shown_harmlessly_and_long_ones_whole() -> None:
    (change,) = find_changes(LOOK, LOOK._replace(bio="Banking \u202ethat\x1b[31m helps"))
    assert any("⟨U+202E⟩" in p.text and "⟨U+001B⟩" in p.text for p in change.pieces)
    (change,) = find_changes(LOOK, LOOK._replace(bio="a b " * LONGEST))
    assert [p.kind for p in change.pieces] == ["gone", "new"]
