"""The work itself: runs, what each platform answered, the brands as they were, alerts that wait."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, Table

from hunter.store.columns import CleanJson, CleanText, Moment, Word
from hunter.store.tables.base import METADATA, number, refers

# Facts about this store: its own id, the key of its keyed hashes.
FACTS = Table("facts", METADATA, Column("name", Word, primary_key=True), Column("value", CleanText, nullable=False))

BRAND_VERSIONS = Table(
    "brand_versions",
    METADATA,
    Column("digest", Word, primary_key=True),  # SHA-256 of the canonical JSON
    Column("slug", Word, nullable=False, index=True),
    Column("brand", CleanJson, nullable=False),  # the whole Brand, pictures with their hashes
    Column("first_used_at", Moment, nullable=False),
)

RUNS = Table(
    "runs",
    METADATA,
    number(),
    Column("kind", Word, nullable=False),  # run | screen | demo
    Column("state", Word, nullable=False, index=True),  # running | complete | partial | interrupted | failed | aborted
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("seconds", Float),  # by the monotonic clock: right even when the wall clock jumps
    Column("version", Word, nullable=False),  # of hunter
    Column("rules", Word),  # digest of signals and weights
    Column("machine", CleanText, nullable=False),
    Column("process", Integer, nullable=False),
    Column("options", CleanJson, nullable=False),
    Column("suspects_new", Integer),
    Column("suspects_changed", Integer),
    Column("suspects_gone", Integer),
    Column("suspects_back", Integer),
    Column("why", CleanText),
    sqlite_autoincrement=True,
)

RUN_BRANDS = Table(
    "run_brands",
    METADATA,
    refers("run_id", "runs.id", deleted_with=True, primary_key=True),
    Column("slug", Word, primary_key=True),
    Column("digest", Word, ForeignKey("brand_versions.digest"), nullable=False),
)

RUN_PLATFORMS = Table(
    "run_platforms",
    METADATA,
    refers("run_id", "runs.id", deleted_with=True, primary_key=True),
    Column("platform", Word, primary_key=True),
    Column("state", Word, nullable=False),  # running | ok | partial | blocked | broken | aborted
    Column("why", CleanText, nullable=False),  # "", "429", "canary_missing", …
    Column("asked", Integer, nullable=False),
    Column("present", Integer, nullable=False),
    Column("absent", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("impossible", Integer, nullable=False),
    Column("pictures", Integer, nullable=False, default=0),  # fetched in this run
    Column("canary", CleanJson),  # what the known-good and the nonsense handle answered
    Column("policy", CleanText),  # the source's declared policy: api, robots
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index("ix_run_platforms_platform_state", "platform", "state", "run_id"),
)

RUN_EVENTS = Table(
    "run_events",
    METADATA,
    number(),
    refers("run_id", "runs.id", deleted_with=True, index=True),
    Column("at", Moment, nullable=False),
    Column("kind", Word, nullable=False),  # clock_jump | flood | cap | note | …
    Column("platform", Word),
    Column("detail", CleanJson, nullable=False),
)

# Messages that wait to be sent or were sent; the route's address is a secret and stays in the settings.
ALERTS = Table(
    "alerts",
    METADATA,
    number(),
    refers("run_id", "runs.id", optional=True, index=True),
    Column("kind", Word, nullable=False),  # digest | flood | health | test
    Column("route", Word, nullable=False),  # short digest of the route's URL
    Column("route_shown", CleanText, nullable=False),  # the route with its secrets masked
    Column("title", CleanText, nullable=False),
    Column("body", CleanText, nullable=False),
    Column("detail", CleanJson),
    Column("state", Word, nullable=False),  # waiting | sent | failed
    Column("attempts", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("not_before", Moment),
    Column("sent_at", Moment),
    Column("last_error", CleanText),
    Index("ix_alerts_state_not_before", "state", "not_before"),
)

# Accounts that were seen, looked innocent and were dropped: a keyed hash, so that they are known but not named.
FORGOTTEN = Table(
    "forgotten",
    METADATA,
    Column("key", Word, primary_key=True),  # HMAC-SHA-256 of platform and native id
    Column("forgotten_at", Moment, nullable=False),
    Column("until", Moment, nullable=False, index=True),
)
