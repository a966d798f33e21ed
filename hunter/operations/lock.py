"""One run at a time: a second one is refused with the number of the first and since when it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hunter.errors import Locked
from hunter.store import Store, runs
from hunter.store.locks import Taken, hold
from hunter.store.rows import utc_text


@contextmanager
def only_run(store: Store) -> Iterator[None]:
    """Holds the store for one run. Raises Locked, which says "run 12 since …", while another process does."""
    try:
        with hold(store):
            yield
    except Taken as exc:
        with store.read() as c:
            holder = next((run for run in runs.recent(c, limit=5) if run.state == "running"), None)
        who = f"run {holder.id} since {utc_text(holder.started_at)}" if holder else "another run that just started"
        where = f" (process {holder.process} on {holder.machine})" if holder else ""
        raise Locked(f"the store is held by {who}{where}", advice="wait for it to end, then start again") from exc
