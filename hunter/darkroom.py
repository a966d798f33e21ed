"""A place where hostile pictures are developed: a worker process that may die without taking the run along.

The worker has little memory and time, may open no file and no connection, and answers in plain JSON and bytes, so
that even a decoder taken over by a crafted picture can say nothing but something about a picture.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from hunter.errors import HunterError, PictureError
from hunter.types import Picture

MEMORY = 768 * 1024 * 1024  # bytes of address space over what the worker holds when it is ready
CPU_SECONDS = 5  # of the decoder, for one picture
SECONDS = 10.0  # on the wall, for one picture
START_SECONDS = 60.0  # until a new worker is ready, on a busy machine
MOST_ANSWER = 64 * 1024 * 1024
# Many threads for small matrices make them slower, and each takes its share of the address space.
SINGLE = ("/usr/bin/env", "OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1")
_FRAME = struct.Struct("<II")  # bytes of JSON, bytes that follow it


class Darkroom:
    """Develops many pictures, one after the other, in one worker process; use it as a context manager.

    A picture that kills the worker, fills its memory or takes too long costs that picture (PictureError with
    `why` crashed, too_large or too_slow); the next one gets a new worker.
    """

    def __init__(self, *, memory: int = MEMORY, cpu_seconds: int = CPU_SECONDS, seconds: float = SECONDS) -> None:
        self._command = [*SINGLE, sys.executable, "-P", "-m", "hunter.darkroom", str(memory), str(cpu_seconds)]
        self._seconds = seconds
        self._worker: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Darkroom:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def develop(self, data: bytes) -> Picture:
        """What the matcher needs of a picture (see `hunter.matching.pictures.read_picture`). Raises PictureError."""
        head, small = self._ask({"ask": "develop"}, data)
        try:
            return Picture(small=small, **head)
        except TypeError as exc:
            raise PictureError("the decoder answered nonsense", why="crashed") from exc

    def thumbnail(self, data: bytes, side: int = 256) -> bytes:
        """A PNG of at most `side` pixels, freshly encoded from the pixels alone. Raises PictureError."""
        return self._ask({"ask": "thumbnail", "side": side}, data)[1]

    def side_by_side(self, ours: bytes, theirs: bytes) -> bytes:
        """A PNG of both pictures beside each other, theirs lined up with ours where it can be. Raises PictureError."""
        return self._ask({"ask": "side_by_side", "ours": len(ours)}, ours + theirs)[1]

    def close(self) -> None:
        """Ends the worker; the next question starts a new one."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()
            with worker:
                pass  # closes both pipes and waits for the end

    def _ask(self, question: Mapping[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
        worker = self._worker or self._start()
        answered = False
        try:
            self._send(worker, question, data)
            head, blob = self._receive(worker, time.monotonic() + self._seconds)
            answered = True
        except TimeoutError as exc:
            raise PictureError("decoding took too long", why="too_slow") from exc
        except (EOFError, OSError, ValueError) as exc:
            if _died_of(worker) == signal.SIGXCPU:
                raise PictureError("decoding took too long", why="too_slow") from exc
            raise PictureError("the decoder died of this picture", why="crashed") from exc
        finally:
            if not answered:  # Ctrl-C as well: the next answer would belong to this question
                self.close()
        if "why" in head:
            raise PictureError(str(head.get("message")), why=str(head["why"]))
        return head, blob

    def _start(self) -> subprocess.Popen[bytes]:
        # What decoders print may hold a picture's own text: nobody needs to read it.
        self._worker = worker = subprocess.Popen(  # noqa: S603
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        ready = False
        try:
            self._receive(worker, time.monotonic() + START_SECONDS)
            ready = True
        except (EOFError, TimeoutError, ValueError) as exc:
            raise HunterError("the process that decodes pictures did not start") from exc
        finally:
            if not ready:
                self.close()
        return worker

    @staticmethod
    def _send(worker: subprocess.Popen[bytes], question: Mapping[str, Any], data: bytes) -> None:
        assert worker.stdin is not None
        head = json.dumps(question).encode()
        worker.stdin.write(_FRAME.pack(len(head), len(data)) + head + data)
        worker.stdin.flush()

    @staticmethod
    def _receive(worker: subprocess.Popen[bytes], until: float) -> tuple[dict[str, Any], bytes]:
        assert worker.stdout is not None
        line = worker.stdout.fileno()
        got = b""
        sizes = (0, 0)
        with selectors.DefaultSelector() as selector:
            selector.register(line, selectors.EVENT_READ)
            while len(got) < _FRAME.size or len(got) < _FRAME.size + sum(sizes):
                if not selector.select(max(0.0, until - time.monotonic())):
                    raise TimeoutError
                part = os.read(line, 1 << 20)
                if not part:
                    raise EOFError
                got += part
                if len(got) >= _FRAME.size:
                    sizes = _FRAME.unpack_from(got)
                    if sum(sizes) > MOST_ANSWER:
                        raise ValueError("an answer beyond all measure")
        split = _FRAME.size + sizes[0]
        head = json.loads(got[_FRAME.size : split])
        if not isinstance(head, dict):
            raise ValueError("an answer of another shape")
        return head, got[split:]


def _died_of(worker: subprocess.Popen[bytes]) -> int | None:
    """The signal that ended the worker; None where it lives or ended otherwise."""
    try:
        code = worker.wait(1.0)
    except subprocess.TimeoutExpired:
        return None
    return -code if code < 0 else None


def _answer(question: Mapping[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """The worker's side of one question."""
    from hunter.matching.pictures import draw_side_by_side, draw_thumbnail, read_picture

    if question["ask"] == "thumbnail":
        return {}, draw_thumbnail(data, question["side"])
    if question["ask"] == "side_by_side":
        return {}, draw_side_by_side(data[: question["ours"]], data[question["ours"] :])
    picture = read_picture(data)
    names = ("sha256", "quality", "width", "height", "kind")
    return {name: getattr(picture, name) for name in names} | {"hashes": dict(picture.hashes)}, picture.small


def _lock_up(memory: int) -> None:
    """No more memory than that, no core dump, and no file or connection beside the two open pipes, ever again."""
    import resource

    from hunter.matching.pictures import warm_up

    warm_up()  # every decoder once: afterwards no library can be loaded any more
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        held = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + memory, held + memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def work(memory: int, cpu_seconds: int) -> None:
    """The worker: answers questions on its standard input until that is closed."""
    import resource

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the asking process's business
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not end up among the answers
    _lock_up(memory)

    def reply(head: Mapping[str, Any], blob: bytes = b"") -> None:
        text = json.dumps(head).encode()
        out.write(_FRAME.pack(len(text), len(blob)) + text + blob)
        out.flush()

    reply({"ready": True})
    while len(frame := sys.stdin.buffer.read(_FRAME.size)) == _FRAME.size:
        size, following = _FRAME.unpack(frame)
        question = json.loads(sys.stdin.buffer.read(size))
        data = sys.stdin.buffer.read(following)
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = int(used.ru_utime + used.ru_stime) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (spent + cpu_seconds, resource.RLIM_INFINITY))
        try:
            reply(*_answer(question, data))
        except PictureError as exc:
            reply({"message": exc.args[0], "why": exc.why})
        except MemoryError:
            reply({"message": "decoding needs too much memory", "why": "too_large"})


if __name__ == "__main__":
    work(int(sys.argv[1]), int(sys.argv[2]))
