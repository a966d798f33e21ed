"""Which brands, settings and store a command works with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from hunter.errors import UsageError

if TYPE_CHECKING:
    from hunter.settings import Settings
    from hunter.store import Store
    from hunter.types import Brand, Darkroom

DEFAULT = Path("brands")  # where `hunter init` puts its files


def choose_brands(given: Sequence[str], settings: Settings, darkroom: Darkroom | None = None) -> list[Brand]:
    """The brands of files, folders or slugs; none given: those of the setting `brands`, else of the folder brands/."""
    from hunter.brands import load_brands

    home = settings.brands or DEFAULT
    if not given:
        if settings.brands is None and not DEFAULT.is_dir():
            raise UsageError(
                "no brand to look for",
                advice='start one with `hunter init "Your Name"`, or name its file with --brand',
            )
        return load_brands(home, darkroom=darkroom)
    slugs = [name for name in given if not Path(name).exists()]
    brands = load_brands([name for name in given if name not in slugs], darkroom=darkroom)
    if slugs:
        if not home.exists():
            raise UsageError(f"{slugs[0]}: no such file or folder, and there is no folder {home} with brands")
        at_home = {brand.slug: brand for brand in load_brands(home, darkroom=darkroom)}
        missing = [slug for slug in slugs if slug not in at_home]
        if missing:
            raise UsageError(
                f"{missing[0]}: neither a file nor the slug of a brand in {home}",
                advice=f"known there: {', '.join(at_home) or 'none'}",
            )
        brands += [at_home[slug] for slug in slugs]
    return sorted({brand.slug: brand for brand in brands}.values(), key=lambda brand: brand.slug)


def advise_on_pictures(brands: Iterable[Brand]) -> None:
    """Tells of pictures that are so plain that they prove little, once for each brand."""
    from hunter.cli.terminal import tell
    from hunter.matching.pictures.plainness import is_plain

    for brand in brands:
        plain = sum(is_plain(picture) for picture in brand.pictures if picture.source is None)
        if plain:
            tell(
                f"{brand.slug}: {plain} of {len(brand.pictures)} pictures only a letter or plain shape: altered "
                "copies count together with the name only; add one with more to it, such as the word mark"
            )


@contextmanager
def opened_store(settings: Settings) -> Iterator[Store]:
    """The store of the settings, brought up to date, closed at the end."""
    from hunter.store import open_store

    with open_store(settings.store) as store:
        yield store
