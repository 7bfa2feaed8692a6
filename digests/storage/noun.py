"""What all nouns share: a connection, and the few words that SQLite and PostgreSQL spell differently."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    Connection,
    Float,
    Table,
    any_,
    cast,
    column,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

BATCH = 500
"""Values bound at a time; SQLite takes 32,766, a plan of many reads better in pieces."""


def chunks(values: Sequence[int]) -> Iterator[Sequence[int]]:
    """The values in pieces of at most BATCH."""
    return (values[at : at + BATCH] for at in range(0, len(values), BATCH))


def one_of(connection: Connection, ids: Sequence[int]) -> tuple[str, Any]:
    """The end of a condition that a number is one of these, and its value.

    The text is always the same, so the database need not read it again.
    """
    if connection.dialect.name == "postgresql":
        return "= ANY(%s)", list(ids)
    return "IN (SELECT value FROM json_each(?))", f"[{','.join(map(str, ids))}]"


class Noun:
    """Reads and writes rows of one kind within a transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def _postgresql(self) -> bool:
        return self._connection.dialect.name == "postgresql"

    def _queue_up(self, queue: int) -> None:
        """Waits until no other transaction is in this queue; SQLite has one writer at a time anyway."""
        if self._postgresql:
            self._connection.execute(select(func.pg_advisory_xact_lock(queue)))

    def _insert(self, table: Table) -> Any:
        """An INSERT that knows ON CONFLICT."""
        return postgresql.insert(table) if self._postgresql else sqlite.insert(table)

    def _put(self, table: Table, rows: Sequence[Mapping[str, Any]], *, again: bool = False) -> None:
        """Adds rows, in PostgreSQL by one statement: one for each would take most of the time.

        With `again`, those that are there already are left as they are.
        """
        if not self._postgresql:
            adding = sqlite.insert(table).on_conflict_do_nothing() if again else insert(table)
            for some in (rows[at : at + BATCH] for at in range(0, len(rows), BATCH)):
                self._connection.execute(adding, some)
        elif rows:
            listed, columns = json.dumps(rows, ensure_ascii=False, default=_as_text), ", ".join(rows[0])
            rows_of = f"SELECT {columns} FROM json_populate_recordset(NULL::{table.name}, %s)"
            ending = " ON CONFLICT DO NOTHING" if again else ""
            self._connection.exec_driver_sql(f"INSERT INTO {table.name} ({columns}) {rows_of}{ending}", (listed,))

    def _elements(self, values: Sequence[Any]) -> ColumnElement[Any]:
        """Texts (in SQLite numbers, too) as rows of one column."""
        listing = func.json_array_elements_text if self._postgresql else func.json_each
        return listing(literal(list(values), JSON)).table_valued("value", name="element").c.value

    def _listed(self, rows: Sequence[Sequence[Any]]) -> Any:
        """A column of JSON lists, one for each row."""
        listing = func.json_array_elements if self._postgresql else func.json_each
        return listing(literal(list(rows), JSON)).table_valued(column("value", JSON), name="listed").c.value

    def _is_one(self, one: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
        """Whether a column has one of these values, however many: to PostgreSQL they are one value."""
        if self._postgresql:
            return one == any_(literal(list(values), ARRAY(one.type)))
        return one.in_(select(self._elements(values)))

    def _pairs(self, values: Mapping[str, float]) -> tuple[ColumnElement[str], ColumnElement[float]]:
        """Texts and their numbers as rows of two columns, in the order of the texts."""
        listing = func.json_each_text if self._postgresql else func.json_each
        pairs = listing(literal(dict(sorted(values.items())), JSON)).table_valued("key", "value", name="pair")
        return pairs.c.key, cast(pairs.c.value, Float)

    def _position(self, text: ColumnElement[str], piece: str) -> ColumnElement[int]:
        """The 1-based place of a piece in a text, 0 where it does not stand."""
        return func.strpos(text, piece) if self._postgresql else func.instr(text, piece)


def _as_text(value: object) -> str:
    """What JSON does not know, as PostgreSQL reads it."""
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)
