"""A layout page → what it is and which pages it leads to; and which kind of page a page of a newspaper site is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from digests.errors import BadDocument
from digests.ingest.epapers.addresses import bare, day_of, edition_of, joined, links, names_content, names_layout
from digests.ingest.epapers.contents import form_of
from digests.ingest.epapers.documents import Document, open_document, page_label
from digests.ingest.epapers.forms import LISTS, MAPS

_SCRIPTED = re.compile(
    r"""\blocation(?:\.href)?\s*=\s*(["'])([^"'\\<>]{1,500})\1"""
    r"""|\blocation\.(?:replace|assign)\(\s*(["'])([^"'\\<>]{1,500})\3\s*\)"""
)
_REFRESH = re.compile(r"url\s*=\s*[\"']?([^\"']+)", re.IGNORECASE)
_MARKS = re.compile(
    rb"enpproperty|founder-content|pagepicmap|id\s*=\s*[\"']?(?:ozoom|articlelist|doccontent)\b|main-article-alltitle"
    rb"|href\s*=\s*[\"']?[^\"'\s>]{0,200}(?:node_|content_|nbs\.|nw\.)\w{1,40}[\w-]*\.html?",
    re.IGNORECASE,
)


class PageKind(StrEnum):
    """What a page of a newspaper site is."""

    LAYOUT = "layout"  # a page of the paper, with links to its articles
    CONTENT = "content"  # one article
    FORWARD = "forward"  # it only leads to the newest edition
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout page: the addresses of its articles and of the edition's other pages, in order, absolute, each once.

    `date` is none and the texts are empty where the page does not tell; addresses bear no query and no fragment.
    """

    date: date | None
    paper: str
    page: str
    section: str
    articles: tuple[str, ...]
    pages: tuple[str, ...]


def read_layout(content: bytes, url: str, content_type: str = "") -> Layout:
    """What a layout page says of itself, and the links on it that stay within its edition and host.

    Articles come in the order of the page's list, then those that only the picture of the page has. A page that is no
    layout page gives what links it has. Raises BadDocument(url) for what is no HTML.
    """
    return layout_of(open_document(content, url, content_type))


def layout_of(document: Document) -> Layout:
    """What an opened page says as a layout page."""
    page, section = page_label(document)
    return Layout(
        date=document.day,
        paper=document.paper,
        page=page,
        section=section,
        articles=tuple(_articles(document)),
        pages=tuple(_pages(document)),
    )


def is_epaper(content: bytes, url: str) -> bool:
    """Is it likely a page of a newspaper site that this package reads? Looks only for marks, in no time."""
    dated = day_of(url) is not None and (names_layout(url) or names_content(url))
    return dated or _MARKS.search(content[:400_000]) is not None


def kind_of(url: str, content: bytes) -> PageKind:
    """What the page is, by its address first; OTHER for what is no HTML, too."""
    try:
        document = open_document(content, url)
    except BadDocument:
        return PageKind.OTHER
    return kind_of_document(document)


def kind_of_document(document: Document) -> PageKind:
    """What an opened page is."""
    articles = any(_articles(document))
    if names_content(document.url) and not any(document.find(MAPS)):
        return PageKind.CONTENT
    if articles or (names_layout(document.url) and any(_pages(document))):
        return PageKind.LAYOUT
    if form_of(document) is not None:
        return PageKind.CONTENT
    return PageKind.FORWARD if forward_of(document) else PageKind.OTHER


def forward_of(document: Document) -> str | None:
    """Where an index page leads: its refresh, its script, or its first link to a layout page of some day."""
    hrefs = [str(href) for href in document.tree.xpath("//a/@href | //area/@href")]
    dated = (link for link in links(document.tree, hrefs, document.url) if names_layout(link) and day_of(link))
    targets = (joined(document.url, target) for target in (*_refreshes(document), *_scripted(document)))
    return next((target for target in (*targets, *dated) if target and target != document.url), None)


def _refreshes(document: Document) -> Iterator[str]:
    for meta in document.tree.iter("meta"):
        if (meta.get("http-equiv") or "").strip().lower() == "refresh":
            yield from _REFRESH.findall(meta.get("content") or "")[:1]


def _scripted(document: Document) -> Iterator[str]:
    scripts = [node.text or "" for node in document.tree.iter("script")]
    scripts += [str(script) for script in document.tree.xpath("//body/@onload")]
    for script in scripts:
        yield from (match[2] or match[4] for match in _SCRIPTED.finditer(script))


def _articles(document: Document) -> Iterator[str]:
    """The articles of the page's list and picture; where it has neither, all links named as content pages are."""
    listed = next((found for place in LISTS if (found := _hrefs(document, place, "a"))), [])
    hrefs = listed + _hrefs(document, MAPS, "area")
    found = [link for link in _within(document, hrefs) if not names_layout(link)]
    if found:
        return iter(found)
    everything = [str(href) for href in document.tree.xpath("//a/@href | //area/@href")]
    return (link for link in _within(document, everything) if names_content(link))


def _pages(document: Document) -> Iterator[str]:
    everything = [str(href) for href in document.tree.xpath("//a/@href | //option/@value")]
    return (link for link in _within(document, everything) if names_layout(link))


def _hrefs(document: Document, place: str, tag: str) -> list[str]:
    nodes = (node for found in document.find(place) for node in found.iter(tag))
    return [node.get("href") for node in nodes if node.get("href")]


def _within(document: Document, hrefs: list[str]) -> Iterator[str]:
    """The pages of the same edition, without the page itself."""
    here, own = edition_of(document.url), bare(document.url)
    return (link for link in links(document.tree, hrefs, document.url) if edition_of(link) == here and link != own)
