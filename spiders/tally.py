"""Counts what came of asking one platform, listens to the canary, and says how far the result can be trusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from hunter.store.runs import PlatformResult
from hunter.types import Outcome, Probe, Profile
from spiders import refusals

STREAK = 12  # refusals one after the other, for the same reason, after which a platform is asked no more
NOT_ASKED = "not_asked:"  # before the reason why a platform was asked no more
DRIFT = 0.1  # share of answers that could not be understood from which on the platform counts as broken


class Health(StrEnum):
    """How one platform did in one run."""

    OK = "ok"  # everything was asked and the canary was seen
    PARTIAL = "partial"  # something was not asked or not answered; what was is valid
    BLOCKED = "blocked"  # the platform refused us, or could not be reached at all
    BROKEN = "broken"  # the canary failed or the answers changed their shape: "nothing found" means nothing


class Tally:
    """The counts of one spider while it runs."""

    def __init__(self, platform: str, policy: str, started_at: datetime) -> None:
        self.platform = platform
        self.policy = policy
        self.started_at = started_at
        self.counts: Counter[Outcome] = Counter()
        self.whys: Counter[str] = Counter()
        self.pictures = 0
        self.expected = 0  # accounts that are or will be asked for
        self.canary: dict[str, str] = {}
        self.finish = "running"  # Scrapy's finish_reason
        self.errors = 0  # exceptions in our own callbacks
        self.stopped = ""  # why the platform is asked no more in this run
        self.left_out = ""  # which bound of ours left something out
        self._canary_fault: tuple[Health, str] | None = None
        self._streak: tuple[str, int] = ("", 0)

    @property
    def asked(self) -> int:
        """Probes so far."""
        return self.counts.total()

    def count(self, probe: Probe) -> None:
        """Counts one probe; a long streak of the same refusal stops the asking."""
        self.counts[probe.outcome] += 1
        if probe.outcome is Outcome.REFUSED or probe.why == refusals.CHANGED_SHAPE:
            self.whys[probe.why.removeprefix(NOT_ASKED)] += 1
        if probe.outcome is not Outcome.REFUSED:
            self._streak = ("", 0)
        elif probe.why not in (refusals.BUDGET, refusals.ROBOTS):
            why, length = self._streak
            self._streak = (probe.why, length + 1 if why == probe.why else 1)
            if self._streak[1] >= STREAK:
                self.stopped = self.stopped or probe.why

    def hear_canary(self, found: dict[str, Profile | refusals.Refusal], nonsense: str) -> None:
        """Judges the canary: one of the official accounts must be there with its name, the nonsense must not."""
        for handle, result in found.items():
            self.canary[handle] = refusals.FOUND if isinstance(result, Profile) else result[1]
        self._canary_fault = _nonsense_fault(found.pop(nonsense, None)) or _official_fault(list(found.values()))
        if self._canary_fault:
            self.stopped = self._canary_fault[1]

    def report(self) -> PlatformResult:
        """What came of it, with the health that the canary and the counts allow."""
        health, why = self._health()
        return PlatformResult(
            platform=self.platform,
            state=health.value,
            why=why,
            asked=self.asked,
            present=self.counts[Outcome.PRESENT],
            absent=self.counts[Outcome.ABSENT],
            refused=self.counts[Outcome.REFUSED],
            impossible=self.counts[Outcome.IMPOSSIBLE],
            pictures=self.pictures,
            canary=dict(self.canary),
            policy=self.policy,
            started_at=self.started_at,
        )

    def _health(self) -> tuple[Health, str]:
        if self._canary_fault:
            return self._canary_fault
        if self.errors:
            return Health.BROKEN, "spider_error"
        drifted = self.whys[refusals.CHANGED_SHAPE]
        if drifted > DRIFT * self.asked:
            return Health.BROKEN, refusals.CHANGED_SHAPE
        understood = self.counts[Outcome.PRESENT] + self.counts[Outcome.ABSENT]
        top = self.whys.most_common(1)[0][0] if self.whys else ""
        if top and not understood:
            return Health.BLOCKED, top
        if self.finish == "shutdown":
            return Health.PARTIAL, "interrupted"
        if self.finish != "finished":
            return Health.PARTIAL, self.finish
        why = top or self.left_out
        return (Health.PARTIAL, why) if why else (Health.OK, "")


def merge(platform: str, reports: Sequence[PlatformResult]) -> PlatformResult:
    """One report for a platform that was asked on several servers: it is only as well as all of them."""
    if len(reports) == 1:
        return reports[0]
    states = {r.state for r in reports}
    state = states.pop() if len(states) == 1 else Health.PARTIAL.value
    whys = dict.fromkeys(r.why for r in reports if r.why)
    return PlatformResult(
        platform=platform,
        state=state,
        why=", ".join(whys),
        asked=sum(r.asked for r in reports),
        present=sum(r.present for r in reports),
        absent=sum(r.absent for r in reports),
        refused=sum(r.refused for r in reports),
        impossible=sum(r.impossible for r in reports),
        pictures=sum(r.pictures for r in reports),
        canary={handle: said for r in reports for handle, said in (r.canary or {}).items()},
        policy=reports[0].policy,
        started_at=reports[0].started_at,
    )


def _nonsense_fault(result: Profile | refusals.Refusal | None) -> tuple[Health, str] | None:
    if result is None:
        return None
    if isinstance(result, Profile):
        return Health.BROKEN, "canary_nonsense_found"
    outcome, why = result
    if outcome is Outcome.ABSENT:
        return None
    return (Health.BLOCKED if outcome is Outcome.REFUSED else Health.BROKEN), why


def _official_fault(results: Sequence[Profile | refusals.Refusal]) -> tuple[Health, str] | None:
    """None when one of the official accounts was seen with a name, or when none is given."""
    if not results or any(isinstance(r, Profile) and r.display_name for r in results):
        return None
    for result in results:
        if isinstance(result, Profile):
            return Health.BROKEN, "canary_nameless"
    refused = next((why for outcome, why in results if outcome is Outcome.REFUSED), None)  # type: ignore[misc]
    if refused:
        return Health.BLOCKED, refused
    drifted = next((why for outcome, why in results if outcome is Outcome.IMPOSSIBLE), None)  # type: ignore[misc]
    return Health.BROKEN, drifted or "canary_missing"
