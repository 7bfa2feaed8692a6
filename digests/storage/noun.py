"""What all nouns share: a connection, and the few words that SQLite and PostgreSQL spell differently."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, ColumnElement, Connection, Float, Table, cast, func, insert, literal, select
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

    def _put(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Adds rows, in PostgreSQL by one statement: one for each would take most of the time."""
        if not self._postgresql:
            for some in (rows[at : at + BATCH] for at in range(0, len(rows), BATCH)):
                self._connection.execute(insert(table), some)
        elif rows:
            listed = json.dumps(rows, ensure_ascii=False, default=str)
            rows_of = f"SELECT * FROM json_populate_recordset(NULL::{table.name}, %s)"
            self._connection.exec_driver_sql(f"INSERT INTO {table.name} {rows_of}", (listed,))

    def _elements(self, values: Sequence[str]) -> ColumnElement[str]:
        """Texts as rows of one column."""
        listing = func.json_array_elements_text if self._postgresql else func.json_each
        return listing(literal(list(values), JSON)).table_valued("value", name="element").c.value

    def _pairs(self, values: Mapping[str, float]) -> tuple[ColumnElement[str], ColumnElement[float]]:
        """Texts and their numbers as rows of two columns, in the order of the texts."""
        listing = func.json_each_text if self._postgresql else func.json_each
        pairs = listing(literal(dict(sorted(values.items())), JSON)).table_valued("key", "value", name="pair")
        return pairs.c.key, cast(pairs.c.value, Float)

    def _position(self, text: ColumnElement[str], piece: str) -> ColumnElement[int]:
        """The 1-based place of a piece in a text, 0 where it does not stand."""
        return func.strpos(text, piece) if self._postgresql else func.instr(text, piece)
