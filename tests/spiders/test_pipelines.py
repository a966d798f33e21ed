"""The shelf: batches, back-pressure, a store that fails; and how Scrapy's own commands find the spiders."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from hunter.darkroom import Darkroom
from hunter.errors import StoreError
from hunter.matching.screen import Screener
from hunter.store import open_store, runs, suspects
from hunter.types import Brand, Outcome, Probe, Profile
from hunter.vault import Vault
from spiders import pipelines
from spiders.errand import Catch
from spiders.pipelines import Shelf, ShelvedKeeper

ROOT = Path(__file__).parents[2]


def catch(number: int) -> Catch:
    return Catch(probe=Probe(platform="p", handle=str(number), outcome=Outcome.ABSENT, why="x"), bodies={})


def test_everything_is_kept_once_in_order_and_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipelines, "BATCH", 10)
    monkeypatch.setattr(pipelines, "WAITING", 30)
    batches: list[list[str]] = []
    threads: set[int] = set()

    def keep(given: Sequence[Catch]) -> None:
        threads.add(threading.get_ident())
        time.sleep(0.002)
        batches.append([c.probe.handle for c in given])

    async def work() -> int:
        shelf = Shelf(keep)
        most = 0
        for number in range(237):
            await shelf.add(catch(number))
            most = max(most, len(shelf._catches))
        await shelf.flush()
        shelf.close()
        return most

    most = asyncio.run(work())
    assert [h for batch in batches for h in batch] == [str(n) for n in range(237)]
    assert max(map(len, batches)) <= 10 and most <= 30, "who adds waits while too much lies there"
    assert len(threads) == 1 and threading.get_ident() not in threads, "never in the reactor's thread"


def test_a_lonely_catch_does_not_wait_for_company(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipelines, "SECONDS", 0.05)
    kept: list[Catch] = []

    async def work() -> None:
        shelf = Shelf(kept.extend)
        await shelf.add(catch(1))
        for _ in range(100):
            await asyncio.sleep(0.02)
            if kept:
                break
        shelf.close()

    asyncio.run(work())
    assert len(kept) == 1


def test_a_store_that_fails_stops_everything_and_is_told() -> None:
    stopped: list[bool] = []

    def keep(_: Sequence[Catch]) -> None:
        raise StoreError("disk full")

    async def work() -> None:
        shelf = Shelf(keep, failed=lambda: stopped.append(True))
        await shelf.add(catch(1))
        with pytest.raises(StoreError):
            await shelf.flush()
        await shelf.add(catch(2))
        assert shelf._catches == []
        shelf.close()

    asyncio.run(work())
    assert stopped == [True]


def test_scrapy_list_works_from_the_checkout() -> None:
    environment = {k: v for k, v in os.environ.items() if k != "SCRAPY_SETTINGS_MODULE"}
    told = subprocess.run(
        [sys.executable, "-m", "scrapy", "list"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["activitypub", "bluesky", "mastodon"]


def test_who_changes_to_hide_is_judged_anew(tmp_path: Path) -> None:
    brand = Brand(slug="talvora", names=("Talvora Bank",))
    impostor = Profile(
        platform="bluesky", native_id="did:plc:1", handle="talvora-bank.test", display_name="Talvora Bank"
    )
    hidden = Profile(platform="bluesky", native_id="did:plc:1", handle="quiet-garden.test", display_name="Roses")
    store = open_store(f"sqlite:///{tmp_path}/hunter.db")
    scores = []
    with Darkroom() as darkroom:
        for profile in (impostor, hidden):
            with store.write() as c:
                run = runs.start(c, kind="run", at=datetime.now(UTC), version="1", machine="here", process=1)
                runs.start_platform(c, run, "bluesky", at=datetime.now(UTC))
            keeper = ShelvedKeeper(
                store, Vault(tmp_path / "vault"), Screener([brand]), darkroom, run=run, brands=[brand], min_score=0.5
            )
            probe = Probe(
                platform="bluesky", handle=profile.handle, outcome=Outcome.PRESENT, why="found", profile=profile
            )
            keeper.keep([Catch(probe=probe, bodies={})])
            with store.read() as c:
                suspect = suspects.get(c, 1)
            assert suspect is not None
            scores.append(suspect.score)
    store.close()
    assert scores[0] > 0.5 > scores[1], "the new look has a score of its own"


def test_a_picture_that_this_batch_needs_makes_no_room_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipelines, "REMEMBERED", 2)
    brand = Brand(slug="talvora", names=("Talvora",))
    bodies = {hashlib.sha256(body).hexdigest(): body for body in (drawn(color) for color in ("red", "green", "blue"))}
    first, second, third = bodies
    store = open_store(f"sqlite:///{tmp_path}/hunter.db")
    with store.write() as c:
        run = runs.start(c, kind="run", at=datetime.now(UTC), version="1", machine="here", process=1)
        runs.start_platform(c, run, "bluesky", at=datetime.now(UTC))
    with Darkroom() as darkroom:
        keeper = ShelvedKeeper(
            store, Vault(tmp_path / "vault"), Screener([brand]), darkroom, run=run, brands=[brand], min_score=0.5
        )
        for number, shown in enumerate(([first, second], [first, third])):
            keeper.keep([showing(f"talvora-{number}{digest[:4]}.test", digest, bodies[digest]) for digest in shown])
    with store.read() as c:
        seen = {s.handle: s.picture for n in range(1, 5) if (s := suspects.get(c, n))}
    store.close()
    assert len(seen) == 4
    assert all(picture and picture[:4] in handle for handle, picture in seen.items()), "each with its own picture"


def drawn(color: str) -> bytes:
    """A small picture of two colours."""
    image = Image.new("RGB", (64, 64), color)
    image.paste("white", (8, 16, 40, 30))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def showing(handle: str, digest: str, body: bytes) -> Catch:
    """What comes of an account that was found with its picture."""
    profile = Profile(platform="bluesky", native_id=f"did:plc:{handle}", handle=handle, display_name="Talvora")
    probe = Probe(platform="bluesky", handle=handle, outcome=Outcome.PRESENT, why="found", profile=profile)
    return Catch(probe=probe, bodies={digest: body}, picture=digest)
