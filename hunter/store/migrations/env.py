"""Runs the migrations on the connection that `hunter.store.migrations` hands over; Alembic loads this file."""

from alembic import context

from hunter.store.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=connection.dialect.name == "sqlite",
    transaction_per_migration=False,
)
context.run_migrations()
