"""The compiled part says the same as the judge's own functions in Python."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
import wordninja
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from hunter.matching import alignment, letters, resemblance
from hunter.matching.alignment import Edit, Place, places_slowly
from hunter.matching.compiled import compiled
from hunter.matching.gate import LONG
from hunter.matching.judge import judge
from hunter.matching.letters import split_slowly
from hunter.matching.likeness import Likeness, liken, part_ratio
from hunter.matching.resemblance import keywords_of
from hunter.matching.scales import weigh
from hunter.matching.screen import Screener
from hunter.matching.screening import searching, sieve, text
from hunter.matching.screening.index import _shared
from hunter.matching.screening.patterns import Patterns
from hunter.matching.screening.searching import SlowGrams, SlowNearly
from hunter.matching.screening.text import BREAK, at_a_glance, encode, letters_only, squeeze_slowly, with_spaces
from hunter.matching.words import read_handle, read_name
from hunter.types import Profile
from tests.matching.compiled.conftest import BRANDS, FORMS

pytestmark = pytest.mark.real("compiler")

LEAST = 0.5
ODD = ["", "@", "@zendoria", "_", "-._", "7", "a1b2c3d4e5f6", "zendoria-" + "9f" * 20, "x" * 64, "ze-" * 40, "9" * 64]
USERS = (letters, alignment, resemblance, searching, sieve, text)  # modules that ask for the compiled part


@pytest.fixture
def uncompiled(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Everything as where there was no compiler."""
    for module in USERS:
        monkeypatch.setattr(module, "compiled", lambda name: None)
    letters.run_cost.cache_clear()
    yield
    letters.run_cost.cache_clear()


def test_all_that_the_judge_measures_is_measured_here() -> None:
    assert compiled("looking").load()


def test_runs_are_split_as_in_python(names: list[str]) -> None:
    words = random.Random(4).sample([w for w in wordninja.DEFAULT_LANGUAGE_MODEL._wordcost if w.isalpha()], 400)
    runs = {run.text for name in names for run in read_name(name).runs if run.text.isalpha()} | set(words)
    for run in (*runs, "internationalisation", "x" * 64, "thequickbrownfoxjumpsoverthelazydog"):
        assert compiled("spelling").split(run) == split_slowly(run)


@pytest.mark.parametrize("run", ["x" * 65, "a-b", "", "\u00e4"])
def test_what_is_no_run_of_letters_is_refused(run: str) -> None:
    with pytest.raises(ValueError):
        compiled("spelling").split(run)


def test_names_are_taken_apart_as_in_python(names: list[str]) -> None:
    for name in (*names, *ODD, " Zendoria\t", "ZenDORIA", "zENdoria", "zen doria", "zen\x00doria\x7f", "ABCdefGHIj"):
        seen, reading = compiled("reading").read_name(name.encode()), read_handle(name, "x")
        noise = sum(len(run.text) for run in reading.runs if run.piece in reading.noise)
        wanted = bytes(compiled("spelling").numbers_of(reading.letters)) if reading.letters else b""
        places = (sorted(reading.starts | {len(wanted)}), sorted(reading.starts | reading.humps | {len(wanted)}))
        assert seen == (wanted, *places, sorted(reading.gaps), noise, len(reading.pieces)), name


@pytest.mark.parametrize(
    "name", ["zendoria@social.example", "z3nd0r!a", "zen$doria", "zend\u043eria", "z" * 65, "ze" * 64, "@@zendoria"]
)
def test_names_that_are_not_plain_are_left_to_the_judge(name: str) -> None:
    assert compiled("reading").read_name(name.encode()) is None


def test_places_are_those_found_in_python(names: list[str]) -> None:
    chance = random.Random(3)
    found = 0
    for name in names:
        reading = read_name(name)
        for _, form in chance.sample(FORMS, 2):
            if form.letters in reading.letters:
                continue
            limit = 1.9 * len(form.letters)
            wanted = places_slowly(form.letters, reading.letters, reading.starts, reading.gaps, limit)
            seen = compiled("placing").find(form.letters, reading.letters, reading.starts, reading.gaps, limit)
            assert [Place(a, b, cost, tuple(Edit(*edit) for edit in edits)) for a, b, cost, edits in seen] == wanted
            found += len(wanted)
    assert found > 250


def test_wholes_are_as_alike_as_rapidfuzz_says(names: list[str]) -> None:
    chance = random.Random(5)
    numbers = compiled("spelling").numbers_of
    shown = [reading.letters for name in names if (reading := read_name(name)).letters]
    for ours, theirs in [(chance.choice(shown), chance.choice(shown)) for _ in range(2_000)]:
        wanted = fuzz.ratio(ours, theirs) / 100, JaroWinkler.similarity(ours, theirs)
        assert compiled("likening").likeness_of(numbers(ours), numbers(theirs)) == pytest.approx(wanted), (ours, theirs)


def _alike(name: str, number: int, platform: str) -> Likeness | None:
    owner, form = FORMS[number]
    return liken([form], read_handle(name, platform), keywords_of(BRANDS[owner]))


@pytest.mark.parametrize(("platform", "kind"), [("x", 0), ("npm", 1)])
def test_likenesses_are_as_strong_as_in_python(names: list[str], platform: str, kind: int) -> None:
    shown = [*names[::2], *ODD]
    looks = compiled("looking").Looks([form for _, form in FORMS], [keywords_of(BRANDS[n]) for n, _ in FORMS])
    handles = "".join(f"{name}\n" for name in shown).encode()
    breaks = np.flatnonzero(np.frombuffer(handles, np.uint8) == 10)
    rows, forms = np.repeat(np.arange(len(shown)), len(FORMS)), np.tile(np.arange(len(FORMS)), len(shown))
    told = looks.strengths(handles, breaks, rows, forms, np.array([kind], np.uint8), 0.0)
    rough = looks.strengths(handles, breaks, rows, forms, np.array([kind], np.uint8), 0.3)
    kinds: Counter[bool] = Counter()
    for row, form, strength, least in zip(rows.tolist(), forms.tolist(), told.tolist(), rough.tolist(), strict=True):
        alike = _alike(shown[row], form, platform)
        assert strength == pytest.approx(weigh(alike) if alike else 0.0, abs=1e-9), (shown[row], FORMS[form])
        assert least == strength or (least == 0.0 and strength <= 0.3)
        kinds[strength > 0.3] += 1
    assert min(kinds.values()) > 300


def test_rows_beyond_the_lines_are_refused() -> None:
    looks = compiled("looking").Looks([FORMS[0][1]], [frozenset()])
    for breaks, row in (([4], 1), ([9], 0)):
        with pytest.raises(ValueError, match="fewer lines"):
            looks.strengths(b"zend\n", np.array(breaks), np.array([row]), np.array([0]), np.array([0], np.uint8))
    with pytest.raises(ValueError, match="no such form"):
        looks.strengths(b"zend\n", np.array([4]), np.array([0]), np.array([1]), np.array([0], np.uint8))


def test_strings_are_found_as_on_arrays(names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    strings = [(encode(text), n) for n, text in enumerate(("zen", "doria", "bank", "support", "talvorabank", "ab"))]
    text = letters_only(("\n" + "\n".join(names) + "\n").encode())
    quick = Patterns(strings)
    monkeypatch.setattr(searching, "compiled", lambda name: None)
    seen, wanted = (sorted(zip(*map(list, each.hits(text)), strict=True)) for each in (quick, Patterns(strings)))
    assert seen == wanted
    assert len(wanted) > 200
    assert not len(Patterns([]).hits(text)[0]) and not len(quick.hits(b"")[0])


def test_letters_are_squeezed_as_on_arrays(names: list[str]) -> None:
    chance = random.Random(6)
    noise = "\n".join("".join(chance.choices("aciijlmnrnvw017-", k=chance.randrange(9))) for _ in range(4_000))
    for shown in ("\n" + "\n".join(names) + "\n", noise, "", "\n", "a", "\n\n\n"):
        codes = letters_only(shown.encode())
        assert at_a_glance(codes) == squeeze_slowly(codes)


def test_long_forms_are_found_where_the_gate_wants_them(names: list[str]) -> None:
    forms = list(_shared([form.letters for _, form in FORMS]))
    lines = [*names, "", "zen", "x" * 400 + "zendoria"]
    text = letters_only(("\n" + "\n".join(lines) + "\n").encode())
    wanted = {
        (row, form.number)
        for row, line in enumerate(text[1:-1].split(bytes((BREAK,))))
        for form in forms
        if any(gram in line for gram in form.grams)
        if part_ratio(form.letters.decode("latin-1"), line.decode("latin-1")) >= form.least
    }
    assert len(wanted) > 300
    for search in (searching.grams_of_forms(forms), SlowGrams(forms)):
        rows, numbers = search.search(text)
        seen = set(zip(rows.tolist(), numbers.tolist(), strict=True))
        assert wanted <= seen
        assert len(seen) < 1.05 * len(wanted)


def test_what_is_nearly_a_form_is_found_as_by_rapidfuzz(names: list[str]) -> None:
    chance = random.Random(7)
    forms = [(n, encode(form.letters)) for n, (_, form) in enumerate(FORMS) if len(form.letters) >= LONG]
    noise = ["".join(chance.choices("zendoriabk-. ", k=chance.randrange(4, 16))) for _ in range(20_000)]
    lines = [*names, *noise, "", "-", "a-" * 200, "x" * 400, "zen doria" + "-y" * 300]
    text = with_spaces(("\n" + "\n".join(lines) + "\n").encode())
    found = []
    for search in (searching.nearly_of_forms(forms, LONG), SlowNearly(forms)):
        rows, numbers = search.search(text)
        found.append(set(zip(rows.tolist(), numbers.tolist(), strict=True)))
    assert found[0] == found[1]
    assert len(found[0]) > 300
    with pytest.raises(ValueError, match="too short"):
        searching.nearly_of_forms([(0, encode("zen"))], LONG)


def test_a_least_score_loses_nothing_that_reaches_it(names: list[str]) -> None:
    found = {
        (names[row], a.brand): a.score
        for row, judged in Screener(BRANDS).assess_names(names, least=LEAST)
        for a in judged
    }
    every = {
        (name, brand.slug): assessment.score
        for name in names
        for brand in BRANDS
        if (assessment := judge(brand, Profile(platform="unknown", handle=name))).score >= LEAST
    }
    assert len(every) > 150
    assert found == every


def test_a_least_score_keeps_nearly_all_others_from_the_judge(names: list[str]) -> None:
    lines = "".join(f"{name}\n" for name in names).encode()
    screener = Screener(BRANDS)
    hits = sum(len(found) for _, found in screener.assess_names(names, "x", least=LEAST))
    judged = sum(len(brands) for _, brands in screener.search(lines, ("x",), least=LEAST))
    assert hits <= judged < 1.2 * hits


@pytest.mark.usefixtures("uncompiled")
def test_without_a_compiler_everything_is_found_alike(names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    some = [*names[::3], *ODD, "zend\u043eria", "z3nd0r!a"]
    slow = _judged(some)
    for module in USERS:
        monkeypatch.setattr(module, "compiled", compiled)
    letters.run_cost.cache_clear()
    assert _judged(some) == slow
    assert len(slow) > 60


def _judged(names: list[str]) -> dict[tuple[str, str], tuple[float, str]]:
    found = Screener(BRANDS).assess_names(names, "x", least=LEAST)
    return {(names[row], a.brand): (pytest.approx(a.score, abs=1e-9), a.reason) for row, each in found for a in each}
