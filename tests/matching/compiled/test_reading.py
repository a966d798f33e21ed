"""Plain handles are taken apart as `words` takes them apart."""

from __future__ import annotations

import pytest

from hunter.matching.compiled import compiled
from hunter.matching.words import read_handle
from tests.matching.conftest import ODD

pytestmark = pytest.mark.real("compiler")


def test_names_are_taken_apart_as_in_python(names: list[str]) -> None:
    for name in (*names, *ODD, " Zendoria\t", "ZenDORIA", "zENdoria", "zen doria", "zen\x00doria\x7f", "ABCdefGHIj"):
        seen, reading = compiled("reading").read_name(name.encode()), read_handle(name, "x")
        noise = sum(len(run.text) for run in reading.runs if run.piece in reading.noise)
        wanted = bytes(compiled("lettering").numbers_of(reading.letters)) if reading.letters else b""
        places = (sorted(reading.starts | {len(wanted)}), sorted(reading.starts | reading.humps | {len(wanted)}))
        assert seen == (wanted, *places, sorted(reading.gaps), noise, len(reading.pieces)), name


@pytest.mark.parametrize(
    "name", ["zendoria@social.example", "z3nd0r!a", "zen$doria", "zend\u043eria", "z" * 65, "ze" * 64, "@@zendoria"]
)
def test_names_that_are_not_plain_are_left_to_the_judge(name: str) -> None:
    assert compiled("reading").read_name(name.encode()) is None
