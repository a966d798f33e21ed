"""Weights that move towards verdicts: as far as the data carries, and no further."""

from __future__ import annotations

import random
import tomllib

import pytest

from hunter.matching.judge import judge
from hunter.matching.refitting import Case, Clue, bits_of, cross_check, log_loss, measure, refit, write_table
from hunter.matching.signals import all_signals
from hunter.matching.weights import parse_weights, shipped_weights

SHIPPED = shipped_weights()
CLUE = Clue("lookalike_handle", "bait_word", 1.0)
OFFICIAL = Clue("official_account", "official", 1.0)


def cases_of(share: float, number: int, clue: Clue = CLUE) -> list[Case]:
    return [Case((clue,), i < share * number) for i in range(number)]


def test_without_cases_nothing_moves() -> None:
    assert refit([], SHIPPED).levels == parse_weights(tomllib.loads(write_table(SHIPPED))).levels


def test_many_verdicts_bring_the_score_to_the_share_that_they_tell() -> None:
    cases = cases_of(0.3, 4000)
    moved = refit(cases, SHIPPED)
    assert 2 ** bits_of(cases[0], moved) == pytest.approx(0.3 / 0.7, rel=0.05)
    assert log_loss(cases, moved) < log_loss(cases, SHIPPED)


def test_few_verdicts_move_little_and_silent_weights_not_at_all() -> None:
    moved = refit(cases_of(0.0, 2), SHIPPED)
    assert 0 < SHIPPED.bits(*CLUE) - moved.bits(*CLUE) < 6
    for signal, levels in SHIPPED.levels.items():
        for level, pair in levels.items():
            if (signal, level) != CLUE[:2]:
                assert moved.levels[signal][level] == pytest.approx(pair, abs=1e-4)


def test_what_decides_alone_is_never_moved() -> None:
    moved = refit([Case((OFFICIAL,), True)] * 200, SHIPPED)
    assert moved.bits(*OFFICIAL) == SHIPPED.bits(*OFFICIAL)


def test_a_stronger_likeness_never_comes_to_mean_the_opposite() -> None:
    cases = [Case((CLUE._replace(strength=0.0),), True)] * 300 + [Case((CLUE,), False)] * 300
    low, high = refit(cases, SHIPPED).levels[CLUE.signal][CLUE.level]
    assert low <= high


def test_held_back_verdicts_tell_whether_it_helps() -> None:
    dice = random.Random(5)
    noise = [Case((CLUE,), dice.random() < 0.5) for _ in range(300)]
    before, after = cross_check(noise, SHIPPED)
    assert after < before and after == pytest.approx(1.0, abs=0.05)


def test_clues_add_up_to_what_the_judge_says() -> None:
    examples = [e for signal in all_signals().values() for e in signal.examples]
    assert len(examples) > 20
    for example in examples:
        case = Case(measure(example.brand, example.profile, SHIPPED), True)
        assert bits_of(case, SHIPPED) == pytest.approx(judge(example.brand, example.profile, SHIPPED).bits)


def test_no_cases_no_loss() -> None:
    with pytest.raises(ValueError, match="no cases"):
        log_loss([], SHIPPED)
