"""Editions, and the digests that each has for a query."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, exists, func, insert, select

from digests.model.news import Article, Digest, Edition
from digests.model.readers import Chat
from digests.storage.columns import UtcDateTime
from digests.storage.noun import Noun, chunks
from digests.storage.related import Related
from digests.storage.rows import TOLD, to_article
from digests.storage.tables.news import articles, digest_articles, digests, editions
from digests.storage.tables.readers import subscriptions

_CLOSING = 5_411_303
"""The queue of those who close editions in PostgreSQL."""


class Editions(Noun):
    """Closed batches of articles."""

    def queue_up(self) -> None:
        """Waits for its turn to close an edition, so that no article gets into two of them."""
        self._queue_up(_CLOSING)

    def add(self, closes_at: datetime) -> Edition | None:
        """A new edition, or nothing if one closed at this very instant."""
        added = self._insert(editions).values(closes_at=closes_at).on_conflict_do_nothing().returning(editions.c.id)
        edition_id = self._connection.execute(added).scalar()
        return Edition(edition_id, closes_at) if edition_id is not None else None

    def get(self, edition_id: int) -> Edition | None:
        """The edition with this id."""
        return self._first(select(editions).where(editions.c.id == edition_id))

    def newest(self, *, filled: bool = False) -> Edition | None:
        """The edition that closed last; of those that tell of articles, if `filled`."""
        wanted = select(editions).order_by(editions.c.closes_at.desc()).limit(1)
        if filled:
            wanted = wanted.where(exists().where(articles.c.edition_id == editions.c.id, TOLD))
        return self._first(wanted)

    def on(self, start: datetime, end: datetime) -> list[Edition]:
        """The editions that closed from `start` until before `end`, oldest first."""
        within = (editions.c.closes_at >= start, editions.c.closes_at < end)
        wanted = select(editions).where(*within).order_by(editions.c.closes_at)
        return [Edition(row.id, row.closes_at) for row in self._connection.execute(wanted)]

    def _first(self, wanted: Select[Any]) -> Edition | None:
        row = self._connection.execute(wanted).first()
        return Edition(row.id, row.closes_at) if row else None


class Digests(Noun):
    """What an edition has for each query."""

    def add(self, edition_id: int, contents: Mapping[str, Sequence[int]]) -> None:
        """Keeps digests: for each query the ids of the edition's articles for it, best first."""
        if contents:
            added = [{"edition_id": edition_id, "query": query} for query in contents]
            self._connection.execute(insert(digests), added)
        made = select(digests.c.id, digests.c.query).where(digests.c.edition_id == edition_id)
        rows = [
            {"digest_id": row.id, "position": position, "article_id": article_id}
            for row in self._connection.execute(made).all()
            for position, article_id in enumerate(contents.get(row.query, ()))
        ]
        if rows:
            self._connection.execute(insert(digest_articles), rows)

    def find(self, edition_id: int, query: str) -> Digest | None:
        """An edition's digest for a query."""
        found = self._load(_digests().where(digests.c.edition_id == edition_id, digests.c.query == query))
        return next(iter(found.values()), None)

    def of_edition(self, edition_id: int) -> list[Digest]:
        """Every digest of an edition, in the order they were made."""
        return list(self._load(_digests().where(digests.c.edition_id == edition_id).order_by(digests.c.id)).values())

    def owed(self, chat: Chat, edition_id: int) -> tuple[int, ...]:
        """The ids of what a chat follows in the editions after the last one it was told of, up to this one.

        In the order in which it chose to follow, and for each wish the oldest edition first; nothing from before
        it chose.
        """
        wanted = {"chat": chat.id, "covered_to": chat.covered, "edition": edition_id}
        return tuple(self._connection.execute(_OWED, wanted).scalars())

    def of_week(self, chat: Chat, begins: datetime, edition_id: int) -> tuple[int, ...]:
        """The ids of what a chat follows in the editions that closed from `begins` on, up to this one, in its order."""
        wanted = {"chat": chat.id, "begins": begins, "edition": edition_id}
        return tuple(self._connection.execute(_OF_WEEK, wanted).scalars())

    def load(self, digest_ids: Sequence[int]) -> list[Digest]:
        """The digests with these ids, in their order."""
        found: dict[int, Digest] = {}
        for some in chunks(digest_ids):
            found |= self._load(_digests().where(digests.c.id.in_(some)))
        return [found[digest_id] for digest_id in digest_ids if digest_id in found]

    def told(self, chat: Chat, stories: Collection[int]) -> set[int]:
        """Of these stories (the ids of their first articles) those that a chat was told of, by whichever paper."""
        first = func.coalesce(articles.c.duplicate_of, articles.c.id)
        holding = and_(digest_articles.c.digest_id == digests.c.id, digest_articles.c.article_id == articles.c.id)
        found: set[int] = set()
        for some in chunks(sorted(stories)):
            wanted = (
                select(first)
                .join_from(articles, digests, digests.c.edition_id == articles.c.edition_id)
                .join(subscriptions, subscriptions.c.query == digests.c.query)
                .join(digest_articles, holding)
                .where(articles.c.id.in_(some) | articles.c.duplicate_of.in_(some), TOLD)
                .where(subscriptions.c.chat_id == chat.id, digests.c.edition_id <= chat.covered)
                .where(digests.c.edition_id > subscriptions.c.since, subscriptions.c.paused.is_(False))
            )
            found.update(self._connection.execute(wanted).scalars())
        return found

    def _load(self, wanted: Select[Any]) -> dict[int, Digest]:
        rows = self._connection.execute(wanted).all()
        contents = self._articles(row.id for row in rows)
        related = Related(self._connection)
        return {row.id: _digest(row, related.introduced(contents.get(row.id, []))) for row in rows}

    def _articles(self, digest_ids: Iterable[int]) -> dict[int, list[Article]]:
        contents: dict[int, list[Article]] = {}
        for some in chunks(list(digest_ids)):
            wanted = (
                select(articles, digest_articles.c.digest_id)
                .join(digest_articles, digest_articles.c.article_id == articles.c.id)
                .where(digest_articles.c.digest_id.in_(some), TOLD)
                .order_by(digest_articles.c.digest_id, digest_articles.c.position)
            )
            for row in self._connection.execute(wanted):
                contents.setdefault(row.digest_id, []).append(to_article(row))
        return contents


# Made once: each delivery asks them, and to build them costs more than to run them.
_FOLLOWED = (
    select(digests.c.id)
    .join(subscriptions, subscriptions.c.query == digests.c.query)
    .where(subscriptions.c.chat_id == bindparam("chat"), digests.c.edition_id <= bindparam("edition"))
    .where(digests.c.edition_id > subscriptions.c.since, subscriptions.c.paused.is_(False))
    .order_by(subscriptions.c.id, digests.c.edition_id)
)
_OWED = _FOLLOWED.where(digests.c.edition_id > bindparam("covered_to"))
_OF_WEEK = _FOLLOWED.join(editions, editions.c.id == digests.c.edition_id).where(
    editions.c.closes_at >= bindparam("begins", type_=UtcDateTime)
)


def _digests() -> Select[Any]:
    return select(digests.c.id, digests.c.query, digests.c.edition_id, editions.c.closes_at).join(editions)


def _digest(row: Row[Any], contents: Sequence[Article]) -> Digest:
    return Digest(Edition(row.edition_id, row.closes_at), row.query, tuple(contents))
