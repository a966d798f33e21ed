"""Candidate files of every kind, bad rows among them."""

from __future__ import annotations

import gzip
import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from hunter.candidates import Batch, Candidate, Reader
from hunter.errors import InputError, PictureError
from hunter.types import Picture

CSV = "platform,handle,id,display_name,links,followers,joined,verified\n"


def read(path: Path | str, **options: str) -> tuple[list[Candidate], list[str]]:
    told: list[str] = []
    return list(Reader(complain=told.append, **options).candidates(str(path))), told  # type: ignore[arg-type]


def test_csv_with_all_columns(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text(CSV + 'X,acme1,17,"Acme, Inc",https://a.example https://b.example,12,2026-01-31,acme.example\n')
    (found,), told = read(path)
    profile = found.profile
    assert (found.id, found.line, profile.platform, profile.handle) == ("17", 2, "x", "acme1")
    assert profile.display_name == "Acme, Inc"
    assert profile.links == ("https://a.example", "https://b.example")
    assert profile.followers == 12
    assert profile.joined == datetime(2026, 1, 31, tzinfo=UTC)
    assert profile.verified_by == ("acme.example",)
    assert profile.bio is None and not told


def test_bad_rows_are_told_with_their_line_and_skipped(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text(
        CSV + "x,,,,,,,\n,acme,,,,,,\nx,a,,,,many,,\nx,b,,,,-1,,\nx,c,,,,,soon,\nx,d,,,,,,,,9\nx,good,,,,,,\n"
    )
    found, told = read(path)
    assert [c.profile.handle for c in found] == ["good"]
    assert [line.split(":")[1] for line in told] == ["2", "3", "4", "5", "6", "7"]
    assert "no handle" in told[0] and "no platform" in told[1] and "'many'" in told[2]


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_jsonl_packed_or_not(tmp_path: Path, suffix: str) -> None:
    rows = [
        {"domain": "acme-login.example"},
        {"platform": "x", "handle": "acme", "links": ["https://a.example"], "id": 4},
    ]
    data = ("\n".join(json.dumps(r) for r in rows) + '\n[1]\n{"a\n{"handle": ["x"], "platform": "x"}\n').encode()
    path = tmp_path / f"c.jsonl{suffix}"
    packed = {"": data, ".gz": gzip.compress(data), ".zst": zstandard.compress(data)}[suffix]
    path.write_bytes(packed)
    found, told = read(path)
    assert [(c.profile.platform, c.profile.handle, c.id) for c in found] == [
        ("domain", "acme-login.example", None),
        ("x", "acme", "4"),
    ]
    assert len(told) == 3


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "c.parquet"
    pq.write_table(pa.table({"platform": ["x", "x"], "handle": ["acme", None], "followers": [3, None]}), path)
    found, told = read(path)
    assert [c.profile.followers for c in found] == [3]
    assert "2: no handle" in told[0]


@pytest.mark.parametrize("kind", ["handle", "domain"])
def test_plain_text_is_names(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "names.txt"
    path.write_text("acme.example\n\n  acme2.example \n", encoding="utf-8-sig")
    found, _ = read(path, kind=kind)
    assert [c.profile.handle for c in found] == ["acme.example", "acme2.example"]
    assert {c.profile.platform for c in found} == {"domain" if kind == "domain" else "unknown"}


@pytest.mark.parametrize("text", ["handle,platform\nacme,x\n", '{"handle": "acme", "platform": "x"}\n', "acme\n"])
def test_standard_input_tells_by_its_first_line(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    found, told = read("-")
    assert [c.profile.handle for c in found] == ["acme"] and not told


class Lab:
    def develop(self, data: bytes) -> Picture:
        if data != b"picture":
            raise PictureError("not a picture")
        return Picture(sha256="1" * 64)


def test_avatars_are_files_beside_the_list(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"picture")
    (tmp_path / "b.png").write_bytes(b"broken")
    path = tmp_path / "c.csv"
    path.write_text("platform,handle,avatar\nx,a,a.png\nx,b,b.png\nx,c,none.png\n")
    told: list[str] = []
    found = list(Reader(complain=told.append, darkroom=Lab()).candidates(str(path)))
    assert [c.profile.picture and c.profile.picture.sha256 for c in found] == ["1" * 64, None, None]
    assert told == [
        "b.png: not a picture; judged without it",
        "none.png: No such file or directory; judged without it",
    ], "a broken or missing avatar costs the picture, not the candidate"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("c.xyz", b"a"),
        ("c.csv", b"name\nacme\n"),
        ("c.csv", "handle\nacme\n".encode("utf-16")),
        ("c.parquet", b"PAR1"),
        ("c.csv.gz", b"\x1f\x8b\x08x"),
    ],
)
def test_files_that_are_no_candidates_at_all(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError):
        read(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("c.csv", b"platform,handle\nx,good\nx,b\xffd\nx,last\n"),
        (
            "c.jsonl",
            b'\n{"platform":"x","handle":"good"}\n{"platform":"x","handle":"\xff"}\n{"platform":"x","handle":"last"}',
        ),
        ("c.txt", b"good\n\nb\xffd\nlast\n"),
    ],
)
def test_bytes_that_are_no_text_cost_their_row_only(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    told: list[str] = []
    reader = Reader(complain=told.append)
    assert [c.profile.handle for c in reader.candidates(str(tmp_path / name))] == ["good", "last"]
    assert told == [f"{tmp_path / name}:3: holds bytes that are no UTF-8; skipped"] and reader.bad == 1


def test_bytes_that_are_no_name_are_left_out_of_a_batch(tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_bytes(b"good\nb\xffd\nlast\n")
    told: list[str] = []
    reader = Reader(complain=told.append)
    (batch,) = reader.batches(str(tmp_path / "c.txt"))
    assert isinstance(batch, Batch) and batch.handles == b"good\n\nlast\n"
    assert (reader.bad, reader.read, len(told)) == (1, 2, 1)


def test_a_missing_file() -> None:
    with pytest.raises(InputError, match=r"none\.csv"):
        read("none.csv")
