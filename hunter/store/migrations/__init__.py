"""Ordered changes of the schema, shipped in the wheel. Each runs in one transaction together with its record."""

from __future__ import annotations

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings for our migrations, bound to an open connection."""
    made = Config()
    made.set_main_option("script_location", "hunter.store:migrations")
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


@cache
def _order() -> tuple[str, ...]:
    """All revisions, oldest first."""
    walked = ScriptDirectory.from_config(config()).walk_revisions()
    return tuple(reversed([script.revision for script in walked]))


def newest() -> str:
    """The revision that this program's tables have."""
    return _order()[-1]


def revision_of(connection: Connection) -> str | None:
    """The revision that a database has; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def behind(revision: str | None) -> bool:
    """Whether `revision` is one that we can bring up to date."""
    return revision is None or revision in _order()[:-1]


def upgrade(connection: Connection) -> None:
    """Brings a database up to date inside the transaction of `connection`."""
    command.upgrade(config(connection), "head")


def differs(connection: Connection) -> str:
    """What a database has differently from our tables, in words; empty when nothing."""
    from alembic.autogenerate import compare_metadata

    from hunter.store.tables import METADATA

    context = MigrationContext.configure(connection, opts={"compare_type": False})
    return "; ".join(str(change) for change in compare_metadata(context, METADATA))
