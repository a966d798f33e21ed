"""What people decided and did: judgements, allowances, submissions, bags, holds, and the log over it all."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Float, Index, Integer, Table

from hunter.store.columns import Bytes, CleanJson, CleanText, Moment, Word
from hunter.store.tables.base import METADATA, number, refers

# Append only. Keyed by the account's own number, so that a verdict outlives every recomputed row.
JUDGEMENTS = Table(
    "judgements",
    METADATA,
    number(),
    Column("brand", Word, nullable=False),
    Column("platform", Word, nullable=False),
    Column("native_id", CleanText, nullable=False),
    Column("verdict", Word, nullable=False),
    Column("by", CleanText, nullable=False),
    Column("at", Moment, nullable=False),
    Column("note", CleanText, nullable=False),
    Column("saw_score", Float, nullable=False),
    Column("saw_rules", Word, nullable=False),
    Column("saw_version", Integer),  # the profile version on the screen
    Column("saw_digests", CleanJson, nullable=False),  # field -> SHA-256 of what it said: outlives the version
    refers("withdraws", "judgements.id", optional=True, unique=True),
    Column("batch", Word),  # verdicts that were given in one go and can be undone in one go
    Index("ix_judgements_brand_platform_native_id", "brand", "platform", "native_id", "id"),
    Index("ix_judgements_at", "at"),
    Index("ix_judgements_batch", "batch"),
    sqlite_autoincrement=True,
)

# Accounts that are fine: agreed while reviewing, or left over from a purge. The brand file has its own.
ALLOWANCES = Table(
    "allowances",
    METADATA,
    number(),
    Column("brand", Word, nullable=False),
    Column("platform", Word, nullable=False),
    Column("native_id", CleanText, nullable=False),
    Column("handle", CleanText),
    Column("reason", CleanText, nullable=False),
    Column("until", Date),
    Column("identity", Word),  # keyed hash of who it said it was; where given, holds for nobody else
    Column("by", CleanText, nullable=False),
    Column("at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
    Column("withdrawn_by", CleanText),
    Index("ix_allowances_platform_native_id", "platform", "native_id"),
    Index("ix_allowances_brand", "brand"),
    sqlite_autoincrement=True,
)

SUBMISSIONS = Table(
    "submissions",
    METADATA,
    number(),
    refers("suspect_id", "suspects.id", index=True),
    Column("brand", Word, nullable=False),
    Column("channel", Word, nullable=False),
    Column("ground", Word, nullable=False),
    Column("state", Word, nullable=False),  # sent | answered | refused | done | withdrawn
    Column("sent_at", Moment, nullable=False),
    Column("sent_by", CleanText, nullable=False),
    Column("sent_sha256", Word, nullable=False),  # of the notice as it was sent
    Column("bag_sha256", Word),  # tag manifest of the bag that was sealed before
    Column("reference", CleanText),  # the channel's number for it
    Column("receipt_sha256", Word),  # in the vault
    Column("receipt_name", CleanText),
    Column("answer", CleanText),
    Column("answered_at", Moment),
    Column("next_at", Moment),  # when to look again; overdue after it
    Column("note", CleanText, nullable=False),
    Column("detail", CleanJson, nullable=False),
    Index("ix_submissions_state_next_at", "state", "next_at"),
    sqlite_autoincrement=True,
)

# Sealed evidence bags that were made, wherever they lie now.
BAGS = Table(
    "bags",
    METADATA,
    number(),
    refers("suspect_id", "suspects.id", optional=True, index=True),
    Column("brand", Word, nullable=False),
    Column("platform", Word, nullable=False),
    Column("native_id", CleanText, nullable=False),
    Column("name", CleanText, nullable=False),
    Column("path", CleanText, nullable=False),
    Column("tagmanifest_sha256", Word, nullable=False, index=True),
    Column("audit_head", Word, nullable=False),
    Column("sealed_at", Moment, nullable=False),
    Column("sealed_by", CleanText, nullable=False),
    Column("signed", Boolean, nullable=False, default=False),
    Column("stamp", Word, nullable=False),  # stamped | unstamped
    Column("stamp_expires_at", Moment),
    Column("detail", CleanJson, nullable=False),
    Index("ix_bags_platform_native_id", "platform", "native_id"),
    Index("ix_bags_stamp", "stamp"),
    sqlite_autoincrement=True,
)

# Legal holds: what they name is not purged until they are released.
HOLDS = Table(
    "holds",
    METADATA,
    number(),
    Column("platform", Word, nullable=False),
    Column("native_id", CleanText, nullable=False),
    Column("reason", CleanText, nullable=False),
    Column("by", CleanText, nullable=False),
    Column("at", Moment, nullable=False),
    Column("released_at", Moment),
    Column("released_by", CleanText),
    Index("ix_holds_platform_native_id", "platform", "native_id"),
    sqlite_autoincrement=True,
)

# What is left of something deleted: hashes, counts, who and why. Never content.
TOMBSTONES = Table(
    "tombstones",
    METADATA,
    number(),
    Column("at", Moment, nullable=False),
    Column("by", CleanText, nullable=False),
    Column("subject", Word, nullable=False, index=True),  # keyed hash of platform and native id
    Column("why", CleanText, nullable=False),
    Column("counts", CleanJson, nullable=False),
    Column("hashes", CleanJson, nullable=False),
    sqlite_autoincrement=True,
)

# Bytes that a purge has yet to remove from the vault: written with the deletion, struck off when they are gone.
VAULT_REMOVALS = Table(
    "vault_removals", METADATA, Column("sha256", Word, primary_key=True), Column("at", Moment, nullable=False)
)

# The log over everything that people decide or delete. Each line holds the hash of the line before it.
AUDIT = Table(
    "audit",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("prev", Word, nullable=False),
    Column("at", Word, nullable=False),  # RFC 3339, UTC, milliseconds: exactly as it was hashed
    Column("actor", CleanText, nullable=False),
    Column("act", Word, nullable=False),
    Column("object", CleanText, nullable=False),
    Column("object_sha256", Word),
    Column("digest", Word, nullable=False),  # SHA-256 of this line: the next line's prev
    Index("ix_audit_object", "object"),
)

# Heads of the log that were noted outside of it or stamped by a time-stamp authority.
AUDIT_ANCHORS = Table(
    "audit_anchors",
    METADATA,
    number(),
    Column("seq", Integer, nullable=False),
    Column("head", Word, nullable=False),
    Column("at", Moment, nullable=False),
    Column("how", CleanText, nullable=False),  # the bag or the authority that holds it
    Column("token", Bytes),
)
