"""Tells people what a run found, by mail, chat or webhook; what cannot be delivered is tried again with the next run.

Nothing here ever fails a run: what goes wrong is recorded, and `hunter status` shows it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from hunter.errors import HunterError, UsageError
from hunter.net.guard import named_pairs
from hunter.operations.digest import compose
from hunter.operations.messenger import deliver
from hunter.settings import Settings
from hunter.store import Store, alerts
from hunter.store.alerts import Alert

_QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_LONGEST_BODY = 30_000  # characters of one message, however many runs it tells of


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What came of sending: messages taken, messages that wait (and why), nothing to tell at all."""

    sent: int = 0
    waiting: int = 0
    why: str = ""  # "" where all went well

    def __str__(self) -> str:
        told = [f"{self.sent} sent"] if self.sent else []
        told += [f"{self.waiting} waiting"] if self.waiting else []
        return "alerts: " + (", ".join(told) or "nothing to tell") + (f" ({self.why})" if self.why else "")


def send_digest(store: Store, run: int, settings: Settings, *, now: datetime | None = None) -> Delivery:
    """Queues the digest of a run for every route, if there is something to tell, and sends all that waits.

    In the quiet period nothing is sent: the first run after it tells. Several waiting digests become one message.
    Never raises; what went wrong is in the answer and in the store.
    """
    now = now or datetime.now(UTC)
    if not settings.alert_urls:
        return Delivery()
    try:
        until = quiet_until(settings.alert_quiet, now)
        with store.read() as c:
            digest = compose(c, run)
        with store.write() as c:
            if digest:
                routes = [(name_route(url), show_route(url)) for url in settings.alert_urls]
                alerts.queue(c, run=run, routes=routes, title=digest.title, body=digest.body, at=now, not_before=until)
            waiting = [] if until else alerts.due(c, now)
        return _deliver(store, waiting, settings, now) if not until else _count_waiting(store)
    except HunterError as exc:
        return Delivery(why=str(exc.args[0]))


def _count_waiting(store: Store) -> Delivery:
    with store.read() as c:
        waiting = [a for a in alerts.outstanding(c) if a.state == "waiting"]
    return Delivery(waiting=len(waiting), why="quiet period" if waiting else "")


def _deliver(store: Store, waiting: Sequence[Alert], settings: Settings, now: datetime) -> Delivery:
    """One message a route, with everything that waits for it."""
    by_name = {name_route(url): url for url in settings.alert_urls}
    sent = left = 0
    why = ""
    for route in dict.fromkeys(alert.route for alert in waiting):
        mine = [alert for alert in waiting if alert.route == route]
        numbers = [alert.id for alert in mine]
        url = by_name.get(route)
        fault = notify(url, *_join(mine), settings) if url else "this route is no longer set"
        with store.write() as c:
            if fault:
                alerts.mark_failed(c, numbers, fault, give_up=url is None)
                left, why = left + len(numbers), fault
            else:
                alerts.mark_sent(c, numbers, now)
                sent += 1
    return Delivery(sent=sent, waiting=left, why=why)


def _join(mine: Sequence[Alert]) -> tuple[str, str]:
    """Title and body of one message for several digests, newest first."""
    if len(mine) == 1:
        return mine[0].title, mine[0].body[:_LONGEST_BODY]
    body = "\n\n".join(alert.body for alert in reversed(mine))
    if len(body) > _LONGEST_BODY:
        body = f"{body[:_LONGEST_BODY]}\n… cut; hunter suspects list shows everything"
    return f"hunter: {len(mine)} digests that could not be sent before", body


def send_test(settings: Settings) -> list[tuple[str, str]]:
    """Sends a test message to every route; (masked route, fault or "") each. Raises UsageError: none is set."""
    if not settings.alert_urls:
        raise UsageError("no alert route is set", advice="set alert_urls in hunter.toml or HUNTER_ALERT_URLS")
    quiet_until(settings.alert_quiet, datetime.now(UTC))
    body = "This is a test of hunter's alerts. Nothing was found; nothing needs to be done."
    return [(show_route(url), notify(url, "hunter: test alert", body, settings)) for url in settings.alert_urls]


def notify(url: str, title: str, body: str, settings: Settings) -> str:
    """Sends plain text to one route; "" when it was taken, else why not, without any secret in it.

    Raises UsageError for `alert_hosts` or `deny_networks` that cannot be read.
    """
    return deliver(url, title, body, allowed=named_pairs(settings.alert_hosts), denied=settings.deny_networks)


def name_route(url: str) -> str:
    """A short digest that names a route without telling it."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def show_route(url: str) -> str:
    """A route for people: kind and place, with its secrets masked."""
    route = _instantiate(url)
    if route is None:
        return f"{url.partition(':')[0][:20]}: no route that can be used"
    return str(route.url(privacy=True)).partition("?")[0]


def _instantiate(url: str) -> Any:
    import apprise

    return apprise.Apprise.instantiate(url, suppress_exceptions=True)


def quiet_until(quiet: str, now: datetime) -> datetime | None:
    """The end of the quiet period ("22:00-07:00", this machine's time) that `now` lies in, else None.

    Raises UsageError for a period that is none.
    """
    if not quiet:
        return None
    parts = _QUIET.fullmatch(quiet.replace(" ", ""))
    if parts is None:
        raise UsageError(f"alert_quiet is {quiet!r}, no period", advice='write it like "22:00-07:00"')
    hours = [int(part) for part in parts.groups()]
    begin, end = time(hours[0], hours[1]), time(hours[2], hours[3])
    local = now.astimezone()
    inside = begin <= local.time() < end if begin <= end else local.time() >= begin or local.time() < end
    if not inside:
        return None
    day = local.date() + timedelta(days=1 if local.time() >= end else 0)
    return datetime.combine(day, end, tzinfo=local.tzinfo).astimezone(UTC)


def tell_outstanding(store: Store) -> list[str]:
    """A line for each route that messages wait for or were given up for; for `hunter status`."""
    with store.read() as c:
        left = alerts.outstanding(c)
    lines = []
    for route in dict.fromkeys(alert.route for alert in left):
        mine = [alert for alert in left if alert.route == route]
        given_up = sum(alert.state == "failed" for alert in mine)
        told = f"{len(mine) - given_up} waiting" if len(mine) > given_up else ""
        told += f"{', ' if told else ''}{given_up} given up" if given_up else ""
        newest = mine[-1]
        tried = f", {newest.attempts} attempts, last: {newest.last_error}" if newest.last_error else ""
        lines.append(f"alerts to {newest.route_shown}: {told} since {mine[0].created_at:%Y-%m-%d %H:%M} UTC{tried}")
    return lines
