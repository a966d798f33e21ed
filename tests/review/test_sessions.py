"""Who comes in: the one-time link, passwords, waiting after wrong ones, the end of a session."""

from __future__ import annotations

import pytest

from hunter.errors import UsageError
from hunter.review.sessions import LONGEST_IDLE, LONGEST_SESSION, WAIT, WRONG_BEFORE_WAIT, Role, Sessions
from hunter.review.users import User, hash_password, is_password

PASSWORD = "correct horse battery"


class Clock:
    """Seconds that a test sets."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(clock: Clock) -> Sessions:
    return Sessions(reviewer="ana", clock=clock)


def test_the_link_opens_once(sessions: Sessions) -> None:
    key = sessions.new_link()
    cookie = sessions.enter_by_link(key)
    session = sessions.find(cookie)
    assert session is not None
    assert (session.user, session.role) == ("ana", Role.LEAD)
    assert sessions.enter_by_link(key) is None


def test_a_new_link_ends_the_one_before(sessions: Sessions) -> None:
    old = sessions.new_link()
    new = sessions.new_link()
    assert sessions.enter_by_link(old) is None
    assert sessions.enter_by_link(new) is not None


def test_a_session_ends_after_being_idle_and_after_a_day_of_work(sessions: Sessions, clock: Clock) -> None:
    cookie = sessions.enter_by_link(sessions.new_link())
    clock.seconds += LONGEST_IDLE + 1
    assert sessions.find(cookie) is None
    cookie = sessions.enter_by_link(sessions.new_link())
    for _ in range(int(LONGEST_SESSION // LONGEST_IDLE)):
        clock.seconds += LONGEST_IDLE - 1
        assert sessions.find(cookie) is not None
    clock.seconds += LONGEST_IDLE - 1
    assert sessions.find(cookie) is None


def test_leaving_ends_it(sessions: Sessions) -> None:
    cookie = sessions.enter_by_link(sessions.new_link())
    sessions.leave(cookie)
    assert sessions.find(cookie) is None
    assert sessions.find(None) is None
    assert sessions.find("\ud800") is None


def test_after_wrong_attempts_even_the_right_one_waits(clock: Clock) -> None:
    users = {"ana": User(name="ana", role="reviewer", password=hash_password(PASSWORD))}
    sessions = Sessions(reviewer="", users=users, clock=clock)
    for _ in range(WRONG_BEFORE_WAIT):
        assert sessions.enter_by_password("ana", "wrong") is None
    assert sessions.enter_by_password("ana", PASSWORD) is None
    clock.seconds += WAIT + 1
    cookie = sessions.enter_by_password("ana", PASSWORD)
    session = sessions.find(cookie)
    assert session is not None
    assert session.role is Role.REVIEWER


def test_with_users_there_is_no_link(clock: Clock) -> None:
    sessions = Sessions(reviewer="ana", users={"ana": User(name="ana", role="lead", password="x:y:z")}, clock=clock)
    assert sessions.enter_by_link(sessions.new_link()) is None


def test_unknown_names_take_as_long_as_known_ones(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    stretched = []
    monkeypatch.setattr("hunter.review.sessions.spend_time", stretched.append)
    sessions = Sessions(reviewer="", users={"ana": User(name="ana", role="lead", password="x:y:z")}, clock=clock)
    assert sessions.enter_by_password("bob", "pw") is None
    assert stretched == ["pw"]


def test_secrets_are_not_kept_as_they_are(sessions: Sessions) -> None:
    key = sessions.new_link()
    cookie = sessions.enter_by_link(key)
    assert cookie is not None
    assert key not in repr(sessions)
    assert cookie not in repr(sessions)


def test_passwords_are_hashed_with_salt_and_short_ones_refused() -> None:
    first, second = hash_password(PASSWORD), hash_password(PASSWORD)
    assert first != second
    assert is_password(PASSWORD, first)
    assert not is_password(PASSWORD + "x", first)
    with pytest.raises(UsageError, match="12 characters"):
        hash_password("short")
