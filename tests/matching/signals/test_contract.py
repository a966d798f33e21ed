"""Every signal ships an example for each of its levels and for its silence, and answers them so."""

from __future__ import annotations

import sys

import pytest

from hunter.matching.judge import judge
from hunter.matching.signals import all_signals
from hunter.matching.weights import shipped_weights

SIGNALS = all_signals()


@pytest.mark.parametrize("name", SIGNALS)
def test_signal_keeps_its_contract(name: str) -> None:
    signal = SIGNALS[name]
    module = sys.modules[f"hunter.matching.signals.{name}"]
    assert (module.__doc__ or "").strip(), "the first docstring line is the sentence that the reviewer reads"
    assert signal.family and signal.levels
    shown = {e.level for e in signal.examples}
    assert shown == {*signal.levels, None}, "an example for every level and for the silent case"
    for example in signal.examples:
        seen = signal.compare(example.brand, example.profile)
        assert (seen and seen.level) == example.level, f"{example.profile.handle}: {seen}"
        if seen:
            assert 0.0 <= seen.strength <= 1.0
            assert signal.levels[seen.level].format(ours=seen.ours, theirs=seen.theirs)
            assessment = judge(example.brand, example.profile, shipped_weights())
            assert any(f.signal == name and f.words for f in assessment.findings)
