"""Every hostile string through every page: no new element, nothing invisible, nothing that loads or leads out."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from hunter.store import Store, allowances, decisions, open_store, runs
from hunter.types import Finding, Verdict
from hunter.vault import Vault
from tests.hostile import read_strings
from tests.review.stock import BEGAN, account, assess, run
from tests.review.visitor import Visitor, read_html, serve

STRINGS = read_strings()
PLAIN = "plain"
INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")
LOADS = ("src", "srcset", "data", "poster", "background", "xlink:href")


def fill(store: Store, strings: list[str]) -> None:
    """A suspect for each string, which stands in every field that a stranger or a colleague can write."""
    found = []
    for n, text in enumerate(strings):
        theirs = account(
            f"{text or 'empty'}",
            native_id=f"did:{n}:{text}",
            display_name=text or None,
            bio=f"{text}\n{text}",
            links=(text, f"https://canary.test/{n}/{text}"),
            verified_by=(text,),
            url=f"https://canary.test/{n}?{text}",
        )
        told = Finding(signal="s", family="s", level="l", bits=9.0, ours=text, theirs=text, words=f"says {text}")
        found.append(assess(theirs, 3.0 + n / 100, told))
    number = run(store, found)
    with store.write() as c:
        for n, text in enumerate(strings, start=1):
            decisions.decide(c, n, Verdict.UNSURE, by=f"by {text}", at=BEGAN, note=text)
            decisions.assign(c, [n], f"to {text}", by="ana", at=BEGAN)
            runs.note(c, number, "note", {"said": text}, at=BEGAN)
            allowances.add(c, ("acme", "bluesky", f"x{n}"), reason=f"for {text}", by="ana", at=BEGAN, handle=text)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Visitor, Visitor]]:
    """The page over hostile suspects, and over as many harmless ones: they must be built alike."""
    folder = tmp_path_factory.mktemp("hostile")
    harmless = [f"{PLAIN}{n}" if text.strip() else text for n, text in enumerate(STRINGS)]
    with (
        open_store(f"sqlite:///{folder}/hostile.db") as hostile,
        open_store(f"sqlite:///{folder}/plain.db") as plain,
    ):
        fill(hostile, STRINGS)
        fill(plain, harmless)
        with serve(hostile, Vault(folder / "v")) as one, serve(plain, Vault(folder / "v")) as other:
            yield one.enter(), other.enter()


def check(page: str, where: str) -> Counter[str]:
    """Asserts that a page loads nothing of strangers and shows nothing invisible; how often it has each element."""
    tags, words = read_html(page)
    for tag, attrs in tags:
        for name, value in attrs.items():
            text = value or ""
            assert not name.startswith("on"), (where, tag, name)
            assert name != "style", (where, tag)
            if name in LOADS:
                assert text.startswith(("/pictures/", "/static/")), (where, tag, name, text)
            if name in ("href", "action", "formaction"):
                ours = text.startswith(("/", "#")) and not text.startswith(("//", "/\\"))
                asked = "/links/" in where and text.startswith(("https://", "http://"))
                assert ours or asked, (where, tag, name, text)
            if tag != "input" and tag != "option":
                assert not hidden(text), (where, tag, name, hidden(text))
    assert not hidden(words), (where, hidden(words))
    return Counter(tag for tag, _ in tags)


def hidden(text: str) -> list[str]:
    """Characters that nobody sees, but for line ends of ours and the joiners inside emoji."""
    odd = [c for c in text if unicodedata.category(c) in INVISIBLE and c not in "\n\t\u200d"]
    return [f"U+{ord(c):04X}" for c in odd]


ADDRESSES = ("/", "/?status=all", "/decisions", "/decisions?before=40", "/allowances", "/runs", "/numbers", "/help")


@pytest.mark.parametrize("address", ADDRESSES)
def test_lists_are_built_alike_from_hostile_and_harmless_strings(pages: tuple[Visitor, Visitor], address: str) -> None:
    hostile, plain = (visitor.get(address) for visitor in pages)
    assert hostile.status == plain.status == 200
    ours, theirs = check(hostile.text, address), check(plain.text, address)
    assert ours == theirs


def test_every_case_shows_its_string_harmlessly(pages: tuple[Visitor, Visitor]) -> None:
    for number, text in enumerate(STRINGS, start=1):
        page = pages[0].get(f"/suspects/{number}")
        assert page.status == 200, repr(text)
        elements = check(page.text, f"/suspects/{number} {text!r}")
        assert elements["script"] == 1
        assert not {"iframe", "object", "embed", "meta http-equiv", "base", "style", "math", "plaintext"} & set(
            elements
        )
        assert elements["html"] == elements["body"] == elements["main"] == elements["h1"] == 1
        for which in range(3):
            leaving = pages[0].get(f"/suspects/{number}/links/{which}")
            assert leaving.status in (200, 404)
            check(leaving.text, f"/suspects/{number}/links/{which} {text!r}")


def test_searches_filters_and_addresses_are_harmless_too(pages: tuple[Visitor, Visitor]) -> None:
    for text in STRINGS:
        asked = quote(text.encode("utf-8", "replace"))
        for address in (f"/?words={asked}&brand={asked}&assignee={asked}&status={asked}", f"/{asked[:900]}"):
            page = pages[0].get(address)
            assert page.status in (200, 404, 405, 400), address
            if page.headers["content-type"].startswith("text/html"):
                check(page.text, address)


def test_a_note_of_a_form_comes_back_harmlessly(pages: tuple[Visitor, Visitor]) -> None:
    for text in STRINGS[::2]:
        clean = text.encode("utf-8", "replace").decode()
        pages[0].post("/judgements/withdraw", {"batch": clean, "back": clean})
        pages[0].post("/suspects/1/status", {"status": "closed", "why": clean})
        check(pages[0].get("/help").text, repr(text))


def test_a_bio_that_says_gone_marks_nothing_gone(pages: tuple[Visitor, Visitor]) -> None:
    number = STRINGS.index("page not found") + 1
    words = read_html(pages[0].get(f"/suspects/{number}").text)[1]
    assert "page not found" in words
    assert "gone" not in words.split("What happened")[1]
