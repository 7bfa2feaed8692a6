"""A query as a condition on rows of `articles`: what decides, whatever the index proposes.

Written as text and not by SQLAlchemy, which takes longer to put such a statement together than SQLite to answer it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from digests.query import Either, Field, Not, Query, Wish, Word

_STANDING = " AND retracted_at IS NULL"
_PUBLISHED = " AND edition_id IS NOT NULL AND dropped_at IS NULL"


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL, and the values of its placeholders in order."""

    sql: str
    values: tuple[str, ...]


def condition(query: Query, *, postgresql: bool, published: bool = False) -> Condition:
    """True of the rows of which the query is, but for what was taken back; if `published`, of what pages may show."""
    writer = _Writer(postgresql)
    sql = writer.joined(" AND ", query.wishes) + _STANDING + (_PUBLISHED if published else "")
    return Condition(sql, tuple(writer.values))


class _Writer:
    def __init__(self, postgresql: bool) -> None:
        self.values: list[str] = []
        self._holds, self._day = ("strpos({}, %s) > 0", "%s::date") if postgresql else ("instr({}, ?) > 0", "?")

    def joined(self, sign: str, wishes: Iterable[Wish]) -> str:
        return "(" + sign.join([self._wish(wish) for wish in wishes]) + ")"

    def _wish(self, wish: Wish) -> str:
        match wish:
            case Word():
                return self._with(self._holds.format("folded"), wish.text)
            case Not():
                return f"NOT {self._wish(wish.wish)}"
            case Either():
                return self.joined(" OR ", wish.wishes)
            case Field():
                return self._field(wish)

    def _field(self, field: Field) -> str:
        match field.name:
            # Lists of plain words as JSON: a quotation mark stands before and behind each.
            case "topic":
                return self._with(self._holds.format("CAST(topics AS text)"), f'"{field.value}"')
            case "place":
                return self._with(self._holds.format("CAST(places AS text)"), f'"{field.value}')
            case "by" | "source":
                column = "folded_byline" if field.name == "by" else "folded_source"
                return self._with(self._holds.format(column), field.value)
        return self._with(f"published_on {'>=' if field.name == 'since' else '<'} {self._day}", field.value)

    def _with(self, sql: str, value: str) -> str:
        self.values.append(value)
        return sql
