"""What sealing costs: seconds, processor time and bytes a suspect, and whether memory stays flat over many.

    python -m tests.bench.evidence [--count 1000] [--browser] [--stamp] [--folder FOLDER]

Seals that many suspects of a site on loopback (page, API answer, picture, robots.txt over TLS) and prints a line every
hundred. `--stamp` has each one stamped by an authority on loopback, which costs one run of openssl each.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

from hunter.evidence.seal import Request
from hunter.evidence.verify import verify
from tests.evidence.authority import Authority
from tests.evidence.office import Site, open_office


def main() -> None:
    """Seals and prints."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=1000)
    options.add_argument("--browser", action="store_true")
    options.add_argument("--stamp", action="store_true")
    options.add_argument("--folder", type=Path)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        measure(Path(folder), given.count, browser=given.browser, stamp=given.stamp)


def measure(folder: Path, count: int, *, browser: bool, stamp: bool) -> None:
    """Seals `count` suspects in `folder`."""
    with Site() as site, Authority(folder / "tsa") as authority:
        settings = {"tsa_urls": (authority.url,), "tsa_roots": authority.root} if stamp else {}
        with open_office(folder / "office", site, count=count, browser=browser, **settings) as office:
            request = Request(by="bench", reason="bench")
            wall, processor, total = time.perf_counter(), time.process_time(), 0
            print(f"{'sealed':>7} {'s each':>8} {'cpu s each':>11} {'kB each':>8} {'MB resident':>12}")
            for number, suspect in enumerate(office.suspects, 1):
                sealed = office.sealer.seal(suspect, folder / "bags", request)
                total += sum(p.stat().st_size for p in sealed.path.rglob("*") if p.is_file())
                if number % max(1, min(100, count // 5)) == 0 or number in (1, count):
                    each = (time.perf_counter() - wall) / number, (time.process_time() - processor) / number
                    size = total / number / 1000
                    print(f"{number:>7} {each[0]:>8.3f} {each[1]:>11.3f} {size:>8.0f} {resident():>12.1f}", flush=True)
            began = time.perf_counter()
            verdict = verify(sealed.path, roots=authority.root)
            print(f"verified the last one in {time.perf_counter() - began:.3f} s, exit code {verdict.exit_code}")
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"children (decoder, ssh-keygen, openssl): {children.ru_utime + children.ru_stime:.1f} s of processor in all")


def resident() -> float:
    """MB of memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


if __name__ == "__main__":
    main()
