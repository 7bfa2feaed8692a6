"""The text dump of a newspaper page becomes articles: lines → traits → clues → the best labels → articles."""

from collections.abc import Iterator
from dataclasses import dataclass

from digests.errors import EmptyPage, NothingFound
from digests.ingest.pages.assembly import assemble
from digests.ingest.pages.lines import with_line_feeds
from digests.ingest.pages.segmentation import LineNote, segment
from digests.ingest.pages.windows import windows
from digests.model.news import RawArticle

__all__ = ["LineNote", "Page", "explain_page", "read_page"]


@dataclass(frozen=True, slots=True)
class Page:
    """A page's articles in its order, and how many of its lines were left out: furniture, adverts, notices, jumps."""

    articles: tuple[RawArticle, ...]
    furniture: int


def read_page(text: str, name: str = "page") -> Page:
    """The articles of a newspaper page, from its text dump.

    Paragraphs are verbatim: column cuts and hard wraps are undone by leaving out white space, nothing else changes.
    Credits behind a text are taken off, and those in brackets at its head (本报讯(记者 X) becomes 本报讯 and a space).
    Page furniture, adverts, notices and jump notes are left out. `published_on`, `page` (13, A2) and `section` are
    what the page says of itself.
    Raises EmptyPage(name) for white space only, NothingFound(name) for a page without an article.
    """
    articles: list[RawArticle] = []
    lines = furniture = 0
    for window in windows(with_line_feeds(text)):
        segmentation = segment(window.text, window.first)
        lines += len(segmentation.segments)
        furniture += segmentation.furniture
        articles += assemble(segmentation)
    if not lines:
        raise EmptyPage(name)
    if not articles:
        raise NothingFound(name)
    return Page(tuple(articles), furniture)


def explain_page(text: str) -> Iterator[LineNote]:
    """For every line of the page that is not blank: its number (1-based), its text, its label and why."""
    for window in windows(with_line_feeds(text)):
        yield from segment(window.text, window.first).notes()
