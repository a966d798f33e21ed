"""Where everything is kept. `open_store(url)`; then `with store.write() as c: runs.start(c, …)`, one module a noun."""

from sqlalchemy import Connection  # what `read()` and `write()` give; other rooms name it in their signatures

from hunter.store.database import Store, open_store

__all__ = ["Connection", "Store", "open_store"]
