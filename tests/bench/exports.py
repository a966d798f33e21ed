"""Exports of many suspects: seconds, bytes and peak memory of each format. `python -m tests.bench.exports 100000`.

Each format runs in a process of its own, so that its peak is its own; memory must not grow with the list.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hunter.export import FORMATS, SuspectList
from hunter.store import open_store
from hunter.store.listing import Wanted, find_numbers, last_touched, list_suspects
from tests.stocked import profile_of, stock


def measure(url: str, name: str, out: Path) -> None:
    """Writes one format and prints processor seconds, megabytes written and peak megabytes of memory."""
    began = time.process_time()
    with open_store(url) as store, store.read() as c, out.open("w+b") as stream:
        numbers = find_numbers(c, Wanted())
        rows = list_suspects(c, numbers)
        FORMATS[name].write(SuspectList(rows=rows, count=len(numbers), as_of=last_touched(c)), stream)
    seconds = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = out.stat().st_size / 1e6
    print(f"{name:6} {len(numbers):7} suspects {seconds:6.1f} s {size:7.1f} MB written {peak:6.0f} MB peak")


def main(count: int) -> None:
    """A tenth of the suspects first, then all: the two peaks side by side show whether memory is flat."""
    with tempfile.TemporaryDirectory() as folder:
        for share in (count // 10, count):
            url = f"sqlite:///{folder}/{share}.db"
            with open_store(url) as store:
                stock(store, (profile_of(i) for i in range(share)), bits=(0.2, 1.3, 3.5, 9.0))
            for name in FORMATS:
                command = [sys.executable, "-m", "tests.bench.exports", url, name, f"{folder}/out"]
                subprocess.run(command, check=True)


if __name__ == "__main__":
    if len(sys.argv) == 4:
        measure(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
