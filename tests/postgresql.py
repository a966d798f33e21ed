"""A private PostgreSQL on loopback: its own folder, a free port, gone when the tests end."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg


@dataclass(frozen=True)
class Cluster:
    """A running server; `psql` runs a statement in its maintenance database."""

    port: int

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://hunter@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str, database: str = "postgres") -> list[Any]:
        login = f"host=127.0.0.1 port={self.port} user=hunter dbname={database}"
        with psycopg.connect(login, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []


def _as_nobody_special() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: the account that its package made runs it then."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


@contextmanager
def running(programs: Path) -> Iterator[Cluster]:
    """A fresh cluster, started and stopped."""
    who = _as_nobody_special()
    folder = Path(tempfile.mkdtemp(prefix="hunter-postgresql-"))
    if who:
        os.chown(folder, who["user"], who["group"])

    def run(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, cwd=folder, env={"LC_ALL": "C"}, **who)

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off"
    try:
        run(str(programs / "initdb"), "-D", f"{folder}/data", "-U", "hunter", "-A", "trust", "-E", "UTF8", "--no-sync")
        run(str(programs / "pg_ctl"), "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            yield Cluster(port)
        finally:
            run(str(programs / "pg_ctl"), "-D", f"{folder}/data", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
