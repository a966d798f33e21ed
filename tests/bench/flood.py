"""What a flood does to the queue: 100,000 look-alikes in one run, over ten older cases and one real impostor.

    python -m tests.bench.flood [--accounts 100000]

Prints how long the run took to keep and to arrange, and what the first page shows; ends with 1 where the flood won.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from hunter.store import arrangement, open_store, queue, runs
from hunter.store.queue import Wanted
from hunter.store.suspects import Status
from tests.review.stock import BEGAN, account, assess, finding, picture, run

PAGE = 50


def main() -> int:
    """Floods a fresh store and reads the first page."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--accounts", type=int, default=100_000)
    count = options.parse_args().accounts
    chance = random.Random(11)
    with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{Path(folder)}/flood.db") as store:
        run(store, [assess(account(f"older{n}"), 3.0, finding("older", 9)) for n in range(10)])
        flood = [
            assess(
                account(
                    f"acme-help-{n}",
                    display_name=f"Acme Help {chance.choice('abcdefgh')}{n}",
                    picture=picture("shared" if n % 2 else f"own{n}"),
                ),
                14.0 + chance.random(),
                finding(chance.choice(("bait", "alike", "whole")), 20.0),
            )
            for n in range(count)
        ]
        impostor = assess(account("the-real-one"), 8.0, finding("same", 9, signal="same_picture"), finding("x", 5))
        chance.shuffle(flood)
        began = time.perf_counter()
        number = run(store, [*flood, impostor], day=1)
        print(f"{count} accounts kept, judged and arranged in {time.perf_counter() - began:.1f} s")
        with store.write() as c:
            began = time.perf_counter()
            arrangement.arrange(c, at=BEGAN)
            print(f"arranged again in {time.perf_counter() - began:.1f} s")
        with store.read() as c:
            began = time.perf_counter()
            rows = queue.page(c, Wanted(statuses=(Status.CAME_BACK, Status.OPEN)), limit=PAGE)
            print(f"first page read in {(time.perf_counter() - began) * 1000:.1f} ms")
            noted = [event["detail"] for event in runs.events(c, number) if event["kind"] == "flood"]
    shown = [row.handle for row in rows]
    older = sum(handle.startswith("older") for handle in shown)
    largest = max(rows, key=lambda row: row.stands_for)
    print(f"first page: {older} of 10 older cases, the impostor {'is' if 'the-real-one' in shown else 'IS NOT'} there,")
    print(f"the largest row stands for {largest.stands_for} accounts; noted: {noted}")
    return 0 if older == 10 and "the-real-one" in shown else 1


if __name__ == "__main__":
    sys.exit(main())
