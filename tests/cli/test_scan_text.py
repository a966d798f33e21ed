"""The draft checker tells places, never numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from hunter.cli import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(["scan-text", *arguments])
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err


def test_tells_each_place_and_never_the_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft = tmp_path / "draft.csv"
    draft.write_text("id,text\n1,fine\n2,pay 4111 1111 1111 1111 now\n3,to DE89370400440532013000\n", encoding="utf-8")
    code, out, err = run(capsys, str(draft))
    assert code == 2
    assert out.splitlines() == [
        "line 3, column 7: payment card, ends 1111",
        "line 4, column 6: bank account (IBAN), ends 3000",
    ]
    assert "4111" not in out + err and "8937" not in out + err


def test_a_clean_text_is_exit_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text("Our new branch opens on 2026-12-01, call +49 151 1234 5678.", encoding="utf-8")
    assert run(capsys, str(draft))[:2] == (0, "")


def test_long_files_are_scanned_in_parts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft = tmp_path / "long.txt"
    lines = ["nothing"] * 5000
    lines[1999], lines[2000] = "x 4111 1111", "1111 1111 y"
    lines[4321] = "é DE89370400440532013000"
    draft.write_text("\n".join(lines), encoding="utf-8")
    _, out, _ = run(capsys, str(draft))
    assert [line.split(":")[0] for line in out.splitlines()] == ["line 2000, column 3", "line 4322, column 3"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_encodings(encoding: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_bytes("für 4111111111111111".encode(encoding))
    assert run(capsys, str(draft))[1].startswith("line 1, column 5: payment card")


@pytest.mark.parametrize("content", [b"PK\x03\x04....", b"%PDF-1.7", b"\0\1\2"])
def test_what_is_no_text_is_refused(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft = tmp_path / "draft.bin"
    draft.write_bytes(content)
    code, _, err = run(capsys, str(draft))
    assert code == 64 and "no plain text" in err


def test_a_missing_file_is_exit_64(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, str(tmp_path / "none"))[0] == 64
