"""Documents of any kind → raw articles: what they hold tells which door they go through."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from digests.errors import InputError
from digests.ingest.articles import read_articles
from digests.ingest.charset import decode
from digests.ingest.pages import read_page
from digests.model import RawArticle


@dataclass(frozen=True, slots=True)
class Furniture:
    """Lines of a page that are no news and were left out."""

    lines: int


Item = RawArticle | InputError | Furniture
"""What a door delivers: articles, what could not be read, and how much was left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What the one who brings a document knows of it: the paper's name, the page's, the day it was printed."""

    source: str = ""
    page: str = ""
    published_on: date | None = None

    def fill_in(self, raw: RawArticle) -> RawArticle:
        """The article with what it does not say of itself."""
        return replace(
            raw,
            source=raw.source or self.source,
            page=raw.page or self.page,
            published_on=raw.published_on or self.published_on,
        )

    def overrule(self, raw: RawArticle) -> RawArticle:
        """The article with what is known better than it says of itself."""
        return replace(
            raw,
            source=self.source or raw.source,
            page=self.page or raw.page,
            published_on=self.published_on or raw.published_on,
        )


def read(content: bytes, name: str, label: Label = Label()) -> Iterator[Item]:
    """What a document holds: a page of text or JSON lines (`name` ends in .jsonl, or the text begins with a brace).

    The label overrules a page; it fills in what JSON lines leave open. A document that cannot be read at all is
    delivered as its InputError.
    """
    try:
        text = decode(content, name)
        if name.endswith(".jsonl") or text.lstrip().startswith("{"):
            yield from read_lines(text.split("\n"), name, label)
        else:
            printed = read_page(text, name)
            yield Furniture(printed.furniture)
            yield from map(label.overrule, printed.articles)
    except InputError as fault:
        yield fault


def read_lines(lines: Iterable[str | InputError], name: str, label: Label) -> Iterator[Item]:
    """The articles of JSON lines, with what they leave open filled in; a bad line is delivered as its fault."""
    for item in read_articles(lines, name):
        yield label.fill_in(item) if isinstance(item, RawArticle) else item
