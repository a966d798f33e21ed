"""Fields are found in the bytes they were read from: JSON of any shape, HTML, times and numbers in other spellings."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from hunter.evidence.page_text import read_page, text_of
from hunter.evidence.pointers import Body, point_out
from hunter.evidence.visit import about_one
from hunter.types import Profile

PROFILE = Profile(
    platform="mastodon", handle="acme_help", native_id="109", display_name="Acme ✓", bio="Write to us now",
    url="https://social.example/@acme_help", joined=datetime(2026, 1, 2, tzinfo=UTC), followers=3, following=3, posts=0,
    links=("https://refund.example/", "https://nowhere.example/"), avatar_url="https://files.example/a.png",
)  # fmt: skip


def body(data: object, media_type: str = "application/json", name: str = "a") -> Body:
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    return Body(file=name, sha256="0" * 64, data=content, media_type=media_type)


ANSWER = {
    "other/~": {"acct": "acme_help"},
    "accounts": [
        {
            "id": "109", "username": "acme_help", "display_name": "Acme ✓", "note": "<p>Write <b>to us</b>\n now</p>",
            "url": "https://social.example/@acme_help", "created_at": "2026-01-02T00:00:00.000Z",
            "statuses_count": 0, "followers_count": 3, "following_count": 3, "bot": False,
            "avatar": "https://files.example/a.png", "fields": [{"value": "https://refund.example/"}],
        }
    ],
}  # fmt: skip


def test_fields_are_found_in_json() -> None:
    found = point_out(PROFILE, [body(ANSWER)])
    places = {name: place and place.get("json_pointer") for name, place in found.items()}
    assert places == {
        "handle": "/other~1~0/acct",
        "native_id": "/accounts/0/id",
        "url": "/accounts/0/url",
        "display_name": "/accounts/0/display_name",
        "bio": "/accounts/0/note",
        "links": None,
        "joined": "/accounts/0/created_at",
        "followers": "/accounts/0/followers_count",
        "following": "/accounts/0/following_count",
        "posts": "/accounts/0/statuses_count",
        "avatar_url": "/accounts/0/avatar",
    }
    assert found["bio"] and found["bio"]["reading"] == "text of HTML"
    assert found["links"] and found["links"]["members"][0]["json_pointer"] == "/accounts/0/fields/0/value"
    assert found["links"]["members"][1] is None


def test_fields_are_found_in_a_page() -> None:
    page = (
        b"<html><head><meta property='og:title' content='Acme \xe2\x9c\x93'></head><body><div><h1>x</h1>"
        b"<p>Write to\n us  now</p><img src='https://files.example/a.png'></div></body></html>"
    )
    found = point_out(PROFILE, [body(page, "text/html")])
    assert found["display_name"] and found["display_name"]["xpath"] == "/html/head/meta/@content"
    assert found["bio"] and found["bio"]["xpath"] == "/html/body/div/p/text()"
    assert found["avatar_url"] and found["avatar_url"]["xpath"] == "/html/body/div/img/@src"
    assert found["native_id"] is None


def test_the_first_body_that_says_it_wins_and_nonsense_is_passed_over() -> None:
    bodies = [body(b"{not json", name="a"), body(b"", "text/html", "b"), body({"x": "Acme ✓"}, name="c"), body(ANSWER)]
    found = point_out(PROFILE, bodies)
    assert found["display_name"] and found["display_name"]["file"] == "c"
    assert point_out(PROFILE, [])["handle"] is None


def test_hostile_bodies_cost_little() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    wide = b"<div>" * 100_000
    found = point_out(PROFILE, [body(deep), body(wide, "text/html"), body(b"<" * 1_000_000, "text/html")])
    assert found["handle"] is None


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b</p>", "a\nb"),
        ("a<script>evil()</script><style>x</style>b", "ab"),
        ("<ul><li>one<li>two</ul>", "one\ntwo"),
        ("&lt;b&gt; &amp;amp; \x00", "<b> &amp; \ufffd"),
        ("<!-- hidden -->shown", "shown"),
        ("<b>你好</b> العربية", "你好 العربية"),
    ],
)
def test_pages_as_text(html: str, text: str) -> None:
    page = read_page(f"<html><body>{html}</body></html>".encode())
    assert page and page.text() == text


def test_charsets_and_empty_pages() -> None:
    page = read_page("<meta charset=windows-1251><p>Банк</p>".encode("windows-1251"))
    assert page and "Банк" in page.text()
    nonsense = read_page(b"<meta charset=nonsense-7><p>x</p>")
    assert nonsense and nonsense.text() == "x"
    assert read_page(b"") is None and text_of("") == ""


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://a.example/x?actors=did:1&actors=109&actors=z&b=1", "https://a.example/x?actors=109&b=1"),
        ("https://a.example/x?q=z&b=1", "https://a.example/x?q=z&b=1"),
        ("https://a.example/x?q=z&q=y", "https://a.example/x?q=z&q=y"),
        ("https://a.example/x", "https://a.example/x"),
    ],
)
def test_questions_for_many_are_cut_down_to_the_one(url: str, asked: str) -> None:
    assert about_one(url, PROFILE) == asked
