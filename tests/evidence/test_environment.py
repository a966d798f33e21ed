"""What a bag tells of the machine and the settings: enough to judge the capture, and no secret."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

from hunter.evidence.environment import describe_environment, redacted_config, source_digest
from hunter.settings import Settings

SECRET = Settings(
    store="postgresql+psycopg://hunter:s3cret@db.example/hunter",
    alert_urls=("slack://TOKEN/s3cret",),
    platform_urls={"mastodon": ("https://user:s3cret@social.example",)},
    organisation='Acme "Bank"\nplc',
    vault=Path("vault"),
)


def test_no_secret_leaves_the_machine_and_the_rest_is_toml() -> None:
    text = redacted_config(SECRET)
    assert "s3cret" not in text
    told = tomllib.loads(text)
    assert told["store"] == "postgresql+psycopg://hunter:***@db.example/hunter"
    assert told["alert_urls"] == "(set, not shown)" and told["min_score"] == 0.5 and told["hold"] is False
    assert told["organisation"] == 'Acme "Bank"\nplc' and "signing_key" not in told


def test_the_environment_is_described() -> None:
    described = describe_environment(SECRET, lambda: datetime(2026, 11, 23, tzinfo=UTC), "hunter/x", "en")
    assert described.clock["now_utc"] == "2026-11-23T00:00:00.000Z"
    assert described.clock["synchronised"] in (True, False, None)
    assert "bagit==" in described.packages and described.tool["matcher_sha256"] == source_digest("matching")
    assert source_digest("matching") != source_digest("")
    assert described.network["user_agent"] == "hunter/x"
