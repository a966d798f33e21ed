"""What both databases share in batches: upserts, questions for many keys, facts about the store."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, cast, column, func, select, table
from sqlalchemy.dialects import postgresql, sqlite

from hunter.store.tables import FACTS

_T = TypeVar("_T")
SUBJECT_KEY = "subject_key"  # the fact that keys the hashes of accounts
CHUNK = 500  # keys asked for at once


def chunks(values: Iterable[_T], size: int = CHUNK) -> Iterator[list[_T]]:
    """`values` in lists of at most `size`."""
    rest = iter(values)
    while part := list(islice(rest, size)):
        yield part


def insert_new(c: Connection, table: Table, rows: Sequence[dict[str, Any]], keys: Sequence[str]) -> None:
    """Adds rows; those whose key is there already are left as they are."""
    if rows:
        insert = sqlite.insert if c.dialect.name == "sqlite" else postgresql.insert
        c.execute(insert(table).on_conflict_do_nothing(index_elements=list(keys)), rows)


def upsert(
    c: Connection, table: Table, rows: Sequence[dict[str, Any]], keys: Sequence[str], change: Sequence[str]
) -> None:
    """Adds rows; of those whose key is there already `change` is set. Of rows with equal keys the last wins."""
    if rows:
        insert = (sqlite.insert if c.dialect.name == "sqlite" else postgresql.insert)(table)
        taken = {name: insert.excluded[name] for name in change}
        unique = {tuple(row[key] for key in keys): row for row in rows}
        c.execute(insert.on_conflict_do_update(index_elements=list(keys), set_=taken), list(unique.values()))


def fact(c: Connection, name: str) -> str:
    """A secret of this store's own, made at the first question: 64 hex digits."""
    kept = select(FACTS.c.value).where(FACTS.c.name == name)
    value: str | None = c.scalar(kept)
    if value is None:
        insert_new(c, FACTS, [{"name": name, "value": secrets.token_hex(32)}], ["name"])
        value = c.scalar(kept)
    assert value is not None
    return value


def keyed_hash(c: Connection, platform: str, native_id: str) -> str:
    """An account as a keyed hash: tells whether it is the same one, and nothing to who has not this store's key."""
    return keyed_hashes(c, [(platform, native_id)])[0]


def keyed_hashes(c: Connection, accounts: Iterable[tuple[str, str]]) -> list[str]:
    """`keyed_hash` of many (platform, native id), in their order."""
    key = bytes.fromhex(fact(c, SUBJECT_KEY))
    texts = (f"{platform}:{native_id}".encode("utf-8", "replace") for platform, native_id in accounts)
    return [hmac.new(key, text, hashlib.sha256).hexdigest() for text in texts]


def reserve(c: Connection, rows: Table, number: int) -> list[int]:
    """So many new row numbers of a table, growing: rows that bring their number are added much faster in batches."""
    if c.dialect.name == "postgresql":
        series = func.generate_series(1, number).table_valued("n")
        counter = cast(f"{rows.name}_id_seq", postgresql.REGCLASS)
        return sorted(c.scalars(select(func.nextval(counter)).select_from(series)))
    counters = table("sqlite_sequence", column("name"), column("seq"))
    last = c.scalar(select(counters.c.seq).where(counters.c.name == rows.name)) or 0
    return list(range(last + 1, last + 1 + number))
