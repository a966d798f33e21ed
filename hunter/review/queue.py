"""What comes next in the review, and what a decision does. No HTML: a page, a sheet or a terminal may ask this."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hunter.errors import UsageError
from hunter.store import Store, allowances, casefile, decisions, judgements, queue, suspects
from hunter.store.arrangement import arrange
from hunter.store.decisions import Shown
from hunter.store.queue import Row
from hunter.store.suspects import Status
from hunter.types import Verdict

AT_ONCE = 500  # verdicts in one go; a larger case is judged in several
LONGEST_NOTE = 2000
LONGEST_ALLOWANCE = timedelta(days=731)
TABS: dict[str, tuple[Status, ...]] = {
    "waiting": (Status.CAME_BACK, Status.OPEN),
    "confirmed": (Status.CONFIRMED,),
    "requested": (Status.TAKEDOWN_REQUESTED,),
    "gone": (Status.GONE,),
    "dismissed": (Status.DISMISSED, Status.CLOSED),
    "all": tuple(Status),
}
_SUREST = 0.999999999  # the form holds nine digits; nothing is made a certainty by rounding
_TOKEN = re.compile(r"(\d{1,18})\.(\d{1,18})\.(\d{1,18})\.(0\.\d{9}|1\.0{9})\.([0-9a-f]{0,64})\.([ah1])")


def now() -> datetime:
    """This moment, with its zone."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnScreen:
    """What a reviewer had on the screen when he decided: the suspect, its look, its score and rules, its verdict."""

    number: int
    version: int
    verdict_id: int  # of the verdict in force; 0: none
    score: float
    rules: str
    scope: str  # "1" this account alone, "h" all of its row on this platform, "a" all of its row

    @property
    def text(self) -> str:
        """As it stands in a form."""
        return f"{self.number}.{self.version}.{self.verdict_id}.{self.score:.9f}.{self.rules}.{self.scope}"


def on_screen(row: Row, *, here: bool = False, alone: bool = False) -> OnScreen:
    """A row of the queue as it is shown; `here`: the queue shows one platform, `alone`: only this account is meant."""
    return OnScreen(
        number=row.id,
        version=row.version_id,
        verdict_id=row.verdict_id or 0,
        score=min(round(row.score, 9), _SUREST),
        rules=row.rules,
        scope="1" if alone else "h" if here else "a",
    )


def read_on_screen(text: str) -> OnScreen:
    """The same, from a form. Raises UsageError for anything else."""
    match = _TOKEN.fullmatch(text)
    if match is None:
        raise UsageError("the form does not say which suspect was on the screen")
    number, version, verdict_id, score, rules, scope = match.groups()
    return OnScreen(
        number=int(number),
        version=int(version),
        verdict_id=int(verdict_id),
        score=float(score),
        rules=rules,
        scope=scope,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What came of a verdict on one or several rows."""

    batch: str  # undoes all of it
    accounts: int  # that the verdict was written down for
    handles: tuple[str, ...]  # the first few of them
    decided_meanwhile: tuple[Row, ...]  # left alone: somebody else decided after the page was made
    left: int  # accounts of the same cases beyond `AT_ONCE`


def judge(
    store: Store, seen: Sequence[OnScreen], verdict: Verdict, *, by: str, note: str = "", at: datetime | None = None
) -> Judged:
    """Writes a verdict down for everything that the rows on the screen stand for.

    A row on which somebody decided meanwhile is not touched: it is given back, so that a person looks at it again.
    A verdict is about the look that was on the screen; if the account changed since, the change stays marked.
    """
    if not seen:
        raise UsageError("nothing was chosen")
    note = note.strip()[:LONGEST_NOTE]
    batch = secrets.token_hex(8)
    at = at or now()
    with store.write() as c:
        rows = queue.rows_of(c, [one.number for one in seen])
        meanwhile = [rows[one.number] for one in seen if _decided_meanwhile(rows.get(one.number), one)]
        apart = {row.id for row in meanwhile}
        shown: dict[int, Shown] = {}
        left = 0
        for one in seen:
            if one.number in apart or one.number not in rows:
                continue
            shown[one.number] = Shown(number=one.number, version=one.version, score=one.score, rules=one.rules)
            if one.scope == "1":
                continue
            alike = casefile.alike(c, one.number, here=one.scope == "h")[1:]
            room = max(AT_ONCE - len(shown), 0)
            left += len(alike) - len(alike[:room])
            for row in queue.rows_of(c, alike[:room]).values():
                shown.setdefault(row.id, Shown(number=row.id, version=row.version_id, score=row.score, rules=row.rules))
        decisions.decide_all(c, shown.values(), verdict, by=by, at=at, note=note, batch=batch)
        handles = tuple(rows[one.number].handle for one in seen if one.number in shown)[:3]
    return Judged(batch=batch, accounts=len(shown), handles=handles, decided_meanwhile=tuple(meanwhile), left=left)


def _decided_meanwhile(row: Row | None, one: OnScreen) -> bool:
    return row is not None and (row.verdict_id or 0) != one.verdict_id


def undo(store: Store, batch: str, *, by: str, others_too: bool = False, at: datetime | None = None) -> int:
    """Takes back all verdicts of one go; how many still held. Raises UsageError for the verdicts of somebody else."""
    with store.write() as c:
        authors = casefile.authors(c, batch)
        if not authors:
            raise UsageError("there is nothing to undo")
        _check_author(authors, by, others_too)
        return len(decisions.withdraw_batch(c, batch, by=by, at=at or now()))


def withdraw(
    store: Store, judgement: int, *, by: str, note: str = "", others_too: bool = False, at: datetime | None = None
) -> None:
    """Takes one verdict back; it stays in the history. Raises UsageError for the verdict of somebody else."""
    with store.write() as c:
        kept = judgements.get(c, judgement)
        if kept is None:
            raise UsageError(f"there is no verdict {judgement}")
        _check_author({kept.judgement.by}, by, others_too)
        decisions.withdraw(c, judgement, by=by, at=at or now(), note=note.strip()[:LONGEST_NOTE])


def _check_author(authors: set[str], by: str, others_too: bool) -> None:
    if authors - {by} and not others_too:
        raise UsageError(f"this was decided by {', '.join(sorted(authors - {by}))}; a lead may take it back")


def move(
    store: Store, number: int, status: Status, *, by: str, people: int = 1, why: str = "", at: datetime | None = None
) -> None:
    """Moves a suspect on by hand. A takedown is asked for only when `people` hold it, as it looks now, for one.

    Raises UsageError where that many did not confirm it, and for what only a run can see.
    """
    with store.write() as c:
        if status is Status.TAKEDOWN_REQUESTED:
            confirmed = casefile.confirmed_by(c, number)
            if len(confirmed) < people:
                who = ", ".join(sorted(confirmed)) or "nobody"
                raise UsageError(
                    f"{people} people must confirm it as it looks now before a takedown is asked for; {who} did"
                )
        decisions.set_status(c, number, status, by=by, at=at or now(), why=why.strip()[:LONGEST_NOTE])


def take(store: Store, numbers: Sequence[int], assignee: str | None, *, by: str, at: datetime | None = None) -> None:
    """Gives suspects to somebody, or back to everybody."""
    with store.write() as c:
        decisions.assign(c, numbers, assignee, by=by, at=at or now())


def allow(
    store: Store,
    number: int,
    *,
    reason: str,
    until: date,
    by: str,
    changes_too: bool = False,
    at: datetime | None = None,
) -> int:
    """Clears an account until a day, with a reason; its number. It holds for what the account looks like now.

    With `changes_too` it also holds when the account changes: for employees and the like, whose pictures change.
    Raises UsageError without a reason, and for a day that is past or too far off.
    """
    at = at or now()
    if not reason.strip():
        raise UsageError("say why it is fine")
    if not at.date() < until <= at.date() + LONGEST_ALLOWANCE:
        raise UsageError("the day must lie ahead, and at most two years off")
    with store.write() as c:
        suspect = suspects.get(c, number)
        look = casefile.version(c, suspect.version_id) if suspect else None
        if suspect is None or look is None:
            raise UsageError(f"there is no suspect {number}")
        made = allowances.add(
            c,
            (suspect.brand, suspect.platform, suspect.native_id),
            reason=reason.strip()[:LONGEST_NOTE],
            by=by,
            at=at,
            handle=suspect.handle,
            until=until,
            identity=None if changes_too else look.identity,
        )
        if suspect.status in (Status.OPEN, Status.CAME_BACK):
            decisions.set_status(c, number, Status.DISMISSED, by=by, at=at, why=f"allowed until {until.isoformat()}")
    return made


def end_allowance(store: Store, number: int, *, by: str, at: datetime | None = None) -> None:
    """Ends an allowance now; its suspect is open again unless a verdict says otherwise."""
    at = at or now()
    with store.write() as c:
        allowances.withdraw(c, number, by=by, at=at)
        for suspect in casefile.suspects_of_allowance(c, number):
            if suspect.status == Status.DISMISSED.value and suspect.verdict is None:
                decisions.set_status(c, suspect.id, Status.OPEN, by=by, at=at, why="no longer allowed")


def tidy(store: Store, clock: Callable[[], datetime] = now) -> None:
    """Brings the queue in order, as the end of every run does; for a store whose last run was killed."""
    with store.write() as c:
        arrange(c, at=clock())
