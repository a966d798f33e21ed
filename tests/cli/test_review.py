"""`hunter review`: the link that it prints, what it never prints, and where it refuses to stand."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hunter.review.users import is_password, read_users
from hunter.store import open_store
from tests.cli.console import PROGRAM, Console, environment
from tests.stocked import profile_of, stock


@pytest.fixture
def started(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command in a process of its own over a small store, and the link that it printed."""
    with open_store(f"sqlite:///{tmp_path}/hunter.db") as store:
        stock(store, [profile_of(1), profile_of(2)], bits=(6.0, 4.0))
    command = [PROGRAM, "review", "--port", "0", "--reviewer", "ana"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment({}), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr is not None
        match = re.search(r"http://\S+", running.stderr.readline())
        assert match
        yield running, match.group()
        running.kill()


def ask(link: str, path: str, cookie: str = "") -> tuple[int, dict[str, str], str]:
    """One page of the running command."""
    host = link.split("/")[2]
    line = http.client.HTTPConnection(host, timeout=10)
    line.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    answer = line.getresponse()
    text = answer.read().decode()
    line.close()
    return answer.status, {k.lower(): v for k, v in answer.getheaders()}, text


def test_the_printed_link_opens_the_queue_and_is_found_nowhere_else(
    started: tuple[subprocess.Popen[str], str], tmp_path: Path
) -> None:
    running, link = started
    key = link.partition("key=")[2]
    status, headers, _ = ask(link, f"/enter?key={key}")
    assert status == 303
    cookie = headers["set-cookie"].split(";")[0]
    status, _, page = ask(link, "/", cookie)
    assert status == 200
    assert "acme-help1.bsky.example" in page
    assert "ana · lead" in page
    assert ask(link, f"/enter?key={key}")[0] == 403, "it opens once"
    arguments = Path(f"/proc/{running.pid}/cmdline").read_bytes()
    assert key.encode() not in arguments
    running.send_signal(signal.SIGINT)
    _, rest = running.communicate(timeout=20)
    assert key not in rest
    assert "Traceback" not in rest
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert key.encode() not in path.read_bytes(), path
    assert running.returncode in (0, 130)


def test_the_store_and_what_it_leaves_are_private(started: tuple[subprocess.Popen[str], str], tmp_path: Path) -> None:
    for path in tmp_path.glob("hunter.db*"):
        assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::"])
def test_a_network_is_refused_without_tls_users_and_name(console: Console, host: str) -> None:
    result = console("review", "--host", host)
    assert result.code == 64
    assert "--tls-certificate and --tls-key, --users, --name" in result.err


def test_users_are_added_with_a_password_that_is_asked_for(
    console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "correct horse battery")
    result = console("review", "user", "ana", "--role", "lead", "--users", "users.toml")
    assert result.code == 0
    user = read_users(tmp_path / "users.toml")["ana"]
    assert user.role == "lead"
    assert is_password("correct horse battery", user.password)
    assert "correct horse" not in result.out + result.err
    assert os.stat(tmp_path / "users.toml").st_mode & 0o077 == 0
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "short")
    assert console("review", "user", "bo", "--users", "users.toml").code == 64


def test_a_port_that_is_taken_is_told(console: Console, started: tuple[subprocess.Popen[str], str]) -> None:
    port = started[1].split("/")[2].split(":")[1]
    result = console("review", "--port", port)
    assert result.code == 64
    assert "--port takes another one" in result.err
