"""The report is for people: every script shows, nothing is fetched or runs, the same bag prints the same bytes."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from hunter.errors import InputError
from hunter.evidence.layout import to_json
from hunter.evidence.printing import fill_page, print_pdf
from hunter.evidence.report import collect, write_report
from hunter.evidence.score import read_object
from hunter.evidence.verify import Verdict, verify
from tests.evidence.conftest import Scene
from tests.hostile.servers import Tripwire

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOSTILE = (
    "<script>window.__x=1</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "</p></td></table><h1>OFFICIAL</h1>",
    "{{ 7 * 7 }}{% raw %}",
    "\u202eevil\u2066\u200b",
    "a\u0301" + "\u0301" * 300,
    "<img src='http://192.0.2.1/track.png'><style>@import 'http://192.0.2.1/x.css'</style>",
    "url(file:///etc/passwd)",
)


class Page(HTMLParser):
    """What elements a page has, and where they would load from."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.sources: list[str] = []
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.sources += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action")]


def text_of(pdf: Path) -> str:
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.real("poppler")
def test_the_report_says_what_the_bag_says_and_prints_the_same_twice(tmp_path: Path, scene: Scene) -> None:
    first, second = tmp_path / "a.pdf", tmp_path / "b.pdf"
    for target in (first, second):
        write_report(scene.sealed.path, target, roots=scene.authority.root, now=NOW)
    assert first.read_bytes() == second.read_bytes()
    text = text_of(first)
    squeezed = re.sub(r"\s+", "", text)
    assert scene.sealed.digest in squeezed
    expected = (
        "Suspected impersonation of Nordwind Bank", "What this does not prove", "U+043E CYRILLIC SMALL",
        "every check holds", "bagit.py --validate .", "NOT SIGNED", "impersonation – asks for refunds",
    )  # fmt: skip
    for wanted in expected:
        assert wanted in text, wanted
    assert "中文" in text and "🙂" in text
    assert "hxxps://127[.]0[.]0[.]1" in squeezed
    fonts = subprocess.run(["pdffonts", str(first)], capture_output=True, text=True, check=True).stdout
    for family in ("Noto-Sans-Arabic", "CJK", "Emoji"):
        assert family.lower() in fonts.lower(), fonts


def test_nothing_hostile_gets_into_the_page(scene: Scene, copy_of: Callable[[Path], Path]) -> None:
    bag = copy_of(scene.sealed.path)
    plain = fill_page(*collect(bag, verify(bag), NOW), inline=True)
    profile = read_object(bag / "data/profile/profile.json")
    profile["profile"] |= {"display_name": HOSTILE[0], "bio": "\n".join(HOSTILE), "links": list(HOSTILE)}
    profile["profile"] |= {"handle": HOSTILE[1], "platform": HOSTILE[3]}
    (bag / "data/profile/profile.json").write_bytes(to_json(profile))
    hostile = fill_page(*collect(bag, verify(bag), NOW), inline=True)
    before, after = Page(plain), Page(hostile)
    assert set(after.tags) <= set(before.tags) | {"li", "ul", "b"} and after.tags.count("h1") == 1
    assert not {t for t in after.tags if t in ("script", "iframe", "object", "link", "form")}
    assert after.attributes <= before.attributes | {"dir"}
    assert all(source.startswith("data:image/png;base64,") for source in after.sources)
    assert "\u202e" not in hostile and "\u200b" not in hostile
    assert "49" not in re.findall(r"7 \* 7|49(?=\{%)", hostile)
    assert "BROKEN: not the evidence that was sealed" in hostile


def test_the_printer_fetches_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text(
        "<svg xmlns='http://www.w3.org/2000/svg' width='400' height='40'><text y='20'>s3cret</text></svg>"
    )
    with Tripwire() as wire:
        away = f"http://127.0.0.1:{wire.port}"
        page = (
            f"<base href='{away}/'><link rel=stylesheet href='{away}/a.css'><link rel=attachment href='{away}/b'>"
            f"<style>@import '{away}/c.css'; @font-face {{ font-family: x; src: url({away}/d.woff) }}"
            f"p {{ font-family: x; background: url({away}/e.png); list-style-image: url('{secret.as_uri()}') }}</style>"
            f"<img src='{away}/f.png'><img src='g.png'><img src='{secret.as_uri()}'><object data='{away}/h'></object>"
            f"<embed src='{away}/i.svg'><img srcset='{away}/j.png 2x'><iframe src='{away}/k'></iframe>"
            "<svg xmlns='http://www.w3.org/2000/svg'><image href='{away}/l.png'/><use href='{away}/m.svg#x'/></svg>"
            "<img src='file:///etc/hostname'><img src='blob:other'><p>text</p>"
        ).replace("{away}", away)
        made = print_pdf(page, {}, NOW)
    assert wire.knocks == 0
    assert made.startswith(b"%PDF") and b"/EmbeddedFile" not in made
    (tmp_path / "r.pdf").write_bytes(made)
    if shutil.which("pdftotext"):
        assert "s3cret" not in text_of(tmp_path / "r.pdf") and "text" in text_of(tmp_path / "r.pdf")


def test_html_or_pdf_and_nothing_else(tmp_path: Path, scene: Scene) -> None:
    with pytest.raises(InputError, match=r"\.pdf or \.html"):
        write_report(scene.sealed.path, tmp_path / "report.docx")
    write_report(scene.sealed.path, tmp_path / "r.html", now=NOW)
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page and "no stamp" not in page


def test_a_bag_without_pictures_or_visit_has_a_report_too(
    tmp_path: Path, scene: Scene, copy_of: Callable[[Path], Path]
) -> None:
    bag = copy_of(scene.sealed.path)
    shutil.rmtree(bag / "data/captures")
    for path in (*bag.glob("data/brand/reference*"), *bag.glob("data/profile/avatar.png")):
        path.unlink()
    write_report(bag, tmp_path / "r.html", now=NOW)
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert page.count("no picture") == 2 and "was not visited again" in page


def test_a_damaged_bag_has_no_report_and_no_crash(
    tmp_path: Path, scene: Scene, copy_of: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for slow, answer in (("_pictures", {}), ("verify", Verdict(steps=(), exit_code=1))):  # both are tried elsewhere
        monkeypatch.setattr(f"hunter.evidence.report.{slow}", lambda *_, answer=answer, **__: answer)
    bag = copy_of(scene.sealed.path)
    rubbish = (b"{}", b"[]", b"null", b"{" * 3000, b'{"findings": [1], "exchanges": 7, "profile": {}, "brand": 0}\n')
    shown = 0
    for path in sorted([*bag.rglob("*.json"), *bag.rglob("*.jsonl")]):
        kept = path.read_bytes()
        for content in rubbish:
            path.write_bytes(content)
            try:
                write_report(bag, tmp_path / "r.html", now=NOW)
                shown += 1
            except InputError:
                continue
        path.write_bytes(kept)
    assert shown, "files that the report does not need do not stop it"
