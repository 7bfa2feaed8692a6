"""A newspaper's pages as PDF become articles: drawn glyphs → lines → blocks → heads and their columns → articles."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Timer
from typing import Any

from digests.errors import BadDocument, InputError
from digests.ingest.pdfs.reading import Crowded, articles_of, lay_out
from digests.ingest.pdfs.sheet import Sheet, sheet_of
from digests.model.news import RawArticle

__all__ = ["Limits", "read_pdf"]

_EXTRACTION = Path(__file__).with_name("extraction.py")
_UNMAPPED = 0.2  # of the letters: more without a character, and there is nothing to read
_PATIENCE = 4  # times the seconds of computing: a busy machine gives a process no more than a part of itself
_TOO_LONG = {"error": "reading it takes too much time or memory"}


@dataclass(frozen=True, slots=True)
class Limits:
    """What of a PDF is read: pages, characters a page (a broadsheet has 10,000), seconds of computing for each page."""

    pages: int = 500
    characters: int = 40_000
    seconds: int = 30


_LIMITS = Limits()


def read_pdf(content: bytes, name: str, limits: Limits = _LIMITS) -> Iterator[RawArticle | InputError]:
    """The articles of every page in order; in place of a page that cannot be read, why.

    `page`, `section` and `published_on` are what the page says of itself, `page` else its number. What is wrong with
    the whole file comes as one BadDocument, too. The file is taken apart by a process of its own, within `limits`.
    """
    if not _is_installed("pdfminer"):
        yield BadDocument(name, "PDF needs: pip install 'liwen[pdf]'")
        return
    for row in _rows(content, limits):
        number = row.get("page")
        place = f"{name}, page {number}" if number else name
        if "error" in row:
            yield BadDocument(place, row["error"])
        else:
            yield from _page(sheet_of(row), place, str(number))


def _is_installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def _page(sheet: Sheet, place: str, number: str) -> Iterator[RawArticle | InputError]:
    if not any(glyph.text.strip() for glyph in sheet.glyphs):
        yield BadDocument(place, "no text in it: a scan")
        return
    if sheet.unmapped > _UNMAPPED * len(sheet.glyphs):
        yield BadDocument(place, "its letters cannot be told: the fonts do not say which characters they are")
        return
    try:
        found = list(articles_of(lay_out(sheet), place))
    except Crowded:
        yield BadDocument(place, "more pieces of text on it than on any newspaper page")
        return
    if not found:
        yield BadDocument(place, "no article found, only adverts or page furniture")
    yield from (replace(raw, page=raw.page or number) for raw in found)


def _rows(content: bytes, limits: Limits) -> Iterator[dict[str, Any]]:
    """What the extraction prints, run as a process of its own; an error behind it if that was ended."""
    command = [sys.executable, "-P", str(_EXTRACTION), str(limits.pages), str(limits.characters), str(limits.seconds)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:  # noqa: S603 - no shell, our own file
        try:
            for line in _lines(process, content, limits.seconds * _PATIENCE):
                row = _row(line)
                if "end" in row:
                    return
                yield row
            yield _TOO_LONG
        finally:
            process.kill()


def _lines(process: "subprocess.Popen[bytes]", content: bytes, seconds: int) -> Iterator[bytes]:
    """The lines that a process prints of a content; it is ended when it takes too long over one."""
    line = _within(process, seconds, content)
    while line.endswith(b"\n"):
        yield line
        line = _within(process, seconds)


def _within(process: "subprocess.Popen[bytes]", seconds: int, content: bytes | None = None) -> bytes:
    """The next line, after the content has been handed over if there is one."""
    if process.stdin is None or process.stdout is None:
        return b""
    clock = Timer(seconds, process.kill)
    clock.start()
    try:
        if content is not None:
            process.stdin.write(content)
            process.stdin.close()
        return process.stdout.readline()
    except BrokenPipeError:  # it was ended
        return b""
    finally:
        clock.cancel()


def _row(line: bytes) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(line)
    return row
