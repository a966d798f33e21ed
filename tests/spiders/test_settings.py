"""The settings that keep a crawl safe and polite, as they are in effect for every spider."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.utils.conf import build_component_list

from spiders.crawl import find_platforms

REQUIRED: dict[str, Any] = {
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "DOWNLOAD_MAXSIZE": 8 * 1024 * 1024,
    "DOWNLOAD_WARNSIZE": 0,
    "DOWNLOAD_TIMEOUT": 20,
    "REDIRECT_MAX_TIMES": 5,
    "DOWNLOAD_FAIL_ON_DATALOSS": True,
    "COOKIES_ENABLED": False,
    "MEMUSAGE_LIMIT_MB": 1024,
    "ROBOTSTXT_OBEY": True,
    "HTTPPROXY_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    "DNSCACHE_ENABLED": False,
    "JOBDIR": None,
    "CONCURRENT_REQUESTS": 64,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 2,
    "TWISTED_DNS_RESOLVER": "spiders.resolver.GuardedResolver",
    "REFERRER_POLICY": "no-referrer",
}


def effective(name: str) -> Settings:
    """The settings that a spider runs with, its own included."""
    settings = Settings()
    settings.setmodule("spiders.settings")
    return Crawler(find_platforms()[name], settings).settings


@pytest.mark.parametrize("platform", find_platforms())
@pytest.mark.parametrize("name", REQUIRED)
def test_required_settings_are_in_effect(platform: str, name: str) -> None:
    assert effective(platform)[name] == REQUIRED[name]


@pytest.mark.parametrize("platform", find_platforms())
def test_only_http_can_be_fetched(platform: str) -> None:
    handlers = effective(platform).getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}


@pytest.mark.parametrize("platform", find_platforms())
def test_rate_limits_are_not_retried_blindly_and_pictures_are_not_encoded_anew(platform: str) -> None:
    settings = effective(platform)
    assert 429 not in [int(code) for code in settings.getlist("RETRY_HTTP_CODES")]
    assert not any("scrapy.pipelines" in str(p) for p in settings.getwithbase("ITEM_PIPELINES"))
    assert "hunter/" in settings["USER_AGENT"] and "scrapy" not in settings["USER_AGENT"].lower()


@pytest.mark.parametrize("platform", find_platforms())
def test_the_guard_stands_before_everything_else(platform: str) -> None:
    order = build_component_list(effective(platform).getwithbase("DOWNLOADER_MIDDLEWARES"))
    names = [str(getattr(c, "__name__", c)) for c in order]
    assert names[0].endswith("GuardMiddleware")
    assert not any(n.endswith("RobotsTxtMiddleware") for n in names) and any(n.endswith("Robots") for n in names)
