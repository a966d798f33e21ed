"""One brand file -> `Brand`, and everything that is wrong with it, each with its line and the remedy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from hunter.brands.fields import is_svg, read_domain, read_handle, read_mail, read_text
from hunter.brands.lines import Key, find_lines
from hunter.errors import PictureError
from hunter.types import Allowed, Brand, Picture, Rights
from hunter.visible import visible

_T = TypeVar("_T")

KINDS = ("organisation", "person", "product")
LARGEST_FILE = 256 * 1024  # bytes; a brand file is written by hand
LARGEST_PICTURE = 8 * 1024 * 1024
MOST = 500  # entries of one list

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_PLATFORM = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_RIGHTS = ("owner", "mark", "registration", "office", "classes", "contact")
_LISTS = ("names", "domains", "keywords", "sentences", "pictures")
_TOP = ("slug", "kind", *_LISTS, "short_name_ok", "official", "allowed", "rights")


def write_key(key: Key) -> str:
    """A key path as people write it: official.x[1]."""
    text = ""
    for part in key:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


class Reader:
    """Reads one file and gathers its faults."""

    def __init__(self, path: Path, develop: Callable[[bytes], Picture]) -> None:
        self.path = path
        self.develop = develop
        self._faults: list[tuple[int, str]] = []
        self.lines: dict[Key, int] = {}
        self.given: dict[str, Any] = {}

    def line(self, key: Key) -> int | None:
        """Where the key stands, or else the innermost table or list around it."""
        return next((self.lines[key[:n]] for n in range(len(key), 0, -1) if key[:n] in self.lines), None)

    def fault(self, key: Key, wrong: str) -> None:
        self.refuse(f"{write_key(key)}: {wrong}", self.line(key))

    def refuse(self, wrong: str, line: int | None = None) -> None:
        self._faults.append((line or 0, visible(f"{self.path}{f':{line}' if line else ''}: {wrong}", 1000)))

    @property
    def faults(self) -> list[str]:
        """What was found wrong so far, in the order of the lines."""
        return [text for _, text in sorted(self._faults, key=lambda fault: fault[0])]

    def read(self) -> Brand | None:
        """The brand, or None where `faults` tells why not."""
        text = self.text()
        if text is None:
            return None
        try:
            self.given = tomllib.loads(text)
        except tomllib.TOMLDecodeError as exc:
            line = re.search(r"at line (\d+)", str(exc))
            said = f'not valid TOML: {exc}; text stands in "quotes", lists in [brackets]'
            self.refuse(said, int(line.group(1)) if line else None)
            return None
        except RecursionError:
            self.refuse("nested too deeply; a brand file holds plain lists")
            return None
        self.lines = find_lines(text)
        brand = self.brand()
        return None if self.faults else brand

    def text(self) -> str | None:
        try:
            size = self.path.stat().st_size
            if size > LARGEST_FILE:
                self.refuse(f"{size} bytes; a brand file may hold {LARGEST_FILE}")
                return None
            data = self.path.read_bytes()
        except OSError as exc:
            self.refuse(f"cannot be read: {exc.strerror}")
            return None
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as exc:
            self.refuse("not UTF-8; save the file as UTF-8", data.count(b"\n", 0, exc.start) + 1)
            return None

    def brand(self) -> Brand | None:
        self.known((), self.given, _TOP)
        slug, names = self.slug(), self.entries(("names",), str, required='at least one name, as in names = ["Acme"]')
        brand = Brand(
            slug=slug,
            kind=self.kind(),
            names=names,
            official=self.official(),
            domains=self.entries(("domains",), read_domain),
            keywords=self.entries(("keywords",), str),
            sentences=self.entries(("sentences",), str),
            pictures=self.entries(("pictures",), self.picture),
            allowed=self.allowed(),
            rights=self.rights(),
            short_name_ok=self.flag(("short_name_ok",)),
        )
        return None if self.faults else brand

    def at(self, key: Key) -> Any:
        value: Any = self.given
        for part in key:
            value = value.get(part) if isinstance(value, dict) else value[part]
        return value

    def known(self, key: Key, table: dict[str, Any], names: Sequence[str]) -> None:
        for name in table:
            if name not in names:
                near = get_close_matches(name, names, 1)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(names)}"
                self.fault((*key, name), f"no such key; {hint}")

    def slug(self) -> str:
        slug = self.given.get("slug")
        if isinstance(slug, str) and _SLUG.fullmatch(slug):
            return slug
        said = "missing" if slug is None else f"{slug!r} cannot be used"
        self.fault(
            ("slug",), f'{said}; a short id of a-z, 0-9 and hyphens, as in slug = "{_suggested_slug(self.path)}"'
        )
        return ""

    def kind(self) -> str:
        kind = self.given.get("kind", KINDS[0])
        if kind not in KINDS:
            self.fault(("kind",), f"{kind!r} is none of {', '.join(KINDS)}")
        return str(kind)

    def flag(self, key: Key) -> bool:
        value = self.at(key)
        if value is not None and not isinstance(value, bool):
            self.fault(key, f"{value!r} is neither true nor false, without quotes")
        return bool(value)

    def entries(self, key: Key, read: Callable[[str], _T], *, required: str = "") -> tuple[_T, ...]:
        """A list of texts, each made into what is used by `read`, which raises ValueError with what is wrong."""
        given = self.at(key)
        if given is None or given == []:
            if required:
                self.fault(key, f"missing; {required}")
            return ()
        if not isinstance(given, list):
            self.fault(key, f'must be a list, as in {key[-1]} = ["…"]')
            return ()
        if len(given) > MOST:
            self.fault(key, f"{len(given)} entries; at most {MOST}")
            return ()
        found: list[_T] = []
        for i, item in enumerate(given):
            try:
                entry = read(read_text(item))
            except ValueError as exc:
                self.fault((*key, i), str(exc))
                continue
            if entry not in found:
                found.append(entry)
        return tuple(found)

    def official(self) -> dict[str, tuple[str, ...]]:
        given = self.given.get("official", {})
        if not isinstance(given, dict):
            self.fault(("official",), 'must be a table, as in [official] and below it x = ["acme"]')
            return {}
        found = {}
        for platform in given:
            if not _PLATFORM.fullmatch(platform):
                self.fault(("official", platform), "a platform's name is a-z, 0-9, - and _, as in x or bluesky")
            found[platform] = self.entries(("official", platform), read_handle)
        return found

    def picture(self, name: str) -> Picture:
        folder = self.path.parent.resolve()
        path = (folder / name).resolve()
        if not path.is_relative_to(folder):
            raise ValueError(f"{name}: outside of the brand file's folder; put the picture beside the file")
        if not path.is_file():
            raise ValueError(f"{name}: no such file; the path is relative to the brand file")
        if path.stat().st_size > LARGEST_PICTURE:
            raise ValueError(f"{name}: {path.stat().st_size} bytes; at most {LARGEST_PICTURE}, 512 pixels are plenty")
        try:
            data = path.read_bytes()
        except OSError as exc:
            raise ValueError(f"{name}: cannot be read: {exc.strerror}") from exc
        if is_svg(data):
            raise ValueError(f"{name}: an SVG; export it as a PNG of 512 pixels, on the background it is shown on")
        try:
            picture = self.develop(data)
        except PictureError as exc:
            raise ValueError(f"{name}: {exc}; PNG, JPEG, GIF or WebP are read") from exc
        if picture.kind == "flat":
            raise ValueError(f"{name}: one flat colour, which every second account has; give the logo itself")
        return picture

    def allowed(self) -> tuple[Allowed, ...]:
        given = self.given.get("allowed", [])
        if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
            self.fault(("allowed",), "must be tables, each under [[allowed]]")
            return ()
        found = []
        for i, entry in enumerate(given[:MOST]):
            key: Key = ("allowed", i)
            self.known(key, entry, ("platform", "handle", "reason", "until"))
            platform, reason = (self.text_in((*key, name), required=True) for name in ("platform", "reason"))
            handle = self.text_in((*key, "handle"), required=True, check=read_handle)
            until = entry.get("until")
            if until is not None and (not isinstance(until, date) or isinstance(until, datetime)):
                self.fault((*key, "until"), f"{until!r} is no date; as in until = 2027-06-30, without quotes")
                continue
            if platform and handle and reason:
                found.append(Allowed(platform=platform, handle=handle, reason=reason, until=until))
        return tuple(found)

    def rights(self) -> Rights | None:
        given = self.given.get("rights")
        if given is None:
            return None
        if not isinstance(given, dict):
            self.fault(("rights",), "must be a table: [rights]")
            return None
        self.known(("rights",), given, _RIGHTS)
        texts = {name: self.text_in(("rights", name)) for name in _RIGHTS if name not in ("classes", "contact")}
        contact = self.text_in(("rights", "contact"), check=read_mail)
        classes = given.get("classes", [])
        if not isinstance(classes, list) or not all(type(c) is int and 1 <= c <= 45 for c in classes):
            self.fault(("rights", "classes"), "Nice classes are numbers from 1 to 45, as in classes = [9, 36]")
            classes = []
        return Rights(**texts, contact=contact, classes=tuple(classes))

    def text_in(self, key: Key, *, required: bool = False, check: Callable[[str], str] | None = None) -> str | None:
        given = self.at(key)
        if given is None:
            if required:
                self.fault(key, "missing")
            return None
        try:
            text = read_text(given)
            return check(text) if check else text
        except ValueError as exc:
            self.fault(key, str(exc))
            return None


def _suggested_slug(path: Path) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")
    return words[:64].strip("-") or "acme"
