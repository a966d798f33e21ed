"""`hunter evidence` as its users meet it: what it prints, and its exit codes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from hunter.cli import main
from tests.evidence.conftest import SIGNER, make_key
from tests.evidence.office import Office


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of one command."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


@pytest.fixture
def at_office(scene: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The working directory and the settings of the office's user."""
    office: Office = scene.office  # type: ignore[attr-defined]
    settings = office.settings
    monkeypatch.chdir(tmp_path)
    named = {
        "store": settings.store, "vault": settings.vault, "reviewer": "r-2", "tls_roots": settings.tls_roots,
        "tsa_urls": settings.tsa_urls[0], "tsa_roots": settings.tsa_roots, "signer": SIGNER,
        "signing_key": make_key(tmp_path),
    }  # fmt: skip
    lines = "".join(f'{name} = "{value}"\n' for name, value in named.items())
    lines += f'[platform_urls]\nbluesky = "{office.site.base}"\n'
    Path("hunter.toml").write_text(lines)
    return office


def test_seal_verify_rescore_and_renew(
    at_office: Office, scene: object, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    number = str(at_office.suspects[2])
    code, out, err = run(capsys, "evidence", "seal", number, "-o", "bags", "--no-browser", "--tar")
    assert code == 0 and "visit ok, signed, stamped by http://127.0.0.1" in err
    bag = Path(out.strip())
    tar = bag.with_name(f"{bag.name}.tar")
    for path in (bag, tar):
        code, out, err = run(capsys, "evidence", "verify", str(path))
        assert code == 0 and "all steps hold" in err
        assert [line.split()[0] for line in out.splitlines()] == ["ok"] * len(out.splitlines())
        assert f"signed by {SIGNER}" in out
    code, out, err = run(capsys, "evidence", "rescore", str(tar))
    assert code == 0 and "the matcher is the one that sealed" in err
    sealed, added_up, judged = (float(line.split()[-1]) for line in out.splitlines())
    assert sealed == added_up == judged > 0.5
    code, out, err = run(capsys, "evidence", "renew")
    assert code == 0 and "every bag is stamped" in err
    code, out, _ = run(capsys, "evidence", "renew", str(bag))
    assert code == 0 and "nothing to do" in out

    (bag / "data/case.json").write_text("{}")
    code, out, err = run(capsys, "evidence", "verify", str(bag))
    assert code == 1 and "BROKEN: this is not the bag" in err and "data/case.json was changed" in out


def test_an_authority_that_is_down_is_exit_2_until_it_is_renewed(
    at_office: Office, scene: object, capsys: pytest.CaptureFixture[str]
) -> None:
    authority = scene.authority  # type: ignore[attr-defined]
    authority.mode = "down"
    try:
        number = str(at_office.suspects[2])
        code, out, err = run(capsys, "evidence", "seal", number, "-o", "late", "--no-browser", "--tar")
        assert code == 2 and "503" in err and "hunter evidence renew asks again" in err
        bag = Path(out.strip())
        assert run(capsys, "evidence", "verify", str(bag))[0] == 2
        assert run(capsys, "evidence", "renew")[0] == 2
    finally:
        authority.mode = "good"
    assert run(capsys, "evidence", "renew")[0] == 0
    assert run(capsys, "evidence", "verify", str(bag.with_name(f"{bag.name}.tar")))[0] == 0
    untrusting = Path("hunter.toml")
    untrusting.write_text("\n".join(x for x in untrusting.read_text().splitlines() if "tsa_roots" not in x))
    assert run(capsys, "evidence", "verify", str(bag))[0] == 3
    shutil.move(bag, bag.with_name("moved"))
    code, _, _ = run(capsys, "evidence", "verify", str(bag))
    assert code == 64


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["seal", "999", "-o", "x"], "there is no suspect 999"),
        (["verify", "nothing-here"], "nothing-here is not there"),
        (["rescore", "hunter.toml"], "neither a folder nor a tar or zip"),
        (["renew", "hunter.toml"], "is no folder of a bag"),
        (["report", "."], "bag"),
    ],
)
def test_mistakes_are_told_with_exit_64(
    at_office: Office, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    code, out, err = run(capsys, "evidence", *arguments)
    assert code == 64 and said in err and "Traceback" not in err and out == ""


def test_a_key_that_cannot_be_used_is_told(at_office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    subprocess.run(["ssh-keygen", "-q", "-p", "-N", "secret", "-f", "key"], check=True)
    code, _, err = run(capsys, "evidence", "seal", str(at_office.suspects[2]), "-o", "x", "--no-browser")
    assert code == 64 and "signing_key" in err and "passphrase" in err
    assert not any(Path("x").iterdir())
