"""Settings: the environment wins, faults are told together, and no secret is shown wherever something goes wrong."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from hunter.errors import HunterError
from hunter.settings import load_settings
from tests.cli.console import PROGRAM

SECRET = "canary-Pa55word"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "hunter.toml").write_text('min_score = 0.7\ncontact = "file@acme.example"\n', encoding="utf-8")
    settings = load_settings(tmp_path, {"HUNTER_MIN_SCORE": "0.9"})
    assert (settings.min_score, settings.contact) == (0.9, "file@acme.example")


def test_all_faults_are_told_and_no_value(tmp_path: Path) -> None:
    (tmp_path / "hunter.toml").write_text(f'unheard_of = "{SECRET}"\nmin_score = "{SECRET}"\n', encoding="utf-8")
    with pytest.raises(HunterError) as caught:
        load_settings(tmp_path, {})
    assert "unheard_of" in str(caught.value) and "min_score" in str(caught.value)


def test_repr_shows_no_secret(tmp_path: Path) -> None:
    environ = {
        "HUNTER_STORE": f"postgresql+psycopg://u:{SECRET}@db.example/x",
        "HUNTER_ALERT_URLS": f"mailto://u:{SECRET}@mail.example",
    }
    settings = load_settings(tmp_path, environ)
    assert SECRET in settings.store and SECRET in settings.alert_urls[0]
    assert SECRET not in repr(settings)


@pytest.mark.parametrize("command", [["status"], ["--debug", "status"], ["alerts", "test"]], ids=" ".join)
def test_no_secret_is_printed_when_it_goes_wrong(tmp_path: Path, command: list[str]) -> None:
    environ = {
        "PATH": "/usr/bin:/bin",
        "HUNTER_STORE": f"postgresql+psycopg://u:{SECRET}@127.0.0.1:1/x",
        "HUNTER_ALERT_URLS": f"json://u:{SECRET}@127.0.0.1:1/hook",
    }
    done = subprocess.run(
        [str(PROGRAM), *command], cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0
    told = done.stdout + done.stderr
    assert told and SECRET not in told
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert not kept
