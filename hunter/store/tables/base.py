"""What all tables share: one MetaData with plain, predictable names for keys and indexes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, MetaData

from hunter.store.columns import RowId

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def number() -> Column[int]:
    """The row's own number."""
    return Column("id", RowId, primary_key=True)


def refers(name: str, target: str, *, optional: bool = False, deleted_with: bool = False, **more: Any) -> Column[int]:
    """A column that names a row of another table."""
    key = ForeignKey(target, ondelete="CASCADE" if deleted_with else None)
    return Column(name, RowId, key, nullable=optional, **more)
