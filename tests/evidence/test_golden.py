"""Bags of every release verify with today's code: what was sealed once must stay provable."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hunter.evidence.report import write_report
from hunter.evidence.score import rescore
from hunter.evidence.unpacking import open_bag
from hunter.evidence.verify import verify

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.tar"))
NOW = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.real("openssl", "ssh-keygen")
@pytest.mark.parametrize("tar", GOLDEN, ids=lambda p: p.stem)
def test_old_bags_still_verify(tar: Path) -> None:
    with open_bag(tar) as bag:
        verdict = verify(bag, roots=tar.with_name(f"{tar.stem}.root.pem"), now=NOW)
        assert verdict.exit_code == 0, verdict
        assert {s.name for s in verdict.steps} == {
            "bagit", "manifest-sha256", "manifest-sha512", "tagmanifest-sha256", "tagmanifest-sha512", "stamp",
            "signature", "log", "warc", "count", "captures", "wacz", "score",
        }  # fmt: skip
        assert rescore(bag).agrees


@pytest.mark.parametrize("tar", GOLDEN, ids=lambda p: p.stem)
def test_old_bags_still_have_a_report(tar: Path, tmp_path: Path) -> None:
    with open_bag(tar) as bag:
        write_report(bag, tmp_path / "r.html", now=NOW)
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Suspected impersonation of Nordwind Bank" in page and page.count("data:image/png;base64,") == 4
