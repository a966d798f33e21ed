"""The page in a real browser: judged by keyboard, looked at for accessibility, and watched for what it loads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hunter.store import Store, open_store, queue
from hunter.store.queue import Wanted
from hunter.store.suspects import Status
from hunter.tables import data_folder
from hunter.vault import Vault
from tests.conftest import AXE
from tests.hostile import read_strings
from tests.review.stock import account, assess, finding, picture, run
from tests.review.visitor import Visitor, serve

pytestmark = [pytest.mark.real("chromium"), pytest.mark.timeout(180)]
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PAGES = ("/", "/?status=all", "/suspects/1", "/suspects/1/links/0", "/decisions", "/allowances", "/runs", "/numbers",
         "/help", "/nothing")  # fmt: skip
# A form that another page sends to ours, with and without its origin.
FORGED = """([target, policy]) => {
    const meta = document.createElement("meta");
    meta.name = "referrer"; meta.content = policy; document.head.append(meta);
    const form = document.createElement("form");
    form.method = "post"; form.action = target + "/judgements";
    for (const [name, value] of [["suspect", "1.1.0.0.500000000.ab.1"], ["verdict", "official"]]) {
        const field = document.createElement("input");
        field.name = name; field.value = value; form.append(field);
    }
    document.body.append(form);
    form.submit();
}"""
SIZES = ((1280, 900), (390, 844))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Debian's Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def stocked(store: Store, vault: Vault) -> Store:
    """Twenty suspects with pictures, one of them changed, some decided."""
    logo = (data_folder() / "brands" / "zorelia" / "logo.png").read_bytes()
    vault.put(logo)
    own = picture("pay")
    first = account("first", display_name="Аcme Bank", links=("https://evil.example/login",), picture=own)
    against = finding("older", -2.0, signal="old_account", words="older than the brand's own account")
    found = [assess(first, 9.0, finding("bait", 11.0), against)]
    found += [assess(account(f"suspect{n}", display_name=f"Acme Bank {n}"), 2.0 + n / 4) for n in range(19)]
    run(store, found)
    found[0] = assess(account("first", display_name="Аcme Bank help", picture=picture("new")), 9.0)
    run(store, found, day=1)
    return store


@pytest.fixture
def served(stocked: Store, vault: Vault) -> Iterator[Visitor]:
    """The page over it."""
    with serve(stocked, vault) as visitor:
        yield visitor


class Watched:
    """A browser window in which every request and every message is written down."""

    def __init__(self, chromium: Any, visitor: Visitor, **options: Any) -> None:
        self.context = chromium.new_context(**options)
        self.context.set_default_timeout(15_000)
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.said: list[str] = []
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(f"dialog {dialog.message}") or dialog.dismiss())
        self.base = f"http://127.0.0.1:{visitor.port}"
        self.page.goto(f"{self.base}/enter?key={visitor.sessions.new_link()}")

    def names(self) -> list[str]:
        """The handles or names of the rows that are shown."""
        return [name.strip() for name in self.page.locator("#rows .name").all_inner_texts()]

    def press(self, *keys: str) -> None:
        """Keys, one after the other; each is given the time that a new page takes."""
        for key in keys:
            self.page.keyboard.press(key)
            self.page.wait_for_load_state("load")


@pytest.fixture
def window(chromium: Any, served: Visitor) -> Iterator[Watched]:
    """A window at the queue."""
    opened = Watched(chromium, served, viewport={"width": 1280, "height": 900})
    yield opened
    opened.context.close()
    assert all(url.startswith(opened.base) for url in opened.asked)


def judged(store: Store) -> int:
    with store.read() as c:
        rows = queue.page(c, Wanted(statuses=tuple(Status)), limit=100)
    return sum(row.verdict is not None for row in rows)


def test_ten_are_judged_by_keyboard_and_one_is_taken_back(window: Watched, stocked: Store) -> None:
    before = window.names()
    assert len(before) == 20
    window.press("j")
    for n, key in enumerate("1424342412", start=1):
        with window.page.expect_navigation():
            window.page.keyboard.press(key)
        assert len(window.names()) == 20 - n
    assert judged(stocked) == 10
    window.press("u")
    window.page.wait_for_selector("text=undone: 1 verdict withdrawn")
    assert judged(stocked) == 9
    assert window.names()[0] == before[9]
    window.page.reload()
    assert len(window.names()) == 11
    assert judged(stocked) == 9
    window.press("u")
    window.page.wait_for_selector("text=undone: 1 verdict withdrawn")
    assert judged(stocked) == 8, "the one before it, though its message is long gone"
    assert not window.said


def test_moving_opening_ticking_and_the_list_of_keys(window: Watched) -> None:
    names = window.names()
    window.press("j", "j", "k", "j")
    assert window.page.locator(".row.at .name").inner_text() == names[1]
    assert "Marked row" in window.page.locator("#target").inner_text()
    window.press("x", "j", "x")
    assert "2 ticked" in window.page.locator("#target").inner_text()
    window.press("?")
    assert window.page.locator("dialog#keys").is_visible()
    window.press("Escape")
    assert not window.page.locator("dialog#keys").is_visible()
    for key in "ojb":
        with window.page.expect_navigation():
            window.page.keyboard.press(key)
        assert (window.page.url == window.base + "/") == (key == "b")
    assert window.page.locator(".row.at .name").inner_text() == names[2], "back where one was"
    window.press("/")
    window.page.keyboard.type("j1u?")
    assert window.page.locator("#words").input_value() == "j1u?", "typing is typing"


def test_bulk_verdicts_filters_and_undo(window: Watched, stocked: Store) -> None:
    page = window.page
    page.fill("#words", "suspect1")
    page.click("text=Show")
    page.wait_for_url("**/?*words=suspect1*")
    assert len(window.names()) == 10
    for box in page.locator("#rows input[type=checkbox]").all()[:6]:
        box.check()
    page.fill("#note", "a series")
    page.click("button.verdict.unrelated")
    page.wait_for_selector("text=(6 accounts)")
    assert "words=suspect1" in page.url, "the filter stays"
    assert (len(window.names()), judged(stocked)) == (4, 6)
    page.click("#undo")
    page.wait_for_selector("text=undone: 6 verdicts withdrawn")
    assert (len(window.names()), judged(stocked)) == (10, 0)
    page.select_option("#score", "0.95")
    page.click("text=Show")
    page.wait_for_url("**/?*score=0.95*")
    assert 0 < len(window.names()) < 10


def test_the_case_is_judged_by_keyboard_and_the_next_one_comes(window: Watched, stocked: Store) -> None:
    window.page.goto(window.base + "/suspects/1")
    window.press("n")
    window.page.keyboard.type("asks for cards")
    window.press("Escape", "1")
    window.page.wait_for_selector("text=impersonation: first")
    assert not window.page.url.endswith("/suspects/1")
    with stocked.read() as c:
        from hunter.store import judgements

        (kept,) = judgements.history(c, "bluesky", "did:first")
    assert kept.judgement.note == "asks for cards"


def test_everything_works_without_a_script(chromium: Any, served: Visitor, stocked: Store) -> None:
    plain = Watched(chromium, served, java_script_enabled=False)
    plain.page.locator("#rows input[type=checkbox]").first.check()
    plain.page.click("button.verdict.impersonation")
    plain.page.wait_for_selector(".message")
    assert judged(stocked) == 1
    plain.page.click("#undo")
    plain.page.wait_for_selector("text=undone")
    assert judged(stocked) == 0
    plain.page.locator("#rows .name").first.click()
    plain.page.wait_for_url("**/suspects/*")
    plain.page.click("button.verdict.parody")
    plain.page.wait_for_selector(".message")
    assert judged(stocked) == 1
    plain.context.close()


@pytest.mark.real("axe")
@pytest.mark.parametrize(("scheme", "size"), [("light", SIZES[0]), ("dark", SIZES[1])], ids=["wide", "narrow"])
def test_every_page_is_accessible_and_fits(chromium: Any, served: Visitor, scheme: str, size: tuple[int, int]) -> None:
    # The check itself is brought in by the test; the page's own policy would not let it in.
    window = Watched(
        chromium, served, color_scheme=scheme, viewport={"width": size[0], "height": size[1]}, bypass_csp=True
    )
    window.press("j", "1")
    window.page.wait_for_selector(".message")
    for address in PAGES:
        window.page.goto(window.base + address)
        wider = window.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{address} is {wider} pixels too wide"
        window.page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
        found = window.page.evaluate("axe.run({resultTypes: ['violations']})")
        told = [(v["id"], v["nodes"][0]["html"][:200], v["nodes"][0]["failureSummary"]) for v in found["violations"]]
        assert told == [], address
    window.press("?")
    found = window.page.evaluate("axe.run('dialog', {resultTypes: ['violations']})")
    assert found["violations"] == []
    window.context.close()


def test_hostile_strings_run_nothing_and_load_nothing(chromium: Any, store: Store, vault: Vault) -> None:
    from tests.review.test_hostile import fill

    known = read_strings()
    strings = [" ".join(known[n : n + 6]) for n in range(0, len(known), 6)]  # six on a page
    fill(store, strings)
    with serve(store, vault) as visitor:
        window = Watched(chromium, visitor)
        addresses = ["/", "/decisions", "/allowances", "/runs"]
        addresses += [f"/suspects/{n}" for n in range(1, len(strings) + 1)]
        for address in addresses:
            window.page.goto(window.base + address, wait_until="load")
            assert window.page.evaluate("typeof window.__x") == "undefined", address
        window.page.goto(window.base + "/?status=all")
        assert window.page.locator("#rows .row").count() == len(strings)
        assert window.page.url.startswith(window.base)
        window.context.close()
    assert {re.sub(r"/\w*.*", "", url.removeprefix(window.base)) for url in window.asked} == {""}
    assert all(url.startswith(window.base) for url in window.asked)
    assert not [said for said in window.said if "Content Security Policy" in said or "dialog" in said]


def test_a_stranger_in_the_browser_is_asked_for_the_link(chromium: Any, served: Visitor) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"http://localhost:{served.port}/suspects/1")
    assert "not signed in" in page.inner_text("main")
    page.goto(f"http://localhost:{served.port}/")
    assert "Open the link from the terminal" in page.inner_text("main")
    context.close()


def test_another_site_can_neither_read_nor_change(
    chromium: Any, served: Visitor, stocked: Store, tmp_path: Path
) -> None:
    """A page on another port of this machine shares the cookie, and still gets nothing."""
    window = Watched(chromium, served, bypass_csp=True)  # else the policy of our own page would stop the forgery
    with open_store(f"sqlite:///{tmp_path}/other.db") as other, serve(other, Vault(tmp_path / "v")) as foreign:
        inside = window.context.new_page()
        inside.goto(f"http://127.0.0.1:{foreign.port}/help")
        assert "not signed in" in inside.inner_text("main")
        for policy in ("same-origin", "no-referrer"):
            inside.goto(f"http://127.0.0.1:{foreign.port}/help")
            with inside.expect_navigation():
                inside.evaluate(FORGED, [window.base, policy])
            assert "another" in inside.inner_text("body")
            assert inside.url == f"{window.base}/judgements"
    assert judged(stocked) == 0
    window.context.close()
