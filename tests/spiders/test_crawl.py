"""Whole crawls: what is asked, what is kept, how far the result is trusted, and how it ends when it is cut short."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from hunter.errors import StoreError, UsageError
from hunter.matching.pictures.samples import draw_mark
from hunter.operations.officials import with_official_pictures
from hunter.settings import Settings
from hunter.store import runs
from hunter.store.tables import ACCOUNTS, PROFILE_VERSIONS, SUSPECTS
from hunter.types import Profile
from spiders.crawl import Progress, crawl
from spiders.pipelines import ShelvedKeeper
from tests.hostile.servers import AppView, actor, redirect, reply, serve
from tests.spiders.conftest import VELDANO, Crawled
from tests.store import scenes

OFFICIAL = actor("veldano.test", displayName="Veldano")


def picture(colour: str) -> bytes:
    """A PNG with something on it."""
    image = Image.new("RGB", (64, 64), colour)
    image.paste("white", (10, 20, 50, 30))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def accounts(crawled: Crawled) -> dict[str, Any]:
    """Handle -> the account's row."""
    with crawled.store.read() as c:
        return {row.handle: row for row in c.execute(select(ACCOUNTS))}


def test_searches_are_followed_to_the_missing_cursor(crawled: Crawled) -> None:
    crowd = [actor(f"veldano-{n:02}.test", displayName="Veldano") for n in range(40)]
    with serve(AppView([OFFICIAL, *crowd])) as platform:
        report = crawled.run(platform.url)
    assert report.platforms[0].state == "ok" and report.platforms[0].present == 41
    assert len(accounts(crawled)) == 41
    batches = [hit for hit in platform.hits if "getProfiles" in hit]
    assert max(hit.count("actors=") for hit in batches) <= 25


def test_who_is_missing_from_a_batch_is_asked_for_alone(crawled: Crawled) -> None:
    gone = actor("veldano-gone.test", displayName="Veldano")
    view = AppView([OFFICIAL, gone])
    view.instead[gone["did"]] = reply(400, {"error": "AccountTakedown", "message": "x"})
    with serve(view) as platform:
        report = crawled.run(platform.url)
    assert crawled.probes(report.run)[gone["did"]] == ("absent", "taken_down")


def test_a_batch_that_one_actor_spoils_is_asked_one_by_one(crawled: Crawled) -> None:
    fake = actor("veldano-fake.test", displayName="Veldano")
    path = "/xrpc/app.bsky.actor.getProfiles"
    spoiled = reply(400, {"error": "InvalidRequest", "message": "Error: actors/3 must be a valid did or a handle"})
    with serve(AppView([OFFICIAL, fake], instead={path: spoiled})) as platform:
        report = crawled.run(platform.url)
    assert crawled.probes(report.run)["veldano-fake.test"] == ("present", "found")
    assert report.platforms[0].state == "ok"


def test_the_limit_leaves_room_for_what_is_found(crawled: Crawled) -> None:
    crowd = [actor(f"veldano-{n:02}.test", displayName="Veldano") for n in range(30)]
    with serve(AppView([OFFICIAL, *crowd])) as platform:
        report = crawled.run(platform.url, limit=10)
    assert 10 <= report.platforms[0].present <= 12


def test_a_picture_is_fetched_once_for_all_who_show_it_and_never_again(crawled: Crawled) -> None:
    path = "/img/avatar/plain/did:plc:x/bafkreiag2xhn56zq45vigjtbehblw7cielvyvnuzjocbtnkwczvi2knb4u"
    view = AppView([OFFICIAL], instead={path: reply(200, picture("red"), media_type="image/png")})
    with serve(view) as platform:
        shown = {"displayName": "Veldano", "avatar": f"{platform.url}{path}"}
        view.accounts += [actor(f"veldano-{n}.test", **shown) for n in range(8)]
        first = crawled.run(platform.url)
        second = crawled.run(platform.url)
    assert platform.hits.count(path) == 1
    assert (first.platforms[0].pictures, second.platforms[0].pictures) == (1, 0)
    with crawled.store.read() as c:
        versions = c.execute(select(PROFILE_VERSIONS)).all()
    assert len(versions) == 9, "the second run found nothing new to say"
    assert len({v.picture for v in versions if v.picture}) == 1 and sum(bool(v.picture) for v in versions) == 8
    digest = next(v.picture for v in versions if v.picture)
    assert crawled.vault.get(digest) == picture("red"), "the original bytes, not encoded anew"


def test_a_copy_of_what_the_official_account_shows_is_known_by_the_next_run(crawled: Crawled) -> None:
    logo, copy = (BytesIO(), BytesIO())
    drawn = Image.fromarray(draw_mark(1047))
    drawn.save(logo, "PNG")
    drawn.transpose(Image.Transpose.FLIP_LEFT_RIGHT).resize((150, 150)).save(copy, "JPEG", quality=70)
    view = AppView([], instead={"/logo": reply(200, logo.getvalue(), media_type="image/png")})
    view.instead["/copy"] = reply(200, copy.getvalue(), media_type="image/jpeg")
    with serve(view) as platform:
        view.accounts.append(actor("veldano.test", displayName="Veldano", avatar=f"{platform.url}/logo"))
        view.accounts.append(actor("veldano-7.test", displayName="Morning walks", avatar=f"{platform.url}/copy"))
        crawled.run(platform.url)
        told: list[str] = []
        (brand,) = with_official_pictures(crawled.store, [VELDANO], told.append)
        assert [p.source for p in brand.pictures] == ["bluesky:veldano.test"] and not told
        crawled.run(platform.url, brand=brand)
    with crawled.store.read() as c:
        rows = c.execute(select(SUSPECTS.c.findings).where(SUSPECTS.c.brand == "veldano")).all()
    words = [f["words"] for row in rows for f in row.findings if f["signal"] == "official_picture"]
    assert words == ["the picture of the official account bluesky:veldano.test, mirrored"]
    assert with_official_pictures(crawled.store, [replace(VELDANO, official={})], told.append)[0].pictures == ()


PICTURES = {
    "http://127.0.0.1:9/x.png": "found:address_refused",
    "http://169.254.169.254/x.png": "found:address_refused",
    "http://[::ffff:7f00:1]/x.png": "found:address_refused",
    "http://[": "found:address_refused",
    "file:///etc/hostname": "found:address_refused",
    "data:image/png;base64,AAAA": "found:address_refused",
    "javascript:alert(1)": "found:address_refused",
    "not a url": "found:address_refused",
    "{base}/away": "found:redirect_refused",
    "{base}/none": "found:picture_gone",
    "{base}/page": "found",  # some bytes: that they are no picture is found when they are decoded
}


def test_a_picture_that_cannot_be_had_costs_the_picture_only(crawled: Crawled) -> None:
    view = AppView([OFFICIAL])
    view.instead = {
        "/away": redirect("http://127.0.0.1:9/"),
        "/none": reply(404, "{}"),
        "/page": reply(200, "<svg onload=x>", media_type="image/png"),
    }
    with serve(view) as platform:
        for n, target in enumerate(PICTURES):
            shown = {"displayName": "Veldano", "avatar": target.format(base=platform.url)}
            view.accounts.append(actor(f"veldano-{n:02}.test", **shown))
        report = crawled.run(platform.url)
    stored = crawled.probes(report.run)
    assert {t: stored[f"veldano-{n:02}.test"] for n, t in enumerate(PICTURES)} == {
        target: ("present", why) for target, why in PICTURES.items()
    }
    assert report.platforms[0].state == "ok"


def test_the_picture_budget_ends_the_fetching_and_not_the_finding(crawled: Crawled) -> None:
    view = AppView([OFFICIAL])
    with serve(view) as platform:
        for n in range(6):
            view.instead[f"/p{n}"] = reply(200, picture("blue"), media_type="image/png")
            view.accounts.append(actor(f"veldano-{n}.test", displayName="V", avatar=f"{platform.url}/p{n}"))
        report = crawled.run(platform.url, avatars_per_platform=2)
    whys = [why for _, why in crawled.probes(report.run).values()]
    assert whys.count("found:picture_budget") == 4 and report.platforms[0].pictures == 2
    assert (report.platforms[0].state, report.platforms[0].why) == ("partial", "picture_budget")


CANARIES = {
    "sings": ({}, [OFFICIAL], ("ok", "")),
    "official account is missing": ({}, [], ("broken", "canary_missing")),
    "official account has lost its name": ({}, [actor("veldano.test")], ("broken", "canary_nameless")),
    "keys were renamed": (
        {"veldano.test": reply(200, {"id": "1", "name": "veldano.test"})},
        [OFFICIAL],
        ("broken", "changed_shape"),
    ),
    "everything is a page": (
        {"/xrpc/app.bsky.actor.getProfile": reply(200, "<h1>Welcome</h1>", media_type="text/html")},
        [OFFICIAL],
        ("broken", "changed_shape"),
    ),
    "everybody exists": (
        {"/xrpc/app.bsky.actor.getProfile": reply(200, OFFICIAL)},
        [OFFICIAL],
        ("broken", "canary_nonsense_found"),
    ),
    "nobody is let in": (
        {"/xrpc/app.bsky.actor.getProfile": reply(403, "no", media_type="text/html")},
        [OFFICIAL],
        ("blocked", "blocked"),
    ),
    "searches are empty and profiles fail": (
        {"/xrpc/app.bsky.actor.getProfiles": reply(200, {"users": []})},
        [OFFICIAL],
        ("broken", "changed_shape"),
    ),
}


@pytest.mark.parametrize("case", CANARIES)
def test_the_canary_tells_nothing_found_from_nothing_working(crawled: Crawled, case: str) -> None:
    instead, known, wanted = CANARIES[case]
    with serve(AppView(list(known), instead=dict(instead))) as platform:
        report = crawled.run(platform.url)
    assert (report.platforms[0].state, report.platforms[0].why) == wanted
    if wanted[0] != "ok" and case != "searches are empty and profiles fail":
        assert len(platform.hits) <= 9, "nothing more is asked when the canary is silent"


def test_a_broken_platform_leaves_old_suspects_untouched(crawled: Crawled) -> None:
    fake = actor("veldano-help.test", displayName="Veldano")
    view = AppView([OFFICIAL, fake])
    with serve(view) as platform:
        crawled.run(platform.url)
        view.accounts.clear()  # the whole platform says "not found"
        report = crawled.run(platform.url)
    assert report.platforms[0].state == "broken"
    assert accounts(crawled)["veldano-help.test"].absent_looks == 0


def test_known_suspects_are_asked_again_by_their_number(crawled: Crawled) -> None:
    fake = actor("veldano-help.test", displayName="Veldano")
    view = AppView([OFFICIAL, fake])
    with serve(view) as platform:
        crawled.run(platform.url)
        view.accounts[1] = {**fake, "handle": "quiet-person.test", "displayName": "Somebody"}
        report = crawled.run(platform.url)
    assert crawled.probes(report.run)["quiet-person.test"] == ("present", "found"), "renamed to escape"
    assert accounts(crawled)["quiet-person.test"].absent_looks == 0


def test_a_suspect_from_a_list_is_asked_for_by_its_handle(crawled: Crawled) -> None:
    listed = Profile(platform="bluesky", handle="quiet-desk.test", display_name="Veldano", native_id=None)
    scenes.crawl(crawled.store, scenes.present(listed), brand=VELDANO, at=datetime.now(UTC) - timedelta(days=2))
    with serve(AppView([OFFICIAL])) as platform:
        report = crawled.run(platform.url)
    assert crawled.probes(report.run)["quiet-desk.test"] == ("absent", "no_such_account")
    assert accounts(crawled)["quiet-desk.test"].absent_looks == 1


def test_several_brands_share_one_crawl(crawled: Crawled) -> None:
    other = replace(VELDANO, slug="zuberon", names=("Zuberon",), official={"bluesky": ("zuberon.test",)}, domains=())
    known = [OFFICIAL, actor("zuberon.test", displayName="Z"), actor("zuberon-x.test", displayName="Zuberon")]
    told: list[Progress] = []
    with serve(AppView(known)) as platform:
        settings = Settings(platform_urls={"bluesky": (platform.url,)}, requests_per_platform=200)
        with crawled.store.write() as c:
            at = datetime.now(UTC)
            run = runs.start(c, kind="run", at=at, version="0", machine="m", process=1, brands=[VELDANO, other])
        report = crawl(
            [VELDANO, other],
            settings,
            crawled.store,
            crawled.vault,
            run=run,
            platforms=["bluesky"],
            progress=told.append,
        )
    assert report.platforms[0].present == 3
    assert told and told[-1].present == 3 and told[-1].asked <= told[-1].expected


def test_an_unknown_platform_is_a_usage_error(crawled: Crawled) -> None:
    with pytest.raises(UsageError, match="no spider for nowhere"):
        crawled.run("http://127.0.0.1:9", platform="nowhere")


def test_ctrl_c_ends_cleanly_and_what_was_seen_is_kept(crawled: Crawled) -> None:
    slow = actor("veldano-slow.test", displayName="Veldano")

    def tarry(handler: BaseHTTPRequestHandler) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.5)
        reply(200, picture("red"), media_type="image/png")(handler)

    view = AppView([OFFICIAL, slow], instead={"/slow": tarry})
    with serve(view) as platform:
        slow["avatar"] = f"{platform.url}/slow"
        began = time.monotonic()
        report = crawled.run(platform.url)
    assert threading.current_thread() is threading.main_thread()
    assert report.interrupted and time.monotonic() - began < 15
    assert (report.platforms[0].state, report.platforms[0].why) == ("partial", "interrupted")
    assert {"veldano.test", "veldano-slow.test"} <= set(accounts(crawled))
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)


def test_a_full_disk_stops_the_crawl_with_the_stores_own_error(
    crawled: Crawled, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(ShelvedKeeper, "keep", full)
    with serve(AppView([OFFICIAL])) as platform, pytest.raises(StoreError, match="full"):
        crawled.run(platform.url)


def test_a_second_platform_goes_on_when_the_first_one_is_down(crawled: Crawled) -> None:
    with serve(AppView([OFFICIAL])) as platform:
        settings = Settings(
            platform_urls={"bluesky": (platform.url,), "mastodon": ("http://127.0.0.1:1",)}, requests_per_platform=60
        )
        with crawled.store.write() as c:
            run = runs.start(c, kind="run", at=datetime.now(UTC), version="0", machine="m", process=1, brands=[VELDANO])
        report = crawl([VELDANO], settings, crawled.store, crawled.vault, run=run, platforms=["bluesky", "mastodon"])
    assert {p.platform: (p.state, p.why) for p in report.platforms} == {
        "bluesky": ("ok", ""),
        "mastodon": ("blocked", "connection_refused"),
    }
