"""Redacted copies: what must not leave is in none of their bytes, what the claim rests on is."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hunter.cli import main
from hunter.errors import InputError
from hunter.evidence.bag import read_info, tagmanifest_digest, validate, write_tags
from hunter.evidence.layout import files_under, to_json
from hunter.evidence.redact import redact
from hunter.evidence.strangers import know, mask_strangers
from hunter.evidence.verify import verify
from tests.evidence.conftest import Scene

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
CARD, IBAN = "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00"
STRANGER = {
    "handle": "grandma.bsky.example", "displayName": "Erna Unbeteiligt", "did": "did:plc:stranger",
    "avatar": "https://cdn.example/erna.jpg", "followersCount": 3,
}  # fmt: skip
THREAD = {
    "post": {"text": f"I paid to {IBAN} and gave {CARD}, call me +49 151 12345678 or erna@mail.example, @helper knows"},
    "author": STRANGER,
    "numbers": [4111111111111111, 17, 3.5, None, True],
    "full-width": "４１１１１１１１１１１１１１１１",
}
GONE = [
    "4111 1111", "4111111111111111", "４１１１", "3704 0044", "Erna", "grandma.bsky", "did:plc:stranger", "erna.jpg",
    "erna@mail.example", "12345678", "@helper", "reviewer-1", "Aloisia",
]  # fmt: skip


@pytest.fixture
def source(scene: Scene, copy_of: Callable[[Path], Path]) -> Path:
    """The sealed bag with account numbers and uninvolved people in everything that can hold them."""
    bag = copy_of(scene.sealed.path)
    capture = bag / "data/captures/1"
    (capture / "api-002.json").write_bytes(to_json({**json.loads((capture / "api-002.json").read_bytes()), **THREAD}))
    with (capture / "002.response.bin").open("ab") as raw:
        raw.write(json.dumps(THREAD).encode())
    (capture / "page.txt").write_text(f"Erna Unbeteiligt: {CARD}", encoding="utf-8")
    versions = json.loads((bag / "data/profile/versions.json").read_bytes())
    versions[0]["profile"]["bio"] = f"Pay to {IBAN}, write to refunds@fraud.example"
    (bag / "data/profile/versions.json").write_bytes(to_json(versions))
    (bag / "data/certificate-draft.txt").write_text("sealed by Aloisia\nand reviewer-1", encoding="utf-8")
    case = json.loads((bag / "data/case.json").read_bytes())
    (bag / "data/case.json").write_bytes(to_json({**case, "opened_by": "Aloisia"}))
    (bag / "data/notices").mkdir()
    (bag / "data/notices/notice.txt").write_text("Aloisia, 1 Home Street", encoding="utf-8")
    write_tags(bag, {key: value for key, value in read_info(bag).items() if key != "Payload-Oxum"})
    return bag


def contents(bag: Path) -> dict[str, bytes]:
    return {path.relative_to(bag).as_posix(): path.read_bytes() for path in files_under(bag)}


def _unescape(content: bytes) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), content.decode("utf-8", "replace"))


def test_nothing_that_must_not_leave_is_in_any_byte(source: Path, tmp_path: Path) -> None:
    before = contents(source)
    made = redact(source, tmp_path / "out", at=NOW)
    assert contents(source) == before
    for name, content in contents(made.path).items():
        text = content.decode("utf-8", "replace") + _unescape(content)
        assert not [gone for gone in GONE if gone in text], name
    assert made.counts["card"] == 3 and made.counts["iban"] == 2 and made.counts["uninvolved account"] == 4
    assert made.counts["person of ours"] >= 4 and made.counts["mail address"] >= 1


def test_what_the_claim_rests_on_stays(source: Path, tmp_path: Path) -> None:
    made = redact(source, tmp_path / "out", at=NOW)
    profile = json.loads((made.path / "data/profile/profile.json").read_bytes())["profile"]
    original = json.loads((source / "data/profile/profile.json").read_bytes())["profile"]
    for name in ("handle", "display_name", "bio", "native_id", "url", "links"):
        assert profile[name] == original[name]
    versions = json.loads((made.path / "data/profile/versions.json").read_bytes())
    assert versions[0]["profile"]["bio"] == "Pay to [IBAN masked, ends 3000], write to refunds@fraud.example"
    answer = json.loads((made.path / "data/captures/1/api-002.json").read_bytes())
    assert answer["author"]["displayName"] == "[uninvolved account masked]" and answer["author"]["followersCount"] == 3
    assert answer["post"]["text"] == (
        "I paid to [IBAN masked, ends 3000] and gave [card number masked, ends 1111], call me "
        "[telephone number masked] or [mail address masked], [handle masked] knows"
    )
    assert answer["numbers"][1:] == [17, 3.5, None, True]
    for kept in ("data/profile/avatar.png", "data/comparison/side-by-side.png", "data/brand/reference-1.png"):
        assert (made.path / kept).read_bytes() == (source / kept).read_bytes()


def test_the_copy_names_its_source_and_tells_what_was_done(source: Path, tmp_path: Path) -> None:
    made = redact(source, tmp_path / "out", at=NOW)
    info = read_info(made.path)
    assert info["Redaction"] == "profile=default" and info["Source-Tagmanifest-SHA256"] == tagmanifest_digest(source)
    account = json.loads((made.path / "data/redactions.json").read_bytes())
    left = {entry["file"] for entry in account["left_out"]}
    assert {"data/captures/1/002.response.bin", "data/captures/1/capture.warc.gz", "data/captures/1/page.txt"} <= left
    assert "data/notices/notice.txt" in left and made.left_out == len(left)
    assert {"file": "data/captures/1/api-002.json", "place": "/post/text", "rule": "card", "count": 1} in account[
        "masked"
    ]
    assert account["stays_readable"] is None
    assert "Pictures were not read" in (made.path / "data/README.txt").read_text("utf-8")


def test_no_digest_is_left_that_could_be_guessed(source: Path, tmp_path: Path) -> None:
    made = redact(source, tmp_path / "out", at=NOW)
    bio = hashlib.sha256(
        json.dumps(json.loads((source / "data/profile/profile.json").read_bytes())["profile"]["bio"]).encode()
    )
    for name, content in contents(made.path).items():
        if name.endswith((".json", ".jsonl")):
            for line in content.splitlines() if name.endswith("l") else [content]:
                assert not list(_digests(json.loads(line))), name
            assert bio.hexdigest().encode() not in content


def _digests(value: Any, key: str = "") -> list[str]:
    if isinstance(value, dict):
        return [d for k, v in value.items() for d in _digests(v, k if "sha256" not in key else key)]
    if isinstance(value, list):
        return [d for v in value for d in _digests(v, key)]
    return [value] if "sha256" in key and isinstance(value, str) and len(value) == 64 else []


def test_the_copy_is_whole_and_says_that_it_is_a_copy(source: Path, tmp_path: Path) -> None:
    made = redact(source, tmp_path / "out", at=NOW)
    assert validate(made.path) is None
    found = verify(made.path)
    assert found.exit_code == 2 and not found.broken
    assert f"a redacted copy of {made.source}" in next(s.words for s in found.steps if s.name == "redaction")
    with pytest.raises(InputError, match="no sealed original"):
        redact(made.path, tmp_path / "again", at=NOW)
    (made.path / "data/case.json").write_text("{}")
    assert verify(made.path).exit_code == 1


def test_one_number_may_stay_with_a_reason(source: Path, tmp_path: Path) -> None:
    made = redact(source, tmp_path / "out", at=NOW, unmask=frozenset({"3000"}), because="the account that was paid to")
    versions = json.loads((made.path / "data/profile/versions.json").read_bytes())
    assert IBAN in versions[0]["profile"]["bio"] and "iban" not in made.counts
    stays = json.loads((made.path / "data/redactions.json").read_bytes())["stays_readable"]
    assert stays == {"last_four": ["3000"], "because": "the account that was paid to"}


def test_the_command(
    scene: Scene, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HUNTER_STORE", f"sqlite:///{tmp_path}/hunter.db")
    monkeypatch.setenv("HUNTER_REVIEWER", "legal-1")

    def run(*arguments: str) -> int:
        with pytest.raises(SystemExit) as stop:
            main(["evidence", "redact", *arguments])
        return int(stop.value.code or 0)

    assert run(str(source), "-o", str(tmp_path / "no")) == 64  # it was damaged after it was sealed
    assert "is broken" in capsys.readouterr().err
    sealed = str(scene.sealed.path)
    assert run(sealed, "-o", str(tmp_path / "o"), "--unmask", "3000") == 64
    assert run(sealed, "-o", str(tmp_path / "o"), "--unmask", "3000", "--because", "paid to") == 0
    out, err = capsys.readouterr()
    assert out.strip().endswith("-redacted") and "files left out" in err
    from hunter.store import audit, open_store

    with open_store(f"sqlite:///{tmp_path}/hunter.db") as store, store.read() as c:
        (line,) = [json.loads(line) for line in audit.lines(c)]
        assert (line["act"], line["actor"]) == ("unmask", "legal-1") and "paid" not in str(line)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ask @realacme or @friend.of.mine@host.example", "ask @realacme or [handle masked]"),
        ("mail a.b+c@x.example and refunds@fraud.example", "mail [mail address masked] and refunds@fraud.example"),
        (
            "call +44 20 7946 0958, (030) 1234567, 0049 151 1234567",
            "call " + ", ".join(["[telephone number masked]"] * 3),
        ),
        (
            "version 1.2.3, 2026-11-23 19:20:37, 12345678, 5+5, a@b",
            "version 1.2.3, 2026-11-23 19:20:37, 12345678, 5+5, a@b",
        ),
        ("did:plc:own and did:plc:other1", "did:plc:own and [account id masked]"),
        ("https://site.example/@someone stays a path", "https://site.example/@someone stays a path"),
    ],
)
def test_strangers_in_text(text: str, left: str) -> None:
    known = know({"handle": "realacme", "bio": "write to refunds@fraud.example", "native_id": "did:plc:own"})
    assert mask_strangers(text, known, lambda rule: None) == left


@pytest.mark.parametrize("unit", ["a@", "@a", "+1 ", "did:plc:", "(1", "a.", "00 1"])
def test_strangers_are_found_in_linear_time(unit: str) -> None:
    import time

    seconds = []
    for size in (50_000, 200_000):
        began = time.process_time()
        mask_strangers(unit * (size // len(unit)), know(), lambda rule: None)
        seconds.append(time.process_time() - began)
    assert seconds[1] < max(10 * seconds[0], 1.0)
