"""Ordered changes of the schema, shipped in the wheel. Each runs in one transaction together with its record."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, column, inspect, select, table

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic is slow to import and is only needed when something is to be done.


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings for our migrations, bound to an open connection."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", "hunter.store:migrations")
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


@cache
def order() -> tuple[str, ...]:
    """All revisions, oldest first: files are named by them."""
    files = (Path(__file__).parent / "versions").glob("[0-9]*_*.py")
    return tuple(sorted(path.name.split("_")[0] for path in files))


def newest() -> str:
    """The revision that this program's tables have."""
    return order()[-1]


def revision_of(connection: Connection) -> str | None:
    """The revision that a database has; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    number: str | None = connection.scalar(select(table("alembic_version", column("version_num")).c.version_num))
    return number


def behind(revision: str | None) -> bool:
    """Whether `revision` is one that we can bring up to date."""
    return revision is None or revision in order()[:-1]


def upgrade(connection: Connection) -> None:
    """Brings a database up to date inside the transaction of `connection`."""
    from alembic import command

    command.upgrade(config(connection), "head")


def differs(connection: Connection) -> str:
    """What a database has differently from our tables, in words; empty when nothing."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from hunter.store.tables import METADATA

    context = MigrationContext.configure(connection, opts={"compare_type": False})
    return "; ".join(str(change) for change in compare_metadata(context, METADATA))
