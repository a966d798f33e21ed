"""Binds a whole process to the guard: whatever library connects in it, the guard decides, at the moment of connecting.

For programs that bring their own connections and cannot be handed a checked one. The interpreter itself asks before
each connection and each datagram (PEP 578), and a hook of this kind can never be taken off again. What the guard lets
through by name is resolved once, when the leash is put on, and pinned to the addresses of that moment.
"""

from __future__ import annotations

import socket
import sys
from ipaddress import ip_address
from typing import Any

from hunter.errors import AddressRefused, Unreachable
from hunter.net.guard import Guard

_EVENTS = ("socket.connect", "socket.sendto", "socket.sendmsg")


class Leash:
    """Holds this process; `refused` tells what was wanted last and not let through."""

    def __init__(self, guard: Guard) -> None:
        self.refused = ""
        self._guard = guard
        self._pinned = {(address, port) for host, port in guard.allowed for address in _addresses(guard, host, port)}

    def put_on(self) -> None:
        """From now on, and for good, this process connects only to what the guard lets through."""
        sys.addaudithook(self._hold)

    def _hold(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in _EVENTS or arguments[1] is None:  # None: a message on a connection that was checked
            return
        end, address = arguments[:2]
        if end.family == socket.AF_UNIX:  # leads nowhere but to a program on this machine that waits for us
            return
        try:
            self._check(end.family, address)
        except AddressRefused as exc:
            self.refused = str(exc)
            raise

    def _check(self, family: int, address: Any) -> None:
        if family not in (socket.AF_INET, socket.AF_INET6):
            raise AddressRefused("only internet addresses are connected to", why="odd_host")
        host, port = str(address[0]).partition("%")[0], int(address[1])
        try:
            literal = str(ip_address(host))
        except ValueError as exc:  # a name here would be resolved behind our back
            raise AddressRefused("a name that was not resolved before connecting", why="odd_host") from exc
        if (literal, port) in self._pinned:
            return
        try:
            self._guard.resolve(literal, port)
        except AddressRefused as exc:
            raise AddressRefused(f"{literal}:{port} is not connected to: {exc}", why=exc.why) from exc


def _addresses(guard: Guard, host: str, port: int) -> list[str]:
    try:
        return guard.resolve(host, port)
    except Unreachable:
        return []
