"""Everything that can go wrong, in one tree.

HunterError                 exit 1      stop
├── UsageError              exit 64     stop: settings, arguments
│   ├── BrandFileError      exit 64     stop: all faults of the brand files at once
│   └── InputError          exit 64     stop: a file that cannot be read at all
├── RowError                exit 0      skip this row or file entry, count it, go on
├── PictureError            exit 0      skip this picture: undecodable, too large, not allowed
├── SourceError             exit 3      stop this platform, the others go on
│   ├── Blocked             exit 3      refused by the platform (login wall, captcha, 403, 429)
│   ├── Drifted             exit 3      the answers no longer have the shape we know
│   ├── AddressRefused      exit 3      the guard did not let us connect there
│   └── Unreachable         exit 3      no such name, connection refused, TLS failure, time-out
├── Locked                  exit 4      stop: another run holds the store
└── StoreError              exit 5      stop: database or vault
    └── Unstamped           exit 2      complete, something left open
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum


class Scope(StrEnum):
    """How far an error reaches."""

    SKIP = "skip this one"
    SOURCE = "stop this source"
    STOP = "stop"


class HunterError(Exception):
    """An error with a message for people, advice on what to do, an exit code, and how far it reaches."""

    exit_code = 1
    scope = Scope.STOP

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message}\n  {self.advice}" if self.advice else message


class UsageError(HunterError):
    """Arguments or settings that make no sense."""

    exit_code = 64


class BrandFileError(UsageError):
    """Faults in brand files; `faults` holds them all, each with file, line where known, key path and advice."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class InputError(UsageError):
    """A file that cannot be read as what it should be."""


class RowError(HunterError):
    """One bad row of a list; the others are used."""

    exit_code = 0
    scope = Scope.SKIP


class PictureError(HunterError):
    """Bytes that are no usable picture; `why` is a short machine-readable reason."""

    exit_code = 0
    scope = Scope.SKIP

    def __init__(self, message: str, *, why: str = "undecodable") -> None:
        super().__init__(message)
        self.why = why


class SourceError(HunterError):
    """A platform that can't be used now."""

    exit_code = 3
    scope = Scope.SOURCE


class Blocked(SourceError):
    """The platform refuses to answer us."""


class Drifted(SourceError):
    """The platform's answers changed their shape."""


class AddressRefused(SourceError):
    """An address that may not be connected to; `why` is a short machine-readable reason."""

    def __init__(self, message: str, *, why: str = "address") -> None:
        super().__init__(message)
        self.why = why


class Unreachable(SourceError):
    """A host that cannot be reached; `why` is a short machine-readable reason ("dns", "tls", "timeout", …)."""

    def __init__(self, message: str, *, why: str = "unreachable") -> None:
        super().__init__(message)
        self.why = why


class Locked(HunterError):
    """Another run holds the store."""

    exit_code = 4


class StoreError(HunterError):
    """The database or the vault failed."""

    exit_code = 5


class Unstamped(StoreError):
    """Complete, but something is left open, such as a time stamp that could not be had."""

    exit_code = 2
