"""Files and streams → raw articles: pages of text and JSON lines, told apart by their content."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from digests.errors import InputError
from digests.ingest.articles import read_articles
from digests.ingest.charset import decode
from digests.ingest.pages import read_page
from digests.model import RawArticle

SUFFIXES = (".txt", ".jsonl")
"""What is read of a folder."""


class Unreadable(InputError):
    """A file or folder that cannot be opened."""

    usage = True

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name)
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"


def files_in(path: Path) -> list[Path]:
    """The file itself, or every page and JSON lines file below a folder in the order of their names.

    Raises Unreadable when there is no such file, or nothing to read in the folder.
    """
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.rglob("*") if file.suffix in SUFFIXES and file.is_file())
    if not found:
        raise Unreadable(str(path), f"no {' or '.join(SUFFIXES)} file in this folder")
    return found


def read_file(path: Path) -> bytes:
    """The bytes of a file; raises Unreadable."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(str(path), (error.strerror or str(error)).lower()) from None


def read(
    content: bytes, name: str, *, source: str = "", page: str = "", published_on: date | None = None
) -> Iterator[RawArticle]:
    """The articles of a page of text or of JSON lines (`name` ends in .jsonl, or the text begins with a brace).

    What the caller knows (source, page, published_on) overrules a page; it fills in what JSON lines leave open.
    Raises InputError's children.
    """
    text = decode(content, name)
    if name.endswith(".jsonl") or text.lstrip().startswith("{"):
        for raw in read_articles(text.split("\n"), name):
            yield replace(raw, source=raw.source or source, published_on=raw.published_on or published_on)
        return
    for raw in read_page(text, name):
        yield replace(
            raw,
            source=source or raw.source,
            page=page or raw.page,
            published_on=published_on or raw.published_on,
        )
