"""Lists of what a query finds: the search page, and the pages of topics and places."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot import messages
from bot.hits import counted
from bot.web.page import Missing, Page, Viewing
from digests.errors import QueryError
from digests.model import Article
from digests.query import Query, parse
from digests.storage.search import Facets, Found, read_cursor
from digests.text.snippets import snippet

HITS = 20
"""Hits on a page."""
MOST_FACETS = 12
"""Topics, places or months that a search can be narrowed to, of each."""


def listed(viewing: Viewing, wish: str, path: str, *, template: str, told: Mapping[str, Any]) -> Page:
    """What is published for a query of one word, newest first, a page at a time."""
    query = parse(wish, viewing.desk.lexicon)
    found = _page(viewing, query)
    name = messages.section(viewing.visit.texts, viewing.desk.lexicon, wish)
    after = viewing.visit.asked.get("after", "")
    return Page(
        template=template,
        title=name,
        path=path,
        asked={"after": after} if after else {},
        description=viewing.visit.texts.say("What the local papers write on {name}.", name=name),
        feed=f"{path}/feed",
        told={"name": name, "articles": viewing.store.related.introduced(found.articles), "next": found.after, **told},
    )


def _page(viewing: Viewing, query: Query) -> Found:
    after = viewing.visit.asked.get("after", "")
    place = read_cursor(after) if after else None
    if after and place is None:
        raise Missing
    best = viewing.visit.asked.get("order") == "best"
    return viewing.store.search.find(query, limit=HITS, order="best" if best else "new", after=place, published=True)


def search(viewing: Viewing) -> Page:
    """Hits of a query and ways to narrow it; what is wrong with one that cannot be read."""
    wanted = viewing.visit.asked.get("q", "").strip()
    if not wanted:
        return _searched(viewing, wanted, {})
    try:
        query = parse(wanted, viewing.desk.lexicon)
    except QueryError as error:
        (message,) = messages.error(viewing.visit.texts, error)
        return _searched(viewing, wanted, {"fault": message.plain})
    found = _page(viewing, query)
    hits = [_hit(query.words, article) for article in found.articles]
    told: dict[str, Any] = {"hits": hits, "next": found.after}
    if "after" not in viewing.visit.asked:
        told["total"] = counted(viewing.visit.texts, viewing.store.search.count(query, published=True))
        told["facets"] = _narrowings(viewing, wanted, viewing.store.search.facets(query, published=True))
    return _searched(viewing, wanted, told)


def _searched(viewing: Viewing, wanted: str, told: Mapping[str, Any]) -> Page:
    say = viewing.visit.texts.say
    best = viewing.visit.asked.get("order") == "best"
    usual = {"wanted": wanted, "best": best, "fault": "", "hits": [], "next": None, "total": "", "facets": []}
    return Page(
        template="search.html",
        title=say("Search: {query}", query=wanted) if wanted else say("Search"),
        path="/search",
        asked={"q": wanted} if wanted else {},
        feed="/search/feed" if wanted and not told.get("fault") else "",
        indexed=not wanted,
        told={**usual, **told},
    )


def _hit(words: Sequence[str], article: Article) -> Mapping[str, Any]:
    """An article with its headline and its telling sentence, in pieces of which some are hits."""
    title, shown = messages.headline(article), snippet(article.body, words)
    return {"article": article, "title": messages.marked(title, words), "snippet": messages.marked(shown, words)}


def _narrowings(viewing: Viewing, wanted: str, facets: Facets) -> list[tuple[str, list[tuple[str, str, int]]]]:
    """What a search can be narrowed to: for each kind the names, the query that asks for it, and how many it has."""
    texts, lexicon = viewing.visit.texts, viewing.desk.lexicon
    topics = [
        (messages.topic_name(texts, topic.zh, topic.en), f"{wanted} topic:{slug}", number)
        for slug, number in facets.topics.items()
        if (topic := lexicon.topics.get(slug)) is not None
    ]
    places = [
        (lexicon.places[code].name, f"{wanted} place:{code}", number)
        for code, number in facets.places.items()
        if code in lexicon.places
    ]
    months = [(month, f"{wanted} {_within(month)}", number) for month, number in facets.months.items()]
    kinds = (
        (texts.say_in("page", "Topics"), topics),
        (texts.say_in("page", "Places"), places),
        (texts.say("Months"), months),
    )
    return [(kind, found[:MOST_FACETS]) for kind, found in kinds if len(found) > 1]


def _within(month: str) -> str:
    first = date.fromisoformat(f"{month}-01")
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return f"since:{first} before:{following}"
