"""What was seen: probes with their captures, accounts, dated versions of profiles, pictures. Never edited."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, Table, UniqueConstraint

from hunter.store.columns import Bytes, CleanJson, CleanText, Count, Moment, Word
from hunter.store.tables.base import METADATA, number, refers

# A picture is measured once for its bytes, wherever it turns up.
PICTURES = Table(
    "pictures",
    METADATA,
    Column("sha256", Word, primary_key=True),  # of the original bytes in the vault
    Column("hashes", CleanJson, nullable=False),
    Column("quality", Float, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("kind", Word, nullable=False),
    Column("small", Bytes, nullable=False),
    Column("first_seen_at", Moment, nullable=False),
)

# Which bytes an address gave, so that a picture is fetched once.
PICTURE_ADDRESSES = Table(
    "picture_addresses",
    METADATA,
    Column("address", Word, primary_key=True),  # SHA-256 of the URL
    Column("sha256", Word, nullable=False, index=True),
    Column("fetched_at", Moment, nullable=False),
)

# One row an account, by the platform's own number for it: handles change, this does not.
ACCOUNTS = Table(
    "accounts",
    METADATA,
    number(),
    Column("platform", Word, nullable=False),
    Column("native_id", CleanText, nullable=False),  # "@handle" where the platform gives no number
    Column("handle", CleanText, nullable=False),  # the latest
    Column("version_id", Integer),  # the latest version
    Column("url", CleanText),
    Column("avatar_url", CleanText),
    Column("joined", Moment),
    Column("followers", Count),
    Column("following", Count),
    Column("posts", Count),
    Column("first_seen_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
    Column("first_run", Integer, nullable=False),
    Column("last_run", Integer, nullable=False),
    # Looks that found it missing since it was last seen; refused or failed looks do not count.
    Column("absent_looks", Integer, nullable=False, default=0),
    Column("absent_since", Moment),
    Column("absent_at", Moment),
    Column("absent_run", Integer),
    Column("absent_why", CleanText),
    UniqueConstraint("platform", "native_id"),
    Index("ix_accounts_platform_handle", "platform", "handle"),
    Index("ix_accounts_last_seen_at", "last_seen_at"),
    sqlite_autoincrement=True,
)

# One row each time who the account says it is changed. Follower counts and the like are no identity: see accounts.
PROFILE_VERSIONS = Table(
    "profile_versions",
    METADATA,
    number(),
    refers("account_id", "accounts.id", deleted_with=True),
    refers("run_id", "runs.id"),
    Column("seen_at", Moment, nullable=False),
    Column("handle", CleanText, nullable=False),
    Column("display_name", CleanText),
    Column("bio", CleanText),
    Column("links", CleanJson, nullable=False),
    Column("verified_by", CleanJson, nullable=False),
    Column("picture", Word, ForeignKey("pictures.sha256"), index=True),
    Column("digest", Word, nullable=False),  # SHA-256 over the identity fields
    Column("changed", CleanJson, nullable=False),  # the fields that differ from the version before; [] for the first
    Index("ix_profile_versions_account_id_id", "account_id", "id"),
    Index("ix_profile_versions_run_id", "run_id"),
    sqlite_autoincrement=True,
)

CAPTURES = Table(
    "captures",
    METADATA,
    number(),
    Column("url", CleanText, nullable=False),
    Column("final_url", CleanText, nullable=False),
    Column("fetched_at", Moment, nullable=False),
    Column("status", Integer, nullable=False),
    Column("media_type", CleanText, nullable=False),
    Column("sha256", Word, nullable=False),
    Column("size", Count, nullable=False),
    Column("made_by", CleanText, nullable=False),
    Column("purged_at", Moment),  # when the bytes were deleted by intention; the hash stays
    UniqueConstraint("sha256", "url", "fetched_at"),
    sqlite_autoincrement=True,
)

PROBES = Table(
    "probes",
    METADATA,
    number(),
    refers("run_id", "runs.id"),
    Column("platform", Word, nullable=False),
    Column("handle", CleanText, nullable=False),
    Column("outcome", Word, nullable=False),
    Column("why", CleanText, nullable=False),
    Column("at", Moment, nullable=False),
    refers("account_id", "accounts.id", optional=True, deleted_with=True, index=True),
    Column("version_id", Integer),
    Index("ix_probes_run_id_platform_outcome", "run_id", "platform", "outcome"),
    sqlite_autoincrement=True,
)

# One answer often serves many probes (profiles come in batches).
PROBE_CAPTURES = Table(
    "probe_captures",
    METADATA,
    refers("probe_id", "probes.id", deleted_with=True, primary_key=True),
    refers("capture_id", "captures.id", deleted_with=True, primary_key=True),
    Index("ix_probe_captures_capture_id", "capture_id"),
)
