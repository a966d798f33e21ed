"""What every platform file must bring: a Platform, a pure parse_profile, a spider, saved answers of each outcome."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path

import pytest
from scrapy.http import HtmlResponse, Request, Response, TextResponse

from hunter.types import Outcome, Platform, Profile
from spiders.base import ProfileSpider
from spiders.crawl import find_platforms

PAGES = Path(__file__).parent.parent / "pages"
MEDIA_TYPES = {".json": "application/json; charset=utf-8", ".html": "text/html; charset=utf-8"}
SPIDERS = find_platforms()
SAVED = sorted(p for name in SPIDERS for p in (PAGES / name).iterdir())


def answer(path: Path) -> Response:
    """A saved answer: `<outcome>[-<why>[-<remark>]].<status>.<ending>`."""
    kind = HtmlResponse if path.suffix == ".html" else TextResponse
    url = "https://platform.example/asked"
    headers = {"Content-Type": MEDIA_TYPES[path.suffix]}
    status = int(path.name.split(".")[1])
    return kind(url, status=status, headers=headers, body=path.read_bytes(), request=Request(url))


def test_platforms_are_found() -> None:
    assert set(SPIDERS) == {"bluesky", "mastodon", "activitypub"}


@pytest.mark.parametrize("name", SPIDERS)
def test_a_platform_file_is_complete(name: str) -> None:
    spider = SPIDERS[name]
    module = import_module(spider.__module__)
    assert isinstance(module.PLATFORM, Platform) and module.PLATFORM.name == name == spider.name
    assert spider.platform is module.PLATFORM and issubclass(spider, ProfileSpider)
    assert "robots.txt" in module.PLATFORM.notes and "robots.txt" in spider.policy, "a source declares its policy"
    assert list(inspect.signature(module.parse_profile).parameters) == ["response", "handle"]
    assert module.PLATFORM.profile_url.startswith("https://")


@pytest.mark.parametrize("name", SPIDERS)
def test_saved_answers_of_every_outcome_exist(name: str) -> None:
    outcomes = {p.name.split(".")[0].split("-")[0] for p in (PAGES / name).iterdir()}
    assert {"present", "absent", "refused", "impossible"} <= outcomes


@pytest.mark.parametrize("path", SAVED, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_saved_answers_are_read_as_their_names_say(path: Path) -> None:
    module = import_module(f"spiders.{path.parent.name}")
    wanted, _, why = path.name.split(".")[0].partition("-")
    result = module.parse_profile(answer(path), "veldano@social.example")
    if wanted == "present":
        assert isinstance(result, Profile), result
        assert result.platform == path.parent.name and result.native_id and result.handle
        assert "" not in (result.display_name, result.bio, result.url, result.avatar_url), (
            "missing is None, never empty"
        )
    else:
        assert result[0] is Outcome(wanted)
        assert result[1] == why.split("-")[0]


@pytest.mark.parametrize("path", SAVED, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_reading_is_pure(path: Path) -> None:
    module = import_module(f"spiders.{path.parent.name}")
    assert module.parse_profile(answer(path), "x@y") == module.parse_profile(answer(path), "x@y")


@pytest.mark.parametrize("name", SPIDERS)
@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{}", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"did": 5, "id": [], "acct": {}}', b"1" * 5000],
    ids=lambda b: repr(b[:12]),
)
def test_nonsense_is_a_changed_shape_and_never_an_exception(name: str, body: bytes) -> None:
    module = import_module(SPIDERS[name].__module__)
    url = "https://platform.example/asked"
    response = TextResponse(url, body=body, headers={"Content-Type": "application/json"}, request=Request(url))
    assert module.parse_profile(response, "x@y") == (Outcome.IMPOSSIBLE, "changed_shape")
