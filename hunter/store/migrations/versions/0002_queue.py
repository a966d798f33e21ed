"""What the queue needs to order a hundred thousand suspects at once: harm, crowds, and who stands for a case."""

import sqlalchemy as sa
from alembic import op

from hunter.store import columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FILTERED = ("brand", "platform", "score", "first_seen_at", "changed_at", "assignee", "stands_for", "stands_here")


def upgrade() -> None:
    for name, kind, at_first in (
        ("harm", sa.Float(), "0"),
        ("crowd", columns.Word(), ""),
        ("crowding", sa.Float(), "0"),
        ("stands_for", sa.Integer(), "1"),
        ("stands_here", sa.Integer(), "1"),
    ):
        op.add_column("suspects", sa.Column(name, kind, nullable=False, server_default=at_first))
    op.drop_index("ix_suspects_brand_status_rank_id", "suspects")
    op.drop_index("ix_suspects_platform_status_rank_id", "suspects")
    op.create_index("ix_suspects_case_id_rank", "suspects", ["case_id", "rank", "id", "status"])
    op.create_index("ix_suspects_first_run_brand_platform", "suspects", ["first_run", "brand", "platform"])
    searched = ["status", "search", "rank", "id", "brand", "platform", "score", "assignee"]
    op.create_index("ix_suspects_search", "suspects", searched)
    op.create_index("ix_suspects_verdict_id", "suspects", ["verdict_id", "first_seen_at"])
    for column in ("stands_for", "stands_here"):
        filled = sa.text(f"{column} > 0")
        op.create_index(
            f"ix_suspects_{column}",
            "suspects",
            ["status", "rank", "id", *FILTERED],
            sqlite_where=filled,
            postgresql_where=filled,
        )
