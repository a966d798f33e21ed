"""With what, where and by which clock evidence was taken: versions, packages, settings without secrets, time source."""

from __future__ import annotations

import hashlib
import json
import platform
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import hunter
from hunter.evidence.layout import stamp_of, to_json, write_file
from hunter.settings import Settings
from hunter.tables import data_folder

_SECRET = ("alert_urls",)  # settings whose values never leave the machine
_PASSWORD = re.compile(r"(://[^:/@\s]+):[^@\s]+@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The files of `data/environment/`, and what `capture.json` repeats of them."""

    tool: dict[str, Any]
    packages: str
    config: str
    config_sha256: str
    clock: dict[str, Any]
    network: dict[str, Any]

    def write(self, bag: Path) -> None:
        """Writes them."""
        folder = bag / "data" / "environment"
        write_file(folder / "tool.json", to_json(self.tool))
        write_file(folder / "packages.txt", self.packages.encode())
        write_file(folder / "config.redacted.toml", self.config.encode())
        write_file(folder / "config.sha256", f"{self.config_sha256}  config.redacted.toml\n".encode())
        write_file(folder / "clock.json", to_json(self.clock))
        write_file(folder / "network.json", to_json(self.network))


def describe_environment(
    settings: Settings, clock: Callable[[], datetime], user_agent: str, language: str
) -> Environment:
    """This machine, this program and these settings, now."""
    config = redacted_config(settings)
    return Environment(
        tool={
            "name": "hunter",
            "version": hunter.__version__,
            "source_sha256": source_digest(""),
            "matcher_sha256": source_digest("matching"),
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        },
        packages=installed_packages(),
        config=config,
        config_sha256=hashlib.sha256(config.encode()).hexdigest(),
        clock={"now_utc": stamp_of(clock()), **clock_state()},
        network={
            "egress_ip": None,
            "egress_ip_note": "not determined: no outside service is asked for it",
            "proxy": None,
            "resolver": system_resolvers(),
            "country_claim": None,
            "accept_language": language,
            "user_agent": user_agent,
        },
    )


@cache
def source_digest(room: str) -> str:
    """SHA-256 over the names and bytes of our own source and tables (`room`: a folder of the package, "" for all)."""
    package = Path(hunter.__file__).parent
    total = hashlib.sha256()
    tables = sorted(p for p in data_folder().iterdir() if p.is_file())
    for path in [*sorted((package / room).rglob("*.py")), *tables]:
        total.update(f"{path.name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


@cache
def installed_packages() -> str:
    """Name, version and the digest of the file list of everything that is installed, one a line, sorted."""
    lines = set()
    for package in distributions():
        record = package.read_text("RECORD") or ""
        lines.add(f"{package.name}=={package.version} record-sha256={hashlib.sha256(record.encode()).hexdigest()}")
    return "\n".join(sorted(lines, key=str.lower)) + "\n"


def redacted_config(settings: Settings) -> str:
    """All settings that are set as TOML, passwords and secret routes masked."""
    lines = []
    for name in sorted(f.name for f in fields(settings)):
        value = getattr(settings, name)
        if name in _SECRET and value:
            lines.append(f'{name} = "(set, not shown)"')
        elif value is not None:
            lines.append(f"{name} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_toml(str(k))} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    return json.dumps(_PASSWORD.sub(r"\1:***@", str(value)))


def clock_state() -> dict[str, Any]:
    """Whether this machine's clock is kept in step, as far as the system tells; None: it does not tell."""
    chrony, timedatectl = shutil.which("chronyc"), shutil.which("timedatectl")
    if chrony and (said := _ask([chrony, "-c", "tracking"])):
        parts = said.split(",")
        if len(parts) > 4:
            offset = float(parts[4]) * 1000 if re.fullmatch(r"-?[\d.]+(e-?\d+)?", parts[4]) else None
            return {"source": f"chrony {parts[1]}", "offset_ms": offset, "synchronised": parts[-1].strip() == "Normal"}
    if timedatectl and (said := _ask([timedatectl, "show", "--property=NTPSynchronized", "--value"])):
        return {"source": "systemd", "offset_ms": None, "synchronised": said.strip() == "yes"}
    return {"source": "unknown", "offset_ms": None, "synchronised": None}


def system_resolvers() -> list[str]:
    """The name servers that the system asks."""
    path = Path("/etc/resolv.conf")
    lines = path.read_text(encoding="ascii", errors="replace").splitlines() if path.is_file() else []
    return [line.split()[1] for line in lines if line.startswith("nameserver") and len(line.split()) > 1]


def _ask(command: list[str]) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
