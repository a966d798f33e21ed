"""What the servers of the fediverse have in common: a handle is a name at a server, and every server stands alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from scrapy import Request

from hunter.types import HandleRule
from spiders.base import ProfileSpider
from spiders.plan import Acquaintance, Plan

HANDLE_RULE = HandleRule(
    shortest=1, longest=30, alphabet="abcdefghijklmnopqrstuvwxyz0123456789_.-", ignores_case=True, edges=".-"
)


class FediverseSpider(ProfileSpider):
    """One server: its canary is the brand's account on that very server, if there is one."""

    one_per_server = True

    @property
    def server(self) -> str:
        """The server's name in handles: its host, with the port where that is not the usual one."""
        return self.base.partition("://")[2].partition("/")[0].lower()

    def make_plan(self) -> Plan:
        """The plan with the official handles and acquaintances of this server only."""
        plan = super().make_plan()
        official = [h for h in plan.official if self._is_here(h.rpartition("@")[2] if "@" in h else "")]
        known = [k for k in plan.known if self._is_here(k.handle.rpartition("@")[2])]
        return replace(plan, official=tuple(official), known=tuple(known))

    def full(self, name: str) -> str:
        """A local name as the rest of the world writes it."""
        return name if "@" in name else f"{name}@{self.server}"

    def local(self, handle: str) -> str:
        """The part of a handle before the server."""
        return handle.partition("@")[0]

    def one_by_one(self, handles: Iterable[str]) -> Iterator[Request]:
        """Questions for handles, as far as there is room; each once."""
        for handle in dict.fromkeys(handles):
            if self.room() <= 0:
                return
            self.tally.expected += 1
            yield self.ask(handle)

    def asked_by_name(self, acquaintances: Iterable[Acquaintance]) -> Iterator[Request]:
        """Questions for acquaintances by their handle, which cannot be changed here."""
        return self.one_by_one(self.local(k.handle) for k in acquaintances)

    def _is_here(self, server: str) -> bool:
        return server.lower() in (self.server, self.server.partition(":")[0], "")
