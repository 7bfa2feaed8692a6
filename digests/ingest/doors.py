"""Documents of any kind → raw articles: what they hold tells which door they go through."""

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from digests.errors import InputError, NotUnderstood
from digests.ingest.articles import read_articles
from digests.ingest.charset import decode
from digests.ingest.dates import Calendar
from digests.ingest.pages import read_page
from digests.model.news import RawArticle

log = logging.getLogger(__name__)

_MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body|meta|!--)", re.IGNORECASE)
_SNIFFED = 4096


@dataclass(frozen=True, slots=True)
class Furniture:
    """Lines of a page that are no news and were left out; or a whole page, with its address."""

    lines: int
    page: str = ""


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

    def name(self, raw: RawArticle) -> RawArticle:
        """The article with the paper's name as it is called here; its day it knows best itself."""
        return replace(self.fill_in(raw), source=self.source or raw.source)


@dataclass(frozen=True, slots=True)
class Doors:
    """Every way in; `calendar` tells the day of times that documents name."""

    calendar: Calendar

    def read(self, content: bytes, name: str, label: Label | None = None, content_type: str = "") -> Iterator[Item]:
        """What a document holds: a page of text, JSON lines, a feed, a web page, or PDF pages.

        `name` is a file's or an address. The label overrules a page of text or PDF, names the paper of feeds and web
        pages, and fills in what JSON lines leave open. A document that cannot be read at all is delivered as its
        InputError, one on which this program fails as NotUnderstood.
        """
        try:
            yield from self._through(content, name, label or Label(), content_type)
        except InputError as fault:
            yield fault
        except Exception as error:
            # The next document may be better: what we fail on is named, and in the log.
            log.exception("%s cannot be read: %s", name, type(error).__name__)
            yield NotUnderstood(name, type(error).__name__)

    def _through(self, content: bytes, name: str, label: Label, content_type: str) -> Iterator[Item]:
        if b"%PDF-" in content[:1024]:
            # Imported here: most documents are none.
            from digests.ingest.pdfs import read_pdf

            yield from _relabelled(read_pdf(content, name), label.overrule)
        elif _is_feed(content):
            yield from _relabelled(self._feed(content, name, content_type), label.name)
        elif "html" in content_type.lower() or _MARKUP.match(content[:_SNIFFED]):
            yield label.name(self._webpage(content, name, content_type))
        else:
            yield from _text(content, name, label)

    def _feed(self, content: bytes, name: str, content_type: str) -> Iterator[Item]:
        from digests.ingest.feeds import read_feed

        feed = read_feed(content, name, content_type, calendar=self.calendar)
        yield from feed.entries
        yield from feed.faults

    def _webpage(self, content: bytes, name: str, content_type: str) -> RawArticle:
        # Imported here: trafilatura costs a second and 60 MB that most runs do without.
        from digests.ingest.epapers import is_epaper, read_content
        from digests.ingest.webpages import read_webpage

        if is_epaper(content, name):
            return read_content(content, name, content_type)
        return read_webpage(content, name, content_type, calendar=self.calendar)


def _is_feed(content: bytes) -> bool:
    start = content[:_SNIFFED].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start.startswith((b"<", b"{", b"\xff\xfe", b"\xfe\xff")):
        return False
    from digests.ingest.feeds import is_feed

    return is_feed(content)


def _text(content: bytes, name: str, label: Label) -> Iterator[Item]:
    text = decode(content, name)
    if name.endswith(".jsonl") or text.lstrip().startswith("{"):
        yield from read_lines(text.split("\n"), name, label)
    else:
        printed = read_page(text, name)
        yield Furniture(printed.furniture)
        yield from map(label.overrule, printed.articles)


def _relabelled(items: Iterable[Item], relabel: Callable[[RawArticle], RawArticle]) -> Iterator[Item]:
    for item in items:
        yield relabel(item) if isinstance(item, RawArticle) else item


def read_lines(lines: Iterable[str | InputError], name: str, label: Label) -> Iterator[Item]:
    """The articles of JSON lines, with what they leave open filled in; a bad line is delivered as its fault."""
    return _relabelled(read_articles(lines, name), label.fill_in)
