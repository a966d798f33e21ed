"""Each way of tampering with a bag is caught by the steps that should catch it: ours, and the standard tools alone."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest

from hunter.evidence.layout import sha256_of
from hunter.evidence.stamp import request_stamp
from hunter.evidence.verify import verify
from tests.evidence.conftest import SIGNER, Scene

# The steps of the bag's README, in order, and what ours are called.
STANDARD = ("bagit", "manifest", "tagmanifest", "stamp", "signature", "log", "warc", "count")
OURS = {"manifest": "manifest-sha256", "tagmanifest": "tagmanifest-sha256"}
WARC = "data/captures/1/capture.warc.gz"
LOG = "data/review/audit.jsonl"


def flip_avatar(bag: Path, _: Scene) -> None:
    avatar = next((bag / "data/profile").glob("avatar.png"))
    data = bytearray(avatar.read_bytes())
    data[len(data) // 2] ^= 1
    avatar.write_bytes(data)


def change_reviewer(bag: Path, _: Scene) -> None:
    log = bag / LOG
    log.write_bytes(log.read_bytes().replace(b"reviewer-1", b"reviewer-2"))


def drop_last_line(bag: Path, _: Scene) -> None:
    log = bag / LOG
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))


def add_file(bag: Path, _: Scene) -> None:
    (bag / "data/profile/more.txt").write_text("planted")


def rebuild(bag: Path) -> None:
    """What somebody with access and the usual tool does afterwards."""
    opened = bagit.Bag(str(bag))
    opened.save(manifests=True)


def rebuilt(change: Callable[[Path, Scene], None]) -> Callable[[Path, Scene], None]:
    def changed(bag: Path, scene: Scene) -> None:
        change(bag, scene)
        rebuild(bag)

    return changed


def drop_last_line_and_head(bag: Path, scene: Scene) -> None:
    drop_last_line(bag, scene)
    last = (bag / LOG).read_bytes().splitlines()[-1]
    info = bag / "bag-info.txt"
    head = f"Audit-Head-SHA256: {sha256_of(last)}"
    info.write_text(re.sub(r"Audit-Head-SHA256: \w+", head, info.read_text()))
    rebuild(bag)


def members(data: bytes) -> list[bytes]:
    """The records of a compressed WARC, each of them a gzip member of its own."""
    found = []
    while data:
        machine = zlib.decompressobj(31)
        found.append(machine.decompress(data))
        data = machine.unused_data
    return found


def change_warc_body(bag: Path, _: Scene) -> None:
    warc = bag / WARC
    changed = [
        r.replace(b"refund", b"reFund") if b"WARC-Type: response" in r else r for r in members(warc.read_bytes())
    ]
    assert changed != members(warc.read_bytes())
    warc.write_bytes(b"".join(gzip.compress(r) for r in changed))
    rebuild(bag)


def empty_warc(bag: Path, _: Scene) -> None:
    (bag / WARC).write_bytes(b"")
    rebuild(bag)


def swap_token(bag: Path, scene: Scene) -> None:
    other = request_stamp(scene.office.sealer.stamper, scene.authority.url, b"another bag's tag manifest")
    next((bag / "seal").glob("*.tsr")).write_bytes(other.reply)


TABLE: dict[str, tuple[Callable[[Path, Scene], None], set[str]]] = {
    "none": (lambda bag, scene: None, set()),
    "one byte of the avatar": (flip_avatar, {"manifest", "bagit"}),
    "reviewer in the log": (change_reviewer, {"manifest", "bagit", "log"}),
    "last log line dropped": (drop_last_line, {"manifest", "bagit", "log"}),
    "payload file added": (add_file, {"bagit"}),
    "avatar, all manifests rebuilt": (rebuilt(flip_avatar), {"stamp", "signature"}),
    "log line dropped, rebuilt, head left": (rebuilt(drop_last_line), {"stamp", "signature", "log"}),
    "log line dropped, new head, rebuilt": (drop_last_line_and_head, {"stamp", "signature"}),
    "WARC body changed, rebuilt": (change_warc_body, {"stamp", "signature", "warc"}),
    "WARC emptied, rebuilt": (empty_warc, {"stamp", "signature", "count"}),
    "token of another bag": (swap_token, {"stamp"}),
}


def by_standard_tools(bag: Path) -> set[str]:
    """Runs the commands of the bag's own README and tells which of them complain."""
    text = (bag / "data/README.txt").read_text()
    commands = re.findall(r"^\d\. .*\n   (.+)$", text, re.MULTILINE)
    assert len(commands) == 7
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    said = []
    for command in commands:
        done = subprocess.run(["bash", "-c", command], cwd=bag, env=environment, capture_output=True, text=True)
        said.append((done.returncode, done.stdout + done.stderr))
    announced = re.search(r"Warc-Response-Count: (\d+)", said[6][1])
    counted = re.search(r"^(\d+)$", said[6][1], re.MULTILINE)
    assert announced and counted
    wrong = {
        "bagit": said[0][0] != 0,
        "manifest": said[1][0] != 0,
        "tagmanifest": said[2][0] != 0,
        "stamp": "Verification: OK" not in said[3][1],
        "signature": f'Good "evidence@hunter" signature for {SIGNER}' not in said[4][1],
        "log": "BROKEN" in said[5][1] or "HEAD" in said[5][1],
        "warc": "fail" in said[6][1],
        "count": announced[1] != counted[1],
    }
    return {name for name, bad in wrong.items() if bad}


@pytest.mark.real("openssl", "ssh-keygen")
@pytest.mark.parametrize("row", TABLE)
def test_every_row_of_the_table_is_caught(row: str, scene: Scene, copy_of: Callable[[Path], Path]) -> None:
    tamper, expected = TABLE[row]
    bag = copy_of(scene.sealed.path)
    tamper(bag, scene)
    assert by_standard_tools(bag) == expected
    verdict = verify(bag, roots=scene.authority.root)
    assert {OURS.get(name, name) for name in expected} <= set(verdict.broken), verdict
    assert verdict.exit_code == (1 if expected else 0)
    if not expected:
        assert verdict.broken == []
