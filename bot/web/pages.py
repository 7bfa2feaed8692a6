"""Every page: what it shows of what is published, at addresses that stay."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot import messages
from bot.commands import reading
from bot.web.described import news_article
from bot.web.marks import marked_paragraphs
from bot.web.page import Look, Missing, Page, edition_name
from bot.web.searching import listed
from digests.composition import Composed, Entry, Fate
from digests.model import Article, Edition, Place

WITH_SUMMARY = 24
"""Articles of an edition that are shown with their sentences; the next ones as headlines: a page stays below 50 kB."""
HEADLINES = 6
"""Headlines under these in each section, before the link that leads to all."""
LISTED = 20
"""Articles on a page of a list."""
LARGEST = 1 << 62
"""Beyond any row's number, within what a database takes."""


def front(look: Look) -> Page:
    """The newest edition, by topic."""
    newest = look.store.editions.newest(filled=True)
    if newest is None:
        return Page(template="empty.html", title=look.visit.texts.say("Liwen"), path="/", feed="/feed")
    return _edition(look, newest, "/")


def edition(look: Look, number: int) -> Page:
    """An edition, by topic."""
    return _edition(look, edition_of(look, number), f"/editions/{number}")


def edition_of(look: Look, number: int) -> Edition:
    """The edition with this number; raises Missing."""
    found = look.store.editions.get(number) if number < LARGEST else None
    if found is None:
        raise Missing
    return found


def _edition(look: Look, shown: Edition, path: str) -> Page:
    composed = reading.composition(look.store, look.desk.lexicon, (), shown.id, shown.id, most=WITH_SUMMARY)
    lead = max((entry for part in composed for entry in part.entries), key=lambda entry: entry.total, default=None)
    sections = [section for part in composed if (section := _section(part, lead))["count"]]
    before, after = look.store.published.beside(shown)
    name = edition_name(look.visit.texts, shown, look.desk.zone)
    return Page(
        template="edition.html",
        title=name,
        path=path,
        description=look.visit.texts.say("The news of the day, in sentences that stand in the paper word for word."),
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


def digest(look: Look, number: int, slug: str) -> Page:
    """All that an edition has for one topic, best first."""
    shown, name = edition_of(look, number), "" if slug == "other" else f"topic:{_topic(look, slug)}"
    [composed] = reading.composition(look.store, look.desk.lexicon, [name], shown.id, shown.id)
    page = _page_number(look)
    articles = [entry.article for entry in composed.entries[(page - 1) * LISTED : page * LISTED]]
    if not articles and page > 1:
        raise Missing
    heading = messages.section(look.visit.texts, look.desk.lexicon, name)
    more = len(composed.entries) > page * LISTED
    return Page(
        template="digest.html",
        title=f"{heading} · {edition_name(look.visit.texts, shown, look.desk.zone)}",
        path=f"/editions/{number}/{slug}",
        asked={"page": str(page)} if page > 1 else {},
        feed=f"/topics/{slug}/feed" if name else "",
        told={"edition": shown, "name": name, "articles": articles, "page_number": page, "more": more},
    )


def _page_number(look: Look) -> int:
    asked = look.visit.asked.get("page", "1")
    if not asked.isdecimal() or not 1 <= len(asked) <= 4 or int(asked) < 1:
        raise Missing
    return int(asked)


def _topic(look: Look, slug: str) -> str:
    if slug not in look.desk.lexicon.topics:
        raise Missing
    return slug


def article(look: Look, number: int) -> Page:
    """One article in full, the sentences of its summary marked in it."""
    found = look.store.published.article(number) if number < LARGEST else None
    if found is None:
        raise Missing(410 if number < LARGEST and look.store.published.is_retracted(number) else 404)
    (shown,) = look.store.related.introduced([found])
    return Page(
        template="article.html",
        title=messages.headline(shown),
        path=f"/articles/{shown.id}",
        description="".join(sentence.line for sentence in shown.summary.sentences) or shown.body[:120],
        image=(f"/editions/{shown.edition_id}/card.png", messages.headline(shown)),
        data=news_article(look, shown),
        told=_told_of(look, shown),
    )


def _told_of(look: Look, shown: Article) -> Mapping[str, Any]:
    texts, lexicon = look.visit.texts, look.desk.lexicon
    return {
        "article": shown,
        "edition": look.store.editions.get(shown.edition_id or 0),
        "paragraphs": marked_paragraphs(shown),
        "byline": messages.byline(texts, shown),
        "printed": [*filter(None, (shown.source, messages.page_name(texts, shown)))],
        "kin": look.store.published.kin(shown),
        "slugs": [slug for slug in shown.topics if slug in lexicon.topics],
        "codes": [code for code in shown.places if code in lexicon.places],
    }


def topics(look: Look) -> Page:
    """Every topic, with how much there was of it lately."""
    return Page(
        template="topics.html",
        title=look.visit.texts.say_in("page", "Topics"),
        path="/topics",
        told={"counts": _lately(look)[0], "listed": list(look.desk.lexicon.topics.values())},
    )


def _lately(look: Look) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Stories of the last four weeks in print, by topic and by place."""
    last = look.store.published.newest_day()
    if last is None:
        return {}, {}
    tally = look.store.published.tally(last - timedelta(days=27), last)
    return tally.topics, tally.places


def topic(look: Look, slug: str) -> Page:
    """What is published on a topic, newest first."""
    return listed(look, f"topic:{_topic(look, slug)}", f"/topics/{slug}", template="topic.html", told={"slug": slug})


def places(look: Look) -> Page:
    """The region's districts with their towns, and how much there was of each lately."""
    lexicon = look.desk.lexicon
    counts = _lately(look)[1]
    counties = [place for place in lexicon.places.values() if place.level == "county" and _at_home(look, place.code)]
    towns = {county.code: _within(look, county.code) for county in counties}
    return Page(
        template="places.html",
        title=look.visit.texts.say_in("page", "Places"),
        path="/places",
        told={"counties": counties, "towns": towns, "counts": counts},
    )


def _at_home(look: Look, code: str) -> bool:
    return code.startswith(look.desk.lexicon.home_region)


def _within(look: Look, code: str) -> list[Place]:
    return [place for place in look.desk.lexicon.places.values() if place.parent == code]


def place(look: Look, code: str) -> Page:
    """What is published on a place and all within it, newest first."""
    lexicon = look.desk.lexicon
    if code not in lexicon.places:
        raise Missing
    above: list[Place] = []
    upper = lexicon.places[code]
    while upper.parent in lexicon.places:
        upper = lexicon.places[upper.parent]
        above.insert(0, upper)
    told = {"code": code, "above": above, "within": _within(look, code)}
    return listed(look, f"place:{code}", f"/places/{code}", template="place.html", told=told)
