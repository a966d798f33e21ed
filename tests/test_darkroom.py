from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator

import pytest
from PIL import Image

from hunter.darkroom import Darkroom
from hunter.errors import PictureError
from hunter.matching.pictures import read_picture
from tests.hostile.pictures import TABLE, mark, slow_jpeg


@pytest.fixture(scope="module")
def darkroom() -> Iterator[Darkroom]:
    with Darkroom() as room:
        yield room


def test_a_picture_is_developed_as_it_is_read_here(darkroom: Darkroom) -> None:
    assert darkroom.develop(mark()) == read_picture(mark())


@pytest.mark.parametrize("name", [name for name, (_, why) in TABLE.items() if why])
def test_refusals_come_through_with_their_reason(darkroom: Darkroom, name: str) -> None:
    make, why = TABLE[name]
    with pytest.raises(PictureError) as refusal:
        darkroom.develop(make())
    assert refusal.value.why == why
    assert darkroom.develop(mark()).kind == "picture"


def test_one_worker_serves_many_pictures(darkroom: Darkroom) -> None:
    darkroom.develop(mark())
    worker = darkroom._worker
    for name in ("PNG", "JPEG", "GIF", "WEBP", "AVIF"):
        darkroom.develop(mark(name))
    assert darkroom._worker is worker


def test_thumbnails_and_sheets_are_png(darkroom: Darkroom) -> None:
    for png in (darkroom.thumbnail(mark(), 100), darkroom.side_by_side(mark(), mark("JPEG"))):
        with Image.open(io.BytesIO(png)) as picture:
            assert picture.format == "PNG"


def test_a_picture_that_never_ends_costs_itself_only() -> None:
    data = slow_jpeg()
    assert len(data) < 2_000_000
    with Darkroom(cpu_seconds=1, seconds=60) as room:
        begun = time.monotonic()
        with pytest.raises(PictureError) as refusal:
            room.develop(data)
        assert refusal.value.why == "too_slow"
        assert time.monotonic() - begun < 30
        assert room.develop(mark()).kind == "picture"


def test_waiting_has_an_end() -> None:
    with Darkroom(cpu_seconds=60, seconds=0.2) as room:
        with pytest.raises(PictureError) as refusal:
            room.develop(slow_jpeg())
        assert refusal.value.why == "too_slow"


def test_a_dead_worker_costs_one_picture() -> None:
    with Darkroom() as room:
        room.develop(mark())
        assert room._worker is not None
        os.kill(room._worker.pid, signal.SIGSEGV)
        with pytest.raises(PictureError) as refusal:
            room.develop(mark())
        assert refusal.value.why == "crashed"
        assert room.develop(mark()).kind == "picture"


def test_a_picture_that_needs_too_much_memory_costs_itself_only() -> None:
    big = io.BytesIO()
    Image.linear_gradient("L").resize((4800, 4800)).convert("RGB").save(big, "PNG", compress_level=1)
    with Darkroom(memory=32 * 1024 * 1024) as room:
        with pytest.raises(PictureError) as refusal:
            room.develop(big.getvalue())
        assert refusal.value.why in ("too_large", "crashed", "undecodable")
        assert room.develop(mark()).kind == "picture"


def test_the_worker_can_open_neither_file_nor_connection() -> None:
    code = """
        import socket, hunter.darkroom as d
        d._lock_up(512 * 1024 * 1024)
        for attempt in (lambda: open("/etc/hostname"), socket.socket, lambda: __import__("subprocess").run(["true"])):
            try:
                attempt()
            except OSError as exc:
                print(exc.errno)
            else:
                print("opened")
    """
    ran = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["24", "24", "24"], ran.stdout


def test_ctrl_c_leaves_no_worker_behind() -> None:
    code = """
        import signal
        from hunter.darkroom import Darkroom
        from tests.hostile.pictures import mark, slow_jpeg
        signal.signal(signal.SIGINT, signal.default_int_handler)  # it is ignored where tests run in the background
        slow = slow_jpeg()
        with Darkroom(cpu_seconds=60, seconds=60) as room:
            room.develop(mark())
            print(room._worker.pid, flush=True)
            try:
                room.develop(slow)
            except KeyboardInterrupt:
                assert room._worker is None
                room.develop(mark())
                print("went on", flush=True)
    """
    begun = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True)
    with begun:
        assert begun.stdout is not None
        worker = int(begun.stdout.readline())
        time.sleep(0.5)
        begun.send_signal(signal.SIGINT)
        assert begun.stdout.read().split("\n")[0] == "went on"
    assert begun.returncode == 0
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
