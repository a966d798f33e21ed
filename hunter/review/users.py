"""The users file of a review page that stands on a network: names, roles and scrypt hashes of passwords."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hunter.errors import UsageError

ROLES = ("reader", "reviewer", "lead")
SHORTEST_PASSWORD = 12
NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
COST, BLOCK, LANES = 2**15, 8, 1  # scrypt, RFC 7914: some 50 ms and 32 MiB an attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One person of the team. `password` is `scrypt:<salt>:<hash>`, both Base64."""

    name: str
    role: str
    password: str


def hash_password(password: str) -> str:
    """`scrypt:<salt>:<hash>` for the users file. Raises UsageError for a short password."""
    if len(password) < SHORTEST_PASSWORD:
        raise UsageError(f"the password is too short: {SHORTEST_PASSWORD} characters or more")
    salt = secrets.token_bytes(16)
    return f"scrypt:{base64.b64encode(salt).decode()}:{base64.b64encode(stretch(password, salt)).decode()}"


def stretch(password: str, salt: bytes) -> bytes:
    """32 bytes by scrypt."""
    secret = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(secret, salt=salt, n=COST, r=BLOCK, p=LANES, maxmem=2**26, dklen=32)


def is_password(password: str, stored: str) -> bool:
    """Whether `password` is the one behind `stored`, in constant time."""
    _, salt, wanted = stored.split(":")
    return secrets.compare_digest(stretch(password, base64.b64decode(salt)), base64.b64decode(wanted))


def spend_time(password: str) -> None:
    """As long as a real check takes, so that unknown names are not told by the time."""
    stretch(password, b"\0" * 16)


def read_users(path: Path) -> Mapping[str, User]:
    """The users of a TOML file with one table a user (`role`, `password`). Raises UsageError with all faults."""
    try:
        mode = path.stat().st_mode
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise UsageError(f"{path}: {exc.strerror}", advice="hunter review user NAME --users FILE makes one") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise UsageError(f"{path}: {exc}") from exc
    faults = [f"{path}: others may read it; chmod 600 it"] if mode & 0o077 else []
    users = {}
    for name, row in table.items():
        row = row if isinstance(row, dict) else {}
        role, password = str(row.get("role", "")), str(row.get("password", ""))
        if not NAME.fullmatch(name):
            faults.append(f"{path}: {name}: names are letters a to z, digits and . _ @ -")
        if role not in ROLES:
            faults.append(f"{path}: {name}.role: must be one of {', '.join(ROLES)}")
        if not re.fullmatch(r"scrypt:[A-Za-z0-9+/]{22}==:[A-Za-z0-9+/]{43}=", password):
            faults.append(f"{path}: {name}.password: is no hash that hunter review user wrote")
        users[name] = User(name=name, role=role, password=password)
    if not users:
        faults.append(f"{path}: nobody may sign in")
    if faults:
        raise UsageError("\n".join(faults))
    return users


def write_user(path: Path, name: str, role: str, password: str) -> None:
    """Adds a user to the file, or gives one a new role and password; the file is readable by its owner only."""
    if not NAME.fullmatch(name):
        raise UsageError(f"{name!r}: names are letters a to z, digits and . _ @ -")
    if role not in ROLES:
        raise UsageError(f"{role!r} is no role", advice=f"one of {', '.join(ROLES)}")
    users = dict(read_users(path)) if path.exists() else {}
    users[name] = User(name=name, role=role, password=hash_password(password))
    text = "".join(
        f'["{user.name}"]\nrole = "{user.role}"\npassword = "{user.password}"\n\n' for _, user in sorted(users.items())
    )
    fresh = path.with_name(path.name + ".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)
