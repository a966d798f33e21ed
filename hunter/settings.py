"""Environment and `hunter.toml` -> one frozen Settings. The only reader of the environment."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from hunter.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set. Each field may stand in `hunter.toml` or as `HUNTER_<FIELD>`; lists with commas.

    `HUNTER_<PLATFORM>_URL` (comma separated) sets the base URLs of one platform, as does `[platform_urls]`.
    Secrets belong into the environment; `repr` never shows them.
    """

    store: str = field(default="sqlite:///hunter.db", repr=False)  # SQLAlchemy URL; may hold a password
    vault: Path = Path("hunter-vault")
    brands: Path | None = None  # file or folder; None: the samples that hunter ships are used by the demo only
    contact: str = ""  # who runs this crawl: a mail address or page, sent in the user agent
    platforms: tuple[str, ...] = ()  # which platforms `hunter run` asks; empty: all that are configured
    platform_urls: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    deny_networks: tuple[str, ...] = ()  # networks that the guard refuses beside its own table
    requests_per_platform: int = 2000  # budget of one run
    patience: float = 300.0  # seconds that one server may make us wait in one run before we ask it no more
    robots_agreed: tuple[str, ...] = ()  # host:port whose operators agreed to be asked in spite of their robots.txt
    avatars_per_platform: int = 1000
    min_score: float = 0.5  # below it an assessment makes no suspect
    sample_per_run: int = 5  # accounts from just below it that each run offers for a second look, drawn at random
    weights: Path | None = None  # a weights file of one's own
    known_domains: Path | None = None  # a list of known domains, best known first: their own names are no look-alikes
    reviewer: str = ""  # who decides, as it stands in the judgements
    confirmations: int = 1  # how many people must hold an account for an impersonation before a takedown is asked for
    alert_urls: tuple[str, ...] = field(default=(), repr=False)  # Apprise routes; they hold secrets
    alert_hosts: tuple[str, ...] = ()  # host:port of one's own mail relay or hook that may lie in a private network
    alert_quiet: str = ""  # "22:00-07:00": no alerts then, the next run tells
    tsa_urls: tuple[str, ...] = ()  # RFC 3161 time-stamp authorities
    tsa_roots: Path | None = None  # PEM file with the roots that stamps are checked against
    tls_roots: Path | None = None  # PEM file with more roots for the evidence recorder, besides the system's
    signing_key: Path | None = None  # SSH key that seals bags
    signer: str = ""  # the signer's name in allowed_signers, usually a role mailbox
    organisation: str = ""  # Source-Organization of bags and reporter of notices
    hold: bool = False  # legal hold: nothing is purged
    min_free_mb: int = 200  # a run does not start with less space left, in MB
    heartbeat: Path | None = None  # a file that each ended run writes anew, for monitoring
    keep_innocent_days: int = 30  # accounts that are no suspects: after it only a keyed hash is left for as long again
    keep_open_days: int = 180  # suspects that nobody decided about
    keep_dismissed_days: int = 90  # after it only who it is and why it is allowed
    keep_closed_years: int = 0  # confirmed suspects after their case is closed; 0: not set, kept until it is


def load_settings(folder: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `hunter.toml` in `folder` (default: the working directory) and, over it, `HUNTER_*` variables.

    Raises UsageError that names every fault at once.
    """
    environ = os.environ if environ is None else environ
    path = (folder or Path()) / "hunter.toml"
    faults: list[str] = []
    given: dict[str, Any] = {}
    if path.is_file():
        try:
            given = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
            raise UsageError(f"{path}: {exc}", advice="mend the file; it must be TOML in UTF-8") from exc
    urls = {name: _words(value) for name, value in given.pop("platform_urls", {}).items()}
    known = {f.name: str(f.type) for f in fields(Settings) if f.name != "platform_urls"}
    faults += [f"{path}: {key}: no such setting" for key in given if key not in known]
    for variable, value in environ.items():
        name = variable.removeprefix("HUNTER_").lower()
        if not variable.startswith("HUNTER_") or not value:
            continue
        if name in known:
            given[name] = value
        elif name.endswith("_url"):
            urls[name.removesuffix("_url")] = _words(value)
    values: dict[str, Any] = {"platform_urls": urls}
    for name, kind in known.items():
        if name in given:
            try:
                values[name] = _convert(kind, given[name])
            except (TypeError, ValueError) as exc:
                faults.append(f"{name}: {exc}")
    if faults:
        raise UsageError("\n".join(faults), advice="see the README, section Settings")
    return Settings(**values)


def _words(value: Any) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(str(p).strip().rstrip("/") for p in parts if str(p).strip())


def _convert(kind: str, value: Any) -> Any:
    if kind.startswith("tuple"):
        parts = value.split(",") if isinstance(value, str) else value
        return tuple(str(p).strip() for p in parts if str(p).strip())
    if kind.startswith("Path"):
        return Path(str(value)).expanduser()
    if kind == "bool":
        if str(value).lower() in ("1", "true", "yes", "on"):
            return True
        if str(value).lower() in ("0", "false", "no", "off"):
            return False
        raise ValueError(f"{value!r} is neither true nor false")
    if kind == "int":
        return int(value)
    if kind == "float":
        return float(value)
    if not isinstance(value, str):
        raise TypeError(f"{value!r} must be text")
    return value
