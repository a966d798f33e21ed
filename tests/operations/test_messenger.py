"""A route leads where the guard lets it, and nowhere else: not by its name, not by a redirect, not through a proxy."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from hunter.errors import UsageError
from hunter.net.guard import named_pairs
from hunter.operations import messenger
from hunter.operations.alerts import send_test
from hunter.operations.messenger import deliver
from hunter.settings import Settings
from tests.hostile.servers import Tripwire, redirect, reply, serve, tar_pit, use_proxy

ROUTES = [
    "json://127.0.0.1:{port}/x", "json://localhost:{port}/x", "form://[::1]:{port}/x?method=GET",
    "json://2130706433:{port}/x",
    "mailto://localhost:{port}/a@b.example?from=c@d.example&mode=insecure",
    "mailto://u:p@b.example:{port}?smtp=127.0.0.1&to=a@b.example", "rsyslog://127.0.0.1:{port}",
    "mqtt://127.0.0.1:{port}/topic", "json://169.254.169.254/latest/meta-data",
]  # fmt: skip


@pytest.mark.parametrize("route", ROUTES)
def test_no_route_leads_to_a_private_address(route: str) -> None:
    with Tripwire() as wire:
        fault = deliver(route.format(port=wire.port), "t", "b")
    assert wire.knocks == 0
    assert fault == "no route that can be used" or ("is not connected to" in fault and "alert_hosts" in fault), fault


def test_no_redirect_of_a_hook_leads_to_a_private_address() -> None:
    with Tripwire() as wire, serve(lambda path: redirect(f"http://127.0.0.1:{wire.port}/x")) as hook:
        fault = deliver(f"json://127.0.0.1:{hook.port}/?method=GET", "t", "b", allowed=[("127.0.0.1", hook.port)])
    assert hook.hits and wire.knocks == 0
    assert fault.startswith(f"127.0.0.1:{wire.port} is not connected to: ")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_ones_own_host_is_reached_when_it_is_named(host: str) -> None:
    with serve(lambda path: reply(200, "ok")) as hook:
        allowed = named_pairs([f"{host}:{hook.port}"])
        assert deliver(f"json://{host}:{hook.port}/mine?method=GET", "t", "b", allowed=allowed) == ""
        assert deliver(f"json://{host}:{hook.port}/mine", "t", "b", allowed=[(host, hook.port + 1)]) != ""
    assert hook.hits == ["/mine"]


def test_no_proxy_of_the_environment_gets_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    with Tripwire() as proxy, serve(lambda path: reply(200, "ok")) as hook:
        use_proxy(monkeypatch, proxy.port)
        own = [("127.0.0.1", hook.port), ("127.0.0.1", proxy.port)]
        assert deliver(f"json://127.0.0.1:{hook.port}/mine?method=GET", "t", "b", allowed=own) == ""
        refused = deliver("json://169.254.169.254/latest/meta-data", "t", "b", allowed=own)
    assert "169.254.169.254:80 is not connected to" in refused
    assert (proxy.knocks, hook.hits) == (0, ["/mine"])


def test_a_hook_that_never_ends_costs_its_own_time_and_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def floods(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(bytes(1 << 20))
        except OSError:
            handler.close_connection = True

    monkeypatch.setattr(messenger, "SECONDS", 2)
    with serve(lambda path: tar_pit if "slow" in path else floods) as hook:
        own = [("127.0.0.1", hook.port)]
        began = time.monotonic()
        assert deliver(f"json://127.0.0.1:{hook.port}/slow?method=GET", "t", "b", allowed=own) != ""
        assert deliver(f"json://127.0.0.1:{hook.port}/flood?method=GET", "t", "b", allowed=own) != ""
        assert time.monotonic() - began < 10
    assert len(hook.hits) == 2


def test_what_the_messenger_is_given_stands_in_no_process_list() -> None:
    seen: list[bytes] = []

    def look(handler: BaseHTTPRequestHandler) -> None:
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):  # a process that ended just now
                seen.append(path.read_bytes())
        reply(200, "ok")(handler)

    with serve(lambda path: look) as hook:
        own = [("127.0.0.1", hook.port)]
        assert deliver(f"json://u:s3cret-pa55@127.0.0.1:{hook.port}/x?method=GET", "t", "b", allowed=own) == ""
    assert [line for line in seen if b"hunter.operations.messenger" in line], "it was looked for while it ran"
    assert not [line for line in seen if b"s3cret-pa55" in line]
    fault = deliver("nonsense://s3cret-pa55@x", "t", "b")
    assert fault == "no route that can be used"


@pytest.mark.parametrize("place", ["relay", "relay:", "relay:0", "http://relay:25", "a b:25", "u@relay:25", "::1", ""])
def test_a_host_without_its_port_is_a_usage_error(place: str) -> None:
    with pytest.raises(UsageError):
        send_test(Settings(alert_urls=("json://127.0.0.1:9/",), alert_hosts=(place,)))


def test_networks_that_are_none_are_told() -> None:
    assert "deny_networks" in deliver("json://127.0.0.1:9/", "t", "b", denied=["nonsense"])


def test_the_answer_of_a_messenger_that_died_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for command in (["/bin/false"], ["/bin/echo", json.dumps([])], ["/nowhere"]):
        monkeypatch.setattr(messenger, "_COMMAND", command)
        assert "died" in deliver("json://127.0.0.1:9/", "t", "b")
