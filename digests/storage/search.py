"""Search over our own character bigrams: FTS5 in SQLite, a GIN index in PostgreSQL, one interface.

Words of a dictionary miss a fifth of what stands in the paper, bigrams nothing (measured, shared design notes):
the index finds candidates, a literal look into the folded text decides.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import reduce
from itertools import pairwise
from operator import add
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, false, func, not_, or_, select, text

from digests.model import Article
from digests.query import Either, Field, Not, Query, Wish, Word
from digests.storage.noun import Noun
from digests.storage.rows import to_article
from digests.storage.tables import article_places, article_topics, articles

Order = Literal["new", "best"]

_RUN = re.compile(r"[^\W_]+")


def bigrams(folded: str) -> list[str]:
    """Each pair of neighbours within a run of letters and digits, and the last character of each run, once.

    With the last ones, every character begins some token, so a single one can be found by its prefix.
    """
    return list(dict.fromkeys(_tokens(folded)))


def _tokens(folded: str) -> Iterator[str]:
    for run in _RUN.findall(folded):
        yield from (first + second for first, second in pairwise(run))
        yield run[-1]


def _sought(word: str) -> tuple[list[str], list[str]]:
    """What the tokens of an article must hold if the word stands in it: whole tokens, and single characters."""
    runs = _RUN.findall(word)
    pairs = [first + second for run in runs for first, second in pairwise(run)]
    return list(dict.fromkeys(pairs)), list(dict.fromkeys(run for run in runs if len(run) == 1))


class Search(Noun):
    """The archive, by query."""

    def index(self, article_id: int, folded: str) -> None:
        """Makes an article findable; `folded` is the text that queries are held against."""
        if self._postgresql:
            adding = text("INSERT INTO article_tokens (article_id, tokens) VALUES (:id, :tokens)")
        else:
            adding = text("INSERT INTO article_tokens (rowid, tokens) VALUES (:id, :tokens)")
        self._connection.execute(adding, {"id": article_id, "tokens": self._tokens(folded)})

    def reindex(self, article_id: int, before: str, folded: str) -> None:
        """Makes an article findable by another text than before; both as `index` takes them."""
        if self._postgresql:
            removing = text("DELETE FROM article_tokens WHERE article_id = :id")
            self._connection.execute(removing, {"id": article_id})
        else:
            # An index without contents must be told what to forget.
            columns = "(article_tokens, rowid, tokens)"
            removing = text(f"INSERT INTO article_tokens {columns} VALUES ('delete', :id, :tokens)")
            self._connection.execute(removing, {"id": article_id, "tokens": self._tokens(before)})
        self.index(article_id, folded)

    def _tokens(self, folded: str) -> Any:
        tokens = bigrams(folded)
        if not self._postgresql:
            return " ".join(tokens)
        # Single characters are tokens of their own here: a GIN index over an array knows no prefixes.
        return list(dict.fromkeys([*tokens, *(token[0] for token in tokens)]))

    def find(
        self, query: Query, *, limit: int = 10, offset: int = 0, order: Order = "new", since: datetime | None = None
    ) -> list[Article]:
        """The articles of which a query is true: newest first, or those first whose headline or beginning has it.

        `since` leaves out what was read into the archive before.
        """
        wanted = self._wanted(select(articles), query, since)
        ranking = [self._rank(query)] if order == "best" and query.words else []
        wanted = wanted.order_by(*ranking, articles.c.published_on.desc(), articles.c.id.desc())
        return [to_article(row) for row in self._connection.execute(wanted.limit(limit).offset(offset))]

    def count(self, query: Query, *, since: datetime | None = None) -> int:
        """Of how many articles a query is true."""
        wanted = self._wanted(select(func.count()).select_from(articles), query, since)
        found: int = self._connection.execute(wanted).scalar_one()
        return found

    def _wanted(self, selecting: Select[Any], query: Query, since: datetime | None) -> Select[Any]:
        for wish in query.wishes:
            selecting = selecting.where(self._condition(wish))
        return selecting.where(articles.c.ingested_at >= since) if since is not None else selecting

    def _rank(self, query: Query) -> ColumnElement[Any]:
        """The sum of the places where the words first stand: the headline comes first in the folded text."""
        absent = 10**6
        places = [func.nullif(self._position(articles.c.folded, word), 0) for word in query.words]
        return reduce(add, [func.coalesce(place, absent) for place in places])

    def _condition(self, wish: Wish) -> ColumnElement[bool]:
        match wish:
            case Word():
                return and_(*self._candidates(wish.text), self._position(articles.c.folded, wish.text) > 0)
            case Not():
                return not_(func.coalesce(self._condition(wish.wish), false()))
            case Either():
                return or_(*(self._condition(inner) for inner in wish.wishes))
            case Field():
                return self._field(wish)

    def _field(self, field: Field) -> ColumnElement[bool]:
        match field.name:
            case "topic":
                return exists().where(
                    article_topics.c.article_id == articles.c.id, article_topics.c.slug == field.value
                )
            case "place":
                within = article_places.c.code.startswith(field.value, autoescape=True)
                # A list made once: asked for article by article, LIKE would read all places each time.
                return articles.c.id.in_(select(article_places.c.article_id).where(within))
            case "by":
                return self._position(articles.c.folded_byline, field.value) > 0
            case "source":
                return self._position(articles.c.folded_source, field.value) > 0
        day = date.fromisoformat(field.value)
        return articles.c.published_on >= day if field.name == "since" else articles.c.published_on < day

    def _candidates(self, word: str) -> Iterable[ColumnElement[bool]]:
        """The articles whose tokens allow for the word; a word without letters and digits leaves all."""
        whole, single = _sought(word)
        if not whole and not single:
            return []
        if self._postgresql:
            found = text("SELECT article_id FROM article_tokens WHERE tokens @> CAST(:tokens AS text[])")
            found = found.bindparams(bindparam("tokens", [*whole, *single], unique=True))
        else:
            found = text("SELECT rowid FROM article_tokens WHERE article_tokens MATCH :tokens")
            found = found.bindparams(bindparam("tokens", _fts5(whole, single), unique=True))
        return [articles.c.id.in_(found.columns(articles.c.id))]


def _fts5(whole: Sequence[str], single: Sequence[str]) -> str:
    """An FTS5 query; tokens hold letters and digits only, so quoting them is enough."""
    return " AND ".join([*(f'"{token}"' for token in whole), *(f'"{character}" *' for character in single)])
