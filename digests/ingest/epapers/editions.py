"""A whole day's edition from one address: its layout pages, then every article they lead to."""

import logging
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import TypeVar

from digests.errors import BadDocument, DigestsError, InputError, NoEdition, NotFetched, NotUnderstood
from digests.ingest.epapers.addresses import bare, day_of, edition_address, names_content
from digests.ingest.epapers.contents import read_content
from digests.ingest.epapers.documents import Document, open_document
from digests.ingest.epapers.layouts import Layout, PageKind, forward_of, kind_of_document, layout_of, read_layout
from digests.ingest.fetcher import Fetched
from digests.model.news import RawArticle

log = logging.getLogger(__name__)

FORWARDS, PAGES, ARTICLES = 3, 200, 2000
"""The most index pages followed, and layout and content pages read, of one edition."""

Fetch = Callable[[str], Fetched]
T = TypeVar("T")


def read_edition(
    fetch: Fetch, url: str, day: date | None = None, skip: Callable[[str], bool] = lambda _: False
) -> Iterator[RawArticle | InputError]:
    """The articles of an edition in the order of its pages, as they are read, each content page once.

    `url` is any page of the paper: a layout or content page of any day, or an index page that forwards to the newest
    edition (at most three are followed); with `day` that day's edition is read. What an article does not say of its
    page, section, paper or day is taken from the layout page that led to it. A layout or content page that cannot be
    taken is yielded as its error, and the others go on. `skip` tells the articles, by the `external_id` they would
    have, that are not wanted.
    Raises InputError's children where the first layout page cannot be had, at the first item: NoEdition where the site
    answers and has none of `day`.
    """
    first, start = _beginning(fetch, url, day)
    named: dict[str, Layout] = {}
    for layout in _layouts(fetch, first.url, start):
        if isinstance(layout, InputError):
            yield layout
            continue
        for article in layout.articles:
            named.setdefault(article, layout)
    for address, layout in list(named.items())[:ARTICLES]:
        if not skip(bare(address)):
            yield _article(fetch, address, layout)


def _article(fetch: Fetch, address: str, layout: Layout) -> RawArticle | InputError:
    raw = _taken(fetch, address, read_content)
    if isinstance(raw, InputError):
        return raw
    page, section = (raw.page, raw.section) if raw.page else (layout.page, layout.section)
    return replace(
        raw,
        page=page,
        section=section,
        source=raw.source or layout.paper,
        published_on=raw.published_on or layout.date,
    )


def _layouts(fetch: Fetch, first: str, layout: Layout) -> Iterator[Layout | InputError]:
    """The first layout page and every one that it or another leads to, in the order in which they are named."""
    seen = {bare(first)}
    waiting = deque(page for page in layout.pages if page not in seen)
    yield layout
    while waiting and len(seen) < PAGES:
        address = waiting.popleft()
        if address in seen:
            continue
        seen.add(address)
        found = _taken(fetch, address, read_layout)
        if not isinstance(found, InputError):
            waiting.extend(page for page in found.pages if page not in seen)
        yield found


def _taken(fetch: Fetch, address: str, read: Callable[[bytes, str, str], T]) -> T | InputError:
    """What a page holds, or why it cannot be taken: no page stops the others."""
    try:
        fetched = fetch(address)
        return read(fetched.content or b"", fetched.url, fetched.content_type)
    except InputError as fault:
        return fault
    except DigestsError:
        raise
    except Exception as error:
        log.exception("%s cannot be read: %s", address, type(error).__name__)
        return NotUnderstood(address, type(error).__name__)


def _beginning(fetch: Fetch, url: str, day: date | None) -> tuple[Fetched, Layout]:
    """The first page and what it says, as `_first_page`; where the site answers otherwise, it has no such edition."""
    try:
        return _first_page(fetch, url, day)
    except (NotFetched, BadDocument) as fault:
        if day is None or not getattr(fault, "missing", True):
            raise
        raise NoEdition(url, day, fault.reason) from None


def _first_page(fetch: Fetch, url: str, day: date | None) -> tuple[Fetched, Layout]:
    """The layout page to begin with, and what it says, from any page of the paper."""
    asked: set[str] = set()

    def fetch_once(address: str) -> Fetched:
        if address in asked:
            raise NotFetched(address, "its pages lead to one another", missing=True)
        asked.add(address)
        return fetch(address)

    fetched = _start(fetch_once, url, day)
    for _ in range(FORWARDS + 1):
        document = open_document(fetched.content or b"", fetched.url, fetched.content_type)
        kind = kind_of_document(document)
        if kind is PageKind.LAYOUT and (day is None or day_of(fetched.url) in (None, day)):
            return fetched, layout_of(document)
        if len(asked) > FORWARDS:
            break
        fetched = fetch_once(_onward(document, kind, day))
    raise BadDocument(url, f"no page of a newspaper behind {FORWARDS} pages that lead on")


def _start(fetch: Fetch, url: str, day: date | None) -> Fetched:
    """The page at the address, or on that day at its like; a content page's own links know its layout page best."""
    known = day_of(url)
    wanted = edition_address(url, day or known) if known else url
    if not names_content(url):
        return fetch(wanted if day else url)
    try:
        return fetch(url)
    except NotFetched:
        if wanted == url:
            raise
        return fetch(wanted)


def _onward(document: Document, kind: PageKind, day: date | None) -> str:
    """Where to go from a page that is not a layout page of the day."""
    here, known = document.url, day_of(document.url)
    target: str | None = here if kind is PageKind.LAYOUT else None
    if kind is PageKind.CONTENT:
        target = next(iter(layout_of(document).pages), None) or (edition_address(here, known) if known else None)
    elif kind is PageKind.FORWARD:
        target = forward_of(document)
    if target is None:
        raise BadDocument(here, "neither a page of a newspaper nor one that leads to it")
    return edition_address(target, day) if day and day_of(target) else target
