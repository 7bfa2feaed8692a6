"""Closes an edition: its articles → a digest per topic and followed query → deliveries, in one transaction."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from digests.composition import PINNED, distinct, ordered, points
from digests.following import Following
from digests.model.news import Act, Article, Background, Edition, Summary
from digests.query import subject_of
from digests.seeds import Lexicon
from digests.storage import Database, Store
from digests.text.summarizer import Summarizer

log = logging.getLogger(__name__)

LONGEST_SENTENCE = 400
"""Characters of the longest sentence that goes into a digest; an article without a shorter one shows its headline."""


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


def next_closing(now: datetime, times: Sequence[time], zone: ZoneInfo) -> datetime:
    """The earliest scheduled closing after `now`, in UTC; `times` are local hours in `zone`, at least one."""
    today = now.astimezone(zone).date()
    days = [today + timedelta(days=ahead) for ahead in range(3)]
    closings = [datetime.combine(day, at, zone).astimezone(UTC) for day in days for at in times]
    return min(closing for closing in closings if closing > now)


def coming_closing(database: Database, times: Sequence[time], zone: ZoneInfo, now: datetime) -> datetime:
    """When the coming edition closes: at the hour that was missed, if any; where none ever closed, at the next one."""
    with database.read() as store:
        began = store.editions.newest() is not None
    due = due_closing(database, times, zone, now) if began else None
    return due or next_closing(now, times, zone)


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
    due = due_closing(database, times, zone, now)
    return close_edition(database, summarizer, lexicon, due, empty=True) if due else None


def ensure_timetables(database: Database, now: datetime) -> int:
    """Ends the pauses that were to end by `now`, and owes the week's best to those whose hour it is.

    Returns to how many. Twice changes nothing, by however many processes.
    """
    with database.read() as store:
        if not store.deliveries.due_by_timetable(now):
            return 0
    with database.begin() as store:
        store.deliveries.wake(now)
        return store.deliveries.owe_weeklies(now)


def due_closing(database: Database, times: Sequence[time], zone: ZoneInfo, now: datetime) -> datetime | None:
    """The closing that is due at `now`, or nothing if an edition closed since then."""
    due = last_closing(now, times, zone)
    with database.read() as store:
        newest = store.editions.newest()
    return None if newest is not None and newest.closes_at >= due else due


def summarise(database: Database, summarizer: Summarizer, article_ids: Sequence[int]) -> int:
    """Summarises those of the articles that wait for an edition without a summary; returns how many.

    What any process did before the edition closes need not be done then. Twice ends the same.
    """
    with database.read() as store:
        wanted = set(store.articles.unsummarised()).intersection(article_ids)
        found = [article for number in sorted(wanted) if (article := store.articles.get(number))]
        background = store.articles.background()
    made = [(article, _summarise(summarizer, article, background)) for article in found]
    with database.begin() as store:
        for article, summary in made:
            store.articles.set_summary(article.id, summary, article.revision)
    return len(made)


def close_edition(
    database: Database, summarizer: Summarizer, lexicon: Lexicon, closes_at: datetime, *, empty: bool
) -> Closed | None:
    """Puts every article that waits into a new edition, makes its digests and owes them to those who follow.

    All in one transaction; summaries and the index of what is followed are made before it: nobody waits for them.
    Returns nothing when an edition closed at this instant, or when none waits and it may not be `empty`.
    """
    with database.read() as store:
        waiting = store.articles.unassigned()
        background = store.articles.background()
        unsummarised = set(store.articles.unsummarised())
        followed = store.subscriptions.followers()
    if not waiting and not empty:
        return None
    wanted = [article for article in waiting if article.id in unsummarised]
    summaries = {(a.id, a.revision): _summarise(summarizer, a, background) for a in wanted}
    following = Following()
    following.keep_up(_queries(lexicon, followed), lexicon)
    with database.begin() as store:
        store.editions.queue_up()
        articles = store.articles.unassigned()
        edition = store.editions.add(closes_at) if articles or empty else None
        if edition is None:
            return None
        left = set(store.articles.unsummarised())
        for article in (article for article in articles if article.id in left):
            # One that came, or changed, in between is summarised late rather than never.
            summary = summaries.get((article.id, article.revision)) or _summarise(summarizer, article, background)
            store.articles.set_summary(article.id, summary)
        store.articles.assign(edition.id, [article.id for article in articles])
        made = _make_digests(store, lexicon, following, edition, articles)
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


def _queries(lexicon: Lexicon, followed: Iterable[str]) -> list[str]:
    """What digests are made for: each topic, in the order of seeds/topics.toml, and each followed query."""
    return list(dict.fromkeys([*(f"topic:{slug}" for slug in lexicon.topics), *followed]))


def preview(store: Store, lexicon: Lexicon, wishes: Sequence[str], now: datetime) -> dict[str, list[Article]]:
    """What an edition that closed now would hold for canonical queries, or for every topic: each one's articles, best
    first, with their points. Nothing is written; articles whose summaries are not made yet come without.
    """
    followed = store.subscriptions.followers()
    following = Following()
    following.keep_up(_queries(lexicon, [*followed, *wishes]), lexicon)
    articles = store.articles.unassigned()
    matching = _matching(following, articles)
    weighed = _weighed(store, lexicon.home_region, now, articles, _reach(followed, matching))
    found = _compiled(store, following, wishes or _queries(lexicon, ()), weighed, matching)
    return {query: articles for query, articles in found.items() if articles}


def _make_digests(
    store: Store, lexicon: Lexicon, following: Following, edition: Edition, articles: Sequence[Article]
) -> int:
    followers = store.subscriptions.followers()
    queries = _queries(lexicon, followers)
    following.keep_up(queries, lexicon)
    matching = _matching(following, articles)
    weighed = _weighed(store, lexicon.home_region, edition.closes_at, articles, _reach(followers, matching))
    for article in weighed:
        store.articles.set_points(article.id, article.points)
    found = _compiled(store, following, queries, weighed, matching)
    contents = {query: [article.id for article in told] for query, told in found.items() if told}
    store.digests.add(edition.id, contents)
    return len(contents)


def _matching(following: Following, articles: Iterable[Article]) -> dict[int, list[str]]:
    """For each article's id the queries that find it."""
    return {article.id: following.matching(subject_of(article)) for article in articles}


def _reach(followers: Mapping[str, int], matching: Mapping[int, Iterable[str]]) -> dict[int, int]:
    """How many follow something in each article."""
    return {article_id: sum(followers.get(query, 0) for query in found) for article_id, found in matching.items()}


def _compiled(
    store: Store,
    following: Following,
    queries: Sequence[str],
    weighed: Sequence[Article],
    matching: Mapping[int, Iterable[str]],
) -> dict[str, list[Article]]:
    """Each query's digest of an edition with these articles, but for those that an editor dropped."""
    told = [article for article in weighed if not article.withdrawn]
    unseen = _unseen(following, _by_query(told, matching), _printed(store, told))
    return {
        query: [entry.article for entry in ordered(following[query], distinct(unseen[query]))]
        for query in queries
        if query in unseen
    }


def _weighed(
    store: Store, home_region: str, closes_at: datetime, articles: Sequence[Article], reach: Mapping[int, int]
) -> list[Article]:
    """The articles of an edition with their points; `reach` says how many follow something in each."""
    first = store.amendments.having(Act.PINNED, [article.id for article in articles])
    behind: Counter[tuple[str, date | None, str]] = Counter()
    weighed = []
    for article in store.related.introduced(articles):
        page = (article.source, article.published_on, article.page)
        behind[page] += 1
        earned = points(
            article,
            position=behind[page],  # a paper's articles come in the order of its pages
            papers=len(article.also_in),
            followers=reach[article.id],
            closed_on=closes_at.date(),
            home_region=home_region,
        )
        weighed.append(replace(article, points=(*earned, PINNED) if article.id in first else earned))
    return weighed


def _by_query(articles: Iterable[Article], matching: Mapping[int, Iterable[str]]) -> dict[str, list[Article]]:
    found: dict[str, list[Article]] = {}
    for article in articles:
        for query in matching[article.id]:
            found.setdefault(query, []).append(article)
    return found


def _unseen(
    following: Following, found: Mapping[str, list[Article]], printed: Iterable[Article]
) -> dict[str, list[Article]]:
    """What was found for each query without what repeats an article that an earlier edition had for it.

    Where the earlier one did not match, its near-duplicate stands for itself.
    """
    unseen = dict(found)
    for first in printed:
        for query in following.matching(subject_of(first)):
            if query in unseen:
                unseen[query] = [article for article in unseen[query] if article.duplicate_of != first.id]
    return unseen


def _printed(store: Store, articles: Sequence[Article]) -> list[Article]:
    """The articles of earlier editions that these repeat."""
    here = {article.id for article in articles}
    repeated = {article.duplicate_of for article in articles if article.duplicate_of is not None} - here
    found = (store.articles.get(article_id) for article_id in sorted(repeated))
    return [first for first in found if first and first.edition_id is not None and not first.withdrawn]
