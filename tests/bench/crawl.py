"""What a crawl costs end to end, against a bare Scrapy spider that only downloads the very same pages in the same run.

    python -m tests.bench.crawl [--profiles 1000] [--rounds 2]

A server in a process of its own plays an AT Protocol platform. Six accounts in ten have a picture of their own, two
share one, two have none. Each round crawls it with `spiders.crawl.crawl` into a fresh store and vault, then lets the
bare spider, with the same settings of politeness and safety, download the list of pages that were asked for. Peak
memory is that of the crawling process; the worker that decodes pictures is counted beside it.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

NAMES = ("Veldano", "Zuberon", "Quastor", "Mirelda", "Tonvika")
OFFICIAL = "veldano.test"


def draw(seed: int) -> bytes:
    """A picture of somebody's own, of the size that platforms serve."""
    dice = random.Random(seed)
    image = Image.new("RGB", (400, 400), tuple(dice.randrange(256) for _ in range(3)))
    pen = ImageDraw.Draw(image)
    for _ in range(40):
        x, y = dice.randrange(400), dice.randrange(400)
        pen.ellipse((x, y, x + dice.randrange(120), y + 80), fill=tuple(dice.randrange(256) for _ in range(3)))
    out = BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def serve(count: int) -> None:
    """The platform; prints its base URL, ends with its standard input."""
    from tests.hostile.servers import AppView, actor, reply
    from tests.hostile.servers import serve as serving

    drawn = [draw(seed) for seed in range(64)]
    view = AppView([actor(OFFICIAL, displayName=NAMES[0])], page=100)
    by_name: dict[str, dict[str, Any]] = {}

    def answer(path: str) -> Any:
        if path == "/hits":
            return reply(200, [hit for hit in served.hits if hit != "/hits"])
        if path.startswith("/img/"):
            number = int(path[5:])
            return reply(200, drawn[number % 64] + str(number).encode(), media_type="image/jpeg")  # bytes of its own
        return view(path)

    with serving(answer) as served:
        for number in range(count):
            name = NAMES[number * len(NAMES) // max(count, len(NAMES))]
            kind = number % 10
            shown = {"avatar": f"{served.url}/img/{number if kind < 6 else 0}"} if kind < 8 else {}
            one = actor(
                f"{name.lower()}-{number:06}.test", displayName=f"{name} {number}", description="hello", **shown
            )
            by_name[one["handle"]] = by_name[one["did"]] = one
            view.accounts.append(one)
        view._find = lambda name: by_name.get(name) or (view.accounts[0] if name == OFFICIAL else None)  # type: ignore[method-assign]
        print(served.url, flush=True)
        sys.stdin.read()


def crawl_ours(url: str, folder: Path) -> int:
    """One crawl; how many profiles it stored."""
    from hunter.settings import Settings
    from hunter.store import open_store, runs
    from hunter.types import Brand
    from hunter.vault import Vault
    from spiders.crawl import crawl

    brand = Brand(slug="bench", names=NAMES, official={"bluesky": (OFFICIAL,)})
    settings = Settings(
        platform_urls={"bluesky": (url,)}, requests_per_platform=10**6, avatars_per_platform=10**6, contact="bench"
    )
    with open_store(f"sqlite:///{folder / 'hunter.db'}") as store:
        with store.write() as c:
            run = runs.start(c, kind="run", at=datetime.now(UTC), version="0", machine="m", process=1, brands=[brand])
        report = crawl([brand], settings, store, Vault(folder / "vault"), run=run, platforms=["bluesky"])
    assert report.platforms[0].state == "ok", report
    return report.platforms[0].present


def crawl_bare(url: str, pages: list[str]) -> int:
    """A spider that downloads the pages and does nothing with them; how many came."""
    from scrapy import Request, Spider
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    class Bare(Spider):
        name = "bare"
        seen = 0

        async def start(self) -> Any:
            for page in pages:
                yield Request(url + page, dont_filter=True)

        def parse(self, response: Any) -> None:
            Bare.seen += 1

    settings = Settings()
    settings.setmodule("spiders.settings")
    ours = ("DOWNLOADER_MIDDLEWARES", "ITEM_PIPELINES", "TWISTED_DNS_RESOLVER")
    settings.setdict({**{name: {} for name in ours[:2]}, ours[2]: "scrapy.resolver.CachingThreadedResolver"})
    settings.set("DNSCACHE_ENABLED", True)
    process = AsyncCrawlerProcess(settings)
    process.crawl(Bare)
    process.start()
    return Bare.seen


def child(mode: str, url: str) -> None:
    """Runs one crawl and prints what it cost."""
    pages = json.load(sys.stdin) if mode == "bare" else []
    with tempfile.TemporaryDirectory() as folder:
        began, cpu = time.perf_counter(), time.process_time()
        done = crawl_bare(url, pages) if mode == "bare" else crawl_ours(url, Path(folder))
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    worker = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost = {"done": done, "seconds": seconds, "cpu": cpu, "worker_cpu": worker.ru_utime + worker.ru_stime}
    cost["mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**cost, "worker_mib": worker.ru_maxrss / 1024}))


@contextmanager
def platform(count: int) -> Iterator[str]:
    """The server in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.crawl", "--serve", str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        yield process.stdout.readline().strip()
        process.stdin.close()


def run_child(mode: str, url: str, pages: list[str] | None = None) -> dict[str, float]:
    """What one crawl in a fresh process cost."""
    command = [sys.executable, "-m", "tests.bench.crawl", "--child", mode, url]
    told = subprocess.run(command, input=json.dumps(pages or []), capture_output=True, text=True, check=True)
    cost: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    return cost


def main() -> None:
    """Measures and prints."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--profiles", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=2)
    options.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    options.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.serve is not None:
        serve(given.serve)
    elif given.child:
        child(*given.child)
    else:
        compare(given.profiles, given.rounds)


def compare(profiles: int, rounds: int) -> None:
    """Ours and the bare spider in turns."""
    ratios = []
    for number in range(rounds):
        with platform(profiles) as url:
            ours = run_child("ours", url)
            with urllib.request.urlopen(f"{url}/hits") as answer:
                pages = json.load(answer)
            bare = run_child("bare", url, pages)
        ratios.append((ours["seconds"] / bare["seconds"], ours["cpu"] / bare["cpu"]))
        print(
            f"round {number + 1}: {len(pages)} pages; ours {ours['done']:.0f} profiles in {ours['seconds']:.1f} s "
            f"({ours['done'] / ours['seconds']:.0f}/s), {ours['cpu']:.1f} CPU s, {ours['mib']:.0f} MiB "
            f"(worker {ours['worker_cpu']:.1f} CPU s, {ours['worker_mib']:.0f} MiB); "
            f"bare {bare['seconds']:.1f} s, {bare['cpu']:.1f} CPU s, {bare['mib']:.0f} MiB"
        )
    wall, cpu = min(r[0] for r in ratios), min(r[1] for r in ratios)
    print(f"best of {rounds}: {wall:.2f} times the bare spider's time, {cpu:.2f} times its processor time")


if __name__ == "__main__":
    main()
