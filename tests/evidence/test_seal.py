"""What sealing puts into a bag, and when it refuses."""

from __future__ import annotations

import hashlib
import json
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hunter.errors import InputError, UsageError
from hunter.evidence.bag import pack, read_info, validate
from hunter.evidence.seal import Request
from hunter.evidence.signature import check_signature
from hunter.evidence.verify import verify
from hunter.store import audit, evidence
from hunter.store.judgements import history
from tests.evidence.conftest import Scene
from tests.evidence.office import THEIR_NAME, Site, open_office

BY = Request(by="r-1", reason="takedown")


def read(bag: Path, name: str) -> dict[str, object]:
    return dict(json.loads((bag / name).read_bytes()))


def test_the_bag_holds_what_it_should(scene: Scene) -> None:
    bag = scene.sealed.path
    capture = read(bag, "data/captures/1/capture.json")
    assert capture["verdict"] == "ok" and capture["errors"] == [] and capture["login_state"] == "anonymous"
    exchanges = capture["exchanges"]
    assert isinstance(exchanges, list)
    assert [e["role"] for e in exchanges] == ["page", "api", "avatar", "robots"]
    raw = (bag / "data/captures/1/001.response.bin").read_bytes()
    assert raw.startswith(b"HTTP/1.1 200 OK\r\n") and b"x-WEIRD-case: kept" in raw
    assert exchanges[0]["response_sha256"] == hashlib.sha256(raw).hexdigest()
    assert all(e["certificate_trusted"] and e["complete"] for e in exchanges)
    assert read(bag, "data/captures/1/tls-001.json")["trusted"] is True
    assert capture["screenshot"] is None and capture["screenshot_absent_reason"] == "switched off (--no-browser)"
    page = (bag / "data/captures/1/page.txt").read_text()
    assert THEIR_NAME in page and "var x" not in page
    assert not list(bag.rglob("*.html"))
    assert (bag / "data/profile/avatar.png").read_bytes() == scene.site.picture  # called .jpg by the site
    assert (bag / "data/brand/reference-1.png").is_file() and (bag / "data/comparison/side-by-side.png").is_file()
    info = read_info(bag)
    assert info["Payload-Oxum"] == f"{sum(p.stat().st_size for p in (bag / 'data').rglob('*') if p.is_file())}." + str(
        sum(p.is_file() for p in (bag / "data").rglob("*"))
    )
    assert info["Warc-Response-Count"] == "4" and info["Capture-Count"] == "1"
    case = read(bag, "data/case.json")
    assert case["verdict"] == "impersonation" and "suspected" in str(case["wording"])
    assert "NOT SIGNED" in (bag / "data/certificate-draft.txt").read_text()


def test_every_field_points_to_the_bytes_that_say_it(scene: Scene) -> None:
    bag = scene.sealed.path
    told = read(bag, "data/profile/profile.json")
    profile = told["profile"]
    assert isinstance(profile, dict)
    for group in ("fields_in_what_was_seen", "fields_in_the_capture"):
        places = told[group]
        assert isinstance(places, dict)
        for field in ("handle", "native_id", "display_name", "bio", "followers", "following", "posts", "avatar_url"):
            place = places[field]
            data = (bag / place["file"]).read_bytes()
            assert hashlib.sha256(data).hexdigest() == place["sha256"]
            value = json.loads(data)
            for key in place["json_pointer"].split("/")[1:]:
                value = value[key]
            assert value == profile[field]
    assert places["followers"]["json_pointer"] == "/followersCount"


def test_nobody_else_can_read_it(scene: Scene) -> None:
    for path in scene.sealed.path.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert not list(scene.sealed.path.parent.glob(".unfinished*"))


def test_the_store_knows_the_bag_and_the_log_holds_it(scene: Scene) -> None:
    with scene.office.store.read() as c:
        (bag,) = evidence.bags_of_suspect(c, scene.office.suspects[0])
        assert audit.verify(c) == []
        lines = [json.loads(line) for line in audit.lines(c)]
    assert (bag.tagmanifest_sha256, bag.stamp, bag.signed) == (scene.sealed.digest, "stamped", True)
    assert bag.stamp_expires_at and bag.stamp_expires_at > datetime.now(UTC)
    assert ("sealed", scene.sealed.digest) in [(x["act"], x["object_sha256"]) for x in lines]
    sealed = [json.loads(x) for x in (scene.sealed.path / "data/review/audit.jsonl").read_bytes().splitlines()]
    assert [x["act"] for x in sealed] == ["verdict", "seal_evidence"]
    by_seq = {x["seq"]: x for x in lines}
    assert all(by_seq[x["log_seq"]]["object"] == x["object"] for x in sealed)


def test_nobody_confirmed_it(tmp_path: Path) -> None:
    with Site() as site, open_office(tmp_path, site, confirm=False) as office:
        with pytest.raises(UsageError, match="not confirmed by a person"):
            office.sealer.seal(office.suspects[0], tmp_path / "bags", BY)
        assert site.asked == [] and not (tmp_path / "bags").exists()
        request = replace(BY, unconfirmed="the lawyer asked for it", no_visit="it vanished")
        sealed = office.sealer.seal(office.suspects[0], tmp_path / "bags", request)
        assert site.asked == []
        assert "no person has confirmed" in (sealed.path / "data/README.txt").read_text()
        assert read(sealed.path, "data/case.json")["not_visited_reason"] == "it vanished"
        verdict = verify(sealed.path)
        assert verdict.broken == [] and verdict.exit_code == 2
        with office.store.read() as c:
            assert history(c, "bluesky", "did:plc:nordwind000001") == []


def test_a_site_that_is_gone_is_sealed_as_gone(tmp_path: Path) -> None:
    with Site() as site, open_office(tmp_path, site) as office:
        site.answer = lambda path: None  # type: ignore[method-assign]
        sealed = office.sealer.seal(office.suspects[0], tmp_path / "bags", BY)
        assert sealed.verdict == "not_found"
        assert (sealed.path / "data/seen/001.body.bin").is_file()
        assert verify(sealed.path).broken == []
    with Site() as gone:
        pass  # it was there, and is no more
    with open_office(tmp_path / "b", gone) as office:
        sealed = office.sealer.seal(office.suspects[0], tmp_path / "bags2", BY)
    assert sealed.verdict == "error"
    assert read(sealed.path, "data/captures/1/capture.json")["errors"]
    assert verify(sealed.path).broken == []


def test_a_changed_picture_is_kept_beside_the_judged_one(tmp_path: Path, scene: Scene) -> None:
    judged = scene.site.picture
    scene.site.picture = b"GIF89a" + bytes(40)
    try:
        sealed = scene.office.sealer.seal(scene.office.suspects[1], tmp_path, BY)
    finally:
        scene.site.picture = judged
    assert (sealed.path / "data/profile/avatar.png").read_bytes() == judged
    assert (sealed.path / "data/profile/avatar-at-sealing.gif").read_bytes() == b"GIF89a" + bytes(40)
    assert read(sealed.path, "data/profile/avatar.json")["same_bytes"] is False


def test_robots_are_told_not_obeyed(tmp_path: Path, scene: Scene) -> None:
    scene.site.robots, before = "User-agent: *\nDisallow: /profile/\n", scene.site.robots
    try:
        sealed = scene.office.sealer.seal(scene.office.suspects[1], tmp_path, BY)
    finally:
        scene.site.robots = before
    (told,) = read(sealed.path, "data/captures/1/capture.json")["robots"]  # type: ignore[misc]
    assert told["allowed"] is False and "/profile/" in told["rule"]


def test_notices_go_in_under_plain_names_only(tmp_path: Path, scene: Scene) -> None:
    notices = {"submissions.jsonl": b"{}\n", "x-impersonation.txt": b"Dear"}
    sealed = scene.office.sealer.seal(scene.office.suspects[1], tmp_path, replace(BY, notices=notices))
    assert (sealed.path / "data/notices/submissions.jsonl").read_bytes() == b"{}\n"
    with pytest.raises(InputError, match="plain file name"):
        scene.office.sealer.seal(
            scene.office.suspects[2], tmp_path, replace(BY, notices={"../../x": b""})
        )  # fmt: skip
    assert [p.name for p in tmp_path.iterdir()] == [sealed.path.name], "nothing half-made is left"


def test_a_tar_is_the_same_each_time(tmp_path: Path, scene: Scene) -> None:
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    pack(scene.sealed.path, tmp_path / "a.tar", moment)
    for path in scene.sealed.path.rglob("*"):
        path.touch()
    pack(scene.sealed.path, tmp_path / "b.tar", moment)
    assert (tmp_path / "a.tar").read_bytes() == (tmp_path / "b.tar").read_bytes()
    assert validate(scene.sealed.path) is None


@pytest.mark.real("ssh-keygen")
def test_another_key_is_noticed_when_the_signers_are_pinned(
    tmp_path: Path, scene: Scene, copy_of: Callable[[Path], Path]
) -> None:
    pinned = tmp_path / "signers"
    pinned.write_bytes((scene.sealed.path / "seal/allowed_signers").read_bytes())
    bag = copy_of(scene.sealed.path)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "k")], check=True)
    from hunter.evidence.signature import sign

    sign(bag, tmp_path / "k", "brand@nordwind.example")
    assert check_signature(bag).state == "proven"  # whoever replaces both is not found out by the bag alone
    assert check_signature(bag, pinned).state == "wrong"
    assert check_signature(scene.sealed.path, pinned).state == "proven"


def test_the_wacz_pleases_its_own_validator(scene: Scene) -> None:
    tool = Path(sys.executable).parent / "wacz"
    wacz = scene.sealed.path / "data/captures/1/capture.wacz"
    done = subprocess.run([str(tool), "validate", "-f", str(wacz)], capture_output=True, text=True)
    assert "the passed WACZ is valid" in done.stdout, done.stdout + done.stderr
