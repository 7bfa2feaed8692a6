"""Commands that read: today's digest, past ones, one article, and search."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from bot import messages
from bot.chat import Button, Reply
from bot.commands.turn import Turn
from digests.builder import distinct
from digests.errors import QueryError, UnknownPlace, UnknownTopic
from digests.model import Article, Edition
from digests.query import Query, parse
from digests.seeds import Lexicon
from digests.storage.search import Found, read_cursor

HITS = 5
"""Search hits in one message: what a phone shows without much scrolling."""

Sections = list[messages.Section]

_DATE = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")
_PAGE = re.compile(r"\s*\b(?:after:([0-9a-z]{1,13}\.[0-9a-z]{1,13})|page:(\d{1,2}))$")


def today(turn: Turn) -> Reply:
    """The newest edition: one topic or place if named, else what the chat follows, else everything."""
    edition = turn.store.editions.newest(filled=True)
    if edition is None:
        return turn.say(turn.texts.archive_empty, Button(turn.texts.topics_button, "topics"))
    return _edition(turn, [edition], turn.args)


def digest(turn: Turn) -> Reply:
    """The digests of a day (the newest edition's day if none is given), all or for one topic or place."""
    if not turn.args:
        return today(turn)
    found = _DATE.match(turn.args)
    if found is None:
        return today(turn) if _names_something(turn) else turn.say(turn.texts.digest_usage)
    try:
        day = date(*map(int, found.groups()))
        start = datetime.combine(day, time(), turn.desk.zone)
        editions = turn.store.editions.on(start.astimezone(UTC), (start + timedelta(days=1)).astimezone(UTC))
    except (ValueError, OverflowError):
        return turn.say(turn.texts.error_date.format(text=found.group()))
    if not editions:
        shown = messages.day(turn.texts, day)
        return turn.say(turn.texts.digest_no_edition.format(date=shown), Button(turn.texts.today_button, "today"))
    return _edition(turn, editions, turn.args[found.end() :].strip())


def _names_something(turn: Turn) -> bool:
    try:
        return bool(named(turn.desk.lexicon, turn.args))
    except UnknownTopic:
        return False


def named(lexicon: Lexicon, name: str) -> Query:
    """A topic or a place by name, as a query; raises UnknownTopic when it is neither."""
    try:
        return parse(f"topic:{lexicon.topic(name).slug}", lexicon)
    except UnknownTopic as unknown:
        try:
            return parse(f"place:{lexicon.place(name).code}", lexicon)
        except UnknownPlace:
            raise unknown from None


def _edition(turn: Turn, editions: Sequence[Edition], name: str) -> Reply:
    found = [article for edition in editions for article in turn.store.articles.of_edition(edition.id)]
    articles = turn.store.related.introduced(found)
    if name:
        wish = named(turn.desk.lexicon, name)
        heading = messages.section(turn.texts, turn.desk.lexicon, wish.canonical)
        sections: Sections = [(heading, distinct([article for article in articles if wish.matches(article)]))]
    else:
        heading = ""
        sections = _followed(turn, articles) or by_topic(turn, distinct(articles))
    shown = messages.digest(turn.texts, turn.desk.lexicon, editions[-1], sections, turn.desk.zone)
    if not shown:
        wording = turn.texts.digest_empty.format(wish=heading) if heading else turn.texts.archive_empty
        return turn.say(wording, Button(turn.texts.today_button, "today"))
    return Reply(shown)


def _followed(turn: Turn, articles: Sequence[Article]) -> Sections:
    """What the chat follows in these articles; empty when it follows nothing or nothing of it is there."""
    sections: Sections = []
    for subscription in turn.store.subscriptions.of(turn.chat.id):
        try:
            query = parse(subscription.query, turn.desk.lexicon)
        except QueryError:
            continue  # a topic or place that seeds/ held when it was followed, and no longer does
        matching = distinct([article for article in articles if query.matches(article)])
        if matching:
            sections.append((messages.section(turn.texts, turn.desk.lexicon, subscription.query), matching))
    return sections


def by_topic(turn: Turn, articles: Sequence[Article]) -> Sections:
    """Every article once, under its first topic, in the order of seeds/topics.toml; those without one come last."""
    sections: Sections = []
    for topic in turn.desk.lexicon.topics.values():
        heading = messages.topic_name(turn.texts, topic.zh, topic.en)
        sections.append((heading, [article for article in articles if article.topics[:1] == (topic.slug,)]))
    sections.append((turn.texts.no_topic, [article for article in articles if not article.topics]))
    return sections


def read(turn: Turn) -> Reply:
    """One article in full, by its number in the archive."""
    if not turn.args.isdecimal() or len(turn.args) > 18:
        return turn.say(turn.texts.read_usage)
    article = turn.store.articles.get(int(turn.args))
    if article is None:
        return turn.say(turn.texts.read_gone.format(id=int(turn.args)))
    (shown,) = turn.store.related.introduced([article])
    return Reply(messages.full_article(turn.texts, turn.desk.lexicon, shown))


def search(turn: Turn) -> Reply:
    """Hits of a query, newest first, HITS a message; `after:` and a cursor at the end turn the page."""
    wanted, turned = _PAGE.sub("", turn.args), _PAGE.search(turn.args)
    if not wanted:
        return turn.say(turn.texts.search_usage)
    query = parse(wanted, turn.desk.lexicon)
    found = _page(turn, query, turned) if turned else turn.store.search.find(query, limit=HITS)
    follow = Button(turn.texts.follow_button.format(query=wanted), f"follow {wanted}")
    if not found.articles:
        wording = turn.texts.search_none.format(query=wanted)
        return turn.say(wording, *([follow] if follow.fits else []))
    count = turn.store.search.count(query)
    more = [Button(turn.texts.more_button, f"search {wanted} after:{found.after}")] if found.after else []
    shown = messages.hits(turn.texts, wanted, query.words, found.articles, count, [*more, follow])
    return Reply(shown, edit=turn.request.pressed)


def _page(turn: Turn, query: Query, turned: re.Match[str]) -> Found:
    after, number = turned.groups()
    found = turn.store.search.find(query, limit=HITS, after=read_cursor(after) if after else None)
    # Buttons of messages from before there were cursors say which page they want.
    for _ in range(int(number or 1) - 1):
        if found.after is not None:
            found = turn.store.search.find(query, limit=HITS, after=read_cursor(found.after))
    return found
