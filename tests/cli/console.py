"""Runs the real command line: in this process, in one of its own, or on a terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from hunter.cli import main

PROGRAM = Path(sys.executable).with_name("hunter")


@dataclass(frozen=True, slots=True)
class Result:
    """What one command left behind."""

    code: int
    out: str
    err: str

    @property
    def last_line(self) -> str:
        return self.err.rstrip("\n").rpartition("\n")[2]


class Console:
    """Runs commands in this process, which is much faster; the working directory is the test's own folder."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self.capture = capture

    def __call__(self, *arguments: str) -> Result:
        self.capture.readouterr()
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        out, err = self.capture.readouterr()
        return Result(left.value.code if isinstance(left.value.code, int) else 0, out, err)


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a command: nothing of ours but `settings`, and a width that only the terminal tells."""
    ours = ("HUNTER_", "COLUMNS", "LINES")  # parallel test workers are given a width
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**inherited, "NO_COLOR": "1", "PYTHONWARNINGS": "default", **settings}


def hunter(*arguments: str, folder: Path, settings: Mapping[str, str] | None = None, seconds: float = 60) -> Result:
    """Runs `hunter` with its output in pipes."""
    done = subprocess.run(
        [PROGRAM, *arguments], cwd=folder, env=environment(settings or {}), capture_output=True, timeout=seconds
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


def on_terminal(
    *arguments: str, folder: Path, settings: Mapping[str, str] | None = None, columns: int = 80, seconds: float = 60
) -> tuple[int, str]:
    """Runs `hunter` on a terminal of `columns` width; exit code and everything that was written on it."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    env = environment({"TERM": "xterm-256color", **(settings or {})})
    process = subprocess.Popen([PROGRAM, *arguments], cwd=folder, env=env, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    written, end = b"", time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            ready, _, _ = select.select([ours], [], [], 0.2)
            if ready:
                try:
                    part = os.read(ours, 65536)
                except OSError:  # Linux: the other side has closed
                    break
                if not part:
                    break
                written += part
            elif process.poll() is not None:
                break
        return process.wait(max(1.0, end - time.monotonic())), written.decode(errors="replace")
    finally:
        process.kill()
        os.close(ours)
