"""A team's own weights file and its list of known domains are read, or refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from hunter.errors import UsageError
from hunter.matching.judge import judge
from hunter.matching.weights import shipped_weights
from hunter.rules import load_rules, load_weights, read_known_domains
from hunter.settings import Settings
from hunter.tables import data_folder
from hunter.types import Brand, Profile


def test_without_a_file_the_shipped_ones_hold() -> None:
    assert load_weights(None) is shipped_weights()


def test_a_copy_of_the_shipped_file_is_the_same_rules(tmp_path: Path) -> None:
    path = tmp_path / "weights.toml"
    path.write_bytes((data_folder() / "weights.toml").read_bytes())
    assert load_weights(path).digest == shipped_weights().digest


WRONG = {
    "missing": (None, "No such file"),
    "no TOML": (b"prior = ", "must be TOML"),
    "not UTF-8": (b'a = "\xff"', "must be TOML"),
    "no prior": (b"[lookalike_handle]\n", "prior: no number"),
    "no such signal": (b"prior = -6.0\n[moon_phase]\nfull = 3.0\n", "moon_phase: no such signal"),
}


@pytest.mark.parametrize(("content", "said"), WRONG.values(), ids=WRONG)
def test_anything_else_is_wrong_usage(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "weights.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=said):
        load_weights(path)


def test_known_domains_speak_against_a_look_alike_and_change_the_digest(tmp_path: Path) -> None:
    path = tmp_path / "known.csv"
    path.write_text("1,other.example\n2,zendora.com\nno domain\n", encoding="utf-8")
    rules = load_rules(Settings(known_domains=path))
    assert rules.known_domains == {"other.example": 1, "zendora.com": 2}
    brand, profile = Brand(slug="z", names=("Zendoria",)), Profile(platform="domain", handle="www.zendora.com")
    with_list, without = judge(brand, profile, rules), judge(brand, profile)
    assert with_list.score < 0.5 < without.score
    told = next(f for f in with_list.findings if f.signal == "known_domain")
    assert told.words == "zendora.com is a known domain of its own, number 2 in your list"
    assert rules.digest != shipped_weights().digest == load_rules(Settings()).digest


def test_a_list_without_numbers_counts_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "known.txt"
    path.write_text("Other.Example.\nzendora.com\n", encoding="utf-8")
    assert read_known_domains(path) == {"other.example": 1, "zendora.com": 2}


@pytest.mark.parametrize(
    ("content", "said"), [(None, "No such file"), (b"\n\n", "no domain"), (b"\xff\xfe", "must be text")]
)
def test_a_list_that_is_none_is_wrong_usage(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "known.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=said):
        read_known_domains(path)


@pytest.mark.parametrize(
    ("platform", "handle", "verified", "known"),
    [
        ("domain", "login.zendora.com", (), "zendora.com"),
        ("bluesky", "zendora.com", (), "zendora.com"),
        ("x", "u4", ("shop.zendora.com", "no host"), "zendora.com"),
        ("x", "zendora.com", (), None),
        ("domain", "zendora.com.example", (), None),
    ],
)
def test_what_counts_as_an_account_s_own_domain(
    platform: str, handle: str, verified: tuple[str, ...], known: str | None
) -> None:
    rules = shipped_weights().knowing({"zendora.com": 7})
    found = rules.find_known(Profile(platform=platform, handle=handle, verified_by=verified))
    assert (found and found.domain) == known
