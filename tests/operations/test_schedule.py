"""What is printed for cron and systemd says what was asked for, with paths that hold odd characters."""

from __future__ import annotations

import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from hunter.errors import UsageError
from hunter.operations.schedule import read_interval, write_cron, write_systemd

RUN = ["/opt/hunter/bin/hunter", "run"]
HERE = Path("/srv/hunter")


@pytest.mark.parametrize(
    ("text", "minutes"), [("15m", 15), ("30m", 30), ("6h", 360), ("1d", 1440), (" 7D ", 10080), ("90m", 90)]
)
def test_read_interval(text: str, minutes: int) -> None:
    assert read_interval(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "6", "h", "14m", "8d", "0h", "-6h", "6 moons", "1.5h", "99999h"])
def test_other_intervals_are_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError):
        read_interval(text)


def field(spec: str, lowest: int, highest: int) -> set[int]:
    """The numbers that one field of a crontab line stands for."""
    span, _, step = spec.partition("/")
    first, _, last = (f"{lowest}-{highest}" if span == "*" else span).partition("-")
    return set(range(int(first), int(last or first) + 1, int(step or 1)))


def starts_of_a_week(line: str) -> int:
    minute, hour, day, month, weekday = line.split()[:5]
    assert (day, month) == ("*", "*")
    return len(field(minute, 0, 59)) * len(field(hour, 0, 23)) * len(field(weekday, 0, 6))


@pytest.mark.parametrize("minutes", [15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440, 10080])
def test_cron_starts_as_often_as_asked(minutes: int) -> None:
    line = write_cron(timedelta(minutes=minutes), RUN, HERE).splitlines()[1]
    assert starts_of_a_week(line) == 7 * 1440 // minutes
    assert line.endswith(" cd /srv/hunter && exec /opt/hunter/bin/hunter run 2>>hunter.log")


@pytest.mark.parametrize("minutes", [25, 90, 300, 2880])
def test_cron_refuses_what_it_cannot_say(minutes: int) -> None:
    with pytest.raises(UsageError, match="--format systemd can say any"):
        write_cron(timedelta(minutes=minutes), RUN, HERE)


def test_cron_keeps_odd_paths_together() -> None:
    line = write_cron(timedelta(hours=1), [*RUN, "--brand", "/a b/c%d.toml"], Path("/it's here")).splitlines()[1]
    assert r"""cd '/it'"'"'s here' && exec""" in line
    assert r"'/a b/c\%d.toml'" in line


def test_systemd_reads_both_units(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not on this machine")
    folder = tmp_path / "50 % off"
    folder.mkdir()
    command = [shutil.which("true") or "/bin/true", "--brand", str(folder / "a b.toml")]
    text = write_systemd(timedelta(minutes=90), command, folder)
    for part in text.split("# ---- /etc/systemd/system/")[1:]:
        name, _, body = part.partition("\n")
        (tmp_path / name).write_text(body.partition("# ---- then")[0].replace("User=hunter", "User=root"))
    units = [tmp_path / "hunter.service", tmp_path / "hunter.timer"]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)
    assert done.stderr == ""
    assert done.returncode == 0
    service, timer = (unit.read_text() for unit in units)
    assert "OnUnitActiveSec=5400s" in timer
    assert "every 90 minutes" in timer
    assert 'ReadWritePaths="' in service
    assert "50 %% off" in service
