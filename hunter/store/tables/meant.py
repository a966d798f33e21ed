"""What it means: suspects and the cases they form. Derived, except for status and assignee, which people set."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, Table, UniqueConstraint

from hunter.store.columns import CleanJson, CleanText, Moment, Word
from hunter.store.tables.base import METADATA, number, refers

CASES = Table(
    "cases",
    METADATA,
    number(),
    Column("brand", Word, nullable=False),
    Column("opened_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

# What ties suspects together: the same picture with the same name skeleton, or the same link target.
CASE_KEYS = Table(
    "case_keys",
    METADATA,
    Column("brand", Word, primary_key=True),
    Column("key", Word, primary_key=True),
    refers("case_id", "cases.id", deleted_with=True, index=True),
)

# One row a brand and account.
SUSPECTS = Table(
    "suspects",
    METADATA,
    number(),
    Column("brand", Word, nullable=False),
    refers("account_id", "accounts.id"),
    refers("case_id", "cases.id", index=True),
    Column("platform", Word, nullable=False),
    Column("native_id", CleanText, nullable=False),
    Column("handle", CleanText, nullable=False),
    Column("display_name", CleanText),
    Column("search", CleanText, nullable=False),  # handle, names and skeleton, lower case
    Column("picture", Word),
    Column("score", Float, nullable=False),
    Column("bits", Float, nullable=False),
    Column("rank", Float, nullable=False),  # what the queue sorts by: score, harm, freshness, less `crowding`
    Column("harm", Float, nullable=False, default=0.0),  # bits for what it could do; they change no score
    Column("crowd", Word, nullable=False, default=""),  # digest of what speaks against it: a flood shares it
    Column("crowding", Float, nullable=False, default=0.0),  # taken off the rank of one of very many
    # How many of its case stand in the queue as this one row, on all platforms and on its own; 0: another one does.
    Column("stands_for", Integer, nullable=False, default=1),
    Column("stands_here", Integer, nullable=False, default=1),
    Column("reason", CleanText, nullable=False),
    Column("findings", CleanJson, nullable=False),
    Column("rules", Word, nullable=False),
    Column("brand_digest", Word),  # the brand as it was then
    Column("version_id", Integer, nullable=False),  # the profile version that was judged
    Column("status", Word, nullable=False),
    Column("status_at", Moment, nullable=False),
    Column("status_before_gone", Word),
    Column("assignee", CleanText),
    Column("sampled", Boolean, nullable=False, default=False),  # from just below the line, for a second look
    Column("first_seen_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
    Column("first_run", Integer, nullable=False),
    Column("last_run", Integer, nullable=False),
    Column("changed_run", Integer),
    Column("changed_at", Moment),
    Column("verdict", Word),  # the one in force, copied from the judgements for the queue
    Column("verdict_id", Integer),
    Column("verdict_at", Moment),
    Column("changed_since_verdict", CleanJson),  # fields that differ from what the verdict was about
    UniqueConstraint("brand", "account_id"),
    Index("ix_suspects_status_rank_id", "status", "rank", "id"),
    Index("ix_suspects_status_first_seen_at_id", "status", "first_seen_at", "id"),
    Index("ix_suspects_status_score_id", "status", "score", "id"),
    Index("ix_suspects_platform_native_id", "platform", "native_id"),
    Index("ix_suspects_account_id", "account_id"),
    Index("ix_suspects_first_run", "first_run"),
    Index("ix_suspects_changed_run", "changed_run"),
    Index("ix_suspects_assignee", "assignee"),
    Index("ix_suspects_case_id_rank", "case_id", "rank", "id", "status"),
    Index("ix_suspects_first_run_brand_platform", "first_run", "brand", "platform"),
    Index("ix_suspects_search", "status", "search", "rank", "id", "brand", "platform", "score", "assignee"),
    Index("ix_suspects_verdict_id", "verdict_id", "first_seen_at"),
    sqlite_autoincrement=True,
)
# The queue reads a page, filters and all, from one index each, however many rows another one stands for.
FILTERED = ("brand", "platform", "score", "first_seen_at", "changed_at", "assignee", "stands_for", "stands_here")
for _column in ("stands_for", "stands_here"):
    Index(
        f"ix_suspects_{_column}",
        *(SUSPECTS.c[name] for name in ("status", "rank", "id", *FILTERED)),
        sqlite_where=SUSPECTS.c[_column] > 0,
        postgresql_where=SUSPECTS.c[_column] > 0,
    )

# What happened to a suspect, in order; "new", "changed" and "gone" of a run are read from here.
SUSPECT_EVENTS = Table(
    "suspect_events",
    METADATA,
    number(),
    refers("suspect_id", "suspects.id", deleted_with=True),
    refers("run_id", "runs.id", optional=True),
    Column("at", Moment, nullable=False),
    Column("actor", CleanText, nullable=False),  # a reviewer, or "hunter"
    Column("act", Word, nullable=False),  # new | changed | gone | came_back | reopened | status | verdict | assigned
    Column("before", CleanText),
    Column("after", CleanText),
    Column("detail", CleanJson, nullable=False),
    Index("ix_suspect_events_suspect_id_id", "suspect_id", "id"),
    Index("ix_suspect_events_run_id_act", "run_id", "act"),
    Index("ix_suspect_events_act_at", "act", "at"),
    sqlite_autoincrement=True,
)
