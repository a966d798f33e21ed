"""What a visit leaves in the bag: the bytes as they came, and beside them nothing that a hostile server could use."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from hunter.evidence.capture import write_visit
from hunter.evidence.layout import to_json
from hunter.evidence.printing import fill_page
from hunter.evidence.report import collect
from hunter.evidence.score import read_object
from hunter.evidence.verify import verify
from hunter.types import Profile
from tests.evidence.conftest import Scene
from tests.evidence.test_report import Page
from tests.evidence.test_visit import CONTEXT, visit_of
from tests.hostile.heads import HEADS
from tests.net.test_recorder import Server, sends

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def captured(folder: Path, name: str) -> tuple[Path, bytes]:
    """The folder of one visit to a server with a hostile head, and the head as it was sent."""
    raw = HEADS[name].replace(b"{port}", b"9")
    with Server(sends(raw)) as server:
        profile = Profile(platform="x", handle="h", url=f"http://127.0.0.1:{server.port}/@h")
        write_visit(folder, 1, visit_of(server, profile=profile), CONTEXT)
    return folder / "data/captures/1", raw


@pytest.mark.parametrize("name", HEADS)
def test_hostile_heads_are_kept_raw_and_told_harmlessly(name: str, tmp_path: Path) -> None:
    folder, raw = captured(tmp_path, name)
    kept = (folder / "001.response.bin").read_bytes()
    assert kept and raw.startswith(kept)
    written = (folder / "capture.json").read_bytes()
    assert not {byte for byte in written if byte < 0x20 or byte > 0x7E} - {0x0A}, "plain ASCII, nothing that commands"
    told = json.loads(written)
    assert told["exchanges"][0]["complete"] == (told["exchanges"][0]["truncated_by"] is None)
    assert len(written) < 4 * 1024 * 1024
    with (folder / "capture.warc.gz").open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file)]
    assert kinds[0] == "warcinfo" and kinds[-1] == "metadata" and not set(kinds) - {
        "warcinfo", "request", "response", "resource", "metadata"
    }  # fmt: skip
    assert sorted(p.name for p in folder.iterdir() if p.suffix not in (".bin", ".json", ".gz", ".wacz", ".txt")) == []


@pytest.fixture(scope="module")
def plain(scene: Scene) -> Page:
    """The report of a harmless visit."""
    return Page(fill_page(*collect(scene.sealed.path, verify(scene.sealed.path), NOW), inline=True))


@pytest.mark.parametrize("name", ["markup in the type", "a way beyond ASCII", "a line break in the way, escaped"])
def test_hostile_heads_put_nothing_into_the_report(
    name: str, tmp_path: Path, plain: Page, scene: Scene, copy_of: Callable[[Path], Path]
) -> None:
    folder, _ = captured(tmp_path / "visit", name)
    bag = copy_of(scene.sealed.path)
    told = read_object(folder / "capture.json")
    told |= {"clock": {"synchronised": True}, "vantage": {"user_agent": "x"}}
    (bag / "data/captures/1/capture.json").write_bytes(to_json(told))
    html = fill_page(*collect(bag, verify(bag), NOW), inline=True)
    page = Page(html)
    assert "hxxp://127[.]0[.]0[.]1" in html, "the visit is told"
    assert set(page.tags) <= set(plain.tags) and page.attributes <= plain.attributes
    assert all(source.startswith("data:image/png;base64,") for source in page.sources)
    assert not {c for c in html if ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 or c == "\u202e"} - {"\n"}
