"""A bag that somebody sends is hostile until it is checked: nothing in it reaches out, nothing in it explodes."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from hunter.errors import HunterError, InputError
from hunter.evidence import unpacking
from hunter.evidence.layout import TAGMANIFEST
from hunter.evidence.unpacking import open_bag
from hunter.evidence.verify import verify
from tests.evidence.conftest import Scene


def tar_with(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w") as tar:
        for member, data in members:
            member.size = len(data) if member.isreg() else 0
            tar.addfile(member, io.BytesIO(data))
    return path


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, link
    return made


BAGIT = (entry("EV/bagit.txt"), b"BagIt-Version: 1.0\n")
BAD_MEMBERS = {
    "climbs": entry("EV/../../outside"),
    "climbs at once": entry("../outside"),
    "absolute": entry("/tmp/outside"),
    "backslashes": entry("EV\\..\\outside"),
    "drive": entry("C:/outside"),
    "link": entry("EV/data", tarfile.SYMTYPE, "/etc"),
    "hard link": entry("EV/data", tarfile.LNKTYPE, "EV/bagit.txt"),
    "device": entry("EV/zero", tarfile.CHRTYPE),
    "pipe": entry("EV/pipe", tarfile.FIFOTYPE),
    "twice": entry("EV/bagit.txt"),
    "long name": entry("EV/" + "x" * 250),
}


@pytest.mark.parametrize("name", BAD_MEMBERS)
def test_a_tar_cannot_reach_out(name: str, tmp_path: Path) -> None:
    tar = tar_with(tmp_path / "x.tar", BAGIT, (BAD_MEMBERS[name], b"x"))
    with pytest.raises(InputError), open_bag(tar):
        pytest.fail("it was opened")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x.tar"]


@pytest.mark.parametrize("name", ["../outside", "/outside", "EV/a//b", "EV/./x"])
def test_a_zip_cannot_reach_out(name: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("EV/bagit.txt", "x")
        archive.writestr(zipfile.ZipInfo(name), "x")
    if name == "EV/./x":
        with open_bag(tmp_path / "x.zip") as folder:
            assert (folder / "x").is_file()
        return
    with pytest.raises(InputError), open_bag(tmp_path / "x.zip"):
        pytest.fail("it was opened")


def test_bombs_do_not_go_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("EV/bagit.txt", "x")
        archive.writestr("EV/zeros", bytes(50_000_000))
    with pytest.raises(InputError, match="bomb"), open_bag(bomb):
        pytest.fail("it was opened")
    monkeypatch.setattr(unpacking, "MOST_FILES", 50)
    monkeypatch.setattr(unpacking, "MOST_BYTES", 10_000)
    many = tar_with(tmp_path / "many.tar", *[(entry(f"EV/{i}"), b"") for i in range(60)])
    large = tar_with(tmp_path / "large.tar", BAGIT, (entry("EV/x"), bytes(20_000)))
    for path in (many, large):
        with pytest.raises(InputError, match="more than any bag"), open_bag(path):
            pytest.fail("it was opened")


def test_links_in_a_folder_are_refused(scene: Scene, copy_of: Callable[[Path], Path]) -> None:
    bag = copy_of(scene.sealed.path)
    (bag / "data/secret").symlink_to("/etc/passwd")
    with pytest.raises(InputError, match="link"), open_bag(bag):
        pytest.fail("it was opened")
    (bag / "data/secret").unlink()
    (bag / "data/folder").symlink_to("/etc")
    with pytest.raises(InputError, match="link"), open_bag(bag):
        pytest.fail("it was opened")


@pytest.mark.parametrize("what", ["", "not an archive", "PK\x03\x04 cut short"])
def test_what_is_no_bag_is_told(what: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text(what)
    with pytest.raises(InputError), open_bag(path):
        pytest.fail("it was opened")
    with pytest.raises(InputError), open_bag(tmp_path / "missing"):
        pytest.fail("it was opened")


def test_packed_bags_verify_like_their_folder(tmp_path: Path, scene: Scene) -> None:
    bag = scene.sealed.path
    tar, packed = tmp_path / "bag.tar.gz", tmp_path / "bag.zip"
    with tarfile.open(tar, "w:gz") as out:
        out.add(bag, bag.name)
    with zipfile.ZipFile(packed, "w") as out_zip:
        for path in bag.rglob("*"):
            if path.is_file():
                out_zip.write(path, f"{bag.name}/{path.relative_to(bag)}")
    for path in (tar, packed):
        with open_bag(path) as folder:
            assert verify(folder, roots=scene.authority.root).exit_code == 0


def test_manifests_that_name_files_outside_are_broken(scene: Scene, copy_of: Callable[[Path], Path]) -> None:
    bag = copy_of(scene.sealed.path)
    outside = bag.parent / "outside"
    outside.write_bytes(b"")
    manifest = bag / "manifest-sha256.txt"
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    manifest.write_text(manifest.read_text() + f"{empty}  ../outside\n")
    assert {"manifest-sha256", "tagmanifest-sha256", "bagit"} <= set(verify(bag).broken)


def one_of_each(bag: Path) -> list[Path]:
    """One file of each kind in each folder of a bag."""
    files = sorted(p for p in bag.rglob("*") if p.is_file())
    return sorted({(p.parent, p.suffix): p for p in files}.values())


def test_no_damaged_file_stops_the_verification(scene: Scene, copy_of: Callable[[Path], Path]) -> None:
    """Whatever a file is replaced by, the answer is "broken", never a crash."""
    rubbish = (b"", b"\xff\xfe\x00", b"[]", b'{"exchanges": 7}', b"{" * 5000)
    bag = copy_of(scene.sealed.path)
    for number, path in enumerate(one_of_each(bag)):
        kept = path.read_bytes()
        path.write_bytes(rubbish[number % len(rubbish)])
        try:
            verdict = verify(bag, roots=scene.authority.root)
            assert verdict.exit_code != 0 or path.suffix in (".tsq", ".pem") or path.name == "allowed_signers", path
        except InputError:
            assert path.name in ("bag-info.txt",), path
        path.write_bytes(kept)
    assert verify(bag, roots=scene.authority.root).exit_code == 0


def test_no_file_can_be_missing(scene: Scene, copy_of: Callable[[Path], Path]) -> None:
    bag = copy_of(scene.sealed.path)
    for path in (p for p in one_of_each(bag) if "seal" not in p.parts):
        kept = path.read_bytes()
        os.unlink(path)
        try:
            assert verify(bag).exit_code == 1, path
        except HunterError:
            assert path.name in ("bag-info.txt", TAGMANIFEST), path
        path.write_bytes(kept)
