"""A query as a condition on rows of `articles`: what decides, whatever the index proposes."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, Text, and_, cast, func, not_, or_

from digests.query import Either, Field, Not, Query, Wish, Word
from digests.storage.tables import articles


def condition(query: Query, *, postgresql: bool) -> ColumnElement[bool]:
    """True of exactly the rows that `query.matches` as articles."""
    return and_(*_Conditions(postgresql).all(query.wishes))


class _Conditions:
    def __init__(self, postgresql: bool) -> None:
        self._position = func.strpos if postgresql else func.instr

    def all(self, wishes: Iterable[Wish]) -> list[ColumnElement[bool]]:
        return [self._wish(wish) for wish in wishes]

    def _wish(self, wish: Wish) -> ColumnElement[bool]:
        match wish:
            case Word():
                return self._holds(articles.c.folded, wish.text)
            case Not():
                return not_(self._wish(wish.wish))
            case Either():
                return or_(*self.all(wish.wishes))
            case Field():
                return self._field(wish)

    def _field(self, field: Field) -> ColumnElement[bool]:
        match field.name:
            # Lists of plain words as JSON: a quotation mark stands before and behind each.
            case "topic":
                return self._holds(cast(articles.c.topics, Text), f'"{field.value}"')
            case "place":
                return self._holds(cast(articles.c.places, Text), f'"{field.value}')
            case "by":
                return self._holds(articles.c.folded_byline, field.value)
            case "source":
                return self._holds(articles.c.folded_source, field.value)
        day = date.fromisoformat(field.value)
        return articles.c.published_on >= day if field.name == "since" else articles.c.published_on < day

    def _holds(self, text: ColumnElement[str], piece: str) -> ColumnElement[bool]:
        return self._position(text, piece) > 0
