"""The queue: filters, one page of rows, and verdicts on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from hunter.errors import UsageError
from hunter.review import queue as review
from hunter.review.desk import Visit, go, local_address
from hunter.review.sessions import Role
from hunter.store import queue
from hunter.store.queue import Place, Row
from hunter.types import Verdict

ROWS = 50
SCORE_STEPS = (("", "any"), ("0.99", "99 %"), ("0.95", "95 %"), ("0.9", "90 %"), ("0.8", "80 %"), ("0.5", "50 %"))
SINCE_STEPS = (("", "any time"), ("1", "last day"), ("3", "last 3 days"), ("7", "last week"), ("30", "last 30 days"))
TAB_WORDS = {
    "waiting": "To review",
    "confirmed": "Confirmed",
    "requested": "Takedown requested",
    "gone": "Gone",
    "dismissed": "Dismissed",
    "all": "All",
}
EMPTY = {
    "waiting": "Nothing waits for you. The next run brings what is new.",
    "confirmed": "Nothing is confirmed and waiting for a takedown.",
    "requested": "No takedown is under way.",
    "gone": "Nothing has gone yet.",
    "dismissed": "Nothing was dismissed.",
    "all": "The store holds no suspects yet: hunter run looks for some.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """The filters of the page as they stand in its address."""

    tab: str
    brand: str
    platform: str
    score_step: str
    since_step: str
    assignee: str
    words: str

    @property
    def narrowed(self) -> bool:
        """Whether anything but the tab is chosen."""
        return any((self.brand, self.platform, self.score_step, self.since_step, self.assignee, self.words))

    def address(self, **change: str) -> str:
        """The queue with these filters, some of them changed."""
        asked = {"status": self.tab, "brand": self.brand, "platform": self.platform, "score": self.score_step}
        asked |= {"since": self.since_step, "assignee": self.assignee, "words": self.words} | change
        kept = {name: value for name, value in asked.items() if value and (name, value) != ("status", "waiting")}
        return f"/?{urlencode(kept)}" if kept else "/"

    def wanted(self, now: datetime) -> queue.Wanted:
        """What to ask the store."""
        days = int(self.since_step or 0)
        return queue.Wanted(
            statuses=review.TABS[self.tab],
            brand=self.brand or None,
            platform=self.platform or None,
            min_score=float(self.score_step or 0),
            since=now - timedelta(days=days) if days else None,
            assignee=self.assignee or None,
            words=self.words,
        )


def read_filters(query: Mapping[str, str]) -> Filters:
    """The filters of an address; what is unknown there counts as not chosen."""

    def one_of(name: str, steps: tuple[tuple[str, str], ...]) -> str:
        return query.get(name, "") if query.get(name, "") in dict(steps) else ""

    tab = query.get("status", "waiting")
    return Filters(
        tab=tab if tab in review.TABS else "waiting",
        brand=query.get("brand", "")[:64],
        platform=query.get("platform", "")[:64],
        score_step=one_of("score", SCORE_STEPS),
        since_step=one_of("since", SINCE_STEPS),
        assignee=query.get("assignee", "")[:100],
        words=query.get("words", "").strip()[: queue.LONGEST_SEARCH],
    )


def read_place(text: str) -> Place | None:
    """Where a page begins, from its address; None for the first one."""
    rank, _, number = text.partition("_")
    try:
        return Place(float(rank), int(number)) if text and int(number) < 2**63 else None
    except ValueError:
        return None


def show_queue(visit: Visit) -> Response:
    """One page of the queue."""
    filters = read_filters(visit.query)
    after = read_place(visit.query.get("after", ""))
    with visit.desk.store.read() as c:
        rows = queue.page(c, filters.wanted(review.now()), after=after, limit=ROWS + 1)
        counts = queue.counts(c)
        newest = queue.newest_run(c)
        context: dict[str, Any] = {
            "brands": queue.brands(c),
            "platforms": queue.platforms(c),
            "assignees": queue.assignees(c),
            "floods": queue.noted_floods(c) if filters.tab == "waiting" and after is None else [],
        }
    here, alone = bool(filters.platform), bool(filters.words)
    tabs = []
    for name, statuses in review.TABS.items():
        count = sum(counts.get(status, 0) for status in statuses)
        address = filters.address(status=name)
        tabs.append({"word": TAB_WORDS[name], "address": address, "current": name == filters.tab, "count": count})
    following = filters.address(after=f"{rows[ROWS - 1].rank!r}_{rows[ROWS - 1].id}") if len(rows) > ROWS else None
    return visit.show(
        "queue.html",
        rows=[view_row(row, newest, here=here, alone=alone) for row in rows[:ROWS]],
        tabs=tabs,
        wanted=filters,
        score_steps=SCORE_STEPS,
        since_steps=SINCE_STEPS,
        may_judge=visit.who.role >= Role.REVIEWER,
        first_page=filters.address() if after else None,
        next_page=following,
        empty_words=EMPTY[filters.tab] if not filters.narrowed else "Nothing matches these filters.",
        **context,
    )


def view_row(row: Row, newest: int | None, *, here: bool = False, alone: bool = False) -> dict[str, Any]:
    """A row as the templates show it."""
    return {
        "row": row,
        "token": review.on_screen(row, here=here, alone=alone).text,
        "accounts": 1 if alone else row.stands_here if here else row.stands_for,
        "is_new": row.first_run == newest and row.verdict is None,
        "is_changed": row.changed_run == newest and row.first_run != newest and not row.changed_since_verdict,
    }


def judge_rows(visit: Visit) -> Response:
    """A verdict on the ticked rows."""
    try:
        verdict = Verdict(visit.answer("verdict"))
        seen = [review.read_on_screen(text) for text in visit.form.get("suspect", ())]
    except ValueError as exc:
        raise UsageError("the form holds no verdict that we know") from exc
    done = review.judge(visit.desk.store, seen, verdict, by=visit.who.user, note=visit.answer("note"))
    if done.accounts:
        named = ", ".join(done.handles) + (" and others" if done.accounts > len(done.handles) else "")
        words = f"{verdict.value}: {named}" + (f" ({done.accounts} accounts)" if done.accounts > 1 else "")
        if done.left:
            words += f"; {done.left} more of the same case are left, judge the row again"
        visit.who.tell(words, batch=done.batch)
    for row in done.decided_meanwhile:
        words = f"left alone: somebody decided about {row.handle} after this page was made; look at it again"
        visit.who.tell(words, refused=True)
    following = local_address(visit.answer("next")) if done.accounts else None
    return go(following) if following else visit.go_back()


def undo(visit: Visit) -> Response:
    """Takes back the verdicts of one go, or a single one."""
    others_too = visit.who.role >= Role.LEAD
    batch, one = visit.answer("batch"), visit.answer("judgement")
    if one:
        if not one.isdigit() or len(one) > 18:
            raise UsageError("that is no verdict")
        review.withdraw(visit.desk.store, int(one), by=visit.who.user, note=visit.answer("note"), others_too=others_too)
        visit.who.tell("the verdict is withdrawn; it stays in the history")
    else:
        visit.who.forget(batch)
        count = review.undo(visit.desk.store, batch, by=visit.who.user, others_too=others_too)
        visit.who.tell(f"undone: {count} verdict{'s' if count != 1 else ''} withdrawn" if count else "nothing to undo")
    return visit.go_back()


def take_rows(visit: Visit) -> Response:
    """Takes suspects for the one who asks, or gives them back."""
    numbers = [review.read_on_screen(text).number for text in visit.form.get("suspect", ())]
    if not numbers:
        raise UsageError("nothing was chosen")
    assignee = visit.who.user if visit.answer("to") == "me" else None
    review.take(visit.desk.store, numbers, assignee, by=visit.who.user)
    visit.who.tell("taken by you" if assignee else "given back to everybody")
    return visit.go_back()
