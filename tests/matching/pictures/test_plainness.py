from __future__ import annotations

import cv2
import numpy as np
import pytest

from hunter.matching.judge import judge
from hunter.matching.pictures import compare_pictures
from hunter.matching.pictures.looks import Pixels
from hunter.matching.pictures.plainness import PLAIN, is_plain, measure_plainness
from hunter.matching.pictures.samples import FACES, draw_initial, draw_mark, draw_word
from hunter.matching.pictures.sheets import draw_up, draw_up_reference
from hunter.types import Brand, Profile
from tests.matching.pictures.test_comparison import MARKS, picture


def letter_in_disc(ground: tuple[int, int, int], disc: tuple[int, int, int]) -> Pixels:
    sheet = np.full((256, 256, 3), ground, np.uint8)
    cv2.circle(sheet, (128, 128), 100, disc, -1, cv2.LINE_AA)
    cv2.putText(sheet, "A", (84, 174), cv2.FONT_HERSHEY_TRIPLEX, 4.2, (255, 255, 255), 14, cv2.LINE_AA)
    return sheet


def disc(ground: tuple[int, int, int], ink: tuple[int, int, int]) -> Pixels:
    sheet = np.full((256, 256, 3), ground, np.uint8)
    cv2.circle(sheet, (128, 128), 75, ink, -1, cv2.LINE_AA)
    return sheet


def square(ground: tuple[int, int, int], ink: tuple[int, int, int]) -> Pixels:
    sheet = np.full((256, 256, 3), ground, np.uint8)
    sheet[60:196, 60:196] = ink
    return sheet


def plainness(pixels: Pixels) -> float:
    return measure_plainness(draw_up_reference(draw_up((np.ascontiguousarray(pixels),)).packed))


def test_a_letter_a_disc_and_a_square_are_plain_and_marks_are_not() -> None:
    plain = [draw_initial(letter, 0, n) for n, letter in enumerate("ABEHKMPRSTVXZ")]
    plain += [disc((250, 250, 250), (200, 30, 30)), square((20, 20, 30), (240, 240, 240))]
    assert min(plainness(pixels) for pixels in plain) > PLAIN
    telling = [draw_mark(number) for number in MARKS] + [draw_word(number) for number in range(4)]
    assert max(plainness(pixels) for pixels in telling) < PLAIN


@pytest.mark.parametrize("draw", [letter_in_disc, disc, square])
def test_a_recoloured_plain_mark_needs_the_name_beside_it(draw: object) -> None:
    ours = picture(draw((255, 255, 255), (180, 20, 40)), "ours")  # type: ignore[operator]
    theirs = picture(draw((20, 20, 60), (40, 160, 90)), "theirs")  # type: ignore[operator]
    brand = Brand(slug="zephyrine", names=("Zephyrine",), pictures=(ours,))
    assert is_plain(ours)

    def score(handle: str, shown: object = theirs) -> float:
        return judge(brand, Profile(platform="x", handle=handle, picture=shown)).score  # type: ignore[arg-type]

    assert score("morning_walks") < 0.5
    assert score("zephyrine_help") >= score("zephyrine_help", None) > 0.5


def test_letter_avatars_do_not_resemble_a_brand_whose_logo_is_that_letter() -> None:
    ours = picture(letter_in_disc((255, 255, 255), (180, 20, 40)), "ours")
    brand = Brand(slug="zephyrine", names=("Zephyrine",), pictures=(ours,))
    avatars = [
        picture(draw_initial("A", face, 7 * face + n), f"a {face} {n}") for face in range(FACES) for n in range(6)
    ]
    scores = [judge(brand, Profile(platform="x", handle="qqq", picture=theirs)).score for theirs in avatars]
    assert max(scores) < 0.5


def test_nobodys_pictures_are_compared_with_their_like_only_and_prove_nothing() -> None:
    ours, copy = picture(draw_initial("B", 0, 3), "ours"), picture(draw_initial("B", 0, 3)[:, :], "copy")
    other, mark = picture(draw_initial("B", 0, 8), "other colours"), picture(draw_mark(1047), "mark")
    assert ours.kind == copy.kind == other.kind == "letter"
    same = compare_pictures(ours, copy)
    assert same is not None and same.how == "same" and same.bits <= 0
    bytes_too = compare_pictures(ours, ours)
    assert bytes_too is not None and bytes_too.how == "bytes" and bytes_too.bits <= 0
    assert compare_pictures(ours, other) is None
    assert compare_pictures(mark, ours) is None
