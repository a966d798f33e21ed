"""Runs are split as `letters` splits them."""

from __future__ import annotations

import random

import pytest
import wordninja

from hunter.matching.compiled import compiled
from hunter.matching.letters import known_words, split_slowly
from hunter.matching.words import read_name

pytestmark = pytest.mark.real("compiler")


def test_runs_are_split_as_in_python(names: list[str]) -> None:
    words = random.Random(4).sample([w for w in wordninja.DEFAULT_LANGUAGE_MODEL._wordcost if w.isalpha()], 400)
    runs = {run.text for name in names for run in read_name(name).runs if run.text.isalpha()} | set(words)
    for run in (*runs, "internationalisation", "x" * 64, "thequickbrownfoxjumpsoverthelazydog"):
        assert compiled("spelling").split(run) == split_slowly(run)


@pytest.mark.parametrize("run", ["x" * 65, "a-b", "", "\u00e4", "zz9"])
def test_what_is_no_run_of_letters_is_refused(run: str) -> None:
    with pytest.raises(ValueError):
        compiled("spelling").split(run)


def test_frequent_words_are_those_of_the_list(names: list[str]) -> None:
    known = known_words()
    listed = random.Random(5).sample([word for word in known if word.isalnum()], 2_000)
    told = {word: compiled("spelling").is_known(word) for word in (*listed, *names, "", "The", "\u00e9", "x" * 70)}
    assert told == {word: word in known for word in told}
    assert sum(told.values()) > 2_000 - 1 and not all(told.values())
