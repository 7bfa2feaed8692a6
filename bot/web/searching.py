"""Lists of what a query finds: the search page, and the pages of topics and places."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot import messages
from bot.web.page import Look, Missing, Page
from digests.errors import QueryError
from digests.model import Article
from digests.query import Query, parse
from digests.storage.search import Facets, Found, read_cursor
from digests.text.snippets import snippet

HITS = 20
"""Hits on a page."""
MOST_FACETS = 12
"""Topics, places or months that a search can be narrowed to, of each."""


def listed(look: Look, wish: str, path: str, *, template: str, told: Mapping[str, Any]) -> Page:
    """What is published for a query of one word, newest first, a page at a time."""
    query = parse(wish, look.desk.lexicon)
    found = _page(look, query)
    name = messages.section(look.visit.texts, look.desk.lexicon, wish)
    after = look.visit.asked.get("after", "")
    return Page(
        template=template,
        title=name,
        path=path,
        asked={"after": after} if after else {},
        description=look.visit.texts.say("What the local papers write on {name}.", name=name),
        feed=f"{path}/feed",
        told={"name": name, "articles": look.store.related.introduced(found.articles), "next": found.after, **told},
    )


def _page(look: Look, query: Query) -> Found:
    after = look.visit.asked.get("after", "")
    place = read_cursor(after) if after else None
    if after and place is None:
        raise Missing
    best = look.visit.asked.get("order") == "best"
    return look.store.search.find(query, limit=HITS, order="best" if best else "new", after=place, published=True)


def search(look: Look) -> Page:
    """Hits of a query and ways to narrow it; what is wrong with one that cannot be read."""
    wanted = look.visit.asked.get("q", "").strip()
    if not wanted:
        return _searched(look, wanted, {})
    try:
        query = parse(wanted, look.desk.lexicon)
    except QueryError as error:
        (message,) = messages.error(look.visit.texts, error)
        return _searched(look, wanted, {"fault": message.plain})
    found = _page(look, query)
    hits = [_hit(query.words, article) for article in found.articles]
    told: dict[str, Any] = {"hits": hits, "next": found.after}
    if "after" not in look.visit.asked:
        told["total"] = messages.counted(look.visit.texts, look.store.search.count(query, published=True))
        told["facets"] = _narrowings(look, wanted, look.store.search.facets(query, published=True))
    return _searched(look, wanted, told)


def _searched(look: Look, wanted: str, told: Mapping[str, Any]) -> Page:
    say = look.visit.texts.say
    best = look.visit.asked.get("order") == "best"
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


def _narrowings(look: Look, wanted: str, facets: Facets) -> list[tuple[str, list[tuple[str, str, int]]]]:
    """What a search can be narrowed to: for each kind the names, the query that asks for it, and how many it has."""
    texts, lexicon = look.visit.texts, look.desk.lexicon
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
