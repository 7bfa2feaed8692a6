"""Every page: what it shows of what is published, at addresses that stay."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot import messages
from bot.articles import byline, page_name
from bot.commands import reading
from bot.web.described import news_article
from bot.web.marks import marked_paragraphs
from bot.web.page import Missing, Page, Viewing, edition_name
from bot.web.searching import listed
from digests.composition import Composed, Entry, Fate
from digests.model.news import Article, Edition, Place

WITH_SUMMARY = 24
"""Articles of an edition that are shown with their sentences; the next ones as headlines: a page stays below 50 kB."""
HEADLINES = 6
"""Headlines under these in each section, before the link that leads to all."""
LISTED = 20
"""Articles on a page of a list."""


def front(viewing: Viewing) -> Page:
    """The newest edition, by topic."""
    newest = viewing.store.editions.newest(filled=True)
    if newest is None:
        return Page(template="empty.html", title=viewing.visit.texts.say("Liwen"), path="/", feed="/feed")
    return _edition(viewing, newest, "/")


def edition(viewing: Viewing, number: int) -> Page:
    """An edition, by topic."""
    return _edition(viewing, edition_of(viewing, number), f"/editions/{number}")


def edition_of(viewing: Viewing, number: int) -> Edition:
    """The edition with this number; raises Missing."""
    found = viewing.store.editions.get(number)
    if found is None:
        raise Missing
    return found


def _edition(viewing: Viewing, shown: Edition, path: str) -> Page:
    composed = reading.composition(viewing.store, viewing.desk.lexicon, (), shown.id, shown.id, most=WITH_SUMMARY)
    lead = max((entry for part in composed for entry in part.entries), key=lambda entry: entry.total, default=None)
    sections = [section for part in composed if (section := _section(part, lead))["count"]]
    before, after = viewing.store.published.beside(shown)
    name = edition_name(viewing.visit.texts, shown, viewing.desk.zone)
    return Page(
        template="edition.html",
        title=name,
        path=path,
        description=viewing.visit.texts.say("The news of the day, in sentences that stand in the paper word for word."),
        feed="/feed",
        image=(f"/editions/{shown.id}/card.png", name),
        told={
            "edition": shown,
            "lead": lead.article if lead else None,
            "sections": sections,
            "before": before,
            "after": after,
        },
    )


def _section(part: Composed, lead: Entry | None) -> Mapping[str, Any]:
    """A topic of an edition: articles with their sentences, some headlines, and how many there are with the lead."""
    told, rest = part.having(Fate.SHOWN), part.having(Fate.LEFT_OUT)
    return {
        "name": part.name,
        "slug": part.name.partition(":")[2] or "other",
        "told": [article for article in told if lead is None or article.id != lead.article.id],
        "rest": rest[:HEADLINES],
        "left_out": max(0, len(rest) - HEADLINES),
        "count": len(told) + len(rest),
    }


def digest(viewing: Viewing, number: int, slug: str) -> Page:
    """All that an edition has for one topic, best first."""
    shown, name = edition_of(viewing, number), "" if slug == "other" else f"topic:{_topic(viewing, slug)}"
    [composed] = reading.composition(viewing.store, viewing.desk.lexicon, [name], shown.id, shown.id)
    page = _page_number(viewing)
    articles = [entry.article for entry in composed.entries[(page - 1) * LISTED : page * LISTED]]
    if not articles and page > 1:
        raise Missing
    heading = messages.section(viewing.visit.texts, viewing.desk.lexicon, name)
    more = len(composed.entries) > page * LISTED
    return Page(
        template="digest.html",
        title=f"{heading} · {edition_name(viewing.visit.texts, shown, viewing.desk.zone)}",
        path=f"/editions/{number}/{slug}",
        asked={"page": str(page)} if page > 1 else {},
        feed=f"/topics/{slug}/feed" if name else "",
        told={"edition": shown, "name": name, "articles": articles, "page_number": page, "more": more},
    )


def _page_number(viewing: Viewing) -> int:
    asked = viewing.visit.asked.get("page", "1")
    if not asked.isdecimal() or not 1 <= len(asked) <= 4 or int(asked) < 1:
        raise Missing
    return int(asked)


def _topic(viewing: Viewing, slug: str) -> str:
    if slug not in viewing.desk.lexicon.topics:
        raise Missing
    return slug


def article(viewing: Viewing, number: int) -> Page:
    """One article in full, the sentences of its summary marked in it."""
    found = viewing.store.published.article(number)
    if found is None:
        raise Missing(410 if viewing.store.published.is_retracted(number) else 404)
    (shown,) = viewing.store.related.introduced([found])
    return Page(
        template="article.html",
        title=messages.headline(shown),
        path=f"/articles/{shown.id}",
        description="".join(sentence.line for sentence in shown.summary.sentences) or shown.body[:120],
        image=(f"/editions/{shown.edition_id}/card.png", messages.headline(shown)),
        data=news_article(viewing, shown),
        told=_told_of(viewing, shown),
    )


def _told_of(viewing: Viewing, shown: Article) -> Mapping[str, Any]:
    texts, lexicon = viewing.visit.texts, viewing.desk.lexicon
    return {
        "article": shown,
        "edition": viewing.store.editions.get(shown.edition_id or 0),
        "paragraphs": marked_paragraphs(shown),
        "byline": byline(texts, shown),
        "printed": [*filter(None, (shown.source, page_name(texts, shown)))],
        "kin": viewing.store.published.kin(shown),
        "slugs": [slug for slug in shown.topics if slug in lexicon.topics],
        "codes": [code for code in shown.places if code in lexicon.places],
    }


def topics(viewing: Viewing) -> Page:
    """Every topic, with how much there was of it lately."""
    return Page(
        template="topics.html",
        title=viewing.visit.texts.say_in("page", "Topics"),
        path="/topics",
        told={"counts": _lately(viewing)[0], "listed": list(viewing.desk.lexicon.topics.values())},
    )


def _lately(viewing: Viewing) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Stories of the last four weeks in print, by topic and by place."""
    last = viewing.store.published.newest_day()
    if last is None:
        return {}, {}
    tally = viewing.store.published.tally(last - timedelta(days=27), last)
    return tally.topics, tally.places


def topic(viewing: Viewing, slug: str) -> Page:
    """What is published on a topic, newest first."""
    return listed(
        viewing, f"topic:{_topic(viewing, slug)}", f"/topics/{slug}", template="topic.html", told={"slug": slug}
    )


def places(viewing: Viewing) -> Page:
    """The region's districts with their towns, and how much there was of each lately."""
    lexicon = viewing.desk.lexicon
    counts = _lately(viewing)[1]
    counties = [place for place in lexicon.places.values() if place.level == "county" and _at_home(viewing, place.code)]
    towns = {county.code: _within(viewing, county.code) for county in counties}
    return Page(
        template="places.html",
        title=viewing.visit.texts.say_in("page", "Places"),
        path="/places",
        told={"counties": counties, "towns": towns, "counts": counts},
    )


def _at_home(viewing: Viewing, code: str) -> bool:
    return code.startswith(viewing.desk.lexicon.home_region)


def _within(viewing: Viewing, code: str) -> list[Place]:
    return [place for place in viewing.desk.lexicon.places.values() if place.parent == code]


def place(viewing: Viewing, code: str) -> Page:
    """What is published on a place and all within it, newest first."""
    lexicon = viewing.desk.lexicon
    if code not in lexicon.places:
        raise Missing
    above: list[Place] = []
    upper = lexicon.places[code]
    while upper.parent in lexicon.places:
        upper = lexicon.places[upper.parent]
        above.insert(0, upper)
    told = {"code": code, "above": above, "within": _within(viewing, code)}
    return listed(viewing, f"place:{code}", f"/places/{code}", template="place.html", told=told)
