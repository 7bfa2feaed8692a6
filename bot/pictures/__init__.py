"""Pictures to share: an edition on a card, and what rose this week, each with what it says in words."""

import hashlib
from collections.abc import Sequence

from bot import editions, messages
from bot.chat import Picture
from bot.look import Look
from bot.pictures.drawing import GREY, HEIGHT, INK, MARGIN, RED, SOFT, WIDTH, Sheet, fitting, sheet
from bot.texts import Texts
from digests.folding import fold
from digests.model.news import Article, Edition
from digests.rising import Rise, Week

HEADLINES = 4
"""Headlines on a card: more would be too small in a chat."""
RISES = 6
"""Rises in each column of a picture."""
BELOW = (WIDTH / 2, HEIGHT - 30)

Named = Sequence[tuple[str, Rise]]
"""Rises with their names in the reader's language."""


def digest_card(look: Look, edition: Edition, articles: Sequence[Article], count: int) -> Picture:
    """An edition on a card: the headlines of its first articles, each under its topic; it has `count` articles."""
    texts = look.texts
    title = editions.title(texts, edition, look.zone)
    shown = [(_topic(look, article), messages.headline(article)) for article in articles[:HEADLINES]]
    total = texts.count("{count} article", "{count} articles", count)

    def draw() -> bytes:
        page = _headed(title, total)
        room = (HEIGHT - 150 - MARGIN / 2) / max(len(shown), 3)
        for number, (topic, headline) in enumerate(shown):
            top = 150 + number * room
            page.write(topic, MARGIN, top + 6, 24, RED)
            for at, line in enumerate(fitting(headline, 36, WIDTH - 2 * MARGIN - 170, 2)):
                page.write(line, MARGIN + 170, top - 4 + at * 48, 36)
            if number + 1 < len(shown):
                page.rule(top + room - 18)
        return page.png()

    headlines = messages.enumeration(texts, [headline for _, headline in shown])
    alt = texts.say("{title}, {total}: {headlines}", title=title, total=total, headlines=headlines)
    return Picture(_key(f"edition {edition.id} {texts.code}", title, total, shown), alt, draw)


def trends_card(look: Look, trends: Week) -> Picture:
    """What rose in a week: words, topics and places with how many articles they have and had."""
    texts = look.texts
    title = texts.say("What rose this week")
    week = f"{texts.short_date(trends.first)} – {texts.short_date(trends.last)}"
    columns = rises(look, trends)

    def draw() -> bytes:
        page = _headed(title, week)
        width = (WIDTH - 2 * MARGIN - 2 * 40) / 3
        for number, (heading, found) in enumerate(columns):
            _column(page, MARGIN + number * (width + 40), width, heading, found[:RISES])
        page.write(
            texts.say("red: articles this week; grey: a week of the four before"),
            WIDTH / 2,
            HEIGHT - 30,
            20,
            SOFT,
            "mm",
        )
        return page.png()

    said = [f"{heading}: {_list(texts, found)}" for heading, found in columns if found]
    key = _key(f"trends {trends.last} {texts.code}", columns)
    return Picture(key, " · ".join((f"{title} {week}", *said)), draw)


def _key(name: str, *drawn: object) -> str:
    """A picture's key, by what is drawn: an article may be taken back, and the day's second edition counts anew."""
    return f"{name} {hashlib.sha256(repr(drawn).encode()).hexdigest()[:12]}"


def rises(look: Look, trends: Week) -> list[tuple[str, Named]]:
    """The lists of what rose, each with its heading, and each rise with its name in the reader's language."""
    texts, lexicon = look.texts, look.lexicon
    topics = [(messages.section(texts, lexicon, f"topic:{rise.name}"), rise) for rise in trends.topics]
    places = [(messages.section(texts, lexicon, f"place:{rise.name}"), rise) for rise in trends.places]
    # A place that rose is a word that rose: it is told once.
    named = {fold(name) for name, _ in (*topics, *places)}
    words = [(rise.name, rise) for rise in trends.terms if rise.name not in named]
    return [
        (texts.say("Words"), words),
        (texts.say_in("page", "Topics"), topics),
        (texts.say_in("page", "Places"), places),
    ]


def _list(texts: Texts, found: Named) -> str:
    return messages.enumeration(texts, [f"{name} {texts.number(rise.now)}" for name, rise in found[:RISES]])


def _topic(look: Look, article: Article) -> str:
    slug = next((slug for slug in article.topics if slug in look.lexicon.topics), "")
    return messages.section(look.texts, look.lexicon, f"topic:{slug}" if slug else "")


def _headed(title: str, aside: str) -> Sheet:
    """A sheet with a title between rules and something small at its right end."""
    page = sheet()
    page.bar(0, 0, WIDTH, 11, RED)
    page.write(fitting(title, 40, WIDTH - 2 * MARGIN - 220, 1)[0], MARGIN, 78, 40, INK, "lm")
    page.write(aside, WIDTH - MARGIN, 80, 26, SOFT, "rm")
    page.rule(116, 3, INK)
    page.rule(122, 1, INK)
    return page


def _column(page: Sheet, left: float, width: float, heading: str, found: Named) -> None:
    page.write(heading, left, 146, 26, RED)
    most = max((max(rise.now, rise.before) for _, rise in found), default=1)
    for number, (name, rise) in enumerate(found):
        top = 192 + number * 66
        page.write(fitting(name, 28, width - 70, 1)[0], left, top, 28)
        page.write(str(rise.now), left + width, top, 28, INK, "ra")
        page.bar(left, top + 41, width * rise.now / most, 7, RED)
        page.bar(left, top + 51, width * rise.before / most, 4, GREY)
