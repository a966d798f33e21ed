"""A few accounts from just below the line, drawn at random in each run: what the line misses shows nowhere else."""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from hunter.store import assessments, suspects
from hunter.store.assessments import Judged
from hunter.types import Brand

BELOW = 3.0  # bits below the line that still count as just below it
_SPARE = 4  # times as many are drawn as are wanted: some turn out to be suspects already


class Sample:
    """Draws `size` accounts out of all that a run offers, each with the same chance; memory stays flat."""

    def __init__(self, size: int, min_score: float, chance: Callable[[], float] | None = None) -> None:
        self._size = size
        self._min_score = min_score
        self._chance = chance or random.SystemRandom().random
        self._lowest = math.log2(min_score / (1 - min_score)) - BELOW if 0 < min_score < 1 else math.inf
        self._drawn: list[tuple[float, int, Judged]] = []
        self._offered = 0

    def offer(self, one: Judged) -> None:
        """Takes part in the draw, if it is just below the line."""
        if one.assessment.score >= self._min_score or one.assessment.bits < self._lowest or not self._size:
            return
        self._offered += 1
        ticket = (self._chance(), self._offered, one)
        if len(self._drawn) < self._size * _SPARE:
            heapq.heappush(self._drawn, ticket)
        else:
            heapq.heappushpop(self._drawn, ticket)

    def save(self, c: Connection, run: int, *, brands: Mapping[str, Brand], at: datetime) -> int:
        """Makes the drawn ones suspects that are marked as a sample; how many."""
        luckiest = [one for _, _, one in sorted(self._drawn, key=lambda ticket: -ticket[0])]
        accounts = [one.sighting.account_id for one in luckiest if one.sighting.account_id]
        known = suspects.of_accounts(c, accounts)
        fresh = {one.sighting.account_id: one for one in reversed(luckiest) if one.sighting.account_id not in known}
        chosen = [replace(one, sampled=True) for one in list(fresh.values())[::-1][: self._size]]
        if chosen:
            assessments.save(c, run, chosen, brands=brands, min_score=self._min_score, at=at)
        self._drawn.clear()
        return len(chosen)
