"""A handle that is a path, a device or a command: it stands in records, and never in the name of anything."""

from __future__ import annotations

import io
import json
import re
import shlex
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hunter.cli import main
from hunter.evidence.bag import pack, validate
from hunter.evidence.seal import Request
from hunter.evidence.verify import verify
from hunter.export import FORMATS
from hunter.store.columns import clean_text
from hunter.vault import Vault
from tests.evidence.office import Office, Site, open_office
from tests.export.conftest import suspects_of
from tests.review.visitor import Visitor, read_html
from tests.review.visitor import serve as serve_review

E_ACUTE = "caf\u00e9"
HANDLES = [
    "../../x", "..\\..\\x", "/etc/passwd", "C:\\x", "CON", "con.txt", "a/b", "x" * 300, "nul\0.png", "~root",
    "~", ".", "..", E_ACUTE, unicodedata.normalize("NFD", E_ACUTE), "Nordwind", "nordwind", "-rf",
    "$(id)", "`id`", "a;b|c", "a\nb",
    "%2e%2e%2f", "file:///etc/passwd", "x\u202egnp.exe", ":ads", "trailing. ", "EV-1-1", "*?", "{{7*7}}",
]  # fmt: skip
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}|\.lock")
NAMED = re.compile(
    r"/(static/[a-z.]+|pictures/[0-9a-f]{64}/\w+|suspects/\d+(/[a-z]+(/\d+)?)?|[a-z]*(/[a-z]+)?)(\?[^ ]*)?"
)


class Oddly(Site):
    """A platform that lets its accounts call themselves what they want."""

    def account(self, number: int) -> dict[str, object]:
        return {**super().account(number), "handle": HANDLES[number - 1]}


@dataclass(frozen=True)
class Street:
    """An office whose suspects have such handles, each with its bag."""

    office: Office
    bags: tuple[Path, ...]
    folder: Path


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder = tmp_path_factory.mktemp("street")
    with Oddly() as site, open_office(folder / "office", site, count=len(HANDLES)) as office:
        bags = [
            office.sealer.seal(
                number,
                folder / "bags",
                Request(by="r-1", reason="takedown", no_visit=None if number == 1 else "enough"),
            ).path
            for number in office.suspects
        ]
        yield Street(office, tuple(bags), folder)


def names_under(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*")]


def test_bags_have_our_names_and_hold_the_handles_inside(street: Street) -> None:
    assert len(set(street.bags)) == len(HANDLES)
    for bag, handle in zip(street.bags, HANDLES, strict=True):
        assert bag.parent == street.folder / "bags" and validate(bag) is None and verify(bag).broken == []
        told = json.loads((bag / "data/profile/profile.json").read_bytes())
        assert told["profile"]["handle"] == clean_text(handle)
        pack(bag, street.folder / "bag.tar", street.office.sealer.clock())
    assert [name for name in names_under(street.folder) if not PLAIN.fullmatch(name)] == []
    assert sorted(path.name for path in street.folder.iterdir()) == ["bag.tar", "bags", "office"]


def test_the_vault_and_the_store_have_our_names(street: Street) -> None:
    vault = Vault(street.office.settings.vault)
    assert list(vault.verify()) == [] and list(vault.digests())
    for name in ("../../x", "..", "a/b", "~root", "CON", "x" * 300, "a\0b", "A" * 64):
        assert not vault.has(name) and vault.size(name) is None
    with street.office.store.read() as c:
        assert c.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_notices_have_our_names(street: Street, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = street.office.settings
    monkeypatch.setenv("HUNTER_STORE", settings.store)
    monkeypatch.setenv("HUNTER_VAULT", str(settings.vault))
    monkeypatch.chdir(tmp_path)
    for number in street.office.suspects:
        arguments = f"notice {number} --channel bluesky --ground impersonation --considered none --by dana -o out"
        with pytest.raises(SystemExit) as stop:
            main(shlex.split(arguments))
        assert stop.value.code in (0, 2)
    folders = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert folders == sorted(f"bluesky-impersonation-{number}" for number in street.office.suspects)
    assert [name for name in names_under(tmp_path) if not PLAIN.fullmatch(name)] == []
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", FORMATS)
def test_lists_hold_every_handle_and_name_nothing_after_one(street: Street, name: str) -> None:
    out = io.BytesIO()
    FORMATS[name].write(suspects_of(street.office.store), out)
    content = out.getvalue()
    if name == "xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            assert all(re.fullmatch(r"[\w./\[\]-]+", part) and ".." not in part for part in book.namelist())
    if name == "jsonl":
        rows = [json.loads(line) for line in content.splitlines()]
        assert len(rows) == len(HANDLES) and len({row["id"] for row in rows}) == len(HANDLES)


@pytest.fixture(scope="module")
def reviewer(street: Street) -> Iterator[Visitor]:
    with serve_review(street.office.store, Vault(street.office.settings.vault)) as visitor:
        yield visitor.enter()


def test_no_address_of_the_review_page_holds_a_handle(street: Street, reviewer: Visitor) -> None:
    pages = ["/", "/?status=all", "/decisions", *(f"/suspects/{number}" for number in street.office.suspects)]
    for address in pages:
        page = reviewer.get(address)
        assert page.status == 200, address
        for tag, attributes in read_html(page.text)[0]:
            for attribute in ("href", "src", "action", "formaction"):
                value = attributes.get(attribute)
                assert value is None or value.startswith("#") or NAMED.fullmatch(value), (address, tag, value)


@pytest.mark.parametrize("path", ["../../x", "..%2f..%2fetc%2fpasswd", "%2e%2e", "~root", "CON", "a%00b", "x" * 300])
def test_no_address_of_the_review_page_is_a_path(reviewer: Visitor, path: str) -> None:
    for address in (f"/static/{path}", f"/pictures/{path}/small", f"/pictures/{'0' * 64}/{path}", f"/suspects/{path}"):
        answer = reviewer.get(address)
        assert answer.status in (400, 404) or answer.headers["content-type"] == "image/png", address
        assert b"root:" not in answer.body
