"""Search over our own character bigrams: the index proposes, a literal look into the folded text decides."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from itertools import chain, islice
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, and_, func, or_, select

from digests.model import Article
from digests.query import Query
from digests.storage.noun import Noun
from digests.storage.rows import to_article
from digests.storage.search.conditions import condition
from digests.storage.search.index import Index, Place, index_of
from digests.storage.search.indexing import Indexing
from digests.storage.search.proposals import EVERYTHING, NOTHING, Proposal, Span, propose, propose_headlines
from digests.storage.search.ranking import rank, rarity
from digests.storage.search.spans import spans
from digests.storage.tables import articles, terms

Order = Literal["new", "best"]

RANKED = 128
"""Best first, so many of the newest hits are ranked, and as many of the newest that have the words in the headline:
of a common word not all."""
COUNTED = 1000
"""Hits that are counted at most."""
FACETED = 10_000
"""Newest hits whose topics, places and months are counted."""

_FIRST_LOOK, _WIDER, _WIDEST = 16, 4, 1024
"""Proposals that are looked into at a time: few at first, for most hold."""
_END: Place = (date.max.toordinal() + 1, 0)
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits; `after` is the cursor behind its last one, if there are more."""

    articles: tuple[Article, ...]
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Facets:
    """How many hits there are of each topic (slug), place (code) and month (2024-11), commonest first, newest first."""

    topics: Mapping[str, int]
    places: Mapping[str, int]
    months: Mapping[str, int]


def read_cursor(text: str) -> Place | None:
    """The place that a cursor stands for; nothing if it is none."""
    try:
        first, second = (int(part, 36) for part in text.split("."))
    except ValueError:
        return None
    return (first, second) if 0 <= first < 1 << 62 and 0 <= second < 1 << 62 else None


def _cursor(place: Place) -> str:
    return ".".join(map(_base36, place))


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _ALPHABET[digit] + digits
    return digits or "0"


_Rows = Sequence[Row[Any]]
_Proposing = Callable[[Query, Span], Proposal]


class Search(Noun):
    """The archive, by query."""

    def find(
        self,
        query: Query,
        *,
        limit: int = 10,
        order: Order = "new",
        after: Place | None = None,
        since: datetime | None = None,
    ) -> Found:
        """The articles of which a query is true, newest first or best first, behind a cursor's place.

        Near-duplicates are one hit: the first in this order of those that match, with the other papers in `also_in`.
        `since` leaves out what was read into the archive before.
        """
        looking = _Looking(self._connection, query, since)
        if order == "best" and query.words:
            return looking.best(limit, after)
        return looking.newest(limit, after or _END)

    def count(self, query: Query, *, since: datetime | None = None) -> int:
        """Of how many articles a query is true, COUNTED at most."""
        looking = _Looking(self._connection, query, since)
        return sum(1 for _ in islice(looking.rows(propose, (articles.c.id,), COUNTED), COUNTED))

    def facets(self, query: Query) -> Facets:
        """What the newest FACETED hits are about, and of when they are."""
        columns = (articles.c.id, articles.c.topics, articles.c.places, articles.c.published_on)
        rows = list(islice(_Looking(self._connection, query).rows(propose, columns, _WIDEST), FACETED))
        return Facets(
            topics=_commonest(chain.from_iterable(row.topics for row in rows)),
            places=_commonest(chain.from_iterable(row.places for row in rows)),
            months=dict(Counter(f"{row.published_on:%Y-%m}" for row in rows)),
        )


def _commonest(values: Iterable[str]) -> Mapping[str, int]:
    return dict(Counter(values).most_common())


class _Looking(Noun):
    """One query on its way through the archive."""

    def __init__(self, connection: Any, query: Query, since: datetime | None = None) -> None:
        super().__init__(connection)
        self._query = query
        self._condition = condition(query, postgresql=self._postgresql)
        if since is not None:
            self._condition = and_(self._condition, articles.c.ingested_at >= since)

    @cached_property
    def _index(self) -> Index | None:
        """Nothing when it holds other tokens than ours."""
        return None if Indexing(self._connection).outdated else index_of(self._connection)

    def newest(self, limit: int, below: Place) -> Found:
        """Newest first."""
        hits: list[tuple[Row[Any], tuple[str, ...]]] = []
        for rows in self._looks(propose, tuple(articles.c), below):
            hits += self._first_of_each(rows)
            if len(hits) > limit:
                break
        more = _cursor(_place(hits[limit - 1][0])) if len(hits) > limit else None
        return Found(tuple(replace(to_article(row), also_in=also_in) for row, also_in in hits[:limit]), more)

    def _first_of_each(self, rows: _Rows) -> Iterator[tuple[Row[Any], tuple[str, ...]]]:
        """The rows that no newer near-duplicate stands for, and the other papers that have each."""
        families = self._families(rows)
        for row in rows:
            family = families[_root(row)]
            if not any(other.matching and _place(other) > _place(row) for other in family):
                yield row, _papers(family, row)

    def _families(self, rows: Iterable[Row[Any]]) -> Mapping[int, _Rows]:
        """Near-duplicates by the first of them, each with whether the query is true of it."""
        roots = {_root(row) for row in rows}
        columns = (articles.c.id, articles.c.duplicate_of, articles.c.published_on, articles.c.source)
        wanted = select(*columns, self._condition.label("matching")).order_by(articles.c.id)
        families = defaultdict(list)
        for row in self._connection.execute(
            wanted.where(or_(articles.c.id.in_(roots), articles.c.duplicate_of.in_(roots)))
        ):
            families[_root(row)].append(row)
        return families

    def best(self, limit: int, after: Place | None) -> Found:
        """Best first, of the newest hits and the newest ones in headlines."""
        window = max(RANKED, limit + 1)
        columns = (articles.c.id, articles.c.published_on, articles.c.duplicate_of, articles.c.folded)
        found = {
            row.id: row
            for proposing in (propose_headlines, propose)
            for row in islice(self.rows(proposing, columns, window), window)
        }
        weights = self._weights()
        ranks = {row.id: rank(row.folded, row.published_on.toordinal(), weights) for row in found.values()}
        best: dict[int, Place] = {}
        for place in sorted(((ranks[row.id], row.id) for row in found.values()), reverse=True):
            best.setdefault(_root(found[place[1]]), place)
        places = [place for place in best.values() if after is None or place < after]
        more = _cursor(places[limit - 1]) if len(places) > limit else None
        return Found(self._load([article_id for _, article_id in places[:limit]]), more)

    def _weights(self) -> Mapping[str, float]:
        """How much each word says; a word that no dictionary knows is rare."""
        words = self._query.words
        if len(words) == 1:
            return dict.fromkeys(words, 1.0)
        known = self._connection.execute(select(terms).where(terms.c.term.in_(words)))
        having = {row.term: row.documents for row in known}
        documents = self._connection.execute(select(func.max(articles.c.id))).scalar() or 0
        return {word: rarity(documents, min(having.get(word, 0), documents)) for word in words}

    def _load(self, ids: Sequence[int]) -> tuple[Article, ...]:
        rows = {row.id: row for row in self._connection.execute(select(articles).where(articles.c.id.in_(ids)))}
        families = self._families(rows.values())
        found = (rows[article_id] for article_id in ids)
        return tuple(replace(to_article(row), also_in=_papers(families[_root(row)], row)) for row in found)

    def rows(self, proposing: _Proposing, columns: Sequence[ColumnElement[Any]], look: int) -> Iterator[Row[Any]]:
        """Every row of which the query is true, newest first, looked into by so many at a time at first."""
        return chain.from_iterable(self._looks(proposing, columns, _END, look))

    def _looks(
        self, proposing: _Proposing, columns: Sequence[ColumnElement[Any]], below: Place, look: int = _FIRST_LOOK
    ) -> Iterator[_Rows]:
        first, last = self._connection.execute(_BOUNDS).one()
        if first is None:
            return
        for span in spans(self._query, first, min(last, date.fromordinal(min(below[0], _END[0] - 1)))):
            proposal = proposing(self._query, span) if self._index else EVERYTHING
            for places in self._proposed(proposal, span, below, look):
                yield self._holding(places, columns)

    def _proposed(self, proposal: Proposal, span: Span, below: Place, look: int) -> Iterator[Sequence[Place]]:
        if proposal == NOTHING:
            return
        while True:
            if self._index and proposal != EVERYTHING:
                places = self._index.propose(proposal, span, below, look)
            else:
                places = self._all(span, below, look)
            if places:
                yield places
            if len(places) < look:
                return
            below, look = places[-1], max(look, min(look * _WIDER, _WIDEST))

    def _all(self, span: Span, below: Place, limit: int) -> list[Place]:
        day, article_id = date.fromordinal(min(below[0], _END[0] - 1)), below[1]
        older = or_(articles.c.published_on < day, and_(articles.c.published_on == day, articles.c.id < article_id))
        within = articles.c.published_on.between(span.first, span.last)
        wanted = select(articles.c.published_on, articles.c.id).where(within)
        if below != _END:
            wanted = wanted.where(older)
        wanted = wanted.order_by(articles.c.published_on.desc(), articles.c.id.desc()).limit(limit)
        return [(row.published_on.toordinal(), row.id) for row in self._connection.execute(wanted)]

    def _holding(self, places: Sequence[Place], columns: Sequence[ColumnElement[Any]]) -> _Rows:
        """The rows at these places of which the query is true, in this order."""
        wanted = select(*columns).where(articles.c.id.in_([article_id for _, article_id in places]), self._condition)
        rows = {row.id: row for row in self._connection.execute(wanted)}
        return [rows[article_id] for _, article_id in places if article_id in rows]


_BOUNDS = select(
    select(func.min(articles.c.published_on)).scalar_subquery(),
    select(func.max(articles.c.published_on)).scalar_subquery(),
)


def _place(row: Row[Any]) -> Place:
    return row.published_on.toordinal(), row.id


def _root(row: Row[Any]) -> int:
    return int(row.duplicate_of or row.id)


def _papers(family: Iterable[Row[Any]], row: Row[Any]) -> tuple[str, ...]:
    """The other papers that have an article, in the order they brought it."""
    return tuple(dict.fromkeys(other.source for other in family if other.source not in ("", row.source)))
