"""Pictures to learn from: drawn ones and a team's own, of brands, of strangers, and altered copies."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hunter.darkroom import Darkroom
from hunter.errors import InputError, PictureError
from hunter.matching.pictures.alterations import alter
from hunter.matching.pictures.loading import load_pixels
from hunter.matching.pictures.looks import Pixels
from hunter.matching.pictures.samples import DRAWERS

SIDE = 400  # pixels to which pictures are brought before they are altered
DRAWN_REFERENCES = {"mark": 40, "sign": 20, "word": 8, "lockup": 16, "letter": 24, "face": 10}
DRAWN_STRANGERS = {
    "mark": 120, "sign": 100, "word": 60, "lockup": 100, "letter": 150, "person": 30, "face": 60, "scene": 60,
}  # fmt: skip
FIRST_DRAWN = 30_000  # numbers of drawn pictures that nothing else uses


@dataclass(frozen=True)
class Example:
    """One picture to learn from."""

    name: str
    pixels: Pixels

    @property
    def half(self) -> int:
        """Which half it belongs to, by its name alone: a file keeps its half whatever else is in the folder."""
        return zlib.crc32(self.name.encode()) % 2

    @property
    def number(self) -> int:
        """What its alterations are drawn by."""
        return zlib.crc32(self.name.encode()) % 100_000


@dataclass(frozen=True)
class Examples:
    """Pictures of brands, copies of them beside those that are drawn here, and pictures that have nothing to do."""

    references: tuple[Example, ...]
    strangers: tuple[Example, ...]
    copies: Mapping[str, tuple[Example, ...]]

    def half(self, number: int) -> Examples:
        """One half of the pictures."""
        references, strangers = (
            tuple(e for e in group if e.half == number) for group in (self.references, self.strangers)
        )
        return Examples(references, strangers, self.copies)


def read_examples(folder: Path | None, darkroom: Darkroom, faults: list[str]) -> Examples:
    """The drawn pictures and those of a folder with `references/`, `strangers/` and, optionally, `copies/<reference>/`.

    Files that are no pictures are added to `faults`. Raises InputError where the folder lacks one of them.
    """
    references, strangers = _drawn(DRAWN_REFERENCES, 0), _drawn(DRAWN_STRANGERS, 1000)
    copies: dict[str, tuple[Example, ...]] = {}
    if folder is not None:
        for name in ("references", "strangers"):
            if not (folder / name).is_dir():
                raise InputError(f"{folder}: no folder {name}", advice="references/ and strangers/ hold the pictures")
        references += _read(folder / "references", darkroom, faults)
        strangers += _read(folder / "strangers", darkroom, faults)
        for altered in sorted(p for p in folder.glob("copies/*") if p.is_dir()):
            copies[altered.name] = tuple(_read(altered, darkroom, faults))
    return Examples(tuple(references), tuple(strangers), copies)


def _drawn(counts: Mapping[str, int], first: int) -> list[Example]:
    return [
        Example(f"{kind} {number}", DRAWERS[kind](number))
        for kind, count in counts.items()
        for number in range(FIRST_DRAWN + first, FIRST_DRAWN + first + count)
    ]


def _read(folder: Path, darkroom: Darkroom, faults: list[str]) -> list[Example]:
    found = []
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        try:
            safe = darkroom.thumbnail(path.read_bytes(), SIDE)  # strangers' files: their bytes are decoded in there
            found.append(Example(path.stem, load_pixels(safe, SIDE).grounds[0]))
        except (OSError, PictureError) as exc:
            faults.append(f"{path}: {exc}")
    return found


def altered(examples: Examples, kinds: Mapping[str, int]) -> Iterator[tuple[int, str, Pixels]]:
    """Copies of the references, so many of each kind: the reference's number, the alteration's name, pixels."""
    for number, reference in enumerate(examples.references):
        for name, count in kinds.items():
            for again in range(count):
                yield number, name, alter(reference.pixels, name, reference.number * 10 + again)
        for copy in examples.copies.get(reference.name, ()):
            yield number, "given", copy.pixels
