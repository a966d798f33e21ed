"""The directions of import, as a table. To break a rule, change the table in the same commit and say why."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted(p for top in ("hunter", "spiders") for p in (ROOT / top).rglob("*.py"))

# Libraries that open connections of their own: what we need of them is in net/, behind the guard.
CLIENTS = (
    "requests httpx aiohttp urllib3 websockets smtplib ftplib poplib imaplib nntplib telnetlib xmlrpc "
    "pycurl paramiko treq"
)
# A library -> the only places that may import it (path prefixes).
DOORS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(CLIENTS.split(), ()),
    "scrapy": ("spiders/", "hunter/cli/"),
    "twisted": ("spiders/", "hunter/cli/"),
    "sqlalchemy": ("hunter/store/",),
    "alembic": ("hunter/store/",),
    "PIL": ("hunter/matching/pictures",),
    "imagehash": ("hunter/matching/pictures",),
    "cv2": ("hunter/matching/pictures",),
    "rapidfuzz": ("hunter/matching/likeness.py", "hunter/matching/screen"),
    "socket": ("hunter/net/", "spiders/", "hunter/review/"),
    "http.client": ("hunter/net/",),
    "urllib.request": ("hunter/net/",),
    "OpenSSL": ("hunter/net/", "spiders/refusals.py"),  # there: to know TLS errors by their kind
    "dns": ("hunter/net/names.py",),
    "apprise": ("hunter/operations/alerts.py", "hunter/operations/messenger.py"),
    "playwright": ("hunter/net/",),
    "typer": ("hunter/cli/",),
    "spiders": ("spiders/", "hunter/cli/"),
}

# What opens a connection without an import of its own -> the only places that may say it.
CALLS = (
    "create_connection open_connection open_unix_connection create_datagram_endpoint sock_connect urlopen connectTCP "
    "connectSSL getaddrinfo gethostbyname sendto sync_playwright"
)
CONNECTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(CALLS.split(), ("hunter/net/",)),
    **dict.fromkeys(("curl", "wget", "nc", "dig", "ssh"), ()),
    "connect": ("hunter/net/", "hunter/store/", "spiders/alone.py"),  # there: to a database, to a signal
}

# A room -> the rooms it may import from, besides types, errors and tables.
ROOMS = {
    "hunter/matching/signals/": ("hunter.matching",),
    "hunter/matching/": ("hunter.matching",),
    "hunter/store/": ("hunter.store", "hunter.matching"),
    "hunter/net/": ("hunter.net",),
    "hunter/brands/": ("hunter.matching", "hunter.darkroom", "hunter.brands"),
    "hunter/darkroom.py": ("hunter.matching",),
    "hunter/candidates/": ("hunter.candidates",),
    "hunter/vault.py": ("hunter.settings",),
    "hunter/settings.py": (),
    "hunter/types.py": (),
    "hunter/errors.py": (),
    "hunter/tables.py": (),
    "hunter/visible.py": (),
}
ALWAYS = ("hunter.types", "hunter.errors", "hunter.tables", "hunter.visible", "hunter.__version__")
IMPURE = {"os", "pathlib", "socket", "time", "random", "secrets", "subprocess", "tempfile", "sqlite3", "shutil"}


def imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def within(name: str, module: str) -> bool:
    return name == module or name.startswith(module + ".")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_follow_the_directions(path: Path) -> None:
    here = path.relative_to(ROOT).as_posix()
    found = imports(path)
    for library, doors in DOORS.items():
        used = [n for n in found if within(n, library)]
        assert not used or here.startswith(doors), f"{here} imports {used[0]}; only {doors or 'nobody'} may"
    room = next((r for r in sorted(ROOMS, key=len, reverse=True) if here.startswith(r)), None)
    if room:
        for name in (n for n in found if within(n, "hunter")):
            ok = name == "hunter" or any(within(name, a) for a in (*ROOMS[room], *ALWAYS))
            assert ok, f"{here} imports {name}; {room} may import {ROOMS[room] or 'nothing of ours'}"
    if here.startswith("hunter/matching/"):
        assert not found & IMPURE, f"{here} is not pure: it imports {sorted(found & IMPURE)}"
    if here.startswith("hunter/matching/signals/") and path.name != "__init__.py":
        others = [n for n in found if n.startswith("hunter.matching.signals")]
        assert not others, f"{here} imports another signal: {others}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_connections_are_opened_by_their_rooms_alone(path: Path) -> None:
    here = path.relative_to(ROOT).as_posix()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.expr):
            continue
        said = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else None
        if isinstance(node, ast.List) and node.elts and isinstance(node.elts[0], ast.Constant):
            said = str(node.elts[0].value).rpartition("/")[2]  # a program that is called
        doors = CONNECTS.get(said or "")
        assert doors is None or here.startswith(doors), (
            f"{here}:{node.lineno} says {said}; only {doors or 'nobody'} may"
        )


def test_only_settings_reads_the_environment() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        here = path.relative_to(ROOT).as_posix()
        if here != "hunter/settings.py":
            assert "os.environ" not in text and "os.getenv" not in text, f"{here} reads the environment"


def test_broad_except_only_at_the_top_of_the_cli() -> None:
    for path in FILES:
        here = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                caught = node.type.id if isinstance(node.type, ast.Name) else node.type
                broad = caught in (None, "Exception", "BaseException")
                assert not broad or here.startswith("hunter/cli/"), f"{here}:{node.lineno} catches everything"
