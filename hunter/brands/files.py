"""Brand files (TOML) -> `Brand`; all faults of all files are reported at once, each with its place and the remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

from hunter.brands.reader import Reader
from hunter.errors import BrandFileError, UsageError
from hunter.types import Brand, Darkroom, Picture


def load_brands(paths: str | Path | Iterable[str | Path], *, darkroom: Darkroom | None = None) -> list[Brand]:
    """The brands of one or several files or folders (a folder: its `*.toml`), sorted by slug.

    `darkroom` reads the reference pictures; without it one is opened and closed again.
    Raises BrandFileError with every fault of every file, UsageError where there is no file at all.
    """
    files = brand_files([paths] if isinstance(paths, str | Path) else paths)
    faults: list[str] = []
    brands: dict[str, tuple[Brand, Path]] = {}
    with ExitStack() as stack:
        develop = darkroom.develop if darkroom else _opened_on_demand(stack)
        for path in files:
            reader = Reader(path, develop)
            brand = reader.read()
            if brand and brand.slug in brands:
                first = brands[brand.slug][1]
                reader.fault(("slug",), f"{brand.slug!r} is taken by {first}; each brand needs its own")
            elif brand:
                brands[brand.slug] = (brand, path)
            faults += reader.faults
    if faults:
        raise BrandFileError(faults)
    return [brand for _, (brand, _) in sorted(brands.items())]


def _opened_on_demand(stack: ExitStack) -> Callable[[bytes], Picture]:
    """A darkroom of our own that is only opened when the first picture comes, and closed by `stack`."""
    opened: list[Darkroom] = []

    def develop(data: bytes) -> Picture:
        if not opened:
            from hunter.darkroom import Darkroom as Workers

            opened.append(stack.enter_context(Workers()))
        return opened[0].develop(data)

    return develop


def brand_files(paths: Iterable[str | Path]) -> list[Path]:
    """The brand files that `paths` name, in order, each once. Raises UsageError for a path with none."""
    files: dict[Path, None] = {}
    for path in map(Path, paths):
        found = sorted(path.glob("*.toml")) if path.is_dir() else [path]
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder", advice="hunter init NAME starts a brand file")
        if not found:
            raise UsageError(f"{path}: holds no brand file (*.toml)", advice="hunter init NAME starts one")
        files |= dict.fromkeys(found)
    return list(files)
