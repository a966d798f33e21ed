"""Judging lists in batches: by one process, by many, or by a cluster; and one line of output for each hit."""

from __future__ import annotations

import csv
import gc
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from importlib import import_module
from itertools import islice
from multiprocessing import get_context
from operator import itemgetter
from typing import IO, Any, NamedTuple

import pyarrow as pa

from hunter.candidates import Batch, Candidate, Reader, read_profile
from hunter.candidates.batches import batch_of, read_rows
from hunter.candidates.profiles import text_in
from hunter.candidates.reader import in_lists
from hunter.errors import HunterError, RowError
from hunter.matching.screen import Screener
from hunter.matching.weights import Weights
from hunter.types import Assessment, Brand
from hunter.visible import visible

_AHEAD = 3  # batches in work for each worker: enough to keep it busy, few enough for flat memory
_TRIES = 3  # a batch that ends its worker so often is given up

Judged = tuple[Candidate, list[Assessment]]


class Rules(NamedTuple):
    """What a worker needs to judge; it builds its index once and keeps it."""

    brands: tuple[Brand, ...]
    weights: Weights
    min_score: float
    all: bool = False  # also the candidates that resemble nothing

    @property
    def key(self) -> str:
        """Names these rules within one run."""
        return f"{[b.slug for b in self.brands]} {self.weights.digest} {self.min_score} {self.all}"


_kept: dict[str, Screener] = {}  # the screener of this process, for one set of rules


def screener_of(rules: Rules) -> Screener:
    """The screener of this process for these rules, built once."""
    if rules.key not in _kept:
        _kept.clear()
        _kept[rules.key] = screener = Screener(rules.brands, rules.weights)
        screener.make_ready()
        gc.freeze()  # what is kept from here on need not be walked again and again
    return _kept[rules.key]


def judge_batch(batch: Batch | Sequence[Candidate], rules: Rules) -> list[Judged]:
    """The candidates that score at least `min_score` for some brand, with those assessments, best first."""
    screener = screener_of(rules)
    if not isinstance(batch, Batch):
        judged = screener.assess_all(c.profile for c in batch)
        return [j for c, (_, found) in zip(batch, judged, strict=True) for j in _kept_of(c, found, rules)]
    screener_pairs = screener.search(batch.handles, batch.platforms, batch.displayed, rules.min_score, batch.bare)
    pairs = list(screener_pairs)
    rows = batch.rows([row for row, _ in pairs])
    found_at: list[tuple[int, Judged]] = []
    for (number, brands), row in zip(pairs, rows, strict=True):
        with suppress(RowError):
            candidate = Candidate(profile=read_profile(row), id=text_in(row, "id"), line=batch.first + number)
            found = screener.judge(candidate.profile, brands, rules.min_score)
            found_at += [(number, j) for j in _kept_of(candidate, found, rules)]
    others = [(number, j) for number, c in batch.others for j in judge_batch([c], rules)]
    return [judged for _, judged in sorted(found_at + others, key=itemgetter(0))]


def _kept_of(candidate: Candidate, assessments: list[Assessment], rules: Rules) -> Iterator[Judged]:
    kept = [a for a in assessments if a.score >= rules.min_score]
    if kept or rules.all:
        yield candidate, assessments[:1] if rules.all else kept


def score_batch(batch: pa.RecordBatch, rules: Rules) -> pa.RecordBatch:
    """What scores at least `min_score` in a batch with the columns of a candidate file; runs on any executor.

    The answer has the columns row (from 0 within the batch), brand, score, bits and reason. Bad rows are left out.
    """
    whole = batch_of(batch) if _is_quick(rules) else None
    hits = [(c.line, a) for c, found in judge_batch(whole or read_rows(batch), rules) for a in found]
    return pa.RecordBatch.from_pydict(
        {
            "row": pa.array([row for row, _ in hits], pa.int64()),
            "brand": pa.array([a.brand for _, a in hits], pa.string()),
            "score": pa.array([a.score for _, a in hits], pa.float64()),
            "bits": pa.array([a.bits for _, a in hits], pa.float64()),
            "reason": pa.array([a.reason for _, a in hits], pa.string()),
        }
    )


def parts_of(reader: Reader, path: str, rules: Rules) -> Iterator[Batch | list[Candidate]]:
    """A file in parts to be judged: columns where rows that resemble nothing, or too little, are not asked for."""
    return reader.batches(path) if _is_quick(rules) else in_lists(reader.candidates(path))


def _is_quick(rules: Rules) -> bool:
    return rules.min_score > 0 and not rules.all


def screen_alone(parts: Iterable[Batch | Sequence[Candidate]], rules: Rules) -> Iterator[Judged]:
    """Judges in this process."""
    for part in parts:
        yield from judge_batch(part, rules)


def screen_on(
    parts: Iterable[Batch | Sequence[Candidate]], rules: Rules, start: Callable[[], Executor], workers: int
) -> Iterator[Judged]:
    """Judges on the workers of an executor, in the order given; `start` makes the executor, and a new one if it breaks.

    A worker that dies costs only the parts in work, which are done again; a part that ends its worker three times
    raises HunterError.
    """
    for done in run_on(parts, judge_batch, rules, start, workers):
        yield from done


def run_on(
    parts: Iterable[Any], work: Callable[[Any, Any], Any], rules: Any, start: Callable[[], Executor], workers: int
) -> Iterator[Any]:
    """`work(part, rules)` for every part on an executor's workers, in order; broken pools are replaced."""
    stream = iter(parts)
    waiting: deque[tuple[Any, Future[Any], int]] = deque()
    executor = start()
    try:
        while True:
            for part in islice(stream, max(0, _AHEAD * workers - len(waiting))):
                waiting.append((part, executor.submit(work, part, rules), 1))
            if not waiting:
                return
            try:
                result = waiting[0][1].result()
            except BrokenProcessPool as exc:
                executor.shutdown()
                if waiting[0][2] >= _TRIES:
                    raise HunterError(f"a batch ended its worker {_TRIES} times") from exc
                executor = start()
                first = waiting[0][2] + 1
                again = [(part, tries) for part, _, tries in waiting]
                waiting = deque(
                    (part, executor.submit(work, part, rules), first if i == 0 else tries)
                    for i, (part, tries) in enumerate(again)
                )
                continue
            waiting.popleft()
            yield result
    finally:
        for _, future, _ in waiting:
            future.cancel()
        executor.shutdown()


def start_processes(workers: int) -> Callable[[], Executor]:
    """Makes pools of fresh processes."""
    return lambda: ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


def start_cluster(address: str) -> tuple[Callable[[], Executor], int]:
    """Makes executors on a Dask cluster by its scheduler's address; also tells how many threads it has.

    Raises HunterError where the extra `cluster` is not installed or nobody answers.
    """
    try:
        distributed: Any = import_module("distributed")
    except ImportError as exc:
        raise HunterError("no cluster without Dask", advice="pip install 'hunter[cluster]'") from exc
    try:
        client = distributed.Client(address, timeout=10)
    except OSError as exc:
        raise HunterError(f"{address}: {exc}", advice="is the scheduler running?") from exc
    return client.get_executor, max(1, sum(client.nthreads().values()))


def write_line(candidate: Candidate, assessment: Assessment | None) -> dict[str, Any]:
    """One line of output as the contract has it."""
    profile = candidate.profile
    line: dict[str, Any] = {
        "id": candidate.id,
        "brand": assessment.brand if assessment else None,
        "platform": profile.platform,
        "handle": profile.handle,
        "display_name": profile.display_name,
        "score": round(assessment.score, 4) if assessment else 0.0,
        "bits": round(assessment.bits, 2) if assessment else None,
        "reason": assessment.reason if assessment else "",
        "findings": [
            {
                "signal": f.signal, "family": f.family, "level": f.level, "bits": round(f.bits, 2),
                "ours": f.ours, "theirs": f.theirs, "words": f.words, "counted": f.counted,
            }
            for f in (assessment.findings if assessment else ())
        ],
    }  # fmt: skip
    return line


def lines_of(judged: Iterable[Judged]) -> Iterator[dict[str, Any]]:
    """One line for each candidate and brand; one without a brand for a candidate that resembles none."""
    for candidate, assessments in judged:
        if not assessments:
            yield write_line(candidate, None)
        for assessment in assessments:
            yield write_line(candidate, assessment)


def write_jsonl(lines: Iterable[dict[str, Any]], out: IO[str]) -> int:
    """Writes JSON lines; returns their number."""
    count = 0
    for line in lines:
        out.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")
        count += 1
    return count


_COLUMNS = ("id", "brand", "platform", "handle", "display_name", "score", "bits", "reason")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def write_csv(lines: Iterable[dict[str, Any]], out: IO[str]) -> int:
    """Writes CSV with a heading; cells that a spreadsheet would take for a formula begin with an apostrophe."""
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    count = 0
    for line in lines:
        writer.writerow([_cell(line[name]) for name in _COLUMNS])
        count += 1
    return count


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return "" if value is None else value
    text = visible(value, 2000)
    return f"'{text}" if text.lstrip(" \ufeff").startswith(_FORMULA) else text
