"""The lists beside the queue: decisions, allowed accounts, runs and their platforms, numbers, help."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from hunter.review import queue as review
from hunter.review.desk import Visit
from hunter.review.sessions import Role
from hunter.store import casefile, numbers, queue, runs

ROWS = 50


def show_decisions(visit: Visit) -> Response:
    """Everything that was decided, newest first."""
    before = visit.query.get("before", "")
    with visit.desk.store.read() as c:
        wanted = int(before) if before.isdigit() and len(before) < 19 else None
        found = casefile.decisions(c, before=wanted, limit=ROWS + 1)
    return visit.show(
        "decisions.html",
        decisions=found[:ROWS],
        next_page=f"/decisions?before={found[ROWS - 1].id}" if len(found) > ROWS else None,
        may_judge=visit.who.role >= Role.REVIEWER,
        may_take_back_all=visit.who.role >= Role.LEAD,
    )


def show_allowances(visit: Visit) -> Response:
    """Accounts that were cleared for a time, with who did it and why."""
    today = review.now().date()
    with visit.desk.store.read() as c:
        rows = casefile.allowed(c)
    shown: list[dict[str, Any]] = []
    for row in rows:
        past = row["until"] is not None and row["until"] < today
        state = "withdrawn" if row["withdrawn_at"] else "past" if past else "in force"
        shown.append({**row, "state": state})
    return visit.show("allowances.html", allowances=shown, may_clear=visit.who.role >= Role.LEAD)


def end_allowance(visit: Visit) -> Response:
    """Ends an allowance now."""
    review.end_allowance(visit.desk.store, visit.named["number"], by=visit.who.user)
    visit.who.tell("the allowance has ended; the account is judged again")
    return visit.go_back("/allowances")


def show_runs(visit: Visit) -> Response:
    """What each run asked and got, and when each platform last answered as it should."""
    before = visit.query.get("before", "")
    with visit.desk.store.read() as c:
        found = runs.recent(c, limit=21, before=int(before) if before.isdigit() and len(before) < 19 else None)
        latest, succeeded = runs.latest_results(c), runs.last_success(c)
        noted = {run.id: runs.events(c, run.id) for run in found[:20]}
    health = [
        {"platform": name, "run": run, "result": result, "succeeded": succeeded.get(name)}
        for name, (run, result) in sorted(latest.items())
    ]
    following = f"/runs?before={found[19].id}" if len(found) > 20 else None
    return visit.show("runs.html", runs=found[:20], noted=noted, health=health, next_page=following)


def show_numbers(visit: Visit) -> Response:
    """Open, decided per week, time to decision, false alarms by score."""
    with visit.desk.store.read() as c:
        weeks = numbers.decided_by_week(c, review.now())
        bands = numbers.false_alarms_by_band(c)
        delay = numbers.time_to_decision(c)
        counts = queue.counts(c)
    waiting = sum(counts.get(status, 0) for status in review.TABS["waiting"])
    most = max((week.decided for week in weeks), default=0)
    return visit.show(
        "numbers.html", weeks=weeks, most=max(most, 1), bands=bands[::-1], delay=delay, waiting=waiting, counts=counts
    )


def show_help(visit: Visit) -> Response:
    """The keys, the verdicts and what they do."""
    return visit.show("help.html")
