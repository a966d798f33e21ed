"""Every test of this room that asks for `store` runs on SQLite and on PostgreSQL."""

from tests.stores import cluster, empty_database, open_stores, ready_database, ready_file, store, store_url

__all__ = ["cluster", "empty_database", "open_stores", "ready_database", "ready_file", "store", "store_url"]
