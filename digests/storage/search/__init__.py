"""Search over our own character bigrams: the index proposes, a literal look into the folded text decides."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import chain, islice
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Row, select

from digests.model.news import Article
from digests.query import Query
from digests.storage.noun import Noun, chunks, one_of
from digests.storage.rows import read_articles
from digests.storage.search.conditions import condition
from digests.storage.search.index import Index, Place, Statement, index_of
from digests.storage.search.proposals import EVERYTHING, NOTHING, Proposal, Span, propose, propose_headlines
from digests.storage.search.ranking import rank, rarity
from digests.storage.search.spans import spans
from digests.storage.search.tokens import VERSION
from digests.storage.tables.news import EVERYWHERE, articles

Order = Literal["new", "best"]

RANKED = 40
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
        published: bool = False,
    ) -> Found:
        """The articles of which a query is true, newest first or best first, behind a cursor's place.

        Near-duplicates are one hit: the first in this order of those that match, with the other papers in `also_in`.
        `published` leaves out what pages may not show.
        """
        looking = _Looking(self._connection, query, published=published)
        if order == "best" and query.words:
            return looking.best(limit, after)
        return looking.newest(limit, after or _END)

    def count(self, query: Query, *, most: int = COUNTED, published: bool = False) -> int:
        """Of how many articles a query is true, `most` at most."""
        looking = _Looking(self._connection, query, published=published)
        return sum(1 for _ in islice(looking.hits(propose, most), most))

    def texts(self, query: Query, most: int) -> list[str]:
        """The folded texts of the newest articles of which a query is true."""
        looking = _Looking(self._connection, query)
        return [hit.folded for hit in islice(looking.hits(propose, most, columns=_TEXTS), most)]

    def facets(self, query: Query, *, published: bool = False) -> Facets:
        """What the newest FACETED hits are about, and of when they are."""
        looking = _Looking(self._connection, query, published=published)
        hits = list(islice(looking.hits(propose, _WIDEST), FACETED))
        columns = (articles.c.topics, articles.c.places)
        rows = [row for some in chunks([hit.id for hit in hits]) for row in self._rows(columns, some)]
        return Facets(
            topics=_commonest(chain.from_iterable(row.topics for row in rows)),
            places=_commonest(chain.from_iterable(row.places for row in rows)),
            months=dict(Counter(f"{date.fromordinal(hit.day):%Y-%m}" for hit in hits)),
        )

    def _rows(self, columns: Sequence[ColumnElement[Any]], ids: Sequence[int]) -> Iterable[Row[Any]]:
        return self._connection.execute(select(*columns).where(articles.c.id.in_(ids)))


def _day(place: Place) -> date:
    return date.fromordinal(max(1, min(place[0], date.max.toordinal())))


def _commonest(values: Iterable[str]) -> Mapping[str, int]:
    return dict(Counter(values).most_common())


class _Hit(NamedTuple):
    """An article that was looked into; `root` is the first of its near-duplicates, 0 where the query is not true."""

    day: int
    id: int
    root: int
    has_copies: bool
    folded: str


# What is read of each.
_PLACES = "FALSE, ''"
_COPIES = "EXISTS (SELECT 1 FROM articles b WHERE b.duplicate_of = coalesce(a.duplicate_of, a.id)), ''"
_TEXTS = "FALSE, a.folded"


class _Looking(Noun):
    """One query on its way through the archive."""

    def __init__(self, connection: Any, query: Query, *, published: bool = False) -> None:
        super().__init__(connection)
        self._query = query
        self._condition = condition(query, postgresql=self._postgresql, published=published)

    def newest(self, limit: int, below: Place) -> Found:
        """Newest first."""
        hits: list[_Hit] = []
        for some in self._looks(propose, below, columns=_COPIES):
            hits += self._not_repeated(some)
            if len(hits) > limit:
                break
        more = _cursor((hits[limit - 1].day, hits[limit - 1].id)) if len(hits) > limit else None
        return Found(self._load([hit.id for hit in hits[:limit]]), more)

    def _not_repeated(self, hits: Sequence[_Hit]) -> Iterator[_Hit]:
        """The hits that no newer near-duplicate stands for, of which the query is true as well."""
        if not any(hit.has_copies for hit in hits):
            return iter(hits)
        is_one, roots = one_of(self._connection, [hit.root for hit in hits if hit.has_copies])
        sql = (
            f"SELECT id, {self._ordinal}, coalesce(duplicate_of, id) FROM articles"
            f" WHERE (duplicate_of {is_one} OR id {is_one}) AND {self._condition.sql}"
        )
        newest: dict[int, Place] = {}
        for article_id, day, root in self._run(sql, (roots, roots, *self._condition.values)):
            newest[root] = max(newest.get(root, (0, 0)), (day, article_id))
        return (hit for hit in hits if newest.get(hit.root, (0, 0)) <= (hit.day, hit.id))

    def best(self, limit: int, after: Place | None) -> Found:
        """Best first, of the newest hits and the newest ones in headlines."""
        window = max(RANKED, limit + 1)
        found = {hit.id: hit for hit in islice(self.hits(propose, window, columns=_TEXTS), window)}
        if len(found) == window:
            heads = islice(self.hits(propose_headlines, window, columns=_TEXTS), window)
            found |= {hit.id: hit for hit in heads}
        weights = self._weights()
        ranked = sorted(((rank(hit.folded, hit.day, weights), hit.id) for hit in found.values()), reverse=True)
        first: dict[int, Place] = {}
        for place in ranked:
            first.setdefault(found[place[1]].root, place)
        places = [place for place in first.values() if after is None or place < after]
        more = _cursor(places[limit - 1]) if len(places) > limit else None
        return Found(self._load([article_id for _, article_id in places[:limit]]), more)

    def _weights(self) -> Mapping[str, float]:
        """How much each word says; a word that no dictionary knows is rare."""
        words = self._query.words
        if len(words) == 1:
            return {words[0]: 1.0}
        wanted = (EVERYWHERE, *words)
        marks = ",".join(["%s" if self._postgresql else "?"] * len(wanted))
        having = dict(map(tuple, self._run(f"SELECT term, documents FROM terms WHERE term IN ({marks})", wanted)))
        counted = having.get(EVERYWHERE, 0)
        return {word: rarity(counted, min(having.get(word, 0), counted)) for word in words}

    def _load(self, ids: Sequence[int]) -> tuple[Article, ...]:
        """The articles in this order."""
        found = read_articles(self._connection, ids) if ids else {}
        return tuple(found[article_id] for article_id in ids)

    def hits(self, proposing: _Proposing, look: int, *, columns: str = _PLACES) -> Iterator[_Hit]:
        """Every hit, newest first, looked into by so many at a time at first."""
        return chain.from_iterable(self._looks(proposing, _END, look, columns=columns))

    def _looks(
        self, proposing: _Proposing, below: Place, look: int = _FIRST_LOOK, *, columns: str
    ) -> Iterator[Sequence[_Hit]]:
        if self._bounds is None:
            return
        first, last, index = self._bounds
        last = min(last, _day(below))
        hits = 0

        def found() -> bool:
            return hits > 0

        for span in spans(self._query, first, last, index.months_at_once() if index else 1, found):
            proposal = proposing(self._query, span) if index else EVERYTHING
            for some in self._within(index, proposal, span, below, look, columns=columns):
                hits += len(some)
                yield some

    def _within(
        self, index: Index | None, proposal: Proposal, span: Span, below: Place, look: int, *, columns: str
    ) -> Iterator[Sequence[_Hit]]:
        """The hits of a span, a look at a time."""
        while proposal != NOTHING:
            if index and proposal != EVERYTHING:
                proposed = self._look(index.proposing(proposal, span, below, look), columns)
            else:
                proposed = self._look(self._everything(span, below, look), columns)
            yield [hit for hit in proposed if hit.root]
            if len(proposed) < look:
                return
            below, look = (proposed[-1].day, proposed[-1].id), max(look, min(look * _WIDER, _WIDEST))
            span = replace(span, last=min(span.last, _day(below)))  # or the index would begin at the newest again

    def _look(self, proposed: Statement, columns: str) -> list[_Hit]:
        """What is proposed, newest first; those without a root are no hits."""
        # One statement for both steps: to send another takes longer than to look into ten texts.
        sql = (
            f"SELECT p.day, p.article_id, coalesce(a.duplicate_of, a.id, 0), {columns}"
            f" FROM ({proposed.sql}) p LEFT JOIN articles a"
            f" ON a.id = p.article_id AND {self._condition.sql}"
        )
        rows = self._run(sql, (*proposed.values, *self._condition.values))
        return sorted(map(_Hit._make, rows), reverse=True)

    @cached_property
    def _bounds(self) -> tuple[date, date, Index | None] | None:
        """The archive's first and last day, and the index unless it holds other tokens than ours."""
        (row,) = self._run(_BOUNDS)
        if row[0] is None:
            return None
        first, last = (day if isinstance(day, date) else date.fromisoformat(day) for day in row[:2])
        return first, last, index_of(self._connection) if row[2] in (None, VERSION) else None

    def _everything(self, span: Span, below: Place, limit: int) -> Statement:
        """Every article of a span."""
        mark, day = ("%s", "%s::date") if self._postgresql else ("?", "?")
        sql = (
            f"SELECT {self._ordinal} AS day, id AS article_id FROM articles WHERE published_on BETWEEN {day} AND {day}"
            f" AND (published_on, id) < ({day}, {mark}) ORDER BY published_on DESC, id DESC LIMIT {limit}"
        )
        days = (span.first, min(span.last, _day(below)), _day(below))
        return Statement(sql, (*map(str, days), below[1] if below < _END else 1 << 62))

    @property
    def _ordinal(self) -> str:
        """The ordinal of a row's day."""
        if self._postgresql:
            return "published_on - DATE '0001-01-01' + 1"
        return "CAST(julianday(published_on) - 1721424.5 AS INTEGER)"

    def _run(self, sql: str, values: tuple[Any, ...] = ()) -> Sequence[Any]:
        return self._connection.exec_driver_sql(sql, values).all()


_BOUNDS = (
    "SELECT (SELECT min(published_on) FROM articles), (SELECT max(published_on) FROM articles),"
    " (SELECT version FROM search_index)"
)
