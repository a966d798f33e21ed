"""A captured page as plain text: nothing runs, nothing is fetched, the HTML itself is never shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree, html

_LONGEST = 2 * 1024 * 1024  # bytes of HTML that are read
_SILENT = {"script", "style", "noscript", "template", "svg", "head"}
_BREAKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header", "footer"}
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)


class Page:
    """A parsed HTML page."""

    def __init__(self, root: html.HtmlElement) -> None:
        self._root = root

    def text(self) -> str:
        """What a reader would see, line by line; empty lines are left out."""
        lines = "".join(self._pieces()).split("\n")
        return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)

    def title(self) -> str | None:
        """The text of the title element."""
        found = self._root.find(".//title")
        return " ".join((found.text or "").split()) or None if found is not None else None

    def find(self, value: str) -> str | None:
        """The XPath of the first text or attribute that says `value`, spaces aside."""
        wanted = " ".join(value.split())
        if not wanted:
            return None
        tree = self._root.getroottree()
        for element in self._root.iter():
            if not isinstance(element.tag, str):
                continue
            for name, given in element.attrib.items():
                if " ".join(given.split()) == wanted:
                    return f"{tree.getpath(element)}/@{name}"
            if element.text and " ".join(element.text.split()) == wanted:
                return f"{tree.getpath(element)}/text()"
        return None

    def _pieces(self) -> Iterator[str]:
        silent = 0
        for event, element in etree.iterwalk(self._root, events=("start", "end")):
            tag = element.tag if isinstance(element.tag, str) else "!--"
            if event == "start":
                silent += tag in _SILENT
                if tag in _BREAKS:
                    yield "\n"
                if not silent and tag != "!--" and element.text:
                    yield element.text.replace("\n", " ")
            else:
                silent -= tag in _SILENT
                if tag in _BREAKS:
                    yield "\n"
                if not silent and element.tail:
                    yield element.tail.replace("\n", " ")


def read_page(data: bytes, charset: str | None = None) -> Page | None:
    """Parses HTML of any quality; None where there is nothing to parse. Only the first 2 MiB are read."""
    declared = _CHARSET.search(data[:2048])
    named = charset or (declared[1].decode("ascii") if declared else "utf-8")
    try:
        text = data[:_LONGEST].decode(named, "replace")
    except LookupError:
        text = data[:_LONGEST].decode("utf-8", "replace")
    text = "".join(c if c >= " " or c in "\t\n\r" else "\ufffd" for c in text)
    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, encoding="utf-8")
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    return Page(root)


def text_of(fragment: str) -> str:
    """A piece of HTML as text on one line."""
    page = read_page(fragment.encode("utf-8", "replace"), "utf-8")
    return " ".join(page.text().split()) if page else ""
