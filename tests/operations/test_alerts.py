"""Alerts against a real mail server and a real webhook on loopback."""

from __future__ import annotations

import email
import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import Message
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from pytest_httpserver import HTTPServer

from hunter.cli import main
from hunter.errors import UsageError
from hunter.operations.alerts import quiet_until, send_digest, send_test, show_route, tell_outstanding
from hunter.operations.digest import FLOOD, MOST_CASES, compose, plain
from hunter.settings import Settings
from hunter.store import Store, open_store
from hunter.store.alerts import MOST_ATTEMPTS
from tests.stocked import NOON, profile_of, stock


def sent_to(*urls: str, **more: Any) -> Settings:
    """Settings with these routes, whose hosts are one's own."""
    hosts = {f"{parts.hostname}:{parts.port}" for parts in map(urlsplit, urls)}
    return Settings(alert_urls=urls, alert_hosts=tuple(hosts), **more)


CLOSED = "json://127.0.0.1:9/hook"  # the discard port: nobody listens


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/hunter.db") as opened:
        yield opened


class Inbox:
    """A mail server that keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[Message] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 kept"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, str]]:
    inbox = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield inbox, f"mailto://127.0.0.1:{port}/brand@acme.example?from=hunter@acme.example&mode=insecure"
    controller.stop()


@pytest.fixture
def hook(httpserver: HTTPServer) -> tuple[HTTPServer, str]:
    httpserver.expect_request("/hook").respond_with_data("ok")
    return httpserver, f"json://127.0.0.1:{httpserver.port}/hook"


def bodies(hook: tuple[HTTPServer, str]) -> list[dict[str, Any]]:
    return [json.loads(request.data) for request, _ in hook[0].log]


def test_a_mail_tells_what_is_new_and_the_second_run_sends_nothing(store: Store, inbox: tuple[Inbox, str]) -> None:
    mails, url = inbox
    settings = sent_to(url)
    people = [profile_of(i) for i in range(3)]
    run = stock(store, people)
    assert str(send_digest(store, run, settings, now=NOON)) == "alerts: 1 sent"
    (mail,) = mails.mails
    assert mail["Subject"] == "hunter: 3 new (acme)"
    text = str(mail.get_body(("plain", "html")).get_content())  # type: ignore[attr-defined]
    assert "acme-help2[.]bsky[.]example" in text and "holds the brand" in text
    again = stock(store, people, at=NOON + timedelta(hours=6))
    assert str(send_digest(store, again, settings, now=NOON)) == "alerts: nothing to tell"
    assert str(send_digest(store, run, settings, now=NOON)) == "alerts: nothing to tell"
    assert len(mails.mails) == 1 and tell_outstanding(store) == []


def test_only_what_changed_is_told(store: Store, hook: tuple[HTTPServer, str]) -> None:
    settings = sent_to(hook[1])
    people = [profile_of(i) for i in range(3)]
    stock(store, people)
    people[1] = replace(people[1], display_name="Acme Bank refunds")
    run = stock(store, [*people, profile_of(7)], at=NOON + timedelta(hours=6))
    send_digest(store, run, settings, now=NOON)
    (body,) = bodies(hook)
    assert body["title"] == "hunter: 1 new, 1 changed (acme)"
    assert "acme-help7" in body["message"] and "acme-help1[.]" in body["message"] and "help0" not in body["message"]


def test_a_failed_alert_waits_shows_and_comes_with_the_next_run(store: Store, hook: tuple[HTTPServer, str]) -> None:
    settings = sent_to(CLOSED, hook[1])
    run = stock(store, [profile_of(1)])
    delivery = send_digest(store, run, settings, now=NOON)
    assert (delivery.sent, delivery.waiting) == (1, 1) and delivery.why == "not taken, or not reached"
    (line,) = tell_outstanding(store)
    assert line.startswith("alerts to json://127.0.0.1:9/hook: 1 waiting since 2026-11-23 12:00 UTC, 1 attempts")
    again = stock(store, [profile_of(2)], at=NOON + timedelta(hours=1))
    assert send_digest(store, again, settings, now=NOON + timedelta(hours=1)).waiting == 2
    assert len(bodies(hook)) == 2
    for _ in range(MOST_ATTEMPTS):
        send_digest(store, again, settings, now=NOON)
    assert "2 given up" in tell_outstanding(store)[0]
    assert len(bodies(hook)) == 2


def test_waiting_digests_become_one_message(store: Store, hook: tuple[HTTPServer, str]) -> None:
    settings = sent_to(hook[1])
    hook[0].clear()
    hook[0].expect_oneshot_request("/hook").respond_with_data("down", status=503)
    assert send_digest(store, stock(store, [profile_of(1)]), settings, now=NOON).why == "not taken (HTTP 503)"
    hook[0].expect_request("/hook").respond_with_data("ok")
    send_digest(store, stock(store, [profile_of(2)], at=NOON + timedelta(hours=1)), settings, now=NOON)
    last = bodies(hook)[-1]
    assert last["title"] == "hunter: 2 digests that could not be sent before"
    assert last["message"].index("acme-help2") < last["message"].index("acme-help1[.]")
    assert tell_outstanding(store) == []


def test_nothing_is_sent_in_the_quiet_period(store: Store, hook: tuple[HTTPServer, str]) -> None:
    night = NOON.astimezone().replace(hour=23, minute=30)
    settings = sent_to(hook[1], alert_quiet="22:00-07:00")
    delivery = send_digest(store, stock(store, [profile_of(1)]), settings, now=night)
    assert str(delivery) == "alerts: 1 waiting (quiet period)" and bodies(hook) == []
    morning = night + timedelta(hours=8)
    assert send_digest(store, stock(store, [profile_of(1)], at=NOON + timedelta(1)), settings, now=morning).sent == 1
    assert bodies(hook)[0]["title"] == "hunter: 1 new (acme)"


@pytest.mark.parametrize(
    ("quiet", "hour", "ends"),
    [
        ("", 3, None),
        ("22:00-07:00", 3, 7),
        ("22:00-07:00", 23, 7),
        ("22:00-07:00", 7, None),
        ("12:00-14:00", 13, 14),
        ("12:00-14:00", 14, None),
    ],
)
def test_the_quiet_period(quiet: str, hour: int, ends: int | None) -> None:
    now = NOON.astimezone().replace(hour=hour, minute=0)
    until = quiet_until(quiet, now)
    assert (until and until.astimezone().hour) == ends
    assert until is None or timedelta() < until - now < timedelta(days=1)


def test_a_wrong_setting_never_fails_a_run(store: Store) -> None:
    run = stock(store, [profile_of(1)])
    assert "no period" in send_digest(store, run, Settings(alert_urls=(CLOSED,), alert_quiet="at night")).why
    assert send_digest(store, run, Settings(alert_urls=("nonsense://x",))).why == "no route that can be used"
    assert str(send_digest(store, run, Settings())) == "alerts: nothing to tell"
    with pytest.raises(UsageError):
        quiet_until("25:00-07:00", NOON)


HOSTILE = [
    "@everyone @here", "<!channel> <@U012345>", "[click](http://evil.example)", "<http://evil.example|our site>",
    "https://evil.example", "www.evil.example", "evil.example/path", "`code` *bold* ~x~", "a\r\nBcc: x@evil.example",
    "<a href='http://evil.example'>x</a>", "＠everyone", "\u202e@enoyreve", "4111 1111 1111 1111", "\\[x\\](y)",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_names_of_attackers_mention_nobody_and_link_nowhere(text: str) -> None:
    shown = plain(text)
    assert not set("@<>[]`*\r\n\u202e\\") & set(shown.replace("[.]", ""))
    assert "http" not in shown.lower() and "evil.example" not in shown and "4111 1111" not in shown


def test_hostile_names_reach_no_subject_and_start_no_line(store: Store, inbox: tuple[Inbox, str]) -> None:
    mails, url = inbox
    run = stock(
        store,
        [replace(profile_of(i), display_name=text, handle=f"h{i}\r\nX-Evil: 1") for i, text in enumerate(HOSTILE)],
    )
    send_digest(store, run, sent_to(url), now=NOON)
    (mail,) = mails.mails
    assert mail["Subject"] == f"hunter: {len(HOSTILE)} new (acme)" and mail["X-Evil"] is None and mail["Bcc"] is None
    raw = mail.as_bytes()
    assert b"<a " not in raw and b"@everyone" not in raw


def test_a_flood_is_one_short_message(store: Store) -> None:
    run = stock(store, [replace(profile_of(i), links=(), display_name=f"Acme {i:x}") for i in range(FLOOD + 100)])
    with store.read() as c:
        digest = compose(c, run)
    assert digest and digest.title == f"hunter: {FLOOD + 100} new (acme)"
    assert "This is a flood" in digest.body and digest.body.count("Case ") <= MOST_CASES
    assert len(digest.body) < 8000 and "more cases" in digest.body


def test_routes_are_shown_without_secrets() -> None:
    shown = show_route("mailto://user:pa55word@mail.example")
    assert "pa55word" not in shown and "mail.example" in shown
    assert "s3cret" not in show_route("nonsense://s3cret")


def test_the_test_message(hook: tuple[HTTPServer, str]) -> None:
    assert send_test(sent_to(hook[1])) == [(hook[1], "")]
    assert bodies(hook)[0]["title"] == "hunter: test alert"
    with pytest.raises(UsageError):
        send_test(Settings())


def test_the_commands(
    store: Store, hook: tuple[HTTPServer, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HUNTER_STORE", f"sqlite:///{store.path}")
    monkeypatch.setenv("HUNTER_ALERT_URLS", f"{hook[1]},{CLOSED}")
    monkeypatch.setenv("HUNTER_ALERT_HOSTS", f"127.0.0.1:9,127.0.0.1:{hook[0].port}")
    stock(store, [profile_of(1)])
    for arguments, told in ((["test"], "taken"), (["send"], "alerts: 1 sent, 1 waiting (not taken, or not reached)")):
        with pytest.raises(SystemExit) as stop:
            main(["alerts", *arguments])
        assert stop.value.code == 2
        assert told in "".join(capsys.readouterr())
