"""The score against people's verdicts, on verdicts whose shares are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from hunter.cli import main
from hunter.matching.weights import shipped_weights
from hunter.operations.learning import Band, draw_curve, find_threshold, measure, report
from hunter.rules import load_weights
from hunter.store import Store, decisions, open_store, suspects
from hunter.store.verdicts import Held
from hunter.types import Verdict
from tests.stocked import NOON, profile_of, stock


def held(score: float, verdict: Verdict, number: int = 0) -> Held:
    told = {"brand": "acme", "platform": "x", "native_id": str(number), "rules": "r", "at": NOON}
    return Held(**told, verdict=verdict, score=score, version=None, brand_digest=None)  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """20 suspects score 0.97, 15 of them impostors; 20 score 0.67, 5 are; one is unsure, one withdrawn."""
    with open_store(f"sqlite:///{tmp_path}/hunter.db") as opened:
        stock(opened, [replace(profile_of(i), links=()) for i in range(42)], bits=(5.0, 1.0))
        with opened.write() as c:
            for number in range(1, 41):
                high, place = number % 2 == 1, (number - 1) // 2
                hit = place < (15 if high else 5)
                decisions.decide(c, number, Verdict.IMPERSONATION if hit else Verdict.UNRELATED, by="d", at=NOON)
            decisions.decide(c, 41, Verdict.UNSURE, by="d", at=NOON)
            taken_back = decisions.decide(c, 42, Verdict.IMPERSONATION, by="d", at=NOON)
            decisions.withdraw(c, taken_back, by="d", at=NOON)
            decisions.decide(c, 1, Verdict.PARODY, by="e", at=NOON)  # changes a mind: the newest counts
        yield opened


def test_shares_by_band(store: Store) -> None:
    measured = report(store)
    told = {(band.low, band.high): (band.impostors, band.decided) for band in measured.bands if band.decided}
    assert told == {(0.9, 0.97): (14, 20), (0.5, 0.7): (5, 20)}
    assert measured.unsure == 1 and measured.rules == ("r" * 16,)
    band = next(b for b in measured.bands if b.low == 0.9)
    assert band.precision == 0.7 and band.said == pytest.approx(32 / 33)
    assert band.interval == pytest.approx((0.481, 0.855), abs=0.001)


def test_the_ends_belong_to_a_band() -> None:
    measured = measure([held(0.0, Verdict.UNRELATED), held(1.0, Verdict.IMPERSONATION), held(0.97, Verdict.OFFICIAL)])
    assert [(b.low, b.impostors, b.others) for b in measured.bands if b.decided] == [(0.0, 0, 1), (0.97, 1, 1)]
    assert measured.brier == pytest.approx((0 + 0 + 0.97**2) / 3)
    assert measure([]).brier is None and measure([]).bands[0].precision is None


def test_an_empty_band_says_nothing() -> None:
    band = Band(low=0, high=1, impostors=0, others=0, said=None)
    assert band.interval == (0.0, 1.0)
    assert Band(low=0, high=1, impostors=5, others=0, said=1.0).interval[1] == 1.0


def test_the_threshold_for_a_workload(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/hunter.db") as store:
        people = [replace(profile_of(i), links=(), display_name=f"Acme {i:04}x{i * 7919}") for i in range(40)]
        stock(store, people, bits=[i / 4 for i in range(40)], at=NOON - timedelta(weeks=4))
        work = find_threshold(store, 5, now=NOON)
        assert (work.weeks, work.cases) == (4.0, 40) and work.threshold is not None
        assert work.threshold == pytest.approx(1 / (1 + 2**-5.0))  # the 20th highest of 40
        assert find_threshold(store, 20, now=NOON).threshold is None
        assert find_threshold(store, 0, now=NOON).threshold == 1.0


def test_the_curve_is_a_picture_and_the_same_again(store: Store, tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        draw_curve(report(store), tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size == (840, 720) and len(picture.convert("RGB").getcolors(1 << 20) or []) > 20


def test_the_command(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HUNTER_STORE", f"sqlite:///{store.path}")
    with pytest.raises(SystemExit) as stop:
        main(["weights", "report", "--curve", str(tmp_path / "c.png"), "--cases-a-week", "100"])
    out, err = capsys.readouterr()
    assert not stop.value.code and (tmp_path / "c.png").stat().st_size > 10_000
    assert "0.9 to 0.97\t20\t14\t70 %\t48 to 85\t97 %\tnot as promised" in out.splitlines()
    assert "40 verdicts that hold, 1 unsure" in err and "not as many as 100 a week" in err


@pytest.fixture
def taught(tmp_path: Path) -> Iterator[Store]:
    """Who asks for something in the bio is an impostor; who merely carries the name is none: 20 of each."""
    with open_store(f"sqlite:///{tmp_path}/hunter.db") as opened:
        helpers = [replace(profile_of(i), links=()) for i in range(20)]
        others = [replace(profile_of(i), links=(), bio=None, display_name=f"Acme {i}") for i in range(20, 40)]
        stock(opened, [*helpers, *others])
        with opened.write() as c:
            for number in range(1, 41):
                impostor = "help" in (suspects.get(c, number).display_name or "")
                decisions.decide(c, number, Verdict.IMPERSONATION if impostor else Verdict.UNRELATED, by="d", at=NOON)
        yield opened


def test_own_verdicts_become_a_weights_file(
    taught: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUNTER_STORE", f"sqlite:///{taught.path}")
    with taught.read() as c:
        before = [suspects.get(c, n) for n in range(1, 41)]
    with pytest.raises(SystemExit) as stop:
        main(["weights", "fit", "-o", "own.toml"])
    err = capsys.readouterr().err
    assert not stop.value.code, err
    assert "40 verdicts, 20 impostors" in err
    mine = load_weights(tmp_path / "own.toml")
    assert mine.digest in err and mine.digest != shipped_weights().digest
    with taught.read() as c:
        assert [suspects.get(c, n) for n in range(1, 41)] == before  # old assessments keep score and rules
    with pytest.raises(SystemExit) as stop:
        main(["weights", "fit", "-o", "own.toml"])
    assert stop.value.code == 64 and "already there" in capsys.readouterr().err


def test_too_few_verdicts_are_not_listened_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HUNTER_STORE", f"sqlite:///{tmp_path}/empty.db")
    with pytest.raises(SystemExit) as stop:
        main(["weights", "fit", "-o", str(tmp_path / "own.toml")])
    assert stop.value.code == 64 and "0 impostors and 0 others" in capsys.readouterr().err
    assert not (tmp_path / "own.toml").exists()
