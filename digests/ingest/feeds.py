"""RSS, Atom and JSON Feed → raw articles; bytes in, values out."""

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import feedparser

from digests.errors import BadDocument, InputError
from digests.ingest.bylines import people_in
from digests.ingest.dates import Calendar
from digests.ingest.markup import has_tags, html_text, paragraphs_of_html, paragraphs_of_text, xml_text
from digests.ingest.pages.credits import Credits
from digests.model.news import RawArticle
from digests.text.sentences import split_sentences

_ROOT = re.compile(r"<(?:rss|(?:[\w.-]+:)?RDF|(?:[\w.-]+:)?feed)(?=[\s>/])", re.IGNORECASE)
_PAGE = re.compile(r"<(?:html|head|body)\b", re.IGNORECASE)
_JSON_FEED = re.compile(rb"jsonfeed\.org\\?/version")
_HEAD = 4096
_NO_FEED = "not an RSS, Atom or JSON feed"
_TITLE = 60
# What makes parsers slow or large: their time grows with the square of a tag's attributes, their memory with the depth.
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{16000}")
_MARKS = re.compile(r"<(/?)(?!(?:p|br|hr|img|li|td|tr|input|link|meta)\b)[A-Za-z][^<>]*?(/?)>", re.IGNORECASE)
_DEEPEST = 50_000
_UNKEPT = re.compile("[\0\ud800-\udfff]")
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z]\w+);", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's title and articles in its own order; `faults` names each entry (1-based) that could not be taken."""

    title: str
    entries: tuple[RawArticle, ...]
    faults: tuple[InputError, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """An entry as either format gives it: `texts` and `dates` best first, `link` perhaps relative."""

    title: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]
    id: str
    link: str
    dates: tuple[str, ...]
    authors: tuple[str, ...]


def is_feed(content: bytes) -> bool:
    """A cheap guess by the first bytes whether this is a feed; a web page is none, nor are JSON lines."""
    try:
        head = html_text(content[:_HEAD], "").lstrip()
    except BadDocument:
        return False
    return _root(head) is not None or (head.startswith("{") and _JSON_FEED.search(content) is not None)


def read_feed(content: bytes, url: str, content_type: str = "", *, calendar: Calendar) -> Feed:
    """The feed that stood at `url`: RSS 0.9x, 1.0, 2.0, Atom or JSON Feed, in whatever encoding, well formed or not.

    Paragraphs are the text of the entry's content, else of its summary. `external_id` is the entry's id, else its
    address; `url` is absolute, http or https, or empty; `source` is the feed's title; `published_on` is the day in the
    paper's zone that the entry, else its address, names. A title that is missing is the first sentence, cut to 60
    characters. Reporters are those among the authors who look like Chinese people's names.

    Raises BadDocument(url) for what is no feed, and for one that declares a DOCTYPE or entities.
    """
    text = html_text(content, url, content_type).strip("\ufeff \t\r\n\0")
    if text.startswith("{"):
        title, entries = _read_json(text, url)
    elif _root(text[:_HEAD]) is not None:
        title, entries = _read_xml(xml_text(content, url, content_type), url)
    else:
        raise BadDocument(url, _NO_FEED)
    articles: list[RawArticle] = []
    faults: list[InputError] = []
    for number, entry in enumerate(entries, 1):
        article = entry and _article(entry, title, url, calendar)
        if article:
            articles.append(article)
        else:
            faults.append(BadDocument(f"{url}, entry {number}", "neither a title nor a text"))
    return Feed(title, tuple(articles), tuple(faults))


def _root(head: str) -> re.Match[str] | None:
    """Where the feed begins, perhaps behind a server's warnings; None for a page that only talks about feeds."""
    root = _ROOT.search(head)
    return None if root is None or _PAGE.search(head, 0, root.start()) else root


def _article(entry: _Entry, source: str, feed_url: str, calendar: Calendar) -> RawArticle | None:
    paragraphs = next(filter(None, entry.texts), ())
    title = " ".join(" ".join(entry.title).split()) or _first_sentence(paragraphs)
    if not title:
        return None
    url = _address(entry.link, feed_url)
    days = (calendar.day_of(text) for text in entry.dates)
    people = Credits.union(people_in(author) for author in entry.authors)
    return RawArticle(
        title=title,
        paragraphs=paragraphs,
        reporters=people.reporters,
        correspondents=people.correspondents,
        photographers=people.photographers,
        external_id=entry.id or url or None,
        source=source,
        url=url,
        published_on=next((day for day in days if day), None) or calendar.day_in_address(url),
    )


def _first_sentence(paragraphs: tuple[str, ...]) -> str:
    sentence = next((sentence.text for sentence in split_sentences("\n".join(paragraphs[:3]))), "")
    return sentence if len(sentence) <= _TITLE else sentence[: _TITLE - 1] + "…"


def _address(link: str, feed_url: str) -> str:
    """The link made absolute; nothing for one that leads elsewhere than to a host on the web."""
    try:
        url = urljoin(feed_url, link)
        parts = urlsplit(url)
        return url if link and parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


def _plain(text: str, kind: str) -> tuple[str, ...]:
    """The paragraphs of a text that calls itself `kind` (text/html, …); what calls itself plain often has tags."""
    text = _UNKEPT.sub("", text)
    if has_tags(text) or ("html" in kind and _ENTITY.search(text)):
        return paragraphs_of_html(text)
    return paragraphs_of_text(text)


def _is_deep(text: str) -> bool:
    """Whether tags that are never closed pile up; those that HTML leaves open do not count."""
    depth = 0
    for mark in _MARKS.finditer(text):
        depth = max(0, depth - 1) if mark[1] else depth + (not mark[2])
        if depth > _DEEPEST:
            return True
    return False


def _read_xml(text: str, url: str) -> tuple[str, Iterator[_Entry]]:
    if _LONG_TAG.search(text) or _is_deep(text):
        raise BadDocument(url, "tags longer than 16,000 characters or nested deeper than 50,000")
    root = _root(text[:_HEAD])
    parsed = feedparser.parse(
        # Never as bytes or text: feedparser would take those for an address or a file's name.
        io.BytesIO(text[root.start() if root else 0 :].encode()),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    title = " ".join(_of_detail(parsed.feed.get("title_detail")))
    if parsed.bozo and not parsed.entries and not title:
        raise BadDocument(url, "a feed too broken to be read")
    # As plain dictionaries: feedparser's own answer for an absent `updated` with a warning and `published`.
    return title, map(_xml_entry, map(dict, parsed.entries))


def _xml_entry(entry: Mapping[str, object]) -> _Entry:
    contents = entry.get("content")
    details = [*(contents if isinstance(contents, list) else ()), entry.get("summary_detail")]
    authors = entry.get("authors")
    names = [_text(author, "name") for author in authors] if isinstance(authors, list) else []
    return _Entry(
        title=_of_detail(entry.get("title_detail")),
        texts=tuple(map(_of_detail, details)),
        id=_text(entry, "id"),
        link=_text(entry, "link"),
        dates=tuple(_text(entry, key) for key in ("published", "created", "updated")),
        authors=tuple(names) if any(names) else (_text(entry, "author"),),
    )


def _of_detail(detail: object) -> tuple[str, ...]:
    return _plain(_text(detail, "value"), _text(detail, "type")) if isinstance(detail, Mapping) else ()


def _read_json(text: str, url: str) -> tuple[str, Iterator[_Entry | None]]:
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        raise BadDocument(url, _NO_FEED) from None
    items = feed.get("items")
    if not isinstance(items, list):
        raise BadDocument(url, _NO_FEED)
    shared = _json_authors(feed)
    return " ".join(_text(feed, "title").split()), (_json_entry(item, shared) for item in items)


def _json_entry(item: object, shared: tuple[str, ...]) -> _Entry | None:
    if not isinstance(item, dict):
        return None
    return _Entry(
        title=_plain(_text(item, "title"), ""),
        texts=(
            _plain(_text(item, "content_html"), "text/html"),
            _plain(_text(item, "content_text"), ""),
            _plain(_text(item, "summary"), ""),
        ),
        id=_text(item, "id"),
        link=_text(item, "url"),
        dates=(_text(item, "date_published"), _text(item, "date_modified")),
        authors=_json_authors(item) or shared,
    )


def _json_authors(row: Mapping[str, object]) -> tuple[str, ...]:
    """Of version 1.1 a list, of 1.0 a single one."""
    authors = row.get("authors")
    listed = authors if isinstance(authors, list) else [row.get("author")]
    return tuple(_text(author, "name") for author in listed if isinstance(author, dict))


def _text(row: Mapping[str, object], key: str) -> str:
    """A text without what no store keeps; numbers as text, anything else as nothing."""
    value = row.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return _UNKEPT.sub("", value).strip() if isinstance(value, str) else ""
