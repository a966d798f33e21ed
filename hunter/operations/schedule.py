"""The text of a cron line or of a systemd timer that starts `hunter run` again and again."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from hunter.errors import UsageError

SHORTEST = timedelta(minutes=15)  # more often is no use to anybody and a burden to the platforms
LONGEST = timedelta(days=7)
_MINUTE, _HOUR = 17, 4  # not on the full hour, when everybody's schedules start

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def read_interval(text: str) -> timedelta:
    """ "30m", "6h", "1d" as a time span from 15 minutes to 7 days. Raises UsageError."""
    match = re.fullmatch(r"(\d{1,4})\s*([mhd])", text.strip().lower())
    if not match:
        raise UsageError(f"{text!r} is no interval", advice="as in 30m, 6h or 1d")
    every = int(match.group(1)) * _UNITS[match.group(2)]
    if not SHORTEST <= every <= LONGEST:
        raise UsageError(f"every {text} is not possible", advice="from 15m to 7d")
    return every


def write_cron(every: timedelta, command: list[str], folder: Path) -> str:
    """A crontab entry. Raises UsageError for an interval that a crontab cannot say."""
    line = f"cd {shlex.quote(str(folder))} && exec {shlex.join(command)} 2>>hunter.log"
    return (
        f"# hunter, every {_say(every)}: add this to `crontab -e`. The summary of each run goes to hunter.log.\n"
        f"{_cron_times(every)} {line.replace('%', chr(92) + '%')}\n"
    )


def _cron_times(every: timedelta) -> str:
    minutes = int(every.total_seconds()) // 60
    if minutes < 60 and 60 % minutes == 0:
        return f"{_MINUTE % minutes}-59/{minutes} * * * *"
    if minutes % 60 == 0 and minutes < 1440 and 24 % (minutes // 60) == 0:
        hours = minutes // 60
        return f"{_MINUTE} {'*' if hours == 1 else f'*/{hours}'} * * *"
    if minutes == 1440:
        return f"{_MINUTE} {_HOUR} * * *"
    if minutes == 7 * 1440:
        return f"{_MINUTE} {_HOUR} * * 1"
    raise UsageError(
        f"a crontab cannot say every {_say(every)}",
        advice="it can say intervals that divide an hour or a day; --format systemd can say any",
    )


def write_systemd(every: timedelta, command: list[str], folder: Path) -> str:
    """A service and a timer, one after the other, each under the name of the file it belongs into."""
    return f"""\
# ---- /etc/systemd/system/hunter.service
[Unit]
Description=hunter: looks for profiles that pretend to be the brand
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
WorkingDirectory={_literal(folder)}
EnvironmentFile=-/etc/hunter.env
ExecStart={" ".join(_quoted(word) for word in command)}
# 4: another run still holds the lock. 3, a platform that was blocked or broke, stays a failure that monitoring sees.
SuccessExitStatus=4
User=hunter
UMask=0077
NoNewPrivileges=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={_quoted(str(folder))}
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictSUIDSGID=yes
TimeoutStartSec={max(3600, int(every.total_seconds()))}

# ---- /etc/systemd/system/hunter.timer
[Unit]
Description=hunter, every {_say(every)}

[Timer]
OnBootSec=10min
OnUnitActiveSec={int(every.total_seconds())}s
RandomizedDelaySec=5min

[Install]
WantedBy=timers.target

# ---- then: systemctl daemon-reload && systemctl enable --now hunter.timer
"""


def _say(every: timedelta) -> str:
    minutes = int(every.total_seconds()) // 60
    for size, name in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes % size == 0:
            count = minutes // size
            return f"{count} {name}{'s' if count > 1 else ''}" if count > 1 else name
    raise AssertionError(every)


def _literal(path: Path) -> str:
    return str(path).replace("%", "%%")


def _quoted(word: str) -> str:
    word = word.replace("%", "%%").replace("$", "$$")
    return (
        word if re.fullmatch(r"[\w@%+=:,./$-]+", word) else '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
    )


FORMATS: dict[str, Callable[[timedelta, list[str], Path], str]] = {"cron": write_cron, "systemd": write_systemd}
