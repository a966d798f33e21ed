"""Account numbers are found however they are written, and nothing else is."""

from __future__ import annotations

import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hunter.evidence.masking import find_secrets, is_card, is_iban, mask

CARDS = [
    ("4111111111111111", "1111"),
    ("4111 1111 1111 1111", "1111"),
    ("4111-1111-1111-1111", "1111"),
    ("4111.1111.1111.1111", "1111"),
    ("4111\n1111\n1111\n1111", "1111"),
    ("4222222222222", "2222"),
    ("5555 5555 5555 4444", "4444"),
    ("2223 0031 2200 3222", "3222"),
    ("3782 822463 10005", "0005"),
    ("3056 930902 5904", "5904"),
    ("6011 1111 1111 1117", "1117"),
    ("3530 1113 3330 0000", "0000"),
    ("6200 0000 0000 0005", "0005"),
    ("6304000000000000", "0000"),
    ("４１１１１１１１１１１１１１１１", "1111"),
    ("4\u200b1\u200b1\u200b1111111111111", "1111"),
    ("41111111\u202e11111111", "1111"),
    ("٤١١١ ١١١١ ١١١١ ١١١١", "1111"),
    ("④①①①①①①①①①①①①①①①", "1111"),
    ("𝟒𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 𝟏𝟏𝟏𝟏", "1111"),
    ("4111\u00a01111\u20111111\u20141111", "1111"),
    ("4\ufe0f\u20e3" + "1\ufe0f\u20e3" * 15, "1111"),
    ("card4111111111111111exp", "1111"),
]
IBANS = [
    ("DE89370400440532013000", "3000"),
    ("DE89 3704 0044 0532 0130 00", "3000"),
    ("de89 3704 0044 0532 0130 00", "3000"),
    ("GB82 WEST 1234 5698 7654 32", "5432"),
    ("NO93 8601 1117 947", "7947"),
    ("MT84MALT011000012345MTLCAST001S", "001S"),
    ("ＤＥ８９３７０４００４４０５３２０１３０００", "3000"),
    ("DЕ89 3704 0044 0532 0130 00", "3000"),  # a Cyrillic Е
    ("D\u200dE89-3704-0044-0532-0130-00", "3000"),
    ("IBANDE89370400440532013000", "3000"),
]
INNOCENT = [
    "4111111111111112",  # check digit
    "1111111111111111",
    "9999 9999 9999 9995",  # nobody's range
    "1712345678901234567",  # a post's number
    "+4915112345678",
    "+49 151 1234 5678",
    "2026-11-23 19:20:37.123456",
    "41111111111111111111111111",  # longer than any card
    "DE89370400440532013001",
    "DE8937040044053201300",
    "XX89370400440532013000",
    "4532015112830366" * 4,  # 64 digits: a digest, or nothing at all
    "sha256:5d41402abc4b2a76b9719d911017c5924532015112830366b9719d911017c592",
]


@pytest.mark.parametrize(("written", "last_four"), CARDS)
def test_cards_are_found(written: str, last_four: str) -> None:
    text = f"pay to {written}, thanks"
    (secret,) = find_secrets(text)
    assert (secret.kind, secret.last_four) == ("card", last_four)
    assert text[secret.start :].startswith(written.removeprefix("card")[:1])
    assert mask(text).startswith("pay to ") and mask(text).endswith(", thanks")


@pytest.mark.parametrize(("written", "last_four"), IBANS)
def test_ibans_are_found(written: str, last_four: str) -> None:
    (secret,) = find_secrets(f"my account: {written}; soon")
    assert (secret.kind, secret.last_four) == ("iban", last_four)
    assert mask(f"my account: {written}; soon").endswith("; soon")


@pytest.mark.parametrize("text", INNOCENT)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert find_secrets(text) == []
    assert mask(f"see {text}.") == f"see {text}."


def test_all_of_a_text_is_masked_and_the_rest_kept() -> None:
    text = "a 4111 1111 1111 1111 12/27 123 b DE89 3704 0044 0532 0130 00 c 5555555555554444 d"
    assert mask(text) == (
        "a [card number masked, ends 1111] 12/27 123 b [IBAN masked, ends 3000] c [card number masked, ends 4444] d"
    )


@settings(max_examples=60)
@given(st.text(), st.sampled_from([c for c, _ in CARDS + IBANS]), st.text())
def test_no_full_number_survives_masking(before: str, number: str, after: str) -> None:
    masked = mask(f"{before} | {number} | {after}")
    assert number not in masked
    assert masked.startswith(mask(f"{before} |"))


def test_few_random_numbers_are_flagged() -> None:
    dice = random.Random(20)
    numbers = [str(dice.randrange(10 ** (n - 1), 10**n)) for n in range(8, 20) for _ in range(1000)]
    assert sum(bool(find_secrets(n)) for n in numbers) / len(numbers) < 0.015
    posts = [str(dice.randrange(10**18, 2 * 10**18)) for _ in range(2000)]
    assert not any(find_secrets(n) for n in posts)


@pytest.mark.parametrize(
    "unit", ["4", "1 ", "4 1 ", "A1", "DE89", "DE89 ", "4111 ", "é", "a!", "4\u200b", "0123456789ABCDEF"]
)
def test_time_is_linear_in_the_text(unit: str) -> None:
    small, large = (unit * (n // len(unit)) for n in (50_000, 200_000))
    seconds = []
    for text in (small, large):
        start = time.process_time()
        find_secrets(text)
        seconds.append(time.process_time() - start)
    assert seconds[1] < max(10 * seconds[0], 0.5)


def test_check_digits() -> None:
    assert is_card("4111111111111111") and not is_card("4111111111111121") and not is_card("")
    assert is_iban("DE89370400440532013000") and not is_iban("DE88370400440532013000") and not is_iban("")
    assert not re.search(r"\d{5}", mask("4111111111111111"))
