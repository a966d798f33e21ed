"""Fits what the comparison rests on: the directions in which pictures are told apart, and the weights of the verdict.

Directions are Fisher's discriminant between pictures and the changes that copies undergo; the verdict is a logistic
regression in which a copy is right where any of its pairs of views is (multiple-instance learning, as in Andrews and
others, NIPS 2002).
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hunter.matching.pictures.descriptors import LENGTH, Vectors, describe, mirror
from hunter.matching.pictures.looks import Pixels, take_look
from hunter.matching.pictures.samples import DRAWERS, FACES, LETTERS, Font, draw_initial, draw_person
from hunter.matching.pictures.verdicts import TRAITS
from hunter.matching.pictures.views import Frame, canonical_frames, cut_view, grey_of, reference_frames

COHORT = {"mark": 180, "sign": 100, "word": 60, "lockup": 100, "letter": 40, "person": 20, "face": 40, "scene": 60}
FURTHER_LETTERS = "БГДЖЗИЛПУФЦЧШЩЭЮЯΓΔΘΛΞΠΣΦΨΩÄÖÜÑÇ"  # those that look like no Latin one
PERSONS = 24
ROUNDS = 2
WHITENED = 192  # directions that take part in the first round
LEAST_ALIKE = 0.4  # a copy less like its picture than that teaches nothing about changes
RIDGE = 10.0
NEWTON_STEPS = 40

Floats = npt.NDArray[np.float64]


def describe_canonical(look: Pixels) -> Vectors:
    """Raw descriptors of a look's canonical views."""
    return _describe(look, canonical_frames(look))


def describe_reference(look: Pixels) -> Vectors:
    """Raw descriptors of a look's views as one of our own pictures."""
    return _describe(look, reference_frames(look))


def _describe(look: Pixels, frames: Sequence[Frame]) -> Vectors:
    return describe(np.stack([grey_of(cut_view(look, frame)) for frame in frames]))


def fit_directions(strangers: Vectors, copies: Sequence[tuple[Vectors, Vectors]]) -> tuple[Vectors, Vectors]:
    """The middle and the directions of a lens, `[raw]` and `[raw, LENGTH]`.

    `strangers` are raw descriptors of unrelated pictures' views, `[views, raw]`; each of `copies` is those of one of
    our pictures' views and those of an altered copy's.
    """
    middle = strangers.mean(axis=0)
    spread = np.cov((strangers - middle).T.astype(np.float64), bias=True)
    strength, axes = np.linalg.eigh(spread)
    kept = slice(-1, -WHITENED - 1, -1)
    directions = axes[:, kept] / np.sqrt(strength[kept] + 1e-3 * strength.sum())
    for _ in range(ROUNDS):
        changes = [change for pair in copies if (change := _change(*pair, middle, directions)) is not None]
        directions = _discriminant(spread, np.array(changes, np.float64))
    return middle, directions / np.linalg.norm(directions, axis=0).mean()


def _change(ours: Vectors, theirs: Vectors, middle: Vectors, directions: Floats) -> Vectors | None:
    """What was done between the two views that are most alike, mirrored or not."""
    both = np.concatenate([theirs, mirror(theirs)])
    left, right = (_project(raw, middle, directions) for raw in (ours, both))
    alike = left @ right.T
    here, there = np.unravel_index(int(alike.argmax()), alike.shape)
    return None if alike[here, there] < LEAST_ALIKE else both[there] - ours[here]


def _project(raw: Vectors, middle: Vectors, directions: Floats) -> Vectors:
    vectors = (raw - middle) @ directions
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6))


def _discriminant(between: Floats, changes: Floats) -> Floats:
    """Directions of much difference between pictures for little between copies, softened by the fourth root."""
    within = changes.T @ changes / len(changes)
    strength, axes = np.linalg.eigh(within + 0.1 * np.trace(within) / len(within) * np.eye(len(within)))
    white = axes / np.sqrt(strength)
    gain, turns = np.linalg.eigh(white.T @ between @ white)
    best = np.argsort(-gain)[:LENGTH]
    return np.asarray(white @ turns[:, best] / np.power(gain[best], 0.25))


def pack_lens(middle: Vectors, directions: Vectors, fonts: Sequence[Font] = ()) -> bytes:
    """The table `pictures.npz`: the directions, and drawn pictures seen through them.

    Letters are drawn in the built-in faces and in those given.
    """

    def see(drawn: Sequence[Pixels], *, last: bool = False) -> npt.NDArray[np.int8]:
        views = [describe_canonical(take_look(pixels))[-1 if last else 0 :] for pixels in drawn]
        return np.round(_project(np.concatenate(views), middle, directions) * 127).astype(np.int8)

    faces: list[int | Font] = [*range(FACES), *fonts]
    initials = [draw_initial(letter, face, n) for n, face in enumerate(faces) for letter in LETTERS]
    further = [draw_initial(letter, face, n) for n, face in enumerate(faces) if face for letter in FURTHER_LETTERS]
    drawn = [DRAWERS[kind](number) for kind, count in COHORT.items() for number in range(count)]
    out = io.BytesIO()
    np.savez_compressed(
        out,
        middle=middle.astype(np.float16),
        directions=directions.astype(np.float16),
        cohort=see([*drawn, *initials]),
        letters=see([*initials, *further], last=True),
        persons=see([draw_person(number) for number in range(PERSONS)], last=True),
    )
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Verdict:
    """A logistic model: weights of the traits and what is added, in bits."""

    weights: Floats
    bias: float

    def weigh(self, traits: Floats) -> Floats:
        """Bits of rows of traits, `[rows]`."""
        return np.asarray(traits @ self.weights + self.bias)

    def less(self, bits: float) -> Verdict:
        """The same with so many bits taken off."""
        return Verdict(self.weights, self.bias - bits)


def fit_verdict(traits: Floats, pairs: npt.NDArray[np.int64], copies: npt.NDArray[np.bool_]) -> Verdict:
    """Weights that tell copies from strangers, by rows of traits `[rows, traits]`.

    `pairs` numbers the pair of pictures that each row is of; `copies` says which rows are of a copy. Of a copy, the row
    that speaks for it most clearly is learned from; of a stranger, all of them.
    """
    middle, spread = traits.mean(axis=0), traits.std(axis=0) + 1e-6
    rows = (traits - middle) / spread
    weights, bias = np.zeros(rows.shape[1]), 0.0
    strangers = np.flatnonzero(~copies)
    first = True
    for _ in range(ROUNDS + 1):
        says = -np.arange(len(rows), dtype=np.float64) if first else rows @ weights + bias
        first = False
        best = _best_of_each(pairs, says, np.flatnonzero(copies))
        learned = np.concatenate([best, strangers])
        weights, bias = _solve(rows[learned], copies[learned].astype(np.float64))
    scaled = weights / spread
    return Verdict(scaled / np.log(2), float(bias - scaled @ middle) / float(np.log(2)))


def _best_of_each(pairs: npt.NDArray[np.int64], says: Floats, among: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Of each pair the row that says most."""
    order = among[np.lexsort((-says[among], pairs[among]))]
    return order[np.r_[True, pairs[order][1:] != pairs[order][:-1]]] if len(order) else order


def _solve(rows: Floats, labels: Floats) -> tuple[Floats, float]:
    """Logistic regression with a Gaussian prior on the weights, by Newton's method."""
    x = np.column_stack([rows, np.ones(len(rows))])
    prior = np.append(np.full(rows.shape[1], RIDGE), 1e-9)
    found = np.zeros(x.shape[1])
    for _ in range(NEWTON_STEPS):
        p = 1 / (1 + np.exp(-np.clip(x @ found, -40, 40)))
        slope = x.T @ (p - labels) + prior * found
        step = np.linalg.solve((x.T * (p * (1 - p))) @ x + np.diag(prior + 1e-9), slope)
        size = float(np.abs(step).max())
        found -= step * min(1.0, 3.0 / max(size, 1e-12))
        if size < 1e-7:
            break
    return found[:-1], float(found[-1])


def write_verdicts(verdicts: Mapping[str, Verdict], note: str) -> str:
    """The table `pictures.toml`, headed by a note."""
    text = "".join(f"# {line}\n" for line in note.splitlines())
    for kind, verdict in verdicts.items():
        text += f"\n[{kind}]\nbias = {verdict.bias:.4f}\n"
        text += "".join(f"{name} = {w:.4f}\n" for name, w in zip(TRAITS[kind], verdict.weights, strict=True))
    return text
