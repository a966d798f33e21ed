"""What pictures are compared by, fitted to drawn pictures and to a folder's, and tried on what the fit did not see."""

from __future__ import annotations

import io
import tomllib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from hunter.darkroom import Darkroom
from hunter.errors import InputError
from hunter.matching.pictures import alterations, fitting
from hunter.matching.pictures.samples import DRAWERS
from hunter.matching.pictures.verdicts import TRAITS
from hunter.operations import picture_examples, picture_fitting
from hunter.operations.picture_examples import Example, Examples
from hunter.operations.picture_fitting import Looked

FEW = ("recode", "mirror", "crop", "negative", "banner", "inside")


@pytest.fixture(scope="module")
def examples() -> Examples:
    def draw(kinds: tuple[str, ...], numbers: range) -> tuple[Example, ...]:
        return tuple(Example(f"{kind} {n}", DRAWERS[kind](n)) for kind in kinds for n in numbers)

    references = draw(("mark", "word", "scene"), range(40_000, 40_014))
    return Examples(references, draw(("mark", "sign", "word", "face", "scene"), range(41_000, 41_009)), {})


@pytest.fixture(scope="module")
def halves(examples: Examples) -> tuple[Looked, Looked]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alterations, "ALTERATIONS", {name: alterations.ALTERATIONS[name] for name in FEW})
        patch.setattr(picture_fitting, "ALTERATIONS", alterations.ALTERATIONS)
        patch.setattr(picture_fitting, "RANDOM_PAIRS", 3)
        first, second = (picture_fitting.look_at_all(examples.half(number), each=1) for number in (0, 1))
    return first, second


def test_a_verdict_holds_on_pictures_that_it_was_not_fitted_on(halves: tuple[Looked, Looked]) -> None:
    told = picture_fitting.tell(halves[1], picture_fitting.fit_verdicts(halves[0]))
    assert set(told.recall) == set(FEW)
    found, copies = (sum(counts[i] for counts in told.recall.values()) for i in (0, 1))
    assert found / copies > 0.75
    assert told.false_pairs <= told.pairs / 100


def test_the_table_names_every_trait_and_its_origin(halves: tuple[Looked, Looked], examples: Examples) -> None:
    both = picture_fitting.join(*halves)
    assert len(both.altered) == len(halves[0].altered) + len(halves[1].altered)
    assert both.tried == halves[0].tried + halves[1].tried
    text = picture_fitting.write_verdicts(picture_fitting.fit_verdicts(both), examples)
    table = tomllib.loads(text)
    assert {kind: {"bias", *traits} for kind, traits in TRAITS.items()} == {k: set(v) for k, v in table.items()}
    assert f"{len(examples.references)} references" in text and "\n# " in text


def test_fitted_vectors_tell_copies_from_strangers(examples: Examples, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alterations, "ALTERATIONS", {name: alterations.ALTERATIONS[name] for name in FEW[:5]})
    monkeypatch.setattr(picture_fitting, "ALTERATIONS", alterations.ALTERATIONS)
    monkeypatch.setattr(fitting, "COHORT", {"mark": 20, "scene": 10})
    monkeypatch.setattr(fitting, "LETTERS", "ABC")
    monkeypatch.setattr(fitting, "FURTHER_LETTERS", "Ж")
    with np.load(io.BytesIO(picture_fitting.fit_lens(examples.half(0), each=1))) as table:
        middle, directions = (table[name].astype(np.float32) for name in ("middle", "directions"))
        shapes = {name: table[name].shape for name in table.files}
    assert shapes["directions"] == (len(middle), 128)
    assert shapes["letters"][0] == 3 * 4 + 3, "each letter in each face, the further ones where a face has them"

    def see(pixels: np.ndarray) -> np.ndarray:
        vectors = (fitting.describe_canonical(fitting.take_look(pixels)) - middle) @ directions
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))

    unseen = examples.half(1).references[:8]
    ours = [see(reference.pixels) for reference in unseen]
    theirs = [see(np.ascontiguousarray(cv2.GaussianBlur(255 - reference.pixels, (0, 0), 2))) for reference in unseen]
    alike = np.array([[float((a @ b.T).max()) for b in theirs] for a in ours])
    assert (alike.argmax(axis=1) == np.arange(len(unseen))).sum() >= len(unseen) - 1


def save(pixels: np.ndarray, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


def test_a_folder_of_labelled_pictures_is_read(tmp_path: Path) -> None:
    save(DRAWERS["mark"](1), tmp_path / "references" / "ours.png")
    save(DRAWERS["face"](2), tmp_path / "strangers" / "theirs.jpg")
    save(DRAWERS["mark"](1)[:, ::-1], tmp_path / "copies" / "ours" / "seen.webp")
    (tmp_path / "strangers" / "notes.txt").write_text("no picture")
    faults: list[str] = []
    with Darkroom() as darkroom:
        read = picture_examples.read_examples(tmp_path, darkroom, faults)
    assert read.references[-1].name == "ours" and read.strangers[-1].name == "theirs"
    assert [copy.name for copy in read.copies["ours"]] == ["seen"]
    assert len(faults) == 1 and "notes.txt" in faults[0]
    given = [name for number, name, _ in picture_examples.altered(read, {}) if number == len(read.references) - 1]
    assert given == ["given"]


def test_a_folder_without_its_parts_is_refused(tmp_path: Path) -> None:
    (tmp_path / "references").mkdir()
    with Darkroom() as darkroom, pytest.raises(InputError, match="strangers"):
        picture_examples.read_examples(tmp_path, darkroom, [])
    with pytest.raises(InputError, match="too few"):
        picture_fitting.look_at_all(Examples((), (), {}), each=1)
    with pytest.raises(InputError, match="TrueType"):
        picture_fitting.read_fonts(tmp_path)
    assert picture_fitting.read_fonts(None) == []


def test_an_example_keeps_its_half(examples: Examples) -> None:
    parts = [examples.half(number) for number in (0, 1)]
    assert {e.name for part in parts for e in part.references} == {e.name for e in examples.references}
    assert not {e.name for e in parts[0].strangers} & {e.name for e in parts[1].strangers}


@pytest.mark.parametrize("name", alterations.ALTERATIONS)
def test_an_alteration_is_the_same_for_the_same_number(name: str) -> None:
    pixels = DRAWERS["mark"](1047)
    first, again, other = (alterations.alter(pixels, name, number) for number in (3, 3, 4))
    assert first.shape[0] == first.shape[1] and np.array_equal(first, again)
    assert first.shape != other.shape or not np.array_equal(first, other)
