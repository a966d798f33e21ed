"""Where each key and list item of a TOML file stands: the standard reader tells lines only for syntax errors."""

from __future__ import annotations

import re
from collections.abc import Iterator

Key = tuple[str | int, ...]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'  # the four kinds of strings first: anything may stand in them
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|\n"
    r"|[\[\]{},=]"
    r"|[^\s\[\]{},=\#\"']+",
    re.DOTALL,
)
_KEY_PART = re.compile(r'"((?:\\.|[^"\\])*)"|\'([^\']*)\'|([A-Za-z0-9_-]+)')


class _Scanner:
    """Walks over a text that is known to be valid TOML and notes where each value begins."""

    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.at = 0
        self.lines: dict[Key, int] = {}
        self.counts: dict[Key, int] = {}  # how many [[tables]] of a name have begun

    def peek(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def take(self) -> tuple[str, int]:
        self.at += 1
        return self.tokens[self.at - 1]

    def document(self) -> dict[Key, int]:
        table: Key = ()
        while self.peek():
            if self.peek() == "\n":
                self.take()
            elif self.peek() == "[":
                table = self.header()
            else:
                self.assignment(table)
        return self.lines

    def header(self) -> Key:
        line = self.take()[1]
        many = self.peek() == "["
        if many:
            self.take()
        name = self.key("]")
        if many:
            self.take()
            self.counts[name] = self.counts.get(name, -1) + 1
        return self.note(self.indexed(name), line)

    def indexed(self, name: Key) -> Key:
        """`name` with the number of the current table put in behind every [[name]]."""
        path: Key = ()
        for i, part in enumerate(name):
            path += (part,)
            if name[: i + 1] in self.counts:
                path += (self.counts[name[: i + 1]],)
        return path

    def key(self, end: str) -> Key:
        text = ""
        while self.peek() != end:
            text += self.take()[0]
        self.take()
        return tuple("".join(part) for part in _KEY_PART.findall(text))

    def assignment(self, table: Key) -> None:
        line = self.tokens[self.at][1]
        path = self.note(table + self.key("="), line)
        self.value(path)

    def value(self, path: Key) -> None:
        opening, line = self.take()
        self.note(path, line)
        if opening == "[":
            for i in self.items("]"):
                self.value((*path, i))
        elif opening == "{":
            for _ in self.items("}"):
                self.assignment(path)
        else:
            while self.peek() not in ("", "\n", ",", "]", "}"):  # a date may hold a space
                self.take()

    def items(self, end: str) -> Iterator[int]:
        i = 0
        while self.peek() != end:
            if self.peek() in ("\n", ","):
                self.take()
            else:
                yield i
                i += 1
        self.take()

    def note(self, path: Key, line: int) -> Key:
        self.lines.setdefault(path, line)
        return path


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    line = 1
    for match in _TOKEN.finditer(text):
        token = match.group()
        if not token.startswith("#"):
            yield token, line
        line += token.count("\n")


def find_lines(text: str) -> dict[Key, int]:
    """The line, counted from 1, of every key and list item of a valid TOML text: ("official", "x", 1) -> 12."""
    return _Scanner(text.replace("\r\n", "\n")).document()
