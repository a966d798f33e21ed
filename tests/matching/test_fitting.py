"""Fitted coefficients find again what made the labels; weights follow verdicts and stay where there are none."""

from __future__ import annotations

import numpy as np
import pytest

from hunter.matching.fitting import Pair, Sample, fit_kinds, fit_logistic, fit_scale, fit_weights
from hunter.matching.judge import judge
from hunter.matching.weights import parse_weights, shipped_weights
from hunter.types import Brand, Profile

BRAND = Brand(slug="z", names=("Zendoria",))


def test_known_coefficients_are_found_again() -> None:
    rng = np.random.default_rng(1)
    x = np.column_stack([np.ones(20_000), rng.normal(size=(20_000, 2)), np.zeros(20_000)])
    y = (rng.random(20_000) < 1 / (1 + np.exp(-(x @ np.array([-1.0, 2.0, -0.5, 0.0]))))).astype(float)
    found = fit_logistic(x, y, np.ones(len(y)), ridge=1.0)
    assert found == pytest.approx([-1.0, 2.0, -0.5, 0.0], abs=0.08)


def test_a_scale_has_a_table_for_each_case_with_both_labels() -> None:
    samples = [Sample("a", {"one": 1.0, "gain": float(i)}, i > 5) for i in range(10)] + [
        Sample("b", {"one": 1.0}, True)
    ]
    scale = fit_scale(samples, ridge=0.1)
    assert list(scale) == ["a"] and scale["a"]["gain"] > 0


def test_verdicts_move_the_weights_they_speak_of_and_no_others() -> None:
    start = shipped_weights()
    innocent = [Profile(platform="x", handle=f"zendoria_{word}") for word in ("kitchen", "music", "trains", "garden")]
    pairs = [Pair(BRAND, profile, False) for profile in innocent] * 15
    fitted = parse_weights(fit_weights(pairs, start))
    for profile in innocent:
        assert judge(BRAND, profile, fitted).score < judge(BRAND, profile, start).score
    assert fitted.levels["official_account"] == start.levels["official_account"]
    assert fitted.digest != start.digest


def test_no_verdicts_change_nothing() -> None:
    start = shipped_weights()
    assert parse_weights(fit_weights([], start)).levels == start.levels


def test_kinds_share_what_holds_for_all_and_differ_where_they_do() -> None:
    rng = np.random.default_rng(2)
    samples = []
    for kind, slope in (("handle", 2.0), ("domain", 2.0), ("display", -2.0)):
        for _ in range(3000):
            gain, rare = rng.normal(size=2)
            p = 1 / (1 + np.exp(-(slope * gain + rare)))
            samples.append(Sample("a", {"one": 1.0, "gain": gain, "rare": rare}, bool(rng.random() < p), 1.0, kind))
    table = fit_kinds(samples, ridge=1.0, apart=10.0)["a"]
    assert table["any"]["gain"] == pytest.approx(2.0, abs=0.25) and table["any"]["rare"] == pytest.approx(1.0, abs=0.2)
    assert table["any"]["gain"] + table["display"]["gain"] == pytest.approx(-2.0, abs=0.25)
    assert abs(table["domain"].get("gain", 0.0)) < 0.25
    assert "handle" not in table
