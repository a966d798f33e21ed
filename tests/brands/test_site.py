"""What a brand's own page says: accounts by where they are linked, logos, names; malformed parts are passed over."""

from __future__ import annotations

import pytest

from hunter.brands.site import read_account, read_site

PAGE = """<!doctype html><html><head>
<link rel="me" href="https://social.example/@acme">
<link rel="icon" href="/favicon.ico"><link rel="apple-touch-icon" href="/touch.png">
<meta property="og:image" content="https://cdn.acme.com/share.jpg">
<meta name="description" content="Acme   makes
 anvils.">
<script type="application/ld+json">{broken</script>
<script type="application/ld+json">{"@graph": [
  {"@type": "Organization", "name": "Acme", "slogan": "Heavy, since 1921",
   "logo": {"url": "/logo.png"}, "sameAs": ["https://x.com/acme", "https://www.linkedin.com/company/acme-corp/"]},
  {"@type": "Article", "name": "Not us", "sameAs": "https://x.com/author"}]}</script>
</head><body>
<p>Our friends: <a href="https://x.com/friends">x</a> <a href="https://twitter.com/share?url=1">share</a>
<a href="javascript:alert(1)">no</a> <a href="//[bad">no</a></p>
<footer><a rel="me" href="https://bsky.app/profile/acme.com">b</a>
<a href="https://www.instagram.com/acme/">i</a><a href="https://x.com/ACME">again</a>
<a href="https://www.youtube.com/@acmetv">y</a><a href="https://www.facebook.com/sharer.php?u=1">share</a></footer>
</body></html>"""


def test_reads_accounts_by_how_sure_they_are() -> None:
    page = read_site(PAGE, "https://acme.com/")
    found = {(a.platform, a.handle): a.where for a in page.accounts}
    assert found == {
        ("mastodon", "acme@social.example"): "rel=me",
        ("bluesky", "acme.com"): "rel=me",
        ("x", "acme"): "JSON-LD",
        ("linkedin", "acme-corp"): "JSON-LD",
        ("instagram", "acme"): "footer",
        ("youtube", "acmetv"): "footer",
        ("x", "friends"): "page",
    }
    assert [a.handle for a in page.accounts if not a.sure] == ["friends"]
    assert page.logos == (
        "https://acme.com/logo.png",
        "https://acme.com/touch.png",
        "https://acme.com/favicon.ico",
        "https://cdn.acme.com/share.jpg",
    )
    assert page.names == ("Acme",)
    assert page.sentences == ("Heavy, since 1921", "Acme makes anvils.")


ADDRESSES = {
    "https://twitter.com/acme": ("x", "acme"),
    "https://x.com/@acme/": ("x", "acme"),
    "https://mobile.twitter.com/acme": ("x", "acme"),
    "https://x.com/acme/status/1": None,
    "https://x.com.evil.example/acme": None,
    "https://notx.com/acme": None,
    "https://x.com/intent": None,
    "https://de.linkedin.com/in/jo-doe": ("linkedin", "jo-doe"),
    "https://t.me/acme": ("telegram", "acme"),
    "https://www.tiktok.com/@acme": ("tiktok", "acme"),
    "https://www.reddit.com/r/acme": ("reddit", "acme"),
    "https://github.com/acme": ("github", "acme"),
    "https://medium.com/@acme": None,
    "https://mas.to/@acme": ("mastodon", "acme@mas.to"),
    "https://mas.to/@acme/123": None,
    "mailto:acme@acme.com": None,
    "/relative": None,
    "https://[::1": None,
    "": None,
}


@pytest.mark.parametrize(("url", "account"), ADDRESSES.items(), ids=ADDRESSES)
def test_read_account(url: str, account: tuple[str, str] | None) -> None:
    assert read_account(url) == account


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<",
        "<div>" * 5000,
        '<script type="application/ld+json">' + "[" * 20000 + "</script>",
        '<script type="application/ld+json">{"@type": "Organization", "sameAs": {"a": 1}, "logo": [3]}</script>',
        "\x00<a href='https://x.com/acme\x00'>",
    ],
)
def test_malformed_pages_give_nothing_and_break_nothing(html: str) -> None:
    page = read_site(html, "https://acme.com/")
    assert not any(account.sure for account in page.accounts)
    assert page.logos == ()


def test_hostile_names_lose_their_controls() -> None:
    html = '<script type="application/ld+json">{"@type": "Person", "name": "A\\u202e\\u001b[31mB"}</script>'
    assert read_site(html, "https://a.example/").names == ("A[31mB",)
