"""Purges: captures whose bytes are gone by intention, and bytes that are still to be removed from the vault."""

import sqlalchemy as sa
from alembic import op

from hunter.store import columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("captures", sa.Column("purged_at", columns.Moment(), nullable=True))
    op.create_table(
        "vault_removals",
        sa.Column("sha256", columns.Word(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_vault_removals")),
    )
