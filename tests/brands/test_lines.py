"""Every key and list item is found on its line, whatever strings and comments stand around it."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hunter.brands.lines import Key, find_lines

TEXT = '''\
# a comment with "quotes" = [and, brackets]
slug = "acme"            # another = one
names = ["Acme", 'Ac#me',
  """many
lines = [ "here" ]
""", "last"]
official.x = ["a"]
"quoted key" . 'part' = 2027-06-30 10:00:00
inline = { a = 1, b = [ { c = 2 } ] }

[rights]
classes = [
  9,
  36,   # trailing comma
]

[[allowed]]
handle = "one"
[[allowed]]
handle = "two"
[allowed.more]
why = "x"
'''

CASES: list[tuple[Key, int]] = [
    (("slug",), 2),
    (("names",), 3),
    (("names", 1), 3),
    (("names", 2), 4),
    (("names", 3), 6),
    (("official", "x", 0), 7),
    (("quoted key", "part"), 8),
    (("inline", "b", 0, "c"), 9),
    (("rights", "classes"), 12),
    (("rights", "classes", 1), 14),
    (("allowed", 0), 17),
    (("allowed", 0, "handle"), 18),
    (("allowed", 1, "handle"), 20),
    (("allowed", 1, "more", "why"), 22),
]


@pytest.mark.parametrize(("key", "line"), CASES)
def test_finds_the_line(key: Key, line: int) -> None:
    tomllib.loads(TEXT)
    assert find_lines(TEXT)[key] == line


def test_windows_line_ends_count_once() -> None:
    assert find_lines(TEXT.replace("\n", "\r\n")) == find_lines(TEXT)


def paths(value: Any, key: Key = ()) -> set[Key]:
    """Every key path of a parsed document."""
    found = {key} if key else set()
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in pairs:
        found |= paths(inner, (*key, name))
    return found


def write(value: Any) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list):
        return "[\n" + ",\n".join(write(item) for item in value) + "\n]"
    return str(value)


ENTRIES = st.recursive(
    st.text(st.sampled_from("ab#=[]{},'\" \\"), max_size=8) | st.integers(-9, 9),
    lambda inner: st.lists(inner, max_size=3),
)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,4}", fullmatch=True), ENTRIES, max_size=5))
def test_every_path_of_any_document_has_a_line(document: dict[str, Any]) -> None:
    text = "".join(f"{key} = {write(value)}\n" for key, value in document.items())
    parsed = tomllib.loads(text)
    assert parsed == document
    lines = find_lines(text)
    assert paths(parsed) == set(lines)
    for key, value in document.items():
        assert text.split("\n")[lines[(key,)] - 1].startswith(f"{key} = "), value
