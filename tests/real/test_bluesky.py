"""hunter against a real AT Protocol network: found, renamed, swapped, taken down, and the crowd left in peace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageDraw
from sqlalchemy import select

from hunter.darkroom import Darkroom
from hunter.store import suspects
from hunter.store.tables import ACCOUNTS, SUSPECT_EVENTS
from hunter.types import Brand
from spiders.bluesky import PLATFORM
from spiders.plan import make_plan
from tests.conftest import postgresql_bin
from tests.real.bluesky.network import Network, started
from tests.spiders.conftest import Crawled, crawled

__all__ = ["crawled"]
pytestmark = pytest.mark.real("bluesky", "postgresql")


def logo(colour: str, *, noise: int = 0, kind: str = "PNG") -> bytes:
    """The brand's mark; with noise and as JPEG: a copy that somebody saved anew."""
    image = Image.new("RGB", (320, 320), colour)
    draw = ImageDraw.Draw(image)
    draw.polygon([(160, 30), (290, 270), (30, 270)], fill="white")
    draw.ellipse((120, 150, 200, 230), fill=colour)
    for n in range(noise):
        draw.point(((n * 97) % 320, (n * 61) % 320), fill="black")
    out = BytesIO()
    image.save(out, kind)
    return out.getvalue()


def portrait(number: int) -> bytes:
    """Somebody's own picture, different for each number."""
    image = Image.new("RGB", (200, 200), ((number * 47) % 256, (number * 83) % 256, (number * 131) % 256))
    draw = ImageDraw.Draw(image)
    for line in range(6):
        edge = (number * 31 + line * 57) % 200
        draw.rectangle(
            (edge, line * 30, edge + 20 + number, line * 30 + 18), fill=((number * 17 + line * 40) % 256,) * 3
        )
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


IMPOSTORS = {
    "veldano-help.test": ("Veldano Support ✅", "Write to us to unlock your account"),
    "veldan0.test": ("Veldano", None),
    "quiet77.test": ("𝐕𝐞𝐥𝐝𝐚𝐧𝐨", "mathematical letters"),
    "other-name.test": ("Vеldаnо", "three letters of another alphabet"),
}
VELDANO = Brand(slug="veldano", names=("Veldano",), official={"bluesky": ("veldano.test",)})
# Two of the handles that a crawl guesses, so that it meets accounts that no search shows.
OFF, BAD = (f"{stem}.test" for stem in make_plan([VELDANO], PLATFORM, [], handles_per_brand=20).handles[10:12])
PEOPLE = 6


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    programs = postgresql_bin()
    assert programs is not None
    with started(programs) as running:
        running.join("veldano.test", "Veldano", "Official", logo("#204080"))
        for handle, (name, bio) in IMPOSTORS.items():
            running.join(handle, name, bio, logo("#204080", noise=200, kind="JPEG"))
        running.join(OFF, "Veldano (old)")
        running.join(BAD, "Veldano Prize")
        running.join("veldano-bare.test")
        for number in range(PEOPLE):
            running.join(f"person{number:02}.test", f"Person {number}", "I like veldano bicycles", portrait(number))
        running.settle(f"person{PEOPLE - 1:02}.test", displayName=f"Person {PEOPLE - 1}")
        running.deactivate(running.people[OFF])
        running.take_down(running.people[BAD])
        running.settle(OFF, error="AccountDeactivated")
        running.settle(BAD, error="AccountTakedown")
        yield running


@pytest.fixture(scope="module")
def veldano() -> Brand:
    with Darkroom() as darkroom:
        ours = darkroom.develop(logo("#204080"))
    return replace(VELDANO, pictures=(ours,))


def look(crawled: Crawled, network: Network, brand: Brand) -> Any:
    """One run; the personal data server is configured too, so that originals are fetched from it."""
    return crawled.run(network.appview, brand=brand, urls={"bluesky_pds": (network.pds,)}, requests_per_platform=160)


def test_a_real_network_is_crawled_twice(crawled: Crawled, network: Network, veldano: Brand) -> None:
    first = look(crawled, network, veldano)
    result = first.platforms[0]
    assert (result.state, result.why) == ("ok", "")
    assert list((result.canary or {}).values()) == ["found", "no_such_account"]
    with crawled.store.read() as c:
        found = {s.handle: s for s in suspects.page(c, limit=100)}
    assert set(IMPOSTORS) <= set(found), "every planted impostor is found"
    assert all(found[h].score >= 0.5 and found[h].reason for h in IMPOSTORS)
    assert not [h for h in found if h.startswith("person") or h == "veldano.test"], "nobody else is suspected"
    probes = crawled.probes(first.run)
    assert probes["person00.test"] == ("present", "found") and probes["veldano-bare.test"] == ("present", "found")
    assert probes[OFF] == ("absent", "deactivated") and probes[BAD] == ("absent", "taken_down")
    assert ("absent", "no_such_account") in probes.values()

    people = network.people
    network.rename(people["veldan0.test"], "harmless.test")
    network.tell(people["person03.test"], "Person 3", "I like veldano bicycles", logo("#204080"))
    network.take_down(people["quiet77.test"])
    network.settle(people["veldan0.test"].did, handle="harmless.test")
    network.settle("quiet77.test", error="AccountTakedown")

    second = look(crawled, network, veldano)
    assert second.platforms[0].state == "ok"
    assert crawled.probes(second.run)[people["quiet77.test"].did] == ("absent", "taken_down")
    with crawled.store.read() as c:
        rows = c.execute(select(ACCOUNTS.c.handle, ACCOUNTS.c.native_id, ACCOUNTS.c.absent_looks)).all()
        events = c.execute(select(SUSPECT_EVENTS).where(SUSPECT_EVENTS.c.run_id == second.run)).all()
        now = {s.native_id: s for s in suspects.page(c, limit=100)}
    assert {r.handle for r in rows if r.native_id == people["veldan0.test"].did} == {"harmless.test"}
    assert {r.handle: r.absent_looks for r in rows}["quiet77.test"] == 1, "not gone yet: that takes a second look"
    renamed, swapped = now[people["veldan0.test"].did], now[people["person03.test"].did]
    told = {(e.act, e.suspect_id): e.detail.get("fields") for e in events}
    assert told["changed", renamed.id] == ["handle"]
    assert ("new", swapped.id) in told and "picture" in swapped.reason
    assert len(rows) == len({r.native_id for r in rows}), "no account twice"


def test_originals_come_from_the_data_server_and_are_what_their_address_says(
    crawled: Crawled, network: Network, veldano: Brand
) -> None:
    report = look(crawled, network, veldano)
    assert report.platforms[0].pictures > 0
    with crawled.store.read() as c:
        digests = {s.picture for s in suspects.page(c, limit=100) if s.picture}
    copy = logo("#204080", noise=200, kind="JPEG")
    assert copy in [crawled.vault.get(d) for d in digests], "byte for byte what was uploaded"
    again = look(crawled, network, veldano)
    assert again.platforms[0].pictures == 0, "known by their digest, not fetched again"
