"""Refits what pictures are compared by, on drawn pictures and on a team's own, and tells how well it holds.

What is fitted sees one half of the pictures, by their names; the figures are told on the other half. Then the halves
change places, so that each figure is told twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hunter.errors import InputError
from hunter.matching.pictures import comparison, fitting
from hunter.matching.pictures.alterations import ALTERATIONS
from hunter.matching.pictures.descriptors import Vectors
from hunter.matching.pictures.looks import take_look
from hunter.matching.pictures.plainness import PLAIN, measure_plainness
from hunter.matching.pictures.reading import tell_kind
from hunter.matching.pictures.samples import Font, load_font
from hunter.matching.pictures.sheets import Sheet, draw_up, draw_up_reference
from hunter.matching.pictures.views import CANONICAL
from hunter.operations.picture_examples import Examples, altered

BELOW_GATES = 0.06  # how far under the gates of the comparison strangers are still learned from
RANDOM_PAIRS = 8  # pairs of each stranger that are compared by their points
# What vectors are not fitted on, since it leaves too little of a picture to learn from; and what they see more of.
TOO_MUCH = ("stencil", "cover", "inside", "on_scene")
MORE_OF = {"banner": 3, "several": 2}
FEWEST = 15  # references and strangers in a half
# Share of pairs with a stranger that reach zero bits. Drawn letters, signs and lock-ups are harder strangers than the
# avatars of a network: of those, with 120 brands, one in some thousand does.
FALSE = {"copy": 2.5e-6, "inside": 1e-6, "points": 5e-5}
KINDS = tuple(FALSE)
_NOTE = """What speaks for a copy and what against it, in bits for each unit of a trait. Written by
`hunter weights pictures` from {} references, drawn ones among them, their altered copies and {} strangers."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Looks of one kind at pairs of pictures, one row each."""

    traits: npt.NDArray[np.float64]
    pairs: npt.NDArray[np.int64]
    copies: npt.NDArray[np.bool_]
    folds: npt.NDArray[np.int64]  # every second reference, for trying the fit on itself


@dataclass(frozen=True, slots=True)
class Looked:
    """All looks at the pictures of one half."""

    rows: Mapping[str, Rows]  # by kind
    altered: Mapping[int, str]  # number of a pair with a copy -> what was done to it
    strangers: int
    tried: int  # pairs of a stranger and a reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How verdicts did on pictures that they were not fitted on."""

    recall: Mapping[str, tuple[int, int]]  # alteration -> copies above zero bits, and all
    pairs: int  # of a stranger and a reference
    false_pairs: int  # those above zero bits


def fit_lens(examples: Examples, *, each: int, fonts: Sequence[Font] = ()) -> bytes:
    """The table `pictures.npz`, fitted on all examples given. Raises InputError where they are too few."""
    _require(examples)
    ours = [fitting.describe_reference(take_look(reference.pixels)) for reference in examples.references]
    copies: list[tuple[Vectors, Vectors]] = []
    kinds = {name: each * MORE_OF.get(name, 1) for name in ALTERATIONS if name not in TOO_MUCH}
    for number, _, pixels in altered(examples, kinds):
        copies.append((ours[number], fitting.describe_canonical(take_look(pixels)).astype(np.float16)))
    strangers = [fitting.describe_canonical(take_look(stranger.pixels)) for stranger in examples.strangers]
    return fitting.pack_lens(*fitting.fit_directions(np.concatenate(strangers), copies), fonts)


def read_fonts(folder: Path | None) -> list[Font]:
    """The TrueType faces of a folder, sorted by name. Raises InputError for a folder without any."""
    if folder is None:
        return []
    faces = [load_font(path.read_bytes()) for path in sorted(folder.glob("*.ttf"))]
    if not faces:
        raise InputError(f"{folder}: no TrueType face", advice="files that end in .ttf")
    return faces


def fit_verdicts(looked: Looked) -> dict[str, fitting.Verdict]:
    """The verdicts for each kind of look."""
    return {kind: _fit(looked.rows[kind], FALSE[kind], _tried(kind, looked)) for kind in KINDS}


def _tried(kind: str, looked: Looked) -> int:
    """How many pairs with strangers a kind of look was tried on."""
    return RANDOM_PAIRS * looked.strangers if kind == "points" else looked.tried


def _fit(rows: Rows, false: float, pairs: int) -> fitting.Verdict:
    """Fitted on all rows; where zero bits are is told by strangers that a fit on the other references weighs."""
    weighed = np.full(len(rows.traits), -np.inf)
    for fold in (0, 1):
        learned, tried = rows.folds != fold, rows.folds == fold
        verdict = fitting.fit_verdict(rows.traits[learned], rows.pairs[learned], rows.copies[learned])
        weighed[tried] = verdict.weigh(rows.traits[tried])
    best = _highest(rows.pairs[~rows.copies], weighed[~rows.copies])
    highest = sorted(best.values(), reverse=True)
    verdict = fitting.fit_verdict(rows.traits, rows.pairs, rows.copies)
    return verdict.less(highest[min(len(highest) - 1, round(false * pairs))])


def _highest(pairs: npt.NDArray[np.int64], bits: npt.NDArray[np.float64]) -> dict[int, float]:
    best: dict[int, float] = {}
    for pair, each in zip(pairs.tolist(), bits.tolist(), strict=True):
        best[pair] = max(best.get(pair, -np.inf), each)
    return best


def join(first: Looked, second: Looked) -> Looked:
    """The looks at both halves as those at one set of pictures."""
    after = max(first.altered, default=0) + sum(len(rows.pairs) for rows in first.rows.values()) + 1
    rows = {
        kind: Rows(
            np.concatenate([one.traits, two.traits]),
            np.concatenate([one.pairs, two.pairs + after]),
            np.concatenate([one.copies, two.copies]),
            np.concatenate([one.folds, two.folds]),
        )
        for kind, (one, two) in ((kind, (first.rows[kind], second.rows[kind])) for kind in KINDS)
    }
    altered = {**first.altered, **{pair + after: name for pair, name in second.altered.items()}}
    return Looked(rows, altered, first.strangers + second.strangers, first.tried + second.tried)


def write_verdicts(verdicts: Mapping[str, fitting.Verdict], examples: Examples) -> str:
    """The table `pictures.toml`."""
    return fitting.write_verdicts(verdicts, _NOTE.format(len(examples.references), len(examples.strangers)))


def tell(looked: Looked, verdicts: Mapping[str, fitting.Verdict]) -> Told:
    """How verdicts do on looks that they were not fitted on."""
    found: set[int] = set()
    false: set[int] = set()
    for kind, rows in looked.rows.items():
        over = verdicts[kind].weigh(rows.traits) > 0
        found |= set(rows.pairs[over & rows.copies].tolist())
        if kind != "points":  # tried on some pairs only
            false |= set(rows.pairs[over & ~rows.copies].tolist())
    recall: dict[str, tuple[int, int]] = {}
    for pair, name in looked.altered.items():
        hits, all_of_them = recall.get(name, (0, 0))
        recall[name] = (hits + (pair in found), all_of_them + 1)
    return Told(recall=recall, pairs=looked.tried, false_pairs=len(false))


def look_at_all(examples: Examples, *, each: int) -> Looked:
    """Looks at every copy, and at every stranger that comes near a reference.

    Plain references and strangers with a letter or a silhouette are left out, since they prove nothing to the
    comparison, whatever is fitted. Raises InputError where the examples are too few.
    """
    sheets = [draw_up_reference(draw_up((reference.pixels,)).packed) for reference in examples.references]
    telling = [n for n, sheet in enumerate(sheets) if sheet.vectors.any() and measure_plainness(sheet) <= PLAIN]
    references = [sheets[n] for n in telling]
    strangers = [s for s in examples.strangers if tell_kind(draw_up((s.pixels,))) == "picture"]
    examples = Examples(tuple(examples.references[n] for n in telling), tuple(strangers), examples.copies)
    _require(examples)
    gathered = _Gathered()
    for number, name, pixels in altered(examples, dict.fromkeys(ALTERATIONS, each)):
        gathered.look(references[number], draw_up((pixels,)), number, altered=name, points=True)
    draw = np.random.default_rng(len(strangers))
    for stranger in strangers:
        chosen = set(draw.integers(0, len(references), RANDOM_PAIRS).tolist())
        sheet = draw_up((stranger.pixels,))
        for number in sorted(near_references(references, sheet) | chosen):
            gathered.look(references[number], sheet, number, altered=None, points=number in chosen)
    return gathered.looked(len(references), len(examples.strangers))


def near_references(references: Sequence[Sheet], sheet: Sheet) -> set[int]:
    """Numbers of the references that pass a gate a little lower than the comparison's."""
    both = np.concatenate([sheet.vectors, sheet.mirrored])
    found = set()
    for number, reference in enumerate(references):
        common = comparison.COMMON_SHARE * reference.commonness - BELOW_GATES
        near = float((reference.vectors @ both.T).max()) >= comparison.LOOK_AGAIN + common
        canonical = [k for k, (_, frame) in enumerate(reference.places) if frame.name in CANONICAL]
        likest = reference.vectors[canonical] @ sheet.window_vectors.T if sheet.windows else np.full((1, 1), -1.0)
        if near or float(likest.max()) >= comparison.LOOK_INTO + common:
            found.add(number)
    return found


class _Gathered:
    """Rows as they come."""

    def __init__(self) -> None:
        self._kept: dict[str, list[tuple[npt.NDArray[np.float64], int, bool, int]]] = {kind: [] for kind in KINDS}
        self._altered: dict[int, str] = {}
        self._pairs = 0

    def look(self, reference: Sheet, sheet: Sheet, number: int, *, altered: str | None, points: bool) -> None:
        """Every look that the comparison would take at this pair, and a little more."""
        self._pairs += 1
        if altered is not None:
            self._altered[self._pairs] = altered
        for kind, traits in comparison.looks_at(reference, sheet, BELOW_GATES, points=points):
            self._kept[kind].append((traits, self._pairs, altered is not None, number % 2))

    def looked(self, references: int, strangers: int) -> Looked:
        rows = {kind: _rows(kept) for kind, kept in self._kept.items()}
        return Looked(rows, self._altered, strangers, references * strangers)


def _rows(kept: Iterable[tuple[npt.NDArray[np.float64], int, bool, int]]) -> Rows:
    traits, pairs, copies, folds = zip(*kept, strict=True)
    return Rows(np.array(traits), np.array(pairs), np.array(copies), np.array(folds))


def _require(examples: Examples) -> None:
    if min(len(examples.references), len(examples.strangers)) < FEWEST:
        raise InputError(
            f"{len(examples.references)} references and {len(examples.strangers)} strangers are too few",
            advice=f"{FEWEST} of each are needed in every half",
        )
