import pytest

from hunter.matching.forms import forms_of
from hunter.types import Brand


def forms(name: str, kind: str = "organisation") -> set[tuple[str, str]]:
    return {(form.letters, form.how) for form in forms_of(Brand(slug="b", names=(name,), kind=kind))}


@pytest.mark.parametrize(
    ("name", "kind", "wanted"),
    [
        ("Zorelia", "organisation", ("zorelia", "name")),
        ("Zorelia Ltd", "organisation", ("zorelia", "company")),
        ("Zorelia Bank", "organisation", ("zorelia", "trade")),
        ("Zorelia Talvora", "organisation", ("talvorazorelia", "order")),
        ("Ilse Anna Marenthal", "person", ("ilsemarenthal", "first_last")),
        ("Ilse Marenthal", "person", ("imarenthal", "initial")),
        ("Zörelia", "organisation", ("zoerelia", "umlaut")),
        ("z0r3l", "organisation", ("zorel", "leet")),
        ("t4lv0r4", "organisation", ("talvora", "leet")),
    ],
)
def test_a_name_is_written_in_other_ways(name: str, kind: str, wanted: tuple[str, str]) -> None:
    assert wanted in forms(name, kind)


@pytest.mark.parametrize("name", ["z18n", "zorelia3", "3d4", "24 7", "z9r9l", "Zorel 5 4", "Zorel 1 Vora 3", "Z1 L7"])
def test_digits_that_count_or_name_something_are_no_letters(name: str) -> None:
    assert "leet" not in {how for _, how in forms(name)}
