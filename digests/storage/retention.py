"""What is kept for how long, and what goes then: in small steps, so that nobody waits."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from time import perf_counter
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, delete, func, null, or_, select, update

from digests.model.readers import ChatState
from digests.query import Subject
from digests.storage.articles import Articles
from digests.storage.belongings import Belongings
from digests.storage.noun import Noun
from digests.storage.subscriptions import to_chat
from digests.storage.tables import metadata
from digests.storage.tables.news import articles, digests, editions
from digests.storage.tables.outbox import broadcasts, deliveries, paces, pictures, recipes
from digests.storage.tables.readers import chats, phrases, updates
from digests.storage.tables.sources import alarms, documents, hosts, reports, uploads

SECONDS = 0.003
"""How long a transaction goes on removing (an article takes about as long): who writes waits that long."""
_AT_A_TIME = 50
_SPELLED = 4
"""Articles whose tokens are made ahead: more are hardly removed in a step."""

ARTICLES, DIGESTS, DELIVERIES, CHATS, WORK = "articles", "digests", "deliveries", "chats", "work"

STAYING = {
    "editions": "two rows a day, by which is known what a chat was told of",
    "terms": "how common words are, learnt from all articles that ever were",
    "spellings": "the words and names that ever stood in the archive: what is offered is looked for first",
    "search_index": "one row",
    "sources": "the operator's",
}
"""The tables of which nothing goes by itself, each with its reason; what CASCADE ties to a row goes with that row."""


class Retention(Noun):
    """What was kept long enough."""

    _spelled: Mapping[Subject, str] = MappingProxyType({})

    def spell(self, kind: str, before: datetime) -> Mapping[Subject, str]:
        """What takes long of the next step and needs no lock: the tokens of articles that search is to forget."""
        return Articles(self._connection).spelled(self._old(before, _SPELLED)) if kind == ARTICLES else {}

    def prune(
        self,
        kind: str,
        before: datetime,
        now: datetime,
        seconds: float = SECONDS,
        spelled: Mapping[Subject, str] = MappingProxyType({}),
    ) -> int:
        """Removes rows of a kind that are older, for so many seconds; returns how many. 0: nothing is left to do."""
        self._spelled = spelled
        ends, removed = perf_counter() + seconds, 0
        for step in _STEPS[kind]:
            while some := step(self, before, now):
                removed += some
                if perf_counter() >= ends:
                    return removed
        return removed

    def _articles(self, before: datetime, _now: datetime) -> int:
        # One by one: what the index must forget of each takes the longest.
        found = self._old(before, 1)
        Articles(self._connection).remove(found, self._spelled)
        return len(found)

    def _old(self, before: datetime, limit: int) -> list[int]:
        """Articles that no reader keeps, and no younger near-duplicate leans on."""
        younger = articles.alias()
        leaning = select(younger.c.id).where(younger.c.duplicate_of == articles.c.id, younger.c.ingested_at >= before)
        kept = [select(column).where(column == articles.c.id).exists() for column in keeping()]
        old = (articles.c.ingested_at < before, ~leaning.exists(), *(~each for each in kept))
        return self._ids(select(articles.c.id).where(*old).order_by(articles.c.ingested_at, articles.c.id).limit(limit))

    def _digests(self, before: datetime, _now: datetime) -> int:
        ages = select(digests.c.id, editions.c.closes_at.label("since")).join(editions)
        return self._oldest(digests, ages, before)

    def _deliveries(self, before: datetime, _now: datetime) -> int:
        return self._oldest(deliveries, select(deliveries.c.id, deliveries.c.created_at.label("since")), before)

    def _broadcasts(self, before: datetime, _now: datetime) -> int:
        """Those of which no delivery is left: these go first, in small steps."""
        owed = select(deliveries.c.id).where(deliveries.c.broadcast_id == broadcasts.c.id)
        return self._remove(broadcasts, broadcasts.c.created_at < before, ~owed.exists())

    def _recipes(self, before: datetime, _now: datetime) -> int:
        used = select(deliveries.c.id).where(deliveries.c.recipe_id == recipes.c.id).exists()
        return self._remove(recipes, recipes.c.kept_at < before, ~used)

    def _oldest(self, table: Table, ages: Any, before: datetime) -> int:
        """Of the rows that were numbered first those that are older: to look for them by age would mean to read all."""
        rows = self._connection.execute(ages.order_by(table.c.id).limit(_AT_A_TIME)).all()
        return self._remove(table, table.c.id.in_([row.id for row in rows if row.since < before]))

    def _chats(self, before: datetime, now: datetime) -> int:
        """Those that left, with everything about them; the moment is noted when it is first seen."""
        gone = chats.c.state == ChatState.BLOCKED.value
        # Locked, and passed over if another transaction is at it: one that comes back at this moment stays.
        old = select(chats).where(gone, chats.c.left_at < before).limit(1).with_for_update(skip_locked=True)
        found = self._connection.execute(old).all()
        for row in found:
            Belongings(self._connection).forget(to_chat(row))
        if not found:  # not at each step: both read every chat
            self._connection.execute(update(chats).where(gone, chats.c.left_at.is_(None)).values(left_at=now))
            self._connection.execute(update(chats).where(~gone, chats.c.left_at.is_not(None)).values(left_at=null()))
        return len(found)

    def _updates(self, before: datetime, _now: datetime) -> int:
        newest = select(func.max(updates.c.id)).scalar_subquery()  # it tells which one to ask for
        return self._remove(updates, updates.c.received_at < before, updates.c.id < newest)

    def _uploads(self, before: datetime, _now: datetime) -> int:
        return self._remove(uploads, uploads.c.created_at < before)

    def _documents(self, before: datetime, _now: datetime) -> int:
        return self._remove(documents, documents.c.received_at < before, documents.c.outcome.is_not(None))

    def _alarms(self, before: datetime, _now: datetime) -> int:
        return self._remove(alarms, alarms.c.over_at < before, alarms.c.told_over)

    def _reports(self, before: datetime, _now: datetime) -> int:
        return self._remove(reports, reports.c.told_at < before)

    def _phrases(self, before: datetime, _now: datetime) -> int:
        return self._remove(phrases, phrases.c.used_at < before)

    def _pictures(self, before: datetime, _now: datetime) -> int:
        return self._remove(pictures, pictures.c.sent_at < before)

    def _hosts(self, before: datetime, now: datetime) -> int:
        return self._remove(hosts, hosts.c.asked_at < before, _free(hosts, now))

    def _paces(self, before: datetime, now: datetime) -> int:
        return self._remove(paces, paces.c.next_at < before, paces.c.budget_at < before, _free(paces, now))

    def _remove(self, table: Table, *which: ColumnElement[bool]) -> int:
        key = next(iter(table.primary_key.columns))
        # What another transaction is at is no longer old, or goes the next time: nobody is waited for.
        some = self._ids(select(key).where(and_(*which)).limit(_AT_A_TIME).with_for_update(skip_locked=True))
        self._connection.execute(delete(table).where(key.in_(some)))
        return len(some)

    def _ids(self, wanted: Any) -> list[Any]:
        return list(self._connection.execute(wanted).scalars())


def _free(table: Table, now: datetime) -> ColumnElement[bool]:
    """Whether nobody asked to wait."""
    return or_(table.c.held_until.is_(None), table.c.held_until < now)


_Step = Callable[[Retention, datetime, datetime], int]
_STEPS: Mapping[str, tuple[_Step, ...]] = {
    DELIVERIES: (Retention._deliveries, Retention._recipes, Retention._broadcasts),
    DIGESTS: (Retention._digests, Retention._phrases, Retention._pictures),
    ARTICLES: (Retention._articles,),
    CHATS: (Retention._chats,),
    WORK: (
        Retention._updates,
        Retention._uploads,
        Retention._documents,
        Retention._alarms,
        Retention._reports,
        Retention._hosts,
        Retention._paces,
    ),
}
PRUNED = {
    *(kind for kind in _STEPS if kind != WORK),
    *("updates", "uploads", "documents", "alarms", "reports", "broadcasts"),
    *("phrases", "pictures", "hosts", "paces", "recipes"),
}
"""The tables of which rows go by their age."""


def keeping() -> Iterator[Column[Any]]:
    """The columns by which an article is kept for as long as the row is there that refers to it."""
    return (column for table in metadata.sorted_tables for column in table.columns if column.info.get("keeps"))


def moments(keep: Mapping[str, int], now: datetime) -> Iterator[tuple[str, datetime]]:
    """Of each kind the moment before which it goes; `keep` says how many days, 0 for ever."""
    return ((kind, now - timedelta(days=keep[kind])) for kind in _STEPS if keep[kind])
