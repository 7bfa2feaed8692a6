"""An address → what it holds: a feed, a day's edition of a newspaper site, a web page, or a document like a file's."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from digests.errors import InputError
from digests.ingest.doors import Doors, Item, Label
from digests.ingest.fetcher import Fetched
from digests.model import RawArticle

Fetch = Callable[[str], Fetched]
"""Brings what an address holds; raises NotFetched."""

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
    from digests.ingest.epapers import PageKind, is_epaper, kind_of, read_edition

    if label.published_on and is_epaper(b"", url):
        # Its own day's page may be gone; that of the day asked for is what counts.
        yield from named(read_edition(fetch, url, label.published_on), label)
        return
    fetched = fetch(url)
    content = fetched.content or b""
    paper = is_epaper(content, fetched.url)
    if paper and (label.published_on or kind_of(fetched.url, content) is not PageKind.CONTENT):

        def again(address: str) -> Fetched:
            return fetched if address in (url, fetched.url) else fetch(address)

        yield from named(read_edition(again, url, label.published_on), label)
        return
    for item in doors.read(content, fetched.url, label, fetched.content_type):
        yield in_full(fetch, doors, item) if isinstance(item, RawArticle) else item


def named(items: Iterable[RawArticle | InputError], label: Label) -> Iterator[Item]:
    """The items, articles under the paper's name as it is called here."""
    return (label.name(item) if isinstance(item, RawArticle) else item for item in items)


def in_full(fetch: Fetch, doors: Doors, raw: RawArticle) -> RawArticle:
    """An entry that only announces an article, with the article's text; without it when its page gives none."""
    if not is_announcement(raw):
        return raw
    try:
        fetched = fetch(raw.url)
        found = doors.read(fetched.content or b"", fetched.url, Label(), fetched.content_type)
        page = next((item for item in found if isinstance(item, RawArticle)), None)
    except InputError:
        return raw  # the announcement is news enough, and its address leads to the rest
    if page is None or len(page.body) <= len(raw.body):
        return raw
    return replace(raw, paragraphs=page.paragraphs, reporters=raw.reporters or page.reporters)


def is_announcement(raw: RawArticle) -> bool:
    """Whether an entry has an address and so little text, or such an end, that the article itself must be there."""
    return bool(raw.url) and (len(raw.body) < SHORT or raw.body.endswith(("…", "...", "[...]", "[…]")))
