"""`hunter init` writes a file that can be read back, from a name alone or from the brand's own site."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from pytest_httpserver import HTTPServer

from hunter.brands import load_brands
from tests import drawings
from tests.cli.console import Console


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


PAGE = """<html><head><link rel="icon" href="/flat.png"><link rel="apple-touch-icon" href="/touch.png">
<link rel="me" href="https://social.example/@talvora"><meta name="description" content="The bank \x1b[31m">
<script type="application/ld+json">{"@type": "Organization", "name": "Talvora Bank \\u202e",
 "logo": "/logo.svg", "sameAs": ["https://x.com/talvora"]}</script></head>
<body><a href="https://x.com/somebody_else">friends</a></body></html>"""


@pytest.fixture
def site(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """A site on loopback, which the guard lets through because it is configured."""
    httpserver.expect_request("/").respond_with_data(PAGE, content_type="text/html; charset=utf-8")
    httpserver.expect_request("/logo.svg").respond_with_data("<svg xmlns='http://www.w3.org/2000/svg'/>")
    httpserver.expect_request("/flat.png").respond_with_data(png(Image.new("RGB", (64, 64), "navy")))
    httpserver.expect_request("/touch.png").respond_with_data(png(drawings.talvora()), content_type="image/png")
    url = httpserver.url_for("/").rstrip("/")
    monkeypatch.setenv("HUNTER_SITE_URL", url)
    return url


def test_a_name_alone_is_enough(console: Console) -> None:
    result = console("init", "  Акме   Банк ", "--kind", "person")
    assert result.code == 0
    (path,) = Path("brands").glob("*.toml")
    assert path.stem.isascii()
    (brand,) = load_brands(path)
    assert (brand.names, brand.kind, brand.official) == (("Акме Банк",), "person", {})


def test_a_site_fills_the_file_for_confirmation(console: Console, site: str) -> None:
    result = console("init", "Talvora", "--site", site)
    assert result.code == 0, result.err
    path = Path("brands/talvora.toml")
    (brand,) = load_brands(path)
    assert brand.names == ("Talvora", "Talvora Bank")
    assert brand.official == {"mastodon": ("talvora@social.example",), "x": ("talvora",)}
    assert brand.sentences == ("The bank [31m",)
    assert Path("brands/talvora/logo.png").read_bytes() == png(drawings.talvora())
    assert len(brand.pictures) == 1
    text = path.read_text()
    assert 'x: "somebody_else"    # linked in the text of the page; is it yours?' in text
    assert 'x = ["talvora"]    # JSON-LD' in text
    assert "Check every line" in text
    assert "2 official accounts" in result.err


def test_an_address_that_is_not_configured_is_not_asked(console: Console, httpserver: HTTPServer) -> None:
    result = console("init", "Acme", "--site", httpserver.url_for("/"))
    assert result.code == 3
    assert "private_address" in result.err
    assert not Path("brands").exists()
    assert httpserver.log == []


def test_a_site_that_refuses_is_told(console: Console, site: str, httpserver: HTTPServer) -> None:
    httpserver.clear()
    httpserver.expect_request("/").respond_with_data("no", status=403)
    result = console("init", "Acme", "--site", site)
    assert result.code == 3
    assert "status 403" in result.err


def test_a_logo_that_is_an_svg_is_asked_for_in_another_form(
    console: Console, site: str, httpserver: HTTPServer
) -> None:
    httpserver.clear()
    httpserver.expect_request("/").respond_with_data('<link rel="icon" href="/logo.svg">', content_type="text/html")
    httpserver.expect_request("/logo.svg").respond_with_data("<svg xmlns='http://www.w3.org/2000/svg'/>")
    result = console("init", "Acme", "--site", site)
    assert result.code == 0
    assert "export it as a PNG" in result.err
    assert load_brands("brands")[0].pictures == ()


def test_nothing_is_overwritten(console: Console) -> None:
    assert console("init", "Acme", "-o", "acme.toml").code == 0
    before = Path("acme.toml").read_text()
    result = console("init", "Acme", "-o", "acme.toml")
    assert result.code == 64
    assert "exists already" in result.err
    assert Path("acme.toml").read_text() == before


@pytest.mark.parametrize(("arguments", "said"), [(["Acme", "--kind", "firm"], "organisation"), (["  "], "empty")])
def test_wrong_usage(console: Console, arguments: list[str], said: str) -> None:
    result = console("init", *arguments)
    assert result.code == 64
    assert said in result.err
