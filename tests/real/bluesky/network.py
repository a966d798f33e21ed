"""The real AT Protocol network of `network.mjs`, started for the tests, and people who live on it."""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.postgresql import Cluster, running

HERE = Path(__file__).parent
INSTALLED = HERE.parents[2] / ".real" / "bluesky"
ADMIN = "Basic " + base64.b64encode(b"admin:admin-pass").decode()


@dataclass
class Person:
    """An account and the key to it."""

    handle: str
    did: str
    token: str


@dataclass
class Network:
    """Base URLs of the running servers, and what one can do there."""

    appview: str
    pds: str
    cluster: Cluster
    people: dict[str, Person] = field(default_factory=dict)

    def join(
        self, handle: str, name: str | None = None, bio: str | None = None, picture: bytes | None = None
    ) -> Person:
        """A new account; without a name it has no profile record."""
        account = {"handle": handle, "email": f"{handle}@example.test", "password": "password"}
        made = self._call("com.atproto.server.createAccount", account)
        person = self.people[handle] = Person(handle, made["did"], made["accessJwt"])
        if name is not None:
            self.tell(person, name, bio, picture)
        return person

    def tell(self, person: Person, name: str, bio: str | None = None, picture: bytes | None = None) -> None:
        """Writes the profile record."""
        record: dict[str, Any] = {"$type": "app.bsky.actor.profile", "displayName": name}
        if bio is not None:
            record["description"] = bio
        if picture is not None:
            kind = "image/png" if picture.startswith(b"\x89PNG") else "image/jpeg"
            record["avatar"] = self._call("com.atproto.repo.uploadBlob", picture, person.token, media_type=kind)["blob"]
        place = {"repo": person.did, "collection": "app.bsky.actor.profile", "rkey": "self", "record": record}
        self._call("com.atproto.repo.putRecord", place, person.token)

    def rename(self, person: Person, handle: str) -> None:
        """A new handle for the same account."""
        self._call("com.atproto.identity.updateHandle", {"handle": handle}, person.token)

    def deactivate(self, person: Person) -> None:
        """Its owner switches the account off."""
        self._call("com.atproto.server.deactivateAccount", {}, person.token)

    def take_down(self, person: Person) -> None:
        """The platform takes the account down."""
        subject = {"$type": "com.atproto.admin.defs#repoRef", "did": person.did}
        order = {"subject": subject, "takedown": {"applied": True, "ref": "test"}}
        self._call("com.atproto.admin.updateSubjectStatus", order, authorization=ADMIN)

    def settle(self, actor: str, **wanted: Any) -> None:
        """Waits until the AppView answers for an account with these fields; `error` waits for a refusal."""
        for _ in range(200):
            answer = self.look_at(actor)
            if all(answer.get(key) == value for key, value in wanted.items()):
                return
            time.sleep(0.1)
        raise AssertionError(f"the AppView never came to say {wanted} of {actor}: {answer}")

    def look_at(self, actor: str) -> dict[str, Any]:
        """What the AppView says of one account."""
        query = urllib.parse.urlencode({"actor": actor})
        try:
            with urllib.request.urlopen(f"{self.appview}/xrpc/app.bsky.actor.getProfile?{query}", timeout=20) as got:
                return dict(json.load(got))
        except urllib.error.HTTPError as refused:
            return dict(json.load(refused))

    def _call(
        self,
        method: str,
        body: dict[str, Any] | bytes,
        token: str = "",
        *,
        media_type: str = "application/json",
        authorization: str = "",
    ) -> dict[str, Any]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": media_type, "x-ratelimit-bypass": "seed"}
        if token or authorization:
            headers["Authorization"] = authorization or f"Bearer {token}"
        request = urllib.request.Request(f"{self.pds}/xrpc/{method}", data, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return dict(json.loads(text)) if text else {}


@contextmanager
def started(programs: Path) -> Iterator[Network]:
    """The network with nobody on it, over a PostgreSQL of its own; `programs` is the folder with initdb."""
    shutil.copy(HERE / "network.mjs", INSTALLED / "network.mjs")  # its imports are found beside node_modules
    with running(programs) as cluster, tempfile.TemporaryDirectory(prefix="hunter-bluesky-") as folder:
        cluster.execute("create database network")
        cluster.execute("create extension unaccent", "network")
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "TMPDIR": folder,
            "NODE_ENV": "test",
            "LOG_ENABLED": "false",
            "PORT": str(_free_ports(4)),
            "PG_URL": f"postgres://hunter@127.0.0.1:{cluster.port}/network",
        }
        command = ["node", "--no-deprecation", str(INSTALLED / "network.mjs")]
        log = Path(folder, "log").open("w+b")  # noqa: SIM115 - closed with the process below
        node = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=environment)
        assert node.stdin and node.stdout
        try:
            line = node.stdout.readline()
            if not line:
                log.seek(0)
                raise AssertionError(f"the network did not start: {log.read()[-2000:].decode(errors='replace')}")
            at = json.loads(line)
            yield Network(appview=at["appview"], pds=at["pds"], cluster=cluster)
        finally:
            node.stdin.close()
            try:
                node.wait(20)
            except subprocess.TimeoutExpired:
                node.kill()
                node.wait()
            node.stdout.close()
            log.close()


def _free_ports(count: int) -> int:
    """The first of `count` ports in a row that nobody listens on."""
    for first in range(21000, 32000, 16):
        free = True
        for port in range(first, first + count):
            with socket.socket() as tried:
                try:
                    tried.bind(("127.0.0.1", port))
                except OSError:
                    free = False
        if free:
            return first
    raise AssertionError("no free ports")
