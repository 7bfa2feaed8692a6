"""A text of many pages is read in windows, so that memory stays in bounds; an ordinary page is one window."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from digests.folding import fold
from digests.ingest.pages.signs import PAGE_NAMES

WINDOW = 60_000
"""Characters: five times what a broadsheet page holds. Only a longer text is cut."""
_SEARCHED = 60_000  # characters behind a full window in which a border is looked for
_LONGEST = 60  # characters of a line that names a page
_LINE = re.compile(r"[^\n]*\n?")


class Window(NamedTuple):
    """A piece of the text that ends with a line, and the number of its first line."""

    text: str
    first: int


def windows(text: str) -> Iterator[Window]:
    """The text, whose lines end with line feeds, in pieces of WINDOW characters and what is left to the next border."""
    start, number = 0, 1
    while start < len(text):
        end = len(text) if len(text) - start <= WINDOW + _SEARCHED else _border(text, start + WINDOW)
        piece = text[start:end]
        yield Window(piece, number)
        number += piece.count("\n")
        start = end


def _border(text: str, begin: int) -> int:
    """Where to cut behind `begin`: at a new page, else at a wide gap, else at a gap, else at the end of a line."""
    near = text[begin : begin + _SEARCHED]
    page = near.find("\n\f")
    if page < 0:
        page = _named(near)
    for found in (page, near.find("\n\n\n"), near.find("\n\n"), near.find("\n")):
        if found >= 0:
            return begin + found + 1
    end = text.find("\n", begin)
    return len(text) if end < 0 else end + 1


def _named(near: str) -> int:
    """The line end before the first line that names a page, or -1."""
    for match in _LINE.finditer(near, max(0, near.find("\n") + 1)):
        line = match[0].strip()
        if "版" in line and len(line) <= _LONGEST and PAGE_NAMES.search(fold(line)):
            return match.start() - 1
    return -1
