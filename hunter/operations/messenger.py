"""Delivers one alert from a process of its own, which connects only where the guard lets it, through no proxy.

Apprise opens its connections itself: to the host of the route, to the fixed address of a service, to wherever a
redirect leads. So it runs where every connection is held by the guard, with little memory and time, and an answer
without end or a plugin that hangs costs one message.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

from hunter.errors import AddressRefused, HunterError
from hunter.net.guard import Guard
from hunter.net.leash import Leash

MEMORY = 512 * 1024 * 1024  # bytes of address space over what the process holds when it is ready
SECONDS = 60  # for one message, from start to end
_CODE = re.compile(r"error=(\d{3})\b")
_LONGEST_FAULT = 300  # characters
# A proxy would resolve names for us, where no guard looks.
_PROXIES = [n for name in ("http", "https", "all", "ftp", "no") for n in (f"{name}_proxy", f"{name}_proxy".upper())]
_COMMAND = [
    "/usr/bin/env",
    *(f"-u{name}" for name in _PROXIES),
    sys.executable,
    "-P",
    "-m",
    "hunter.operations.messenger",
]


def deliver(
    url: str, title: str, body: str, *, allowed: Iterable[tuple[str, int]] = (), denied: Iterable[str] = ()
) -> str:
    """Sends plain text to one route; "" when it was taken, else why not, without any secret in it.

    `allowed`: the (host, port) pairs that may lie in a refused network; `denied`: more networks to refuse.
    """
    question = {"url": url, "title": title, "body": body, "allowed": [*allowed], "denied": [*denied]}
    try:
        done = subprocess.run(  # noqa: S603
            _COMMAND, input=json.dumps(question).encode(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=SECONDS, check=False,
        )  # fmt: skip
        return str(json.loads(done.stdout)["fault"])[:_LONGEST_FAULT]
    except subprocess.TimeoutExpired:
        return f"took longer than {SECONDS} seconds"
    except (OSError, ValueError, LookupError, TypeError):
        return "could not be sent (the process that sends alerts died)"


def _send(url: str, title: str, body: str) -> str:
    """The messenger's side of one message."""
    import apprise

    route = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if route is None:
        return "no route that can be used"
    with apprise.LogCapture(level=apprise.logging.WARNING) as log:  # type: ignore[no-untyped-call]
        try:
            taken = route.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT)
        except (OSError, ValueError, TypeError, RuntimeError, MemoryError) as exc:
            return f"could not be sent ({type(exc).__name__})"
        code = _CODE.search(log.getvalue())
    return "" if taken else f"not taken (HTTP {code.group(1)})" if code else "not taken, or not reached"


def _limit_memory() -> None:
    import resource

    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        held = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + MEMORY, held + MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def work() -> None:
    """Reads one message from standard input, sends it, and says on standard output what came of it."""
    import apprise  # noqa: F401 - loaded before memory is counted

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the asking process's business
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not end up in the answer
    question: dict[str, Any] = json.loads(sys.stdin.buffer.read())
    refused = ""
    try:
        leash = Leash(Guard([(host, port) for host, port in question["allowed"]], question["denied"]))
        leash.put_on()
        _limit_memory()
        fault = _send(question["url"], question["title"], question["body"])
        refused = leash.refused
    except AddressRefused as exc:
        fault = refused = str(exc)
    except HunterError as exc:
        fault = str(exc.args[0])
    if fault and refused:
        fault = f"{refused} (alert_hosts lets one's own hosts through)"
    json.dump({"fault": fault}, out)
    out.flush()


if __name__ == "__main__":
    work()
