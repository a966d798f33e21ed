"""The channel files: all of them there, well formed, honest about what was confirmed and when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from hunter.errors import UsageError
from hunter.takedown.channels import GROUNDS, STALE_AFTER, Channel, load_channels, read_channel, stale_channels
from hunter.takedown.fields import FIELDS

CHANNELS = load_channels()
CHECKED = date(2026, 11, 23)


def test_all_channels_are_there() -> None:
    assert set(CHANNELS) == {
        "acpa", "apple-app-store", "bluesky", "discord", "dmca", "dsa-16", "facebook-impersonation",
        "ftc-impersonation",
        "github", "google-play", "host", "instagram-impersonation", "linkedin-false-profile", "linkedin-trademark",
        "mastodon", "meta-brand-rights", "meta-trademark", "reddit", "registrar", "telegram", "tiktok-impersonation",
        "tiktok-ip", "twitch", "udrp", "urs", "x-impersonation", "x-trademark", "youtube-impersonation",
        "youtube-trademark",
    }  # fmt: skip


@pytest.mark.parametrize("channel", CHANNELS.values(), ids=CHANNELS)
def test_each_is_complete(channel: Channel) -> None:
    assert channel.where and channel.source and channel.grounds and channel.next_days > 0
    assert channel.page is None or channel.page.startswith("https://")
    assert not set(channel.asks) & set(channel.helps)
    assert set(channel.asks_for) <= set(channel.grounds) and set(channel.mailbox_for) <= set(channel.grounds)
    assert set(channel.limits) <= {*FIELDS, "text"} and set(channel.unconfirmed) <= {*FIELDS, "asks"}
    assert len(set(channel.asks)) == len(channel.asks) and "target.url" in channel.asks
    assert "signature" not in channel.asks or channel.statements or channel.kind in ("report", "filing")
    assert all(len(s.text) > 40 for s in channel.statements)


def test_every_ground_has_a_channel() -> None:
    assert {ground for channel in CHANNELS.values() for ground in channel.grounds} == set(GROUNDS)


def test_a_channel_that_was_not_looked_at_for_half_a_year_is_stale() -> None:
    assert stale_channels(CHANNELS.values(), CHECKED) == []
    assert stale_channels(CHANNELS.values(), CHECKED + STALE_AFTER) == []
    late = stale_channels(CHANNELS.values(), CHECKED + STALE_AFTER + timedelta(days=1))
    assert set(late) == {slug for slug, channel in CHANNELS.items() if channel.checked_on == CHECKED} and late


GOOD: dict[str, Any] = {
    "name": "N", "kind": "form", "grounds": ["trademark"], "where": "W", "source": "S", "asks": ["target.url"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"asks": ["target.uri"]}, "target.uri: no such field"),
        ({"grounds": ["fun"]}, "fun: no such ground"),
        ({"kind": "fax"}, "kind 'fax'"),
        ({"limits": {"text": {"unit": "lines", "most": 3}}}, "limits.text: no such unit"),
        ({"chequed_on": CHECKED}, "chequed_on: no such key"),
    ],
)
def test_faults_are_named(change: dict[str, Any], fault: str) -> None:
    assert read_channel("good", GOOD).checked_on is None
    with pytest.raises(UsageError, match=f"channel bad: .*{fault}"):
        read_channel("bad", GOOD | change)


def test_a_missing_key_is_named() -> None:
    with pytest.raises(UsageError, match="source: missing"):
        read_channel("bad", {k: v for k, v in GOOD.items() if k != "source"})
