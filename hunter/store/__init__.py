"""Where everything is kept. `open_store(url)`; then `with store.write() as c: runs.start(c, …)`, one module a noun."""

from hunter.store.database import Store, open_store

__all__ = ["Store", "open_store"]
