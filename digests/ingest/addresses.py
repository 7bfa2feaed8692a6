"""An address → what it holds: a feed, a day's edition of a newspaper site, a web page, or a document like a file's."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from digests.errors import InputError, NotFetched, NothingFound
from digests.ingest.doors import Doors, Furniture, Item, Label
from digests.ingest.fetcher import Fetched
from digests.model.news import RawArticle

Fetch = Callable[[str], Fetched]
"""Brings what an address holds; raises NotFetched."""

PAGES = 20
"""Pages of one article's text that are followed."""

SHORT = 150
"""Characters below which a feed's entry is an announcement: the article itself is on its page."""


def read_address(fetch: Fetch, doors: Doors, url: str, label: Label) -> Iterator[Item]:
    """What stands at an address, articles as they are read; what cannot be read at all is delivered as its fault.

    Of a newspaper site that is the whole edition, of `label.published_on` if given, else of the day in the address or
    the newest. Of a feed it is its entries; those that only announce an article get its text from its page.
    """
    try:
        yield from _read(fetch, doors, url, label)
    except InputError as fault:
        yield fault


def _read(fetch: Fetch, doors: Doors, url: str, label: Label) -> Iterator[Item]:
    from digests.ingest.epapers import PageKind, is_epaper, kind_of

    if label.published_on and is_epaper(b"", url):
        # Its own day's page may be gone; that of the day asked for is what counts.
        yield from read_whole_edition(fetch, url, label)
        return
    fetched = fetch(url)
    content = fetched.content or b""
    paper = is_epaper(content, fetched.url)
    if paper and (label.published_on or kind_of(fetched.url, content) is not PageKind.CONTENT):

        def again(address: str) -> Fetched:
            return fetched if address in (url, fetched.url) else fetch(address)

        yield from read_whole_edition(again, url, label)
        return
    for item in doors.read(content, fetched.url, label, fetched.content_type):
        if isinstance(item, RawArticle):
            whole = _with_its_pages(fetch, doors, item, fetched) if item.url else item
            yield _in_full_or_why(fetch, doors, whole)
        else:
            yield item


def _in_full_or_why(fetch: Fetch, doors: Doors, raw: RawArticle) -> Item:
    try:
        return in_full(fetch, doors, raw)
    except NotFetched as fault:
        return fault


def _with_its_pages(fetch: Fetch, doors: Doors, raw: RawArticle, fetched: Fetched) -> RawArticle:
    """An article with the text of the pages on which it goes on; it stays `truncated` where one cannot be had."""
    from digests.ingest.webpages import next_page

    seen = {fetched.url}
    while raw.truncated and len(seen) < PAGES:
        try:
            url = next_page(fetched.content or b"", fetched.url, fetched.content_type)
            if not url or url in seen:
                break
            seen.add(url)
            fetched = fetch(url)
            found = doors.read(fetched.content or b"", fetched.url, Label(), fetched.content_type)
            part = next((item for item in found if isinstance(item, RawArticle)), None)
        except InputError:
            break
        if part is None or part.title != raw.title:  # the next article, not the next page
            break
        more = tuple(text for text in part.paragraphs if text not in raw.paragraphs)
        raw = replace(raw, paragraphs=raw.paragraphs + more, truncated=part.truncated)
    return raw


def read_whole_edition(
    fetch: Fetch, url: str, label: Label, skip: Callable[[str], bool] = lambda _: False
) -> Iterator[Item]:
    """An edition of a newspaper site, as read_edition, under the paper's name as it is called here.

    A page without an article is no fault: papers print adverts. Raises InputError's children at the first item.
    """
    from digests.ingest.epapers import read_edition

    for item in read_edition(fetch, url, label.published_on, skip):
        if isinstance(item, NothingFound):
            yield Furniture(1, item.name)
        else:
            yield label.name(item) if isinstance(item, RawArticle) else item


def in_full(fetch: Fetch, doors: Doors, raw: RawArticle) -> RawArticle:
    """An entry that only announces an article, with the article's text; without it when its page gives none.

    Raises NotFetched when the page's host asks to be left alone: its text can be had later.
    """
    if not is_announcement(raw):
        return raw
    try:
        fetched = fetch(raw.url)
        found = doors.read(fetched.content or b"", fetched.url, Label(), fetched.content_type)
        page = next((item for item in found if isinstance(item, RawArticle)), None)
        page = page and _with_its_pages(fetch, doors, page, fetched)
    except InputError as fault:
        if isinstance(fault, NotFetched) and fault.wait:
            raise
        return raw  # the announcement is news enough, and its address leads to the rest
    if page is None or len(page.body) <= len(raw.body):
        return raw
    reporters = raw.reporters or page.reporters
    return replace(raw, paragraphs=page.paragraphs, reporters=reporters, truncated=page.truncated)


def is_announcement(raw: RawArticle) -> bool:
    """Whether an entry has an address and so little text, or such an end, that the article itself must be there."""
    return bool(raw.url) and (len(raw.body) < SHORT or raw.body.endswith(("…", "...", "[...]", "[…]")))
