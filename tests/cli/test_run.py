"""`hunter run` against the sample network by real HTTP, when all is well and when it is not."""

from __future__ import annotations

import re
import resource
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from hunter.demo.accounts import Account, Script, read_script
from hunter.demo.network import SampleNetwork
from hunter.store import Store, open_store, runs, suspects
from hunter.tables import data_folder
from tests.cli.console import PROGRAM, Console, environment, hunter

NOW = datetime.now(UTC)
SUMMARY = r"run 1: bluesky ok: \d+ asked, \d+ present, 0 refused, [1-9]\d* suspects new, 0 changed, 0 gone"


def script(*more: Account) -> Script:
    """The shipped accounts without the refusals, and `more`."""
    shipped = read_script(NOW)
    return replace(shipped, accounts=(*shipped.accounts, *more), refusals=())


@pytest.fixture
def folder(console: Console, tmp_path: Path) -> Path:
    """The working directory, with one sample brand in it."""
    prepare(tmp_path)
    return tmp_path


class Network(SampleNetwork):
    """The sample network; each answer can be made to take a while."""

    pause = 0.0  # seconds
    _asked = 0

    @property
    def asked(self) -> int:
        return self._asked

    @asked.setter
    def asked(self, count: int) -> None:
        time.sleep(self.pause)
        self._asked = count


@pytest.fixture
def network(folder: Path) -> Iterator[Network]:
    network = Network(script())
    with network.serve() as url:
        point_to(folder, url)
        yield network


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder in which `hunter run` has run once and well, and the last line that it wrote."""
    folder = tmp_path_factory.mktemp("first")
    prepare(folder)
    with SampleNetwork(script()).serve() as url:
        point_to(folder, url)
        result = hunter("run", "--limit", "120", folder=folder, seconds=100)
    assert result.code == 0, result.err
    assert result.out == ""
    return folder, result.last_line


@pytest.fixture
def after_one_run(first_run: tuple[Path, str], folder: Path) -> Path:
    """The working directory as one run has left it."""
    shutil.copytree(first_run[0], folder, dirs_exist_ok=True)
    return folder


def prepare(folder: Path) -> None:
    (folder / "brands").mkdir()
    shutil.copy(data_folder() / "brands" / "talvora.toml", folder / "brands")
    shutil.copytree(data_folder() / "brands" / "talvora", folder / "brands" / "talvora")


def point_to(folder: Path, url: str, **more: object) -> None:
    lines = [f'{name} = "{value}"' if isinstance(value, str) else f"{name} = {value}" for name, value in more.items()]
    lines += ["sample_per_run = 0", 'platforms = ["bluesky"]', "[platform_urls]", f'bluesky = ["{url}"]']
    (folder / "hunter.toml").write_text("\n".join(lines) + "\n")


def store_in(folder: Path) -> closing[Store]:
    return closing(open_store(f"sqlite:///{folder}/hunter.db"))


def handles_in(folder: Path) -> set[str]:
    with store_in(folder) as store, store.read() as c:
        return {suspect.handle for suspect in suspects.page(c, limit=500)}


def test_the_first_run_tells_what_is_new(first_run: tuple[Path, str]) -> None:
    folder, line = first_run
    assert re.fullmatch(SUMMARY, line)
    found = handles_in(folder)
    assert {"talvora-support.test", "ta1vora.test", "talvora-prize.test"} <= found
    assert not found & {"talvora.example", "talvora-runners.test", "tavola.test", "bank-holiday.test", "salvatore.test"}


def test_the_second_run_tells_what_changed(console: Console, after_one_run: Path) -> None:
    before = handles_in(after_one_run)
    network = SampleNetwork(script())
    network.day = 2
    with network.serve() as url:
        point_to(after_one_run, url)
        result = console("run", "--limit", "120", "--brand", "talvora")
    assert result.code == 0, result.err
    assert result.last_line.startswith("run 2: bluesky ok: ")
    assert ", 1 suspects new, 1 changed, 0 gone" in result.last_line
    assert handles_in(after_one_run) == before - {"desk77.test"} | {"talvora-refunds.test", "desk-services-77.test"}


def test_a_picture_that_is_none_costs_that_picture_only(first_run: tuple[Path, str]) -> None:
    with store_in(first_run[0]) as store, store.read() as c:
        found = {s.handle: s.picture for s in suspects.page(c, limit=500)}
    assert found["ta1vora.test"] is not None
    assert found.get("talvora-status.test") is None


def test_a_huge_bio_does_not_stop_the_others(console: Console, folder: Path) -> None:
    giant = Account(
        did="did:plc:" + "g" * 24, handle="talvora-giant.test", name="Talvora", bio="x" * 10_000_000, joined=NOW
    )
    with SampleNetwork(script(giant)).serve() as url:
        point_to(folder, url)
        result = console("run", "--limit", "60")
    assert result.code in (0, 3)
    assert result.last_line.startswith("run 1: bluesky ")
    assert "ta1vora.test" in handles_in(folder)
    shown = console("suspects", "list", "--limit", "100").out
    assert all(len(line) < 2000 for line in shown.splitlines())


class Page(BaseHTTPRequestHandler):
    """Answers every question with a friendly web page."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        robots = self.path == "/robots.txt"
        body = b"User-agent: *\nAllow: /\n" if robots else b"<!doctype html><title>Welcome</title><p>not found"
        self.send_response(200)
        self.send_header("Content-Type", "text/plain" if robots else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def test_a_platform_that_answers_pages_is_broken_and_nothing_is_lost(console: Console, after_one_run: Path) -> None:
    before = handles_in(after_one_run)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    point_to(after_one_run, f"http://127.0.0.1:{server.server_port}")
    result = console("run", "--limit", "120")
    server.shutdown()
    server.server_close()
    assert result.code == 3
    assert result.last_line.startswith("run 2: bluesky broken (")
    assert "0 suspects new, 0 changed, 0 gone, 2 not understood" in result.last_line
    assert handles_in(after_one_run) == before


def test_a_platform_that_is_not_there_is_no_empty_result(console: Console, folder: Path, network: Network) -> None:
    point_to(folder, "http://127.0.0.1:9")
    result = console("run")
    assert result.code == 3
    assert "bluesky blocked (" in result.last_line


def test_a_broken_brand_file_asks_nobody(console: Console, folder: Path, network: Network) -> None:
    with (folder / "brands" / "talvora.toml").open("a") as file:
        file.write("colour = 1\n")
    (folder / "brands" / "other.toml").write_text("slug = 3\n")
    result = console("run")
    assert result.code == 64
    assert "brands/talvora.toml:" in result.err
    assert "rights.colour: no such key" in result.err
    assert "brands/other.toml:1: slug" in result.err
    assert network.asked == 0
    assert not (folder / "hunter.db").exists()


def test_an_unknown_platform_is_wrong_usage(console: Console, folder: Path, network: Network) -> None:
    result = console("run", "--platform", "facepage")
    assert result.code == 64
    assert "no spider for facepage" in result.err


def test_without_space_a_run_does_not_start(console: Console, folder: Path, network: Network) -> None:
    point_to(folder, network.url, min_free_mb=10**9)
    result = console("run")
    assert result.code == 5
    assert "MB left" in result.err
    assert network.asked == 0


def test_a_disk_that_fills_up_ends_in_5_and_keeps_the_store_whole(
    console: Console, folder: Path, network: Network
) -> None:
    point_to(folder, network.url)
    assert console("db", "upgrade").code == 0
    most = 60_000  # bytes of any one file: the write-ahead log reaches it in the middle of the run

    def fill_up() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    done = subprocess.run(
        [PROGRAM, "run", "--limit", "120"], cwd=folder, env=environment({}), capture_output=True, text=True,
        preexec_fn=fill_up, timeout=100,
    )  # fmt: skip
    assert done.returncode == 5, done.stderr
    assert "Traceback" not in done.stderr
    assert "space" in done.stderr
    assert console("db", "check").code == 0


def start(folder: Path, network: Network) -> subprocess.Popen[str]:
    """A run that is well on its way and takes its time."""
    network.pause = 0.02
    asked = network.asked
    process = subprocess.Popen(
        [PROGRAM, "run"], cwd=folder, env=environment({}), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    end = time.monotonic() + 60
    while network.asked < asked + 40 and time.monotonic() < end:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    network.pause = 0.5
    return process


def test_a_second_run_waits_its_turn_and_ctrl_c_ends_the_first_cleanly(
    console: Console, folder: Path, network: Network
) -> None:
    process = start(folder, network)
    second = console("run")
    assert second.code == 4
    assert "the store is held by run 1 since 20" in second.err
    assert console("suspects", "list").code == 0, "readers are not held up"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert out == ""
    assert "Traceback" not in err
    assert err.splitlines()[-2] == "interrupted; what was stored is kept"
    assert err.splitlines()[-1].startswith("run 1 (interrupted): bluesky ")
    with store_in(folder) as store, store.read() as c:
        record = runs.get(c, 1)
    assert record is not None
    assert record.state == "interrupted"


def test_a_killed_run_is_cleaned_up_by_the_next(console: Console, folder: Path, network: Network) -> None:
    process = start(folder, network)
    process.kill()
    process.communicate()
    network.pause = 0.0
    assert console("db", "check").code == 0
    again = console("run", "--limit", "60")
    assert again.code == 0, again.err
    assert again.last_line.startswith("run 2: bluesky ok")
    with store_in(folder) as store, store.read() as c:
        record = runs.get(c, 1)
        found = [s.native_id for s in suspects.page(c, limit=500)]
    assert record is not None
    assert record.state == "aborted"
    assert len(found) == len(set(found)) > 3
    assert not list((folder / "hunter-vault").glob("*/.unfinished-*"))
