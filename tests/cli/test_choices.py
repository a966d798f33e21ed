"""Which brands a command works with: files, folders, slugs, the setting, the folder brands/."""

from __future__ import annotations

from pathlib import Path

import pytest

from hunter.cli.choices import choose_brands
from hunter.errors import UsageError
from hunter.settings import Settings
from tests.cli.console import Console


@pytest.fixture
def home(console: Console, tmp_path: Path) -> Path:
    """The working directory with two brands in brands/ and one elsewhere."""
    for folder, slug in (("brands", "acme"), ("brands", "zeta"), ("more", "mid")):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / f"{slug}.toml").write_text(f'slug = "{slug}"\nnames = ["{slug.title()}"]\n')
    return tmp_path


CASES = {
    "none": ([], ["acme", "zeta"]),
    "a slug": (["zeta"], ["zeta"]),
    "a file": (["more/mid.toml"], ["mid"]),
    "a folder and a slug": (["more", "acme"], ["acme", "mid"]),
    "the same twice": (["brands/acme.toml", "acme"], ["acme"]),
}


@pytest.mark.parametrize(("given", "slugs"), CASES.values(), ids=CASES)
def test_choose_brands(home: Path, given: list[str], slugs: list[str]) -> None:
    assert [brand.slug for brand in choose_brands(given, Settings())] == slugs


def test_the_setting_comes_before_the_folder(home: Path) -> None:
    assert [brand.slug for brand in choose_brands([], Settings(brands=home / "more"))] == ["mid"]
    assert [brand.slug for brand in choose_brands(["mid"], Settings(brands=home / "more"))] == ["mid"]


@pytest.mark.parametrize(("given", "said"), [(["nope"], "known there: acme, zeta"), (["gone.toml"], "neither a file")])
def test_an_unknown_brand_is_wrong_usage(home: Path, given: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        choose_brands(given, Settings())


def test_without_any_brand_the_way_to_one_is_told(console: Console) -> None:
    with pytest.raises(UsageError, match="hunter init"):
        choose_brands([], Settings())
