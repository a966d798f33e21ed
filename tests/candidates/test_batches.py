"""Columns say what rows say: the same hits, complaints and counts, whatever is wrong with a list."""

from __future__ import annotations

import csv
import gzip
import io
import json
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hunter.candidates import Batch, Reader, blocks
from hunter.candidates.reader import in_lists
from hunter.matching.weights import shipped_weights
from hunter.operations.screening import Judged, Rules, judge_batch, score_batch
from hunter.types import Brand

BRANDS = (Brand(slug="z", names=("Zendoria",)), Brand(slug="k", names=("Kestrix",), sentences=("Yes we can do it",)))
RULES = Rules(BRANDS, shipped_weights(), 0.5)

PLAIN = ["zendoria_help", "gardening", "kestrix1", "z\u0435ndoria", "@zend0ria", "zendoria@social.example", "=cmd"] * 3
ROWS: list[dict[str, object]] = [
    {"platform": "X", "handle": "u4711", "display_name": "Zendoria Support"},
    {"platform": "x", "handle": "zendoria", "bio": 'he said "hi", twice', "followers": "12"},
    {"platform": "x", "handle": "u4712", "bio": "Yes we can do it. Kestrix customer support"},
    {"platform": "mastodon", "handle": "kestrix@kestrix.example", "joined": "2026-01-31"},
    {"platform": "x", "handle": "zendoria7", "joined": "soon"},
    {"platform": "x", "handle": "zendoria8", "followers": "many"},
    {"platform": "", "handle": "zendoria9"},
    {"platform": "x", "handle": "", "id": "3"},
    {"domain": "zendoria-login.example", "id": "4"},
    {"platform": "bluesky", "handle": "zendoria-help.bsky.social"},
    {"platform": "npm", "handle": "zendoria-js", "id": "5"},
    {"platform": "x", "handle": " kestrix_help ", "posts": " 7 ", "id": 17},
]
COLUMNS = ("id", "platform", "handle", "domain", "display_name", "bio", "followers", "posts", "joined")


def as_csv(rows: list[dict[str, object]], ends: str = "\n") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator=ends)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def as_json(rows: list[dict[str, object]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


PLAIN_ROWS: list[dict[str, object]] = [{"platform": "x", "handle": handle} for handle in PLAIN]
ODD_ROWS: list[dict[str, object]] = [*PLAIN_ROWS, *ROWS]
FILES = {
    "plain.csv": as_csv(PLAIN_ROWS),
    "odd.csv": as_csv(ODD_ROWS),
    "crlf.csv": as_csv(ODD_ROWS, "\r\n"),
    "bom.csv": b"\xef\xbb\xbf" + as_csv(ODD_ROWS),
    "lines.csv": as_csv([*ODD_ROWS, {"platform": "x", "handle": "zendoria5", "bio": "two\nlines"}, *PLAIN_ROWS]),
    "blank.csv": as_csv(ODD_ROWS).replace(b"\r\n", b"\n").replace(b"\n", b"\n\n", 3),
    "torn.csv": as_csv(ODD_ROWS) + b",x,zend\xffria,,,,,,\n,x,zendoria3,,,,,,\n",
    "short.csv": b"platform,handle,bio\nx,zendoria1\nx,zendoria2,hello\nx,zendoria3,hello,more\n",
    "quote.csv": b'platform,handle\nx,zen"doria\nx,"zendoria4"\nx,"open\n',
    "headless.csv.gz": gzip.compress(as_csv(ODD_ROWS)),
    "plain.jsonl": as_json(PLAIN_ROWS),
    "odd.jsonl": as_json(ODD_ROWS),
    "mixed.jsonl": as_json(PLAIN_ROWS)
    + b'{"handle": 4, "platform": "x"}\n[1]\n\n{"a\n{"handle": "kestrix2", "platform": "x"}\n',
    "upper.jsonl": b'{"Handle": "zendoria", "platform": "x"}\n{"handle": "zendoria", "platform": "x"}\n',
    "plain.txt": "\n".join(PLAIN).encode(),
    "blank.txt": b"\xef\xbb\xbf zendoria1 \r\n\r\n\nzend\xffria\n   \nkestrix_help\n",
    "empty.txt": b"",
}


def read_both(path: Path) -> tuple[list[object], list[object]]:
    """What rows and what columns give: hits, complaints, counts."""
    results: list[list[object]] = []
    for quick in (False, True):
        told: list[str] = []
        reader = Reader(complain=told.append)
        parts = reader.batches(str(path)) if quick else in_lists(reader.candidates(str(path)))
        found = [told_of(judged) for part in parts for judged in judge_batch(part, RULES)]
        results.append([found, sorted(told), reader.read, reader.bad])
    return results[0], results[1]


def told_of(judged: Judged) -> object:
    candidate, found = judged
    return candidate.id, candidate.line, candidate.profile, [(a.brand, a.score) for a in found]


@pytest.mark.parametrize("name", FILES)
def test_columns_and_rows_say_the_same(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(FILES[name])
    rows, columns = read_both(tmp_path / name)
    assert columns == rows
    if "txt" not in name or "plain" in name:
        assert rows[0], "nothing was found at all"


@pytest.mark.parametrize("rows", [PLAIN_ROWS, ODD_ROWS], ids=["plain", "odd"])
def test_parquet_says_the_same(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    full = [{name: None if row.get(name) is None else str(row[name]) for name in COLUMNS} for row in rows]
    table = pa.Table.from_pylist(full, pa.schema([(name, pa.string()) for name in COLUMNS]))
    pq.write_table(table, tmp_path / "c.parquet")
    found, quick = read_both(tmp_path / "c.parquet")
    assert quick == found and found[0]


def test_a_plain_list_makes_no_profile_of_a_row_that_resembles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "c.csv").write_bytes(FILES["plain.csv"])
    (batch,) = Reader(complain=print).batches(str(tmp_path / "c.csv"))
    assert isinstance(batch, Batch) and not batch.others
    asked: list[int] = []
    rows = Batch.rows

    def watched(self: Batch, numbers: list[int]) -> object:
        asked.extend(numbers)
        return rows(self, numbers)

    monkeypatch.setattr(Batch, "rows", watched)
    judge_batch(batch, RULES)
    assert asked and not {n for n, handle in enumerate(PLAIN) if handle in ("gardening", "=cmd")} & set(asked)


def test_blocks_join_without_a_seam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hunter.candidates.blocks.BLOCK", 64)
    for name in ("odd.csv", "lines.csv", "odd.jsonl", "plain.txt", "torn.csv"):
        (tmp_path / name).write_bytes(FILES[name])
        rows, columns = read_both(tmp_path / name)
        assert columns == rows, name


@pytest.mark.parametrize("stretch", [1, 2, 3, 5, 64])
def test_what_is_told_by_stretches_is_told_of_the_whole(stretch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "_STRETCH", stretch)
    for block in (
        b"\n",
        b"ab\n",
        b"a b\ncd\nefg\n",
        b"abc\n\nd\n",
        b"ab\n c\n",
        b" ab\n",
        b"abcd \nef\n",
        b"a\nb\nc\n",
    ):
        ends = [at for at, byte in enumerate(block) if byte == 10]
        assert blocks.count_lines(block) == len(ends)
        for numbers in (range(len(ends)), range(0, len(ends), 2), range(len(ends) - 1, len(ends))):
            assert blocks.ends_of(block, list(numbers)) == [ends[number] for number in numbers]
        low = [byte <= 32 for byte in block]
        assert blocks.may_be_blank(block) == (low[0] or any(a and b for a, b in pairwise(low)))


def test_arrow_batches_with_odd_rows() -> None:
    full = [{name: None if row.get(name) is None else str(row[name]) for name in COLUMNS} for row in ODD_ROWS]
    found = score_batch(pa.RecordBatch.from_pylist(full), RULES)
    slow = score_batch(pa.RecordBatch.from_pylist(full), RULES._replace(min_score=0.0))
    good = [at for at, score in enumerate(slow.column("score").to_pylist()) if score >= 0.5]
    assert found.to_pylist() == slow.take(pa.array(good)).to_pylist()
    assert found.num_rows > 10
