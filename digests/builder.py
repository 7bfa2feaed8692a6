"""Closes an edition: its articles → a digest per topic and followed query → deliveries, in one transaction."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from digests.errors import QueryError
from digests.model import Article, Background, Edition, Kind, Summary
from digests.query import parse, subject_of
from digests.seeds import Lexicon
from digests.storage import Database, Store
from digests.text.summarizer import Summarizer

log = logging.getLogger(__name__)

LONGEST_SENTENCE = 400
"""Characters of the longest sentence that goes into a digest; an article without a shorter one shows its headline."""

_ORDER = (Kind.STORY, Kind.BRIEF, Kind.CAPTION)


@dataclass(frozen=True, slots=True)
class Closed:
    """An edition that was closed, and how much there is in it."""

    edition: Edition
    articles: int
    digests: int
    deliveries: int


def last_closing(now: datetime, times: Sequence[time], zone: ZoneInfo) -> datetime:
    """The latest scheduled closing at or before `now`, in UTC; `times` are local hours in `zone`, at least one."""
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=back) for back in range(3)]
    closings = [datetime.combine(day, at, zone).astimezone(UTC) for day in days for at in times]
    return max(closing for closing in closings if closing <= now)


def ensure_editions(
    database: Database,
    summarizer: Summarizer,
    lexicon: Lexicon,
    times: Sequence[time],
    zone: ZoneInfo,
    now: datetime,
) -> Closed | None:
    """Closes the edition that is due at `now`, even an empty one, unless one closed since then.

    So a missed hour is caught up once, however often this is called, and by however many processes.
    """
    due = last_closing(now, times, zone)
    with database.read() as store:
        newest = store.editions.newest()
    if newest is not None and newest.closes_at >= due:
        return None
    return close_edition(database, summarizer, lexicon, due, empty=True)


def close_edition(
    database: Database, summarizer: Summarizer, lexicon: Lexicon, closes_at: datetime, *, empty: bool
) -> Closed | None:
    """Puts every article that waits into a new edition, makes its digests and owes them to those who follow.

    All in one transaction; summaries are made before it, so that nobody waits for them.
    Returns nothing when an edition closed at this instant, or when none waits and it may not be `empty`.
    """
    with database.read() as store:
        waiting = store.articles.unassigned()
        background = store.articles.background()
    if not waiting and not empty:
        return None
    summaries = {article.id: _summarise(summarizer, article, background) for article in waiting}
    with database.begin() as store:
        store.editions.queue_up()
        articles = store.articles.unassigned()
        edition = store.editions.add(closes_at) if articles or empty else None
        if edition is None:
            return None
        for article in articles:
            # One that came in between is summarised late rather than never.
            summary = summaries.get(article.id) or _summarise(summarizer, article, background)
            store.articles.set_summary(article.id, summary)
        store.articles.assign(edition.id, [article.id for article in articles])
        made = _make_digests(store, lexicon, edition, articles)
        return Closed(edition, len(articles), made, store.deliveries.fan_out(edition))


def _summarise(summarizer: Summarizer, article: Article, background: Background) -> Summary:
    try:
        chosen = summarizer.summarize(article.headline, article.body, background)
        # A list without a full stop is one sentence to the reader of sentences, and none to a reader of news.
        return Summary(tuple(sentence for sentence in chosen.sentences if len(sentence.text) <= LONGEST_SENTENCE))
    except Exception as error:
        # Its headline still tells the news, and the edition does not wait for it.
        log.exception("article %d cannot be summarised: %s", article.id, type(error).__name__)
        return Summary()


def _make_digests(store: Store, lexicon: Lexicon, edition: Edition, articles: Sequence[Article]) -> int:
    made = 0
    for query, chosen in _digests(store, lexicon, articles):
        if chosen:
            store.digests.add(edition.id, query, [article.id for article in chosen])
            made += 1
    return made


def _digests(store: Store, lexicon: Lexicon, articles: Sequence[Article]) -> Iterator[tuple[str, list[Article]]]:
    """Each topic and each followed query, with the articles for it, best first; near-duplicates count once.

    A near-duplicate that matches a query stands for itself where the one it resembles does not match, in this edition
    or in the earlier one that had it.
    """
    printed = _printed(store, articles)
    for slug in lexicon.topics:
        unseen = [a for a in articles if not (first := printed.get(a.duplicate_of or 0)) or slug not in first.topics]
        yield f"topic:{slug}", _about(distinct(unseen), slug)
    topics = {f"topic:{slug}" for slug in lexicon.topics}
    subjects = [(article, subject_of(article)) for article in sorted(articles, key=_rank)]
    for text in store.subscriptions.queries():
        if text in topics:
            continue
        try:
            query = parse(text, lexicon)
        except QueryError:
            continue  # a topic or place that seeds/ held when it was followed, and no longer does
        seen = {first.id for first in printed.values() if query.accepts(subject_of(first))}
        matching = [article for article, subject in subjects if query.accepts(subject)]
        yield text, distinct([article for article in matching if article.duplicate_of not in seen])


def _printed(store: Store, articles: Sequence[Article]) -> dict[int, Article]:
    """By its id, each article of an earlier edition that one of these repeats."""
    here = {article.id for article in articles}
    repeated = {article.duplicate_of for article in articles if article.duplicate_of is not None} - here
    found = (store.articles.get(article_id) for article_id in sorted(repeated))
    return {first.id: first for first in found if first is not None and first.edition_id is not None}


def distinct(articles: Sequence[Article]) -> list[Article]:
    """The articles without those that repeat another one among them."""
    here = {article.id for article in articles}
    return [article for article in articles if article.duplicate_of not in here]


def _about(articles: Sequence[Article], slug: str) -> list[Article]:
    """The articles about a topic: those mainly about it first, then stories before briefs and captions."""
    about = [article for article in articles if slug in article.topics]
    return sorted(about, key=lambda article: (article.topics.index(slug), *_rank(article)))


def _rank(article: Article) -> tuple[int, int]:
    return _ORDER.index(article.kind), article.id
