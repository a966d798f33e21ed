"""Batches on executors: order, few ahead, a worker that dies costs only its batch; the lines that come out."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from hunter.candidates import Candidate, Reader
from hunter.candidates.reader import in_lists
from hunter.errors import HunterError
from hunter.matching.weights import shipped_weights
from hunter.operations.screening import (
    Rules,
    judge_batch,
    lines_of,
    parts_of,
    run_on,
    score_batch,
    screen_alone,
    screen_on,
    write_csv,
    write_jsonl,
)
from hunter.types import Brand, Profile

RULES = Rules((Brand(slug="z", names=("Zendoria",)), Brand(slug="k", names=("Kestrix",))), shipped_weights(), 0.5)
HANDLES = ["zendoria_help", "gardening", "kestrix1", "zend0ria", "=cmd", "zendoria-kestrix"]


def candidates() -> Iterator[Candidate]:
    return (
        Candidate(profile=Profile(platform="x", handle=handle), id=str(number), line=number)
        for number, handle in enumerate(HANDLES * 4)
    )


def dies_once(part: int, marker: str) -> int:
    """Ends its own process the first time that it meets 3."""
    if part == 3 and not Path(marker).exists():
        Path(marker).write_text("gone")
        os.kill(os.getpid(), signal.SIGKILL)
    return part * part


def always_dies(part: int, marker: str) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return part


def processes() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def test_a_killed_worker_costs_only_what_was_in_work(tmp_path: Path) -> None:
    found = list(run_on(range(10), dies_once, str(tmp_path / "marker"), processes, 1))
    assert found == [n * n for n in range(10)]


def test_a_batch_that_kills_every_worker_is_told() -> None:
    with pytest.raises(HunterError, match="3 times"):
        list(run_on(range(2), always_dies, "", processes, 1))


def test_only_a_few_parts_are_taken_ahead() -> None:
    taken = 0

    def parts() -> Iterator[int]:
        nonlocal taken
        for number in range(1000):
            taken += 1
            yield number

    stream = run_on(parts(), lambda part, _: part, None, lambda: ThreadPoolExecutor(2), 2)
    assert next(stream) == 0
    assert taken < 20
    stream.close()  # type: ignore[attr-defined]


def test_many_workers_say_what_one_says_in_the_same_order() -> None:
    alone = list(screen_alone(in_lists(candidates()), RULES))
    many = list(screen_on(in_lists(candidates(), 5), RULES, lambda: ThreadPoolExecutor(2), 2))
    assert [(c.id, [a.brand for a in found]) for c, found in many] == [(c.id, [a.brand for a in f]) for c, f in alone]
    assert {c.profile.handle for c, _ in alone} == {"zendoria_help", "kestrix1", "zend0ria", "zendoria-kestrix"}


def test_all_gives_one_line_for_every_candidate() -> None:
    judged = judge_batch(list(candidates())[:6], RULES._replace(all=True))
    lines = list(lines_of(judged))
    assert [line["handle"] for line in lines] == HANDLES
    assert [line["brand"] for line in lines][1] is None
    assert lines[1]["score"] == 0.0


def test_arrow_batches_give_arrow_batches() -> None:
    batch = pa.RecordBatch.from_pylist([{"platform": "x", "handle": h} for h in ["gardening", None, "zendoria_help"]])
    with ThreadPoolExecutor(1) as executor:
        found = executor.submit(score_batch, batch, RULES).result()
    assert found.column("row").to_pylist() == [2]
    assert found.column("brand").to_pylist() == ["z"]
    assert score_batch(batch.slice(0, 1), RULES).num_rows == 0


def test_bare_names(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("\n".join([*HANDLES, HANDLES[0]]))
    parts = parts_of(Reader(complain=print), str(tmp_path / "names.txt"), RULES)
    found = {candidate.profile.handle for candidate, _ in screen_alone(parts, RULES)}
    assert found == {"zendoria_help", "kestrix1", "zend0ria", "zendoria-kestrix"}


def test_lines_are_the_contract() -> None:
    out = io.StringIO()
    count = write_jsonl(lines_of(screen_alone(in_lists(candidates()), RULES)), out)
    lines: list[dict[str, Any]] = [json.loads(line) for line in out.getvalue().splitlines()]
    assert count == len(lines) == 5 * 4
    first = lines[0]
    assert list(first) == ["id", "brand", "platform", "handle", "display_name", "score", "bits", "reason", "findings"]
    assert (first["id"], first["brand"], first["platform"], first["handle"]) == ("0", "z", "x", "zendoria_help")
    assert first["score"] > 0.5 and "help" in first["reason"]
    assert {"signal", "family", "level", "bits", "ours", "theirs"} <= set(first["findings"][0])


def test_csv_holds_no_formula() -> None:
    out = io.StringIO()
    write_csv(lines_of(judge_batch(list(candidates()), RULES._replace(all=True))), out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert rows[4]["handle"] == "'=cmd"
    assert float(rows[0]["score"]) > 0.5
