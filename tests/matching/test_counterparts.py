"""Their whole name beside ours, word by word: counterparts, the one word that differs, and names that are only ours."""

from __future__ import annotations

import pytest

from hunter.matching.counterparts import SOLE, find_counterparts, sole_name, stand_alone
from hunter.matching.likeness import Likeness
from hunter.matching.resemblance import best_likeness
from hunter.matching.words import read_handle
from hunter.types import Brand


def liken(ours: str, theirs: str) -> Likeness:
    alike = best_likeness(Brand(slug="z", names=(ours,)), read_handle(theirs, "npm"))
    assert alike is not None
    return alike


@pytest.mark.parametrize(
    ("theirs", "changes", "share"),
    [
        ("zendoria", 0, 0.0),
        ("zendroia", 1, 0.125),
        ("zendori-kit", 3, 0.375),
        ("some-zendoria-for-everyone", 6, 1.0),
    ],
)
def test_changes_of_the_whole_name_are_counted_up_to_six(theirs: str, changes: int, share: float) -> None:
    found = find_counterparts(liken("zendoria", theirs))
    assert (found["changes"], found["changes_size"]) == (changes, share)
    assert [found[f"changes_{most}"] for most in (1, 2, 3)] == [float(changes <= most) for most in (1, 2, 3)]


def test_changes_are_spared_where_the_whole_fits_better_than_the_place() -> None:
    assert find_counterparts(liken("zendoria", "zendoria-kit"))["changes_spared"] == 0.0
    assert find_counterparts(liken("git-zendoria", "pt-zendoria"))["changes_spared"] > 0.0


@pytest.mark.parametrize(
    ("theirs", "told"),
    [
        ("zendoria-kestrix", {"words_paired": 1.0, "words_changed": 0.0}),
        ("zendoria-kestrel", {"words_changed": 1.0, "word_one": 1.0, "word_two": 1.0, "word_beside": 8.0}),
        ("zendorla-kestrel", {"words_paired": 1.0, "words_changed": 2.0}),
        ("zendoria-kestrix-core", {"words_differ": 1.0}),
    ],
)
def test_words_are_held_against_each_other_where_both_have_as_many(theirs: str, told: dict[str, float]) -> None:
    found = find_counterparts(liken("zendoria-kestrix", theirs))
    assert {name: found[name] for name in told} == told
    assert ("word_one" in found) == (told.get("words_changed") == 1.0)
    assert ("words_paired" in found) != ("words_differ" in found)


def test_the_word_that_differs_is_told_by_its_share_and_how_common_it_is() -> None:
    made_up = find_counterparts(liken("vue-zendoria", "vux-zendoria"))
    in_use = find_counterparts(liken("vue-zendoria", "use-zendoria"))
    assert made_up["word_far"] == pytest.approx(1 / 3) and made_up["word_near"] == 1.0
    assert in_use["word_theirs"] > made_up["word_theirs"] and in_use["word_known"] == 1.0
    assert made_up["word_of_more_far"] == made_up["word_far"]
    assert "word_of_more" not in find_counterparts(liken("zendoria", "zendorla"))


def test_digits_stay_with_the_letters_that_they_are_written_with() -> None:
    found = find_counterparts(liken("z4endoria-kit", "z4endorla-kit"))
    assert found["words_changed"] == 1.0 and found["word_beside"] == 3.0


@pytest.mark.parametrize(
    ("theirs", "tongue", "any_tongue", "near"),
    [
        ("zendoria.js", 1.0, 1.0, 0.0),
        ("py-zendoria", 1.0, 1.0, 0.0),
        ("zendoriajs", 0.0, 0.0, 1.0),
        ("zendoria-garden-js", 0.0, 1.0, 0.0),
        ("zendoria-garden", 0.0, 0.0, 0.0),
    ],
)
def test_what_software_is_written_in_is_told_from_other_words(
    theirs: str, tongue: float, any_tongue: float, near: float
) -> None:
    found = find_counterparts(liken("zendoria", theirs))
    assert (found["tongue"], found["tongue_any"], found["tongue_near"]) == (tongue, any_tongue, near)


def test_unknown_pieces_beside_ours_are_counted() -> None:
    found = find_counterparts(liken("zendoria", "@quvvlaxx/zendoria-utils"))
    assert (found["rest_pieces"], found["rest_unknown"]) == (2.0, 1.0)


@pytest.mark.parametrize(
    ("theirs", "again", "alone"),
    [
        ("zzendoria", 1.0, 1.0),
        ("zendoriaa", 1.0, 1.0),
        ("zendoriaa-kit", 1.0, 0.0),
        ("zendorias", 0.0, 0.0),
        ("zendoria", 0.0, 0.0),
    ],
)
def test_a_letter_that_is_held_down_is_seen(theirs: str, again: float, alone: float) -> None:
    found = find_counterparts(liken("zendoria", theirs))
    assert (found["repeated"], found["repeated_alone"]) == (again, alone)


def test_only_a_name_that_is_nothing_but_ours_stands_alone() -> None:
    found = {"whole": 1.0, "custom": 2.0, "size": 3.0, "near": 4.0}
    assert stand_alone(found) == {sole_name("custom"): 2.0, sole_name("size"): 3.0}
    assert stand_alone(found | {"whole": 0.0}) == {} and stand_alone(found | {"edits": 1.0}) == {}
    assert len(set(SOLE)) == len(SOLE)
