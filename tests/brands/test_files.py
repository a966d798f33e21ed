"""Brand files: what is read, and that every fault of every file is told at once, with its line and the remedy."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from hunter.brands import LARGEST_FILE, LARGEST_PICTURE, load_brands, write_key
from hunter.darkroom import Darkroom
from hunter.errors import BrandFileError, UsageError
from hunter.tables import data_folder
from tests import drawings


@pytest.fixture(scope="module")
def darkroom() -> Iterator[Darkroom]:
    with Darkroom() as room:
        yield room


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    drawings.talvora().save(tmp_path / "logo.png")
    return tmp_path


def faults_of(folder: Path, text: str | bytes, darkroom: Darkroom | None = None) -> list[str]:
    """The faults of one file, without the path in front."""
    path = folder / "brand.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BrandFileError) as caught:
        load_brands(path, darkroom=darkroom)
    assert caught.value.exit_code == 64
    assert all(fault.startswith(str(path)) for fault in caught.value.faults)
    return [fault.removeprefix(str(path)).lstrip(":") for fault in caught.value.faults]


FULL = """\
slug = "acme"
kind = "product"
names = ["Acme", " Acme Bank ", "Акме", "Acme"]
domains = ["Acme.com", "münchen.de", "acme.co.uk"]
keywords = ["bank"]
sentences = ["Banking that is on your side"]
pictures = ["logo.png"]
short_name_ok = true
[official]
bluesky = ["acme.com"]
mastodon = ["acme@social.example"]
[[allowed]]
platform = "x"
handle = "acmefans"
reason = "agreed"
until = 2027-06-30
[[allowed]]
platform = "x"
handle = "acmedogs"
reason = "dogs"
[rights]
owner = "Acme plc"
classes = [36, 9]
contact = "brand@acme.com"
"""


def test_reads_everything(folder: Path, darkroom: Darkroom) -> None:
    (folder / "acme.toml").write_text(FULL, encoding="utf-8")
    (brand,) = load_brands(folder, darkroom=darkroom)
    assert brand.names == ("Acme", "Acme Bank", "Акме")
    assert brand.domains == ("acme.com", "xn--mnchen-3ya.de", "acme.co.uk")
    assert brand.official == {"bluesky": ("acme.com",), "mastodon": ("acme@social.example",)}
    assert brand.allowed[0].until == date(2027, 6, 30)
    assert brand.allowed[1].until is None
    assert [a.handle for a in brand.as_of(date(2027, 7, 1)).allowed] == ["acmedogs"]
    assert brand.rights is not None
    assert (brand.rights.owner, brand.rights.classes, brand.rights.mark) == ("Acme plc", (36, 9), None)
    assert brand.pictures[0].width == 400
    assert brand.short_name_ok
    assert brand.kind == "product"


def test_opens_a_darkroom_of_its_own_where_none_is_given(folder: Path) -> None:
    (folder / "acme.toml").write_text(FULL, encoding="utf-8")
    assert len(load_brands(str(folder))[0].pictures) == 1


def test_the_samples_are_read_and_resemble_nobody(darkroom: Darkroom) -> None:
    brands = load_brands(data_folder() / "brands", darkroom=darkroom)
    assert [brand.slug for brand in brands] == ["ilse-marenthal", "talvora", "zorelia"]
    assert {brand.kind for brand in brands} == {"organisation", "person", "product"}
    assert any(not name.isascii() for brand in brands for name in brand.names)
    assert all(brand.pictures for brand in brands)
    assert all(domain.endswith(".example") for brand in brands for domain in brand.domains)


FAULTY = """\
slug = "Acme Bank"
kind = "firm"
names = ["", 7,
  "Acme"]
domains = ["acme.com", "https://acme.com/x", "co.uk", "*.acme.com"]
keyword = ["bank"]
sentences = "one"
pictures = ["gone.png", "../outside.png", "/etc/passwd"]
short_name_ok = "yes"

[official]
x = ["@acme", "https://x.com/acme", "two words"]
"no name" = []

[[allowed]]
platform = "x"
until = 2027-06-30T00:00:00

[rights]
classes = [99, true]
contact = "nobody"
colour = "red"
"""

EXPECTED = [
    ("1", "slug", "brand"),
    ("2", "kind", "organisation, person, product"),
    ("3", "names[0]", "leave the entry out"),
    ("3", "names[1]", "text in quotes"),
    ("5", "domains[1]", "bare domain"),
    ("5", "domains[2]", "acme.co.uk"),
    ("5", "domains[3]", "bare domain"),
    ("6", "keyword", "did you mean keywords?"),
    ("7", "sentences", "must be a list"),
    ("8", "pictures[0]", "no such file"),
    ("8", "pictures[1]", "beside the file"),
    ("8", "pictures[2]", "beside the file"),
    ("9", "short_name_ok", "true nor false"),
    ("12", "official.x[0]", "without the leading @"),
    ("12", "official.x[1]", "the handle alone"),
    ("12", "official.x[2]", "without @ and spaces"),
    ("13", "official.no name", "a-z"),
    ("15", "allowed[0].reason", "missing"),
    ("15", "allowed[0].handle", "missing"),
    ("17", "allowed[0].until", "until = 2027-06-30"),
    ("20", "rights.classes", "1 to 45"),
    ("21", "rights.contact", "role mailbox"),
    ("22", "rights.colour", "no such key"),
]


def test_all_faults_at_once_with_line_key_and_remedy(folder: Path) -> None:
    faults = faults_of(folder, FAULTY)
    assert len(faults) == len(EXPECTED)
    assert [fault.split(":")[0] for fault in faults] == [line for line, _, _ in EXPECTED]
    for line, key, remedy in EXPECTED:
        assert any(f.startswith(f"{line}: {key}: ") and remedy in f for f in faults), (line, key, remedy)


HEAD = 'slug = "a"\nnames = ["A"]\n'
SINGLE = {
    "no slug": ('names = ["A"]', "slug: missing; a short id"),
    "no names": ('slug = "a"', "names: missing; at least one name"),
    "empty names": ('slug = "a"\nnames = []', "2: names: missing"),
    "syntax": ('slug = "a\nnames = ["A"]', "1: not valid TOML"),
    "twice the same key": ('slug = "a"\nslug = "b"\n', "2: not valid TOML"),
    "open list": ("names = [", "not valid TOML"),
    "nested too deeply": ("names = " + "[" * 5000, "nested too deeply"),
    "control character": (HEAD + 'keywords = ["a\\u001b[31m"]', "3: keywords[0]:"),
    "entry too long": (HEAD + f'keywords = ["{"x" * 1001}"]', "3: keywords[0]: 1001 characters"),
    "too many entries": (HEAD + "keywords = [" + '"x",' * 501 + "]", "3: keywords: 501 entries"),
    "top-level domain": (HEAD + 'domains = ["com"]', "3: domains[0]: 'com' belongs to everybody"),
    "no domain": (HEAD + 'domains = ["ac me.com"]', "bare domain"),
    "bad label": (HEAD + 'domains = ["-.com"]', "is no domain"),
    "official is no table": (HEAD + 'official = "x"', "3: official: must be a table"),
    "allowed is no list": (HEAD + "[allowed]\nplatform = 'x'", "3: allowed: must be tables"),
    "rights is no table": (HEAD + "rights = 1", "3: rights: must be a table"),
}


@pytest.mark.parametrize(("text", "said"), SINGLE.values(), ids=SINGLE)
def test_one_fault(folder: Path, text: str, said: str) -> None:
    (fault,) = faults_of(folder, text)
    assert said in fault


def test_not_utf_8_tells_the_line(folder: Path) -> None:
    (fault,) = faults_of(folder, b'slug = "a"\nnames = ["M\xfcller"]\n')
    assert fault == "2: not UTF-8; save the file as UTF-8"


def test_a_byte_order_mark_is_no_fault(folder: Path) -> None:
    (folder / "a.toml").write_bytes(b"\xef\xbb\xbf" + HEAD.encode())
    assert load_brands(folder)[0].slug == "a"


def test_a_huge_file_is_not_read(folder: Path) -> None:
    (fault,) = faults_of(folder, HEAD + "#" * LARGEST_FILE)
    assert f"a brand file may hold {LARGEST_FILE}" in fault


def png(size: tuple[int, int], colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


PICTURES = {
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG; export it as a PNG"),
    "svg with a head": (b'<?xml version="1.0"?>\n<!-- x --><svg/>', "an SVG"),
    "flat": (png((64, 64), "#1144aa"), "one flat colour"),
    "text": (b"this is no picture", "PNG, JPEG, GIF or WebP are read"),
    "cut short": (png((64, 64), "red")[:60], "PNG, JPEG, GIF or WebP are read"),
    "too large": (b"\x89PNG" + b"\0" * LARGEST_PICTURE, "512 pixels are plenty"),
}


@pytest.mark.parametrize(("data", "said"), PICTURES.values(), ids=PICTURES)
def test_a_useless_reference_picture_is_refused_with_advice(
    folder: Path, darkroom: Darkroom, data: bytes, said: str
) -> None:
    (folder / "theirs.png").write_bytes(data)
    (fault,) = faults_of(folder, HEAD + 'pictures = ["logo.png", "theirs.png"]', darkroom)
    assert fault.startswith("3: pictures[1]: theirs.png: ")
    assert said in fault


def test_a_link_out_of_the_folder_is_not_followed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.png"
    outside.write_bytes(png((8, 8), "red"))
    (folder / "link.png").symlink_to(outside)
    (fault,) = faults_of(folder, HEAD + 'pictures = ["link.png"]')
    assert "beside the file" in fault


def test_faults_of_several_files_and_a_slug_taken_twice(folder: Path) -> None:
    for name, text in {"a": HEAD, "b": HEAD, "c": "slug = 1", "d": "names = 2\n"}.items():
        (folder / f"{name}.toml").write_text(text)
    with pytest.raises(BrandFileError) as caught:
        load_brands([folder / "a.toml", folder])
    told = "\n".join(caught.value.faults)
    assert f"{folder}/b.toml:1: slug: 'a' is taken by {folder}/a.toml" in told
    assert f"{folder}/c.toml:1: slug: 1 cannot be used" in told
    assert f"{folder}/d.toml:1: names: must be a list" in told
    assert told.count("is taken by") == 1


def test_no_file_at_all_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file or folder"):
        load_brands(tmp_path / "gone.toml")
    with pytest.raises(UsageError, match="holds no brand file"):
        load_brands(tmp_path)


def test_hostile_text_of_a_shared_file_is_shown_harmlessly(folder: Path) -> None:
    (fault,) = faults_of(folder, HEAD + '"\\u202ekey\\u001b]8;;x" = 1')
    assert "\x1b" not in fault
    assert "⟨U+202E⟩" in fault


def test_write_key() -> None:
    assert write_key(("official", "x", 1, "y")) == "official.x[1].y"
