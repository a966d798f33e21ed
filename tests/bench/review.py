"""How long the review page takes on a large store, and how the database gets there.

    python -m tests.bench.review [--suspects 100000] [--profiles 1000000] [--folder FOLDER] [--plans]

Builds a store in FOLDER (kept and used again), asks the real server for its pages over loopback, and prints how long
each took: on the wall (median and worst of the repetitions) and of the processor. `--plans` prints the plan of every
query.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import sqlite3
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import event

from hunter.store import Store, arrangement, open_store
from hunter.vault import Vault
from tests.review.stock import BEGAN, OURS, RULES, run
from tests.review.visitor import Answer, Visitor, serve, tokens

BRANDS = ("acme", "borealis", "cinnabar")
PLATFORMS = ("bluesky", "mastodon", "domain", "x")
KINDS = 40  # of findings; a case of one picture and name shares one
AT_ONCE = 5000
BIG_CASE = 20_000
PAGE_GOAL, CASE_GOAL, WRITE_GOAL = 100.0, 50.0, 5000.0  # milliseconds


def main() -> None:
    """Builds, asks, prints."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--suspects", type=int, default=100_000)
    options.add_argument("--profiles", type=int, default=1_000_000)
    options.add_argument("--folder", type=Path, default=Path("bench-review"))
    options.add_argument("--plans", action="store_true")
    given = options.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    path = given.folder / f"review-{given.suspects}-{given.profiles}.db"
    if not path.exists():
        began = time.perf_counter()
        build(path, given.suspects, given.profiles)
        print(f"built in {time.perf_counter() - began:.0f} s, {path.stat().st_size / 1e6:.0f} MB")
    with open_store(f"sqlite:///{path}") as store:
        measure(store, Vault(given.folder / "vault"), plans=given.plans)


def build(path: Path, suspects: int, profiles: int) -> None:
    """A store of that size. The last run is a real one, so that everything that a run leaves is there."""
    half = path.with_suffix(".half")
    half.unlink(missing_ok=True)
    with open_store(f"sqlite:///{half}") as store:
        run(store, [], day=0)
    db = sqlite3.connect(half)
    db.execute("PRAGMA synchronous=OFF")
    chance = random.Random(7)
    for first in range(1, profiles + 1, AT_ONCE):
        _add_accounts(db, range(first, min(first + AT_ONCE, profiles + 1)))
    _add_cases(db, suspects)
    for first in range(1, suspects + 1, AT_ONCE):
        _add_suspects(db, range(first, min(first + AT_ONCE, suspects + 1)), suspects, chance)
    db.commit()
    db.close()
    with open_store(f"sqlite:///{half}") as store, store.write() as c:
        began = time.perf_counter()
        arrangement.arrange(c, at=datetime.now(UTC))
        print(f"arranged {suspects} suspects in {time.perf_counter() - began:.1f} s")
    half.rename(path)


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")


def _add_accounts(db: sqlite3.Connection, numbers: range) -> None:
    at = _text(BEGAN)
    platform = [PLATFORMS[n % len(PLATFORMS)] for n in numbers]
    accounts = [
        (n, p, f"did:{n}", f"acme{n}.example", n, f"https://social.example/{n}", n % 5000, 10, 3, at, at, 1, 1, 0)
        for n, p in zip(numbers, platform, strict=True)
    ]
    db.executemany(
        "INSERT INTO accounts (id, platform, native_id, handle, version_id, url, followers, following, posts,"
        " first_seen_at, last_seen_at, first_run, last_run, absent_looks) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        accounts,
    )
    versions = [
        (n, n, 1, at, f"acme{n}.example", f"Acme Bank {n}", "Write to us for help with your card " * 4,
         json.dumps([f"https://help{n}.example/form"]), "[]", hashlib.sha256(str(n).encode()).hexdigest(), "[]")
        for n in numbers
    ]  # fmt: skip
    db.executemany(
        "INSERT INTO profile_versions (id, account_id, run_id, seen_at, handle, display_name, bio, links,"
        " verified_by, digest, changed) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        versions,
    )


def case_of(number: int, suspects: int) -> int:
    """One very large case, a tenth in cases of fifty, the others alone."""
    big = min(BIG_CASE, suspects // 5)
    if number <= big:
        return 1
    return 2 + number // 50 if number <= big + suspects // 10 else number + suspects


def _add_cases(db: sqlite3.Connection, suspects: int) -> None:
    cases = sorted({case_of(n, suspects) for n in range(1, suspects + 1)})
    db.executemany(
        "INSERT INTO cases (id, brand, opened_at) VALUES (?,?,?)", [(n, "acme", _text(BEGAN)) for n in cases]
    )


def _add_suspects(db: sqlite3.Connection, numbers: range, suspects: int, chance: random.Random) -> None:
    names = (
        "id", "brand", "account_id", "case_id", "platform", "native_id", "handle", "display_name", "search", "score",
        "bits", "rank", "harm", "crowd", "reason", "findings", "rules", "version_id", "status", "status_at",
        "sampled", "first_seen_at", "last_seen_at", "first_run", "last_run", "assignee",
    )  # fmt: skip
    rows = []
    digest = db.execute("SELECT digest FROM brand_versions").fetchone()[0]
    for n in numbers:
        bits = chance.uniform(0.0, 12.0)
        at = _text(BEGAN - timedelta(hours=chance.uniform(0, 2000)))
        status = chance.choices(("open", "came_back", "confirmed", "gone", "dismissed"), (80, 1, 5, 4, 10))[0]
        kind = n % KINDS
        findings = [
            {"signal": f"signal_{kind}_{k}", "family": f"f{k}", "level": "alike", "bits": bits / 4 + 1.5,
             "ours": "acme", "theirs": f"acme{n}", "words": "holds the name with 'help' added", "counted": True}
            for k in range(4)
        ]  # fmt: skip
        rows.append(
            (n, BRANDS[n % 3], n, case_of(n, suspects), PLATFORMS[n % 4], f"did:{n}", f"acme{n}.example",
             f"Acme Bank {n}", f"acme{n}.example acme bank {n}", 1 / (1 + 2**-bits), bits, bits + chance.random(), 0.0,
             f"kind{kind}", "holds the brand's name with 'help' added", json.dumps(findings), RULES, n, status, at, 0,
             at, at, 1 + n % 400, 1, "ana" if n % 97 == 0 else None)
        )  # fmt: skip
    marks = ",".join("?" * len(names))
    db.executemany(f"INSERT INTO suspects ({','.join(names)}) VALUES ({marks})", rows)
    _judge(db, [row for row in rows if row[18] in ("confirmed", "dismissed")], chance)
    db.execute("UPDATE suspects SET brand_digest = ? WHERE brand_digest IS NULL", (digest,))


def _judge(db: sqlite3.Connection, rows: list[tuple[object, ...]], chance: random.Random) -> None:
    given = {"confirmed": "impersonation", "dismissed": "unrelated"}
    for row in rows:
        at = _text(datetime.now(UTC) - timedelta(days=chance.uniform(0, 80)))
        made = db.execute(
            "INSERT INTO judgements (brand, platform, native_id, verdict, by, at, note, saw_score, saw_rules,"
            " saw_version, saw_digests) VALUES (?,?,?,?,'ana',?,'',?,?,?,'{}')",
            (row[1], row[4], row[5], given[str(row[18])], at, row[9], RULES, row[0]),
        )
        known = (made.lastrowid, given[str(row[18])], at, row[0])
        db.execute("UPDATE suspects SET verdict_id = ?, verdict = ?, verdict_at = ? WHERE id = ?", known)


def measure(store: Store, vault: Vault, *, plans: bool) -> None:
    """Asks for each page several times and prints how long the server took."""
    asked: list[tuple[str, object]] = []
    with serve(store, vault) as at_the_door:
        browser = at_the_door.enter()

        def note(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
            if statement.lstrip().upper().startswith("SELECT"):
                asked.append((statement, parameters))

        event.listen(store.engine, "before_cursor_execute", note)
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; server and visitor share one process")
        print(f"{'page':34} {'median':>9} {'worst':>9} {'processor':>9}  goal")
        for name, address, goal in (*PAGES, ("case of a suspect", f"/suspects/{_ordinary(store)}", CASE_GOAL)):
            asked.clear()
            _say(name, _time(lambda a=address: browser.get(a)), goal)  # type: ignore[misc]
            if plans:
                _print_plans(store, asked[: len(asked) // REPEATED])
        one, many = f"/suspects/{_ordinary(store)}", f"/suspects/{_largest(store)}"  # of the latter a go takes 500
        _say("a verdict, undone again", _time(lambda: _judge_and_undo(browser, one)), WRITE_GOAL)
        _say("500 verdicts, undone again", _time(lambda: _judge_and_undo(browser, many)), WRITE_GOAL)
        deep = _deep(browser, 40)
        _say("queue, page 40", _time(lambda: browser.get(deep)), PAGE_GOAL)


REPEATED = 9
PAGES = (
    ("queue", "/", PAGE_GOAL),
    ("queue of one brand", "/?brand=cinnabar", PAGE_GOAL),
    ("queue of one platform", "/?platform=x", PAGE_GOAL),
    ("queue, brand and platform", "/?brand=acme&platform=domain", PAGE_GOAL),
    ("queue from 99 %", "/?score=0.99", PAGE_GOAL),
    ("queue, last day (nothing)", "/?since=1", PAGE_GOAL),
    ("queue taken by one", "/?assignee=ana", PAGE_GOAL),
    ("search, many found", "/?words=bank", PAGE_GOAL),
    ("search, one found", "/?words=acme77777", PAGE_GOAL),
    ("search, none found", "/?words=zzzzzz", PAGE_GOAL),
    ("queue, all statuses", "/?status=all", PAGE_GOAL),
    ("decisions", "/decisions", PAGE_GOAL),
    ("runs", "/runs", PAGE_GOAL),
    ("numbers", "/numbers", PAGE_GOAL),
    ("case of 20,000 accounts", "/suspects/17", CASE_GOAL),
)


def _time(ask: Callable[[], Answer]) -> list[tuple[float, float]]:
    """Milliseconds on the wall and of the processor, for each repetition."""
    spent = []
    for _ in range(REPEATED):
        began, worked = time.perf_counter(), time.process_time()
        answer = ask()
        spent.append(((time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000))
        assert answer.status == 200, answer.text[:500]
    return spent


def _say(name: str, spent: list[tuple[float, float]], goal: float) -> None:
    """The goal is for the server's own time: on a machine that does other things as well, the processor's."""
    wall, worked = (statistics.median(times) for times in zip(*spent, strict=True))
    worst = max(times[0] for times in spent)
    verdict = "ok" if worked <= goal else "MISSED"
    print(f"{name:34} {wall:6.1f} ms {worst:6.1f} ms {worked:6.1f} ms  {verdict} ({goal:.0f} ms)")


def _judge_and_undo(browser: Visitor, address: str) -> Answer:
    """Gives a verdict on what the last box of a page stands for, and takes it back."""
    token = tokens(browser.get(address).text)[-1]
    browser.post("/judgements", {"suspect": token, "verdict": "unrelated", "back": "/help"})
    told = browser.get("/help").text
    batch = re.search(r'name="batch" value="(\w+)"', told)
    assert batch, told
    browser.post("/judgements/withdraw", {"batch": batch.group(1), "back": "/help"})
    return browser.get("/help")


def _ordinary(store: Store) -> int:
    """A suspect that is alone in its case."""
    with store.read() as c:
        return int(c.exec_driver_sql("SELECT max(id) FROM suspects").scalar_one())


def _largest(store: Store) -> int:
    """The suspect that stands for most others."""
    with store.read() as c:
        return int(c.exec_driver_sql("SELECT id FROM suspects ORDER BY stands_for DESC LIMIT 1").scalar_one())


def _deep(browser: Visitor, pages: int) -> str:
    """The address of a page far down, found as a reader finds it: by the button."""
    address = "/"
    for _ in range(pages - 1):
        found = browser.get(address).text.split('id="next-page" href="')
        assert len(found) == 2, f"there is no page after {address}"
        address = found[1].split('"')[0].replace("&amp;", "&")
    return address


def _print_plans(store: Store, asked: list[tuple[str, object]]) -> None:
    with store.read() as c:
        for statement, parameters in dict.fromkeys((s, str(p)) for s, p in asked):
            real = next(p for s, p in asked if s == statement and str(p) == parameters)
            print("   ", " ".join(statement.split())[:160])
            for row in c.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", real):  # type: ignore[arg-type]
                print("        ", row[3])


if __name__ == "__main__":
    assert OURS.slug in BRANDS
    main()
