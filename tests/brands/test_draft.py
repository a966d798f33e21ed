"""A draft is a brand file that can be read back, whatever the site said."""

from __future__ import annotations

import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hunter.brands import load_brands
from hunter.brands.draft import Draft, make_slug, write_draft
from hunter.brands.site import FoundAccount


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Acme Bank", "acme-bank"), ("Акме", "akme"), ("  A.B. & Co ", "a-b-co"), ("!!!", "brand"), ("x" * 99, "x" * 64)],
)
def test_make_slug(name: str, slug: str) -> None:
    assert make_slug(name) == slug


@given(st.text(min_size=1, max_size=40))
def test_a_slug_can_always_be_used(name: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "brand.toml"
        path.write_text(write_draft(Draft(slug=make_slug(name), kind="person", names=("A",))), encoding="utf-8")
        assert load_brands(path)[0].kind == "person"


@given(st.lists(st.text(max_size=30), max_size=3), st.text(max_size=60))
def test_any_text_stays_text(texts: list[str], source: str) -> None:
    texts = [text for text in texts if text.isprintable()]
    draft = Draft(slug="a", kind="product", names=("A",), sentences=tuple(texts), source=source, notes=(source,))
    table = tomllib.loads(write_draft(draft))
    assert table["sentences"] == texts
    assert set(table) == {"slug", "kind", "names", "domains", "keywords", "sentences", "pictures", "official"}


def test_only_sure_accounts_count() -> None:
    accounts = (
        FoundAccount(platform="x", handle="acme", where="rel=me"),
        FoundAccount(platform="x", handle='else"where', where="page"),
        FoundAccount(platform="tiktok", handle="other", where="page"),
    )
    text = write_draft(Draft(slug="a", kind="product", names=("A",), accounts=accounts))
    assert tomllib.loads(text)["official"] == {"x": ["acme"]}
    assert text.count("is it yours?") == 2
