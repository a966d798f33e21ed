"""In a process on the leash no library connects anywhere but where the guard lets it."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.hostile.servers import Tripwire, reply, serve

# Ways to a canary, tried in a process of their own: a leash is never taken off.
WAYS = {
    "a plain connection": "socket.socket().connect(('127.0.0.1', port))",
    "by a name": "socket.create_connection(('localhost', port))",
    "by a name that nobody resolved": "socket.socket().connect(('localhost', port))",
    "without waiting": "socket.socket().connect_ex(('127.0.0.1', port))",
    "IPv6": "socket.socket(socket.AF_INET6).connect(('::1', port))",
    "IPv4 in IPv6": "socket.socket(socket.AF_INET6).connect(('::ffff:127.0.0.1', port))",
    "a datagram": "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', port))",
    "a message": "socket.socket(type=socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, ('127.0.0.1', port))",
    "a loop of events": "asyncio.run(asyncio.wait_for(asyncio.open_connection('127.0.0.1', port), 5))",
    "another thread": "work = threading.Thread(target=fetch); work.start(); work.join(); raise AddressRefused('x')",
    "urllib": "fetch()",
    "a mail client": "smtplib.SMTP('localhost', port, timeout=5)",
    "another port of one's own host": "socket.create_connection(('127.0.0.1', own + 1))",
    "metadata": "socket.create_connection(('169.254.169.254', 80), 2)",
}
OPEN = {
    "one's own host by its name": "socket.create_connection(('localhost', own))",
    "a pair of ends in this process": "socket.socketpair()",
}
SETTING = """
import asyncio, json, smtplib, socket, sys, threading, urllib.request
from hunter.errors import AddressRefused
from hunter.net.guard import Guard
from hunter.net.leash import Leash
port, own = int(sys.argv[1]), int(sys.argv[2])
def fetch():
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://127.0.0.1:{port}/", timeout=5)
threading.excepthook = lambda told: None
leash = Leash(Guard([("localhost", own)]))
leash.put_on()
came = {}
for name, way in json.load(sys.stdin).items():
    leash.refused = ""
    try:
        exec(way)
        came[name] = "connected"
    except AddressRefused:
        came[name] = leash.refused
print(json.dumps(came))
"""


def test_no_way_leads_past_the_guard_and_what_is_named_is_let_through() -> None:
    with Tripwire() as wire, serve(lambda path: reply(200, "mine")) as mine:
        ways = json.dumps(WAYS | OPEN)
        command = [sys.executable, "-c", SETTING, str(wire.port), str(mine.port)]
        came = json.loads(subprocess.run(command, input=ways, capture_output=True, check=True, text=True).stdout)
    assert wire.knocks == 0
    assert {name: came[name] for name in OPEN} == dict.fromkeys(OPEN, "connected")
    for name in WAYS:
        assert "is not connected to" in came[name] or "was not resolved" in came[name], (name, came[name])
