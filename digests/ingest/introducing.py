"""An address that somebody gives as a source: what kind it is, and what the paper is called."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from digests.errors import BadDocument
from digests.ingest.addresses import Fetch
from digests.ingest.doors import Doors
from digests.ingest.fetcher import Fetched
from digests.ingest.markup import read_html
from digests.model.sources import SourceKind

_FEEDS = ("application/rss+xml", "application/atom+xml", "application/feed+json")


@dataclass(frozen=True, slots=True)
class Introduced:
    """What is known of a source before it is asked for news: its own address, its kind, its name."""

    url: str
    kind: SourceKind
    name: str


def introduce(fetch: Fetch, doors: Doors, url: str) -> Introduced:
    """What stands at the address: a feed, a newspaper site, or a page that names its feed, which is then meant.

    Raises NotFetched, and BadDocument for what is none of these.
    """
    fetched = fetch(url)
    found = _introduced(doors, url, fetched)
    if found is None and (named := _named_feed(fetched.content or b"", fetched.url, fetched.content_type)):
        found = _introduced(doors, named, fetch(named))
    if found is None:
        raise BadDocument(url, "neither a feed nor a newspaper site; look on the site for RSS or 电子报")
    return found


def _introduced(doors: Doors, url: str, fetched: Fetched) -> Introduced | None:
    from digests.ingest.epapers import PageKind, kind_of, read_layout
    from digests.ingest.feeds import is_feed, read_feed

    content = fetched.content or b""
    if is_feed(content):
        feed = read_feed(content, fetched.url, fetched.content_type, calendar=doors.calendar)
        return Introduced(url, SourceKind.FEED, feed.title or _host(url))
    kind = kind_of(fetched.url, content)
    if kind is PageKind.LAYOUT:
        return Introduced(url, SourceKind.EPAPER, read_layout(content, fetched.url).paper or _host(url))
    if kind in (PageKind.FORWARD, PageKind.CONTENT):
        return Introduced(url, SourceKind.EPAPER, _host(url))
    return None


def _named_feed(content: bytes, url: str, content_type: str) -> str:
    """The feed that a web page names in its head, or nothing."""
    for link in read_html(content, url, content_type).iter("link"):
        if link.get("rel", "").lower() == "alternate" and link.get("type", "").lower() in _FEEDS and link.get("href"):
            return str(urljoin(url, link.get("href", "").strip()))
    return ""


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
