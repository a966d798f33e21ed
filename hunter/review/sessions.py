"""Who is looking: a one-time link on this machine, name and password on a network; roles; sessions of this process.

Nothing is kept on disk: with the process all sessions end. Of a cookie or a link only the SHA-256 is kept in memory.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from hunter.review.users import User, is_password, spend_time

LONGEST_SESSION = 12 * 3600.0  # seconds
LONGEST_IDLE = 2 * 3600.0
WRONG_BEFORE_WAIT = 5
WAIT = 60.0  # seconds after too many wrong attempts
COOKIE = "hunter_session"


class Role(IntEnum):
    """What one may do; each role may do what the ones before it may."""

    READER = 1  # looks
    REVIEWER = 2  # judges, takes cases
    LEAD = 3  # also clears accounts for a time and takes back the verdicts of others


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is told on the next page: what was done, or why not."""

    words: str
    refused: bool = False
    batch: str = ""  # verdicts that can be undone in one go


@dataclass(slots=True, kw_only=True)
class Session:
    """One signed-in browser."""

    user: str
    role: Role
    began: float  # monotonic seconds
    seen: float
    notices: list[Notice] = field(default_factory=list)
    batches: list[str] = field(default_factory=list)  # verdicts of this session that can be undone, the last one last

    def tell(self, words: str, *, refused: bool = False, batch: str = "") -> None:
        """Says something on the next page."""
        self.notices = [*self.notices[-4:], Notice(words=words, refused=refused, batch=batch)]
        if batch:
            self.batches = [*self.batches[-49:], batch]

    def forget(self, batch: str) -> None:
        """Verdicts that were undone are not offered again."""
        self.batches = [one for one in self.batches if one != batch]

    def hear(self) -> list[Notice]:
        """What is to be said now; then it was said."""
        told, self.notices = self.notices, []
        return told


@dataclass(slots=True)
class Sessions:
    """The open sessions and the way into one. `clock` gives monotonic seconds."""

    reviewer: str  # the name in judgements of whoever comes by the one-time link
    users: Mapping[str, User] = field(default_factory=dict)
    clock: Callable[[], float] = time.monotonic
    _open: dict[str, Session] = field(default_factory=dict)
    _link: str | None = None
    _wrong: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def new_link(self) -> str:
        """A fresh one-time key for the link that is printed at the start; the one before it is dead."""
        key = secrets.token_urlsafe(32)
        with self._lock:
            self._link = digest(key)
        return key

    def enter_by_link(self, key: str) -> str | None:
        """The cookie for the one who holds the printed link; None: wrong or used. Sign-in by name has no link."""
        with self._lock:
            if self._must_wait() or self.users:
                return None
            if self._link is None or not secrets.compare_digest(digest(key), self._link):
                self._wrong.append(self.clock())
                return None
            self._link = None
        return self._begin(self.reviewer, Role.LEAD)

    def enter_by_password(self, name: str, password: str) -> str | None:
        """The cookie for a user of the users file; None: wrong, or too many wrong attempts just now."""
        with self._lock:
            if self._must_wait():
                return None
        user = self.users.get(name)
        if user is None:
            spend_time(password)
        elif is_password(password, user.password):
            return self._begin(user.name, Role[user.role.upper()])
        with self._lock:
            self._wrong.append(self.clock())
        return None

    def find(self, cookie: str | None) -> Session | None:
        """The session that a cookie opens, if it is neither old nor idle too long; it counts as seen now."""
        if not cookie:
            return None
        now = self.clock()
        with self._lock:
            session = self._open.get(digest(cookie))
            if session is None:
                return None
            if now - session.began > LONGEST_SESSION or now - session.seen > LONGEST_IDLE:
                del self._open[digest(cookie)]
                return None
            session.seen = now
            return session

    def leave(self, cookie: str | None) -> None:
        """Ends a session."""
        with self._lock:
            self._open.pop(digest(cookie or ""), None)

    def waits(self) -> bool:
        """Whether sign-in is closed for a while after wrong attempts."""
        with self._lock:
            return self._must_wait()

    def _must_wait(self) -> bool:
        now = self.clock()
        self._wrong = [t for t in self._wrong if now - t < WAIT]
        return len(self._wrong) >= WRONG_BEFORE_WAIT

    def _begin(self, user: str, role: Role) -> str:
        cookie = secrets.token_urlsafe(32)
        now = self.clock()
        with self._lock:
            self._open[digest(cookie)] = Session(user=user, role=role, began=now, seen=now)
        return cookie


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
