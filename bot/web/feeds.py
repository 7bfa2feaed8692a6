"""Feeds of what is published, for every topic, place and query: Atom (RFC 4287) and JSON Feed 1.1."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from lxml import etree
from markupsafe import escape

from bot import messages
from bot.web.answers import Answer
from bot.web.page import Missing, Viewing, about, corrections
from digests.errors import QueryError
from digests.model.news import Article
from digests.query import parse

ENTRIES = 30
"""Articles in a feed: more than an edition has for most wishes, and readers ask oftener than once a day."""
_ATOM = "http://www.w3.org/2005/Atom"
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says of itself, and its articles, newest first."""

    title: str
    path: str
    asked: Mapping[str, str]
    articles: Sequence[Article]


def newest(viewing: Viewing, form: str) -> Answer:
    """The newest articles of all."""
    return _written(
        viewing, form, Feed(viewing.visit.texts.say("Liwen"), "/", {}, viewing.store.published.newest(ENTRIES))
    )


def topic(viewing: Viewing, form: str, slug: str) -> Answer:
    """The newest articles on a topic."""
    if slug not in viewing.desk.lexicon.topics:
        raise Missing
    return _found(viewing, form, f"topic:{slug}", f"/topics/{slug}", {})


def place(viewing: Viewing, form: str, code: str) -> Answer:
    """The newest articles on a place and all within it."""
    if code not in viewing.desk.lexicon.places:
        raise Missing
    return _found(viewing, form, f"place:{code}", f"/places/{code}", {})


def search(viewing: Viewing, form: str) -> Answer:
    """The newest articles that a query finds."""
    wanted = viewing.visit.asked.get("q", "")
    return _found(viewing, form, wanted, "/search", {"q": wanted})


def _found(viewing: Viewing, form: str, wish: str, path: str, asked: Mapping[str, str]) -> Answer:
    texts, lexicon = viewing.visit.texts, viewing.desk.lexicon
    try:
        query = parse(wish, lexicon)
    except QueryError as error:
        (message,) = messages.error(texts, error)
        return Answer(f"{message.plain}\n".encode(), "text/plain; charset=utf-8", 400)
    found = viewing.store.search.find(query, limit=ENTRIES, published=True).articles
    name = messages.section(texts, lexicon, query.canonical)
    return _written(viewing, form, Feed(f"{name} · {texts.say('Liwen')}", path, asked, found))


def _written(viewing: Viewing, form: str, feed: Feed) -> Answer:
    feed = replace(feed, articles=viewing.store.related.introduced(feed.articles))
    body, media_type = FORMS[form](viewing, feed)
    return Answer(body, media_type, max_age=300)


def _atom(viewing: Viewing, feed: Feed) -> tuple[bytes, str]:
    visit = viewing.visit
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})  # type: ignore[dict-item]
    root.set("{http://www.w3.org/XML/1998/namespace}lang", visit.texts.code)
    home = visit.absolute(feed.path, **feed.asked)
    _put(root, "id", home)
    _put(root, "title", feed.title)
    _put(root, "updated", max(map(_changed, feed.articles), default=datetime(1970, 1, 1, tzinfo=UTC)).isoformat())
    _put(root, "link", rel="alternate", type="text/html", href=home)
    _put(root, "link", rel="self", type="application/atom+xml", href=visit.absolute(visit.path, **feed.asked))
    for article in feed.articles:
        _put_entry(root, viewing, article)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8"), "application/atom+xml; charset=utf-8"


def _put_entry(root: etree._Element, viewing: Viewing, article: Article) -> None:
    entry = _put(root, "entry")
    address = viewing.visit.absolute(f"/articles/{article.id}")
    _put(entry, "id", address)
    _put(entry, "title", messages.headline(article))
    _put(entry, "link", rel="alternate", type="text/html", href=address)
    _put(entry, "published", article.ingested_at.isoformat())
    _put(entry, "updated", _changed(article).isoformat())
    for name in article.byline or (article.source or viewing.visit.texts.say("Liwen"),):
        _put(_put(entry, "author"), "name", name)
    for name in _tags(viewing, article):
        _put(entry, "category", term=name)
    _put(entry, "content", _html(viewing, article), type="html")


def _put(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    made = etree.SubElement(parent, f"{{{_ATOM}}}{name}", {key: _NO_XML.sub("", v) for key, v in attributes.items()})
    if text:
        made.text = _NO_XML.sub("", text)
    return made


def _json(viewing: Viewing, feed: Feed) -> tuple[bytes, str]:
    visit = viewing.visit
    items = [
        {
            "id": visit.absolute(f"/articles/{article.id}"),
            "url": visit.absolute(f"/articles/{article.id}"),
            "title": messages.headline(article),
            "content_html": _html(viewing, article),
            "date_published": article.ingested_at.isoformat(),
            "date_modified": _changed(article).isoformat(),
            "authors": [{"name": name} for name in article.byline],
            "tags": _tags(viewing, article),
            "language": "zh-Hans",
        }
        for article in feed.articles
    ]
    described = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": visit.absolute(feed.path, **feed.asked),
        "feed_url": visit.absolute(visit.path, **feed.asked),
        "language": visit.texts.code,
        "items": items,
    }
    return json.dumps(described, ensure_ascii=False).encode(), "application/feed+json; charset=utf-8"


def _changed(article: Article) -> datetime:
    return max([article.revised_at or article.ingested_at, *(made.made_at for made in article.amendments)])


def _tags(viewing: Viewing, article: Article) -> list[str]:
    lexicon = viewing.desk.lexicon
    topics = [lexicon.topics[slug].zh for slug in article.topics if slug in lexicon.topics]
    return topics + [lexicon.places[code].name for code in article.places if code in lexicon.places]


def _html(viewing: Viewing, article: Article) -> str:
    """The summary, what was corrected and, in small, where it is from."""
    told = "".join(sentence.line for sentence in article.summary.sentences) or article.body[:120]
    where = " · ".join(about(viewing.look, article))
    changed = "".join(f"<p>{escape(line)}</p>" for line in corrections(viewing.look, article))
    return f"<p>{escape(told)}</p>{changed}<p><small>{escape(where)}</small></p>"


FORMS: Mapping[str, Callable[[Viewing, Feed], tuple[bytes, str]]] = {"atom": _atom, "json": _json}
"""The forms that a feed comes in, and what writes them."""
