"""The first tables: what was seen, what it means, what was decided, and the work itself."""

import sqlalchemy as sa
from alembic import op

from hunter.store import columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "accounts",
        sa.Column("id", columns.RowId, nullable=False),
        sa.Column("platform", columns.Word(), nullable=False),
        sa.Column("native_id", columns.CleanText(), nullable=False),
        sa.Column("handle", columns.CleanText(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("url", columns.CleanText(), nullable=True),
        sa.Column("avatar_url", columns.CleanText(), nullable=True),
        sa.Column("joined", columns.Moment(), nullable=True),
        sa.Column("followers", columns.Count(), nullable=True),
        sa.Column("following", columns.Count(), nullable=True),
        sa.Column("posts", columns.Count(), nullable=True),
        sa.Column("first_seen_at", columns.Moment(), nullable=False),
        sa.Column("last_seen_at", columns.Moment(), nullable=False),
        sa.Column("first_run", sa.Integer(), nullable=False),
        sa.Column("last_run", sa.Integer(), nullable=False),
        sa.Column("absent_looks", sa.Integer(), nullable=False),
        sa.Column("absent_since", columns.Moment(), nullable=True),
        sa.Column("absent_at", columns.Moment(), nullable=True),
        sa.Column("absent_run", sa.Integer(), nullable=True),
        sa.Column("absent_why", columns.CleanText(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("platform", "native_id", name=op.f("uq_accounts_platform_native_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_accounts_last_seen_at", "accounts", ["last_seen_at"], unique=False)
    op.create_index("ix_accounts_platform_handle", "accounts", ["platform", "handle"], unique=False)
    op.create_table(
        "allowances",
        sa.Column("id", columns.RowId, nullable=False),
        sa.Column("brand", columns.Word(), nullable=False),
        sa.Column("platform", columns.Word(), nullable=False),
        sa.Column("native_id", columns.CleanText(), nullable=False),
        sa.Column("handle", columns.CleanText(), nullable=True),
        sa.Column("reason", columns.CleanText(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("identity", columns.Word(), nullable=True),
        sa.Column("by", columns.CleanText(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("withdrawn_at", columns.Moment(), nullable=True),
        sa.Column("withdrawn_by", columns.CleanText(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allowances")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_allowances_brand", "allowances", ["brand"], unique=False)
    op.create_index("ix_allowances_platform_native_id", "allowances", ["platform", "native_id"], unique=False)
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("prev", columns.Word(), nullable=False),
        sa.Column("at", columns.Word(), nullable=False),
        sa.Column("actor", columns.CleanText(), nullable=False),
        sa.Column("act", columns.Word(), nullable=False),
        sa.Column("object", columns.CleanText(), nullable=False),
        sa.Column("object_sha256", columns.Word(), nullable=True),
        sa.Column("digest", columns.Word(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_object", "audit", ["object"], unique=False)
    op.create_table(
        "audit_anchors",
        sa.Column("id", columns.RowId, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", columns.Word(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("how", columns.CleanText(), nullable=False),
        sa.Column("token", columns.Bytes(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_anchors")),
    )
    op.create_table(
        "brand_versions",
        sa.Column("digest", columns.Word(), nullable=False),
        sa.Column("slug", columns.Word(), nullable=False),
        sa.Column("brand", columns.CleanJson(), nullable=False),
        sa.Column("first_used_at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_brand_versions")),
    )
    op.create_index(op.f("ix_brand_versions_slug"), "brand_versions", ["slug"], unique=False)
    op.create_table(
        "captures",
        sa.Column("id", columns.RowId, nullable=False),
        sa.Column("url", columns.CleanText(), nullable=False),
        sa.Column("final_url", columns.CleanText(), nullable=False),
        sa.Column("fetched_at", columns.Moment(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("media_type", columns.CleanText(), nullable=False),
        sa.Column("sha256", columns.Word(), nullable=False),
        sa.Column("size", columns.Count(), nullable=False),
        sa.Column("made_by", columns.CleanText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_captures")),
        sa.UniqueConstraint("sha256", "url", "fetched_at", name=op.f("uq_captures_sha256_url_fetched_at")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "cases",
        sa.Column("id", columns.RowId, nullable=False),
        sa.Column("brand", columns.Word(), nullable=False),
        sa.Column("opened_at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "facts",
        sa.Column("name", columns.Word(), nullable=False),
        sa.Column("value", columns.CleanText(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_facts")),
    )
    op.create_table(
        "forgotten",
        sa.Column("key", columns.Word(), nullable=False),
        sa.Column("forgotten_at", columns.Moment(), nullable=False),
        sa.Column("until", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_forgotten")),
    )
    op.create_index(op.f("ix_forgotten_until"), "forgotten", ["until"], unique=False)
    op.create_table(
        "holds",
        sa.Column("id", columns.RowId, nullable=False),
        sa.Column("platform", columns.Word(), nullable=False),
        sa.Column("native_id", columns.CleanText(), nullable=False),
        sa.Column("reason", columns.CleanText(), nullable=False),
        sa.Column("by", columns.CleanText(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("released_at", columns.Moment(), nullable=True),
        sa.Column("released_by", columns.CleanText(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_holds_platform_native_id", "holds", ["platform", "native_id"], unique=False)
    op.create_table(
        "judgements",
        sa.Column("id", columns.RowId, nullable=False),
        sa.Column("brand", columns.Word(), nullable=False),
        sa.Column("platform", columns.Word(), nullable=False),
        sa.Column("native_id", columns.CleanText(), nullable=False),
        sa.Column("verdict", columns.Word(), nullable=False),
        sa.Column("by", columns.CleanText(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("note", columns.CleanText(), nullable=False),
        sa.Column("saw_score", sa.Float(), nullable=False),
        sa.Column("saw_rules", columns.Word(), nullable=False),
        sa.Column("saw_version", sa.Integer(), nullable=True),
        sa.Column("saw_digests", columns.CleanJson(), nullable=False),
        sa.Column("withdraws", columns.RowId, nullable=True),
        sa.Column("batch", columns.Word(), nullable=True),
        sa.ForeignKeyConstraint(["withdraws"], ["judgements.id"], name=op.f("fk_judgements_withdraws")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgements")),
        sa.UniqueConstraint("withdraws", name=op.f("uq_judgements_withdraws")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_judgements_at", "judgements", ["at"], unique=False)
    op.create_index("ix_judgements_batch", "judgements", ["batch"], unique=False)
    op.create_index(
        "ix_judgements_brand_platform_native_id", "judgements", ["brand", "platform", "native_id", "id"], unique=False
    )
    op.create_table(
        "picture_addresses",
        sa.Column("address", columns.Word(), nullable=False),
        sa.Column("sha256", columns.Word(), nullable=False),
        sa.Column("fetched_at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_picture_addresses")),
    )
    op.create_index(op.f("ix_picture_addresses_sha256"), "picture_addresses", ["sha256"], unique=False)
    op.create_table(
        "pictures",
        sa.Column("sha256", columns.Word(), nullable=False),
        sa.Column("hashes", columns.CleanJson(), nullable=False),
        sa.Column("quality", sa.Float(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("kind", columns.Word(), nullable=False),
        sa.Column("small", columns.Bytes(), nullable=False),
        sa.Column("first_seen_at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_pictures")),
    )
    op.create_table(
        "runs",
        sa.Column("id", columns.RowId, nullable=False),
        sa.Column("kind", columns.Word(), nullable=False),
        sa.Column("state", columns.Word(), nullable=False),
        sa.Column("started_at", columns.Moment(), nullable=False),
        sa.Column("ended_at", columns.Moment(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("version", columns.Word(), nullable=False),
        sa.Column("rules", columns.Word(), nullable=True),
        sa.Column("machine", columns.CleanText(), nullable=False),
        sa.Column("process", sa.Integer(), nullable=False),
        sa.Column("options", columns.CleanJson(), nullable=False),
        sa.Column("suspects_new", sa.Integer(), nullable=True),
        sa.Column("suspects_changed", sa.Integer(), nullable=True),
        sa.Column("suspects_gone", sa.Integer(), nullable=True),
        sa.Column("suspects_back", sa.Integer(), nullable=True),
        sa.Column("why", columns.CleanText(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_runs_state"), "runs", ["state"], unique=False)
    op.create_table(
        "tombstones",
        sa.Column("id", columns.RowId, nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("by", columns.CleanText(), nullable=False),
        sa.Column("subject", columns.Word(), nullable=False),
        sa.Column("why", columns.CleanText(), nullable=False),
        sa.Column("counts", columns.CleanJson(), nullable=False),
        sa.Column("hashes", columns.CleanJson(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tombstones")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_tombstones_subject"), "tombstones", ["subject"], unique=False)
    op.create_table(
        "alerts",
        sa.Column("id", columns.RowId, nullable=False),
        sa.Column("run_id", columns.RowId, nullable=True),
        sa.Column("kind", columns.Word(), nullable=False),
        sa.Column("route", columns.Word(), nullable=False),
        sa.Column("route_shown", columns.CleanText(), nullable=False),
        sa.Column("title", columns.CleanText(), nullable=False),
        sa.Column("body", columns.CleanText(), nullable=False),
        sa.Column("detail", columns.CleanJson(), nullable=True),
        sa.Column("state", columns.Word(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.Moment(), nullable=False),
        sa.Column("not_before", columns.Moment(), nullable=True),
        sa.Column("sent_at", columns.Moment(), nullable=True),
        sa.Column("last_error", columns.CleanText(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_alerts_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index(op.f("ix_alerts_run_id"), "alerts", ["run_id"], unique=False)
    op.create_index("ix_alerts_state_not_before", "alerts", ["state", "not_before"], unique=False)
    op.create_table(
        "case_keys",
        sa.Column("brand", columns.Word(), nullable=False),
        sa.Column("key", columns.Word(), nullable=False),
        sa.Column("case_id", columns.RowId, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_keys_case_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("brand", "key", name=op.f("pk_case_keys")),
    )
    op.create_index(op.f("ix_case_keys_case_id"), "case_keys", ["case_id"], unique=False)
    op.create_table(
        "probes",
        sa.Column("id", columns.RowId, nullable=False),
        sa.Column("run_id", columns.RowId, nullable=False),
        sa.Column("platform", columns.Word(), nullable=False),
        sa.Column("handle", columns.CleanText(), nullable=False),
        sa.Column("outcome", columns.Word(), nullable=False),
        sa.Column("why", columns.CleanText(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("account_id", columns.RowId, nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_probes_account_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_probes_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_probes")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_probes_account_id"), "probes", ["account_id"], unique=False)
    op.create_index("ix_probes_run_id_platform_outcome", "probes", ["run_id", "platform", "outcome"], unique=False)
    op.create_table(
        "profile_versions",
        sa.Column("id", columns.RowId, nullable=False),
        sa.Column("account_id", columns.RowId, nullable=False),
        sa.Column("run_id", columns.RowId, nullable=False),
        sa.Column("seen_at", columns.Moment(), nullable=False),
        sa.Column("handle", columns.CleanText(), nullable=False),
        sa.Column("display_name", columns.CleanText(), nullable=True),
        sa.Column("bio", columns.CleanText(), nullable=True),
        sa.Column("links", columns.CleanJson(), nullable=False),
        sa.Column("verified_by", columns.CleanJson(), nullable=False),
        sa.Column("picture", columns.Word(), nullable=True),
        sa.Column("digest", columns.Word(), nullable=False),
        sa.Column("changed", columns.CleanJson(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_profile_versions_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["picture"], ["pictures.sha256"], name=op.f("fk_profile_versions_picture")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_profile_versions_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_versions")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_profile_versions_account_id_id", "profile_versions", ["account_id", "id"], unique=False)
    op.create_index(op.f("ix_profile_versions_picture"), "profile_versions", ["picture"], unique=False)
    op.create_index("ix_profile_versions_run_id", "profile_versions", ["run_id"], unique=False)
    op.create_table(
        "run_brands",
        sa.Column("run_id", columns.RowId, nullable=False),
        sa.Column("slug", columns.Word(), nullable=False),
        sa.Column("digest", columns.Word(), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["brand_versions.digest"], name=op.f("fk_run_brands_digest")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_brands_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "slug", name=op.f("pk_run_brands")),
    )
    op.create_table(
        "run_events",
        sa.Column("id", columns.RowId, nullable=False),
        sa.Column("run_id", columns.RowId, nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("kind", columns.Word(), nullable=False),
        sa.Column("platform", columns.Word(), nullable=True),
        sa.Column("detail", columns.CleanJson(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_events_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_events")),
    )
    op.create_index(op.f("ix_run_events_run_id"), "run_events", ["run_id"], unique=False)
    op.create_table(
        "run_platforms",
        sa.Column("run_id", columns.RowId, nullable=False),
        sa.Column("platform", columns.Word(), nullable=False),
        sa.Column("state", columns.Word(), nullable=False),
        sa.Column("why", columns.CleanText(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("absent", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("impossible", sa.Integer(), nullable=False),
        sa.Column("pictures", sa.Integer(), nullable=False),
        sa.Column("canary", columns.CleanJson(), nullable=True),
        sa.Column("policy", columns.CleanText(), nullable=True),
        sa.Column("started_at", columns.Moment(), nullable=False),
        sa.Column("ended_at", columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_platforms_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "platform", name=op.f("pk_run_platforms")),
    )
    op.create_index("ix_run_platforms_platform_state", "run_platforms", ["platform", "state", "run_id"], unique=False)
    op.create_table(
        "suspects",
        sa.Column("id", columns.RowId, nullable=False),
        sa.Column("brand", columns.Word(), nullable=False),
        sa.Column("account_id", columns.RowId, nullable=False),
        sa.Column("case_id", columns.RowId, nullable=False),
        sa.Column("platform", columns.Word(), nullable=False),
        sa.Column("native_id", columns.CleanText(), nullable=False),
        sa.Column("handle", columns.CleanText(), nullable=False),
        sa.Column("display_name", columns.CleanText(), nullable=True),
        sa.Column("search", columns.CleanText(), nullable=False),
        sa.Column("picture", columns.Word(), nullable=True),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("bits", sa.Float(), nullable=False),
        sa.Column("rank", sa.Float(), nullable=False),
        sa.Column("reason", columns.CleanText(), nullable=False),
        sa.Column("findings", columns.CleanJson(), nullable=False),
        sa.Column("rules", columns.Word(), nullable=False),
        sa.Column("brand_digest", columns.Word(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("status", columns.Word(), nullable=False),
        sa.Column("status_at", columns.Moment(), nullable=False),
        sa.Column("status_before_gone", columns.Word(), nullable=True),
        sa.Column("assignee", columns.CleanText(), nullable=True),
        sa.Column("sampled", sa.Boolean(), nullable=False),
        sa.Column("first_seen_at", columns.Moment(), nullable=False),
        sa.Column("last_seen_at", columns.Moment(), nullable=False),
        sa.Column("first_run", sa.Integer(), nullable=False),
        sa.Column("last_run", sa.Integer(), nullable=False),
        sa.Column("changed_run", sa.Integer(), nullable=True),
        sa.Column("changed_at", columns.Moment(), nullable=True),
        sa.Column("verdict", columns.Word(), nullable=True),
        sa.Column("verdict_id", sa.Integer(), nullable=True),
        sa.Column("verdict_at", columns.Moment(), nullable=True),
        sa.Column("changed_since_verdict", columns.CleanJson(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_suspects_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_suspects_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspects")),
        sa.UniqueConstraint("brand", "account_id", name=op.f("uq_suspects_brand_account_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_suspects_account_id", "suspects", ["account_id"], unique=False)
    op.create_index("ix_suspects_assignee", "suspects", ["assignee"], unique=False)
    op.create_index("ix_suspects_brand_status_rank_id", "suspects", ["brand", "status", "rank", "id"], unique=False)
    op.create_index(op.f("ix_suspects_case_id"), "suspects", ["case_id"], unique=False)
    op.create_index("ix_suspects_changed_run", "suspects", ["changed_run"], unique=False)
    op.create_index("ix_suspects_first_run", "suspects", ["first_run"], unique=False)
    op.create_index("ix_suspects_platform_native_id", "suspects", ["platform", "native_id"], unique=False)
    op.create_index(
        "ix_suspects_platform_status_rank_id", "suspects", ["platform", "status", "rank", "id"], unique=False
    )
    op.create_index("ix_suspects_status_first_seen_at_id", "suspects", ["status", "first_seen_at", "id"], unique=False)
    op.create_index("ix_suspects_status_rank_id", "suspects", ["status", "rank", "id"], unique=False)
    op.create_index("ix_suspects_status_score_id", "suspects", ["status", "score", "id"], unique=False)
    op.create_table(
        "bags",
        sa.Column("id", columns.RowId, nullable=False),
        sa.Column("suspect_id", columns.RowId, nullable=True),
        sa.Column("brand", columns.Word(), nullable=False),
        sa.Column("platform", columns.Word(), nullable=False),
        sa.Column("native_id", columns.CleanText(), nullable=False),
        sa.Column("name", columns.CleanText(), nullable=False),
        sa.Column("path", columns.CleanText(), nullable=False),
        sa.Column("tagmanifest_sha256", columns.Word(), nullable=False),
        sa.Column("audit_head", columns.Word(), nullable=False),
        sa.Column("sealed_at", columns.Moment(), nullable=False),
        sa.Column("sealed_by", columns.CleanText(), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("stamp", columns.Word(), nullable=False),
        sa.Column("stamp_expires_at", columns.Moment(), nullable=True),
        sa.Column("detail", columns.CleanJson(), nullable=False),
        sa.ForeignKeyConstraint(["suspect_id"], ["suspects.id"], name=op.f("fk_bags_suspect_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bags")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_bags_platform_native_id", "bags", ["platform", "native_id"], unique=False)
    op.create_index("ix_bags_stamp", "bags", ["stamp"], unique=False)
    op.create_index(op.f("ix_bags_suspect_id"), "bags", ["suspect_id"], unique=False)
    op.create_index(op.f("ix_bags_tagmanifest_sha256"), "bags", ["tagmanifest_sha256"], unique=False)
    op.create_table(
        "probe_captures",
        sa.Column("probe_id", columns.RowId, nullable=False),
        sa.Column("capture_id", columns.RowId, nullable=False),
        sa.ForeignKeyConstraint(
            ["capture_id"], ["captures.id"], name=op.f("fk_probe_captures_capture_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["probe_id"], ["probes.id"], name=op.f("fk_probe_captures_probe_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("probe_id", "capture_id", name=op.f("pk_probe_captures")),
    )
    op.create_index("ix_probe_captures_capture_id", "probe_captures", ["capture_id"], unique=False)
    op.create_table(
        "submissions",
        sa.Column("id", columns.RowId, nullable=False),
        sa.Column("suspect_id", columns.RowId, nullable=False),
        sa.Column("brand", columns.Word(), nullable=False),
        sa.Column("channel", columns.Word(), nullable=False),
        sa.Column("ground", columns.Word(), nullable=False),
        sa.Column("state", columns.Word(), nullable=False),
        sa.Column("sent_at", columns.Moment(), nullable=False),
        sa.Column("sent_by", columns.CleanText(), nullable=False),
        sa.Column("sent_sha256", columns.Word(), nullable=False),
        sa.Column("bag_sha256", columns.Word(), nullable=True),
        sa.Column("reference", columns.CleanText(), nullable=True),
        sa.Column("receipt_sha256", columns.Word(), nullable=True),
        sa.Column("receipt_name", columns.CleanText(), nullable=True),
        sa.Column("answer", columns.CleanText(), nullable=True),
        sa.Column("answered_at", columns.Moment(), nullable=True),
        sa.Column("next_at", columns.Moment(), nullable=True),
        sa.Column("note", columns.CleanText(), nullable=False),
        sa.Column("detail", columns.CleanJson(), nullable=False),
        sa.ForeignKeyConstraint(["suspect_id"], ["suspects.id"], name=op.f("fk_submissions_suspect_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_submissions_state_next_at", "submissions", ["state", "next_at"], unique=False)
    op.create_index(op.f("ix_submissions_suspect_id"), "submissions", ["suspect_id"], unique=False)
    op.create_table(
        "suspect_events",
        sa.Column("id", columns.RowId, nullable=False),
        sa.Column("suspect_id", columns.RowId, nullable=False),
        sa.Column("run_id", columns.RowId, nullable=True),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("actor", columns.CleanText(), nullable=False),
        sa.Column("act", columns.Word(), nullable=False),
        sa.Column("before", columns.CleanText(), nullable=True),
        sa.Column("after", columns.CleanText(), nullable=True),
        sa.Column("detail", columns.CleanJson(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_suspect_events_run_id")),
        sa.ForeignKeyConstraint(
            ["suspect_id"], ["suspects.id"], name=op.f("fk_suspect_events_suspect_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspect_events")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_suspect_events_act_at", "suspect_events", ["act", "at"], unique=False)
    op.create_index("ix_suspect_events_run_id_act", "suspect_events", ["run_id", "act"], unique=False)
    op.create_index("ix_suspect_events_suspect_id_id", "suspect_events", ["suspect_id", "id"], unique=False)
