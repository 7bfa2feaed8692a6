"""The whole database as lines of JSON, and back: one form for SQLite and PostgreSQL, checked by counts and hashes.

    {"liwen": 1, "schema": "0008", "taken_at": …, "rows": …}     what it is, and how many rows follow
    {"table": "articles", "columns": …, "next": 813}             and for each table: its columns with their kinds,
    [1, "…", …]                                                  a row a line,
    {"rows": 812, "sum": "…"}                                    how many they were, and the sum of their hashes
    {"end": …}                                                   the number of tables: nothing is missing behind it

Tables are taken as the database describes them, so a new one is in it by itself, and a database of an older schema
can be taken too. What is made of the rest stays out: the search's index.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    Text,
    cast,
    delete,
    event,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import InterfaceError, OperationalError, StatementError
from sqlalchemy.types import UserDefinedType

from digests.errors import BadBackup
from digests.storage.search.index import TABLE as INDEX

FORM = 1
"""The version of this form; a reader refuses any other."""
ROWS = 1000
"""Rows that are read, and written, at a time."""
_LEFT_OUT = ("alembic_version", "search_index")
"""What the schema says already, and the state of the index, which is made anew."""

Progress = Callable[[int, int], None]
"""Is told how many rows of how many are done."""


def ours(connection: Connection) -> MetaData:
    """The tables that belong into a backup, as the database describes them."""
    found = MetaData()
    event.listen(found, "column_reflect", _keep_json_as_it_stands)
    kept = [name for name in inspect(connection).get_table_names() if _is_kept(name)]
    found.reflect(connection, only=kept)
    return found


class _StandingJson(UserDefinedType[str]):
    """JSON as the text it is kept as: nothing of it changes on the way, and null is not nothing."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """What it is called in SQL."""
        return "JSON"

    def column_expression(self, colexpr: ColumnElement[str]) -> ColumnElement[str]:
        """Read as text."""
        return cast(colexpr, Text)


def _keep_json_as_it_stands(_inspector: object, _table: object, column: Any) -> None:
    if isinstance(column["type"], JSON):
        column["type"] = _StandingJson()


def _is_kept(name: str) -> bool:
    return name not in _LEFT_OUT and not name.startswith((INDEX, "sqlite_"))


def dump(connection: Connection, schema: str, now: datetime, progress: Progress) -> Iterator[str]:
    """The lines of a backup of what a transaction sees."""
    tables = ours(connection).sorted_tables
    total = sum(_count(connection, table) for table in tables)
    yield _line({"liwen": FORM, "schema": schema, "taken_at": now.isoformat(), "rows": total})
    done = 0
    for table in tables:
        columns = [[column.name, _kind(column)] for column in table.columns]
        yield _line({"table": table.name, "columns": columns, "next": _next_id(connection, table)})
        rows, hashed = 0, 0
        for line in _rows(connection, table):
            rows, hashed = rows + 1, hashed + _hash(line)
            yield line
            if rows % ROWS == 0:
                progress(done + rows, total)
        yield _line({"rows": rows, "sum": _sum(hashed)})
        done += rows
    progress(done, total)
    yield _line({"end": len(tables)})


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _hash(line: str) -> int:
    """A row's part in its table's sum, which is the same in whichever order the rows come."""
    return int.from_bytes(hashlib.sha256(line.encode()).digest(), "big")


def _sum(hashed: int) -> str:
    return f"{hashed % (1 << 256):064x}"


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _kind(column: Column[Any]) -> str:
    """How a column's values are written where JSON has no such thing."""
    for kind, type_ in (("instant", DateTime), ("date", Date), ("bytes", LargeBinary)):
        if isinstance(column.type, type_):
            return kind
    return ""


def _rows(connection: Connection, table: Table) -> Iterator[str]:
    writers = [_WRITTEN.get(_kind(column)) for column in table.columns]
    wanted = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=ROWS)
    with connection.execute(wanted) as found:
        for some in found.partitions():
            for row in some:
                pairs = zip(row, writers, strict=True)
                yield _line([write(value) if write and value is not None else value for value, write in pairs])


def _instant(value: datetime) -> str:
    """SQLite keeps UTC without saying so."""
    return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()


_WRITTEN: dict[str, Callable[[Any], str]] = {
    "instant": _instant,
    "date": date.isoformat,
    "bytes": lambda value: base64.b64encode(value).decode(),
}
_READ: dict[str, Callable[[Any], Any]] = {
    "instant": datetime.fromisoformat,
    "date": date.fromisoformat,
    "bytes": base64.b64decode,
}


def _next_id(connection: Connection, table: Table) -> int | None:
    """The number that the next row gets, if rows are numbered: not even a removed row's number comes again."""
    if connection.dialect.name == "postgresql":
        last = connection.execute(text(_LAST_NUMBER), {"name": table.name}).scalar() if "id" in table.columns else None
    else:
        numbered = inspect(connection).has_table("sqlite_sequence")
        wanted = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        last = connection.execute(wanted, {"name": table.name}).scalar() if numbered else None
    return last + 1 if last else None  # SQLite says 0 of a table that was made anew without rows


_LAST_NUMBER = "SELECT pg_sequence_last_value(pg_get_serial_sequence(:name, 'id')::regclass)"


class Reader:
    """Reads the lines of a backup; raises BadBackup, naming `name`, where they are not what they should be."""

    def __init__(self, lines: Iterable[str], name: str) -> None:
        self._lines = enumerate(lines, 1)
        self._name = name
        self._number = 0
        try:
            head = self._next()
            form, self.schema, self.rows = head["liwen"], str(head["schema"]), int(head["rows"])
        except (BadBackup, TypeError, ValueError, LookupError):
            form = None
        if form != FORM:
            raise BadBackup(name, 0, "this is no backup of Liwen's")

    def fault(self, reason: str) -> BadBackup:
        """What is wrong at the line that was read last."""
        return BadBackup(self._name, self._number, reason)

    def _next(self) -> Any:
        return self._read(self._next_line())

    def _read(self, line: str) -> Any:
        try:
            return json.loads(line)
        except ValueError:
            raise self.fault("it is damaged") from None

    def _next_line(self) -> str:
        try:
            self._number, line = next(self._lines)
        except StopIteration:
            raise self.fault("it ends in the middle: it was cut off") from None
        except (OSError, EOFError, ValueError, zlib.error) as error:
            raise self.fault(f"it is damaged: {error}") from None
        return line

    def tables(self) -> Iterator[dict[str, Any]]:
        """The heads of the tables; the rows of each must be read before the next one is asked for."""
        count = 0
        while "table" in (head := self._next()):
            yield head
            count += 1
        if head != {"end": count}:
            raise self.fault("tables are missing")

    def table_rows(self) -> Iterator[list[Any]]:
        """The rows of a table, checked at their end."""
        rows, hashed = 0, 0
        while not (line := self._next_line()).startswith("{"):
            rows, hashed = rows + 1, hashed + _hash(line)
            yield self._read(line)
        if self._read(line) != {"rows": rows, "sum": _sum(hashed)}:
            raise self.fault("the rows of a table are not those that were written")


def load(connection: Connection, reader: Reader, progress: Progress) -> None:
    """Fills the empty tables of the backup's schema, and reads them back to see that they hold what it says."""
    found = ours(connection)
    try:
        with _references_checked_at_the_end(connection, found):
            _load(connection, reader, found, progress)
    except (OperationalError, InterfaceError):
        raise
    except (TypeError, ValueError, LookupError, StatementError):
        # A row is seen before the sum of its table, and may say anything.
        raise reader.fault("it is damaged") from None


def _load(connection: Connection, reader: Reader, found: MetaData, progress: Progress) -> None:
    done = 0
    for head in reader.tables():
        table = found.tables.get(head["table"])
        if table is None or {name for name, _ in head["columns"]} != {column.name for column in table.columns}:
            raise reader.fault(f"schema {reader.schema} has no such table {head['table']}")
        done = _fill(connection, table, head, reader, lambda rows: progress(rows, reader.rows), done)


def _fill(
    connection: Connection, table: Table, head: dict[str, Any], reader: Reader, progress: Callable[[int], None],
    done: int,
) -> int:  # fmt: skip
    """Fills one table and says how many rows are done by now."""
    columns = [(name, _READ.get(kind)) for name, kind in head["columns"]]
    naive = connection.dialect.name == "sqlite"
    hashed = 0
    connection.execute(delete(table))  # what the migrations put there
    for some in _batches(reader.table_rows()):
        hashed += sum(_hash(_line(row)) for row in some)
        connection.execute(insert(table), [_to_row(columns, row, naive=naive) for row in some])
        done += len(some)
        progress(done)
    if head["next"] is not None:
        _number_from(connection, table, head["next"])
    if sum(map(_hash, _rows(connection, table))) % (1 << 256) != hashed % (1 << 256):
        raise reader.fault(f"the database does not give back what was put into {table.name}")
    return done


def _batches(rows: Iterator[list[Any]]) -> Iterator[list[list[Any]]]:
    some: list[list[Any]] = []
    for row in rows:
        some.append(row)
        if len(some) == ROWS:
            yield some
            some = []
    if some:
        yield some


def _to_row(columns: list[tuple[str, Callable[[Any], Any] | None]], values: list[Any], *, naive: bool) -> Any:
    row = {}
    for (name, read), value in zip(columns, values, strict=True):
        made = read(value) if read and value is not None else value
        row[name] = made.replace(tzinfo=None) if naive and isinstance(made, datetime) else made
    return row


def _number_from(connection: Connection, table: Table, number: int) -> None:
    row = {"name": table.name, "last": number - 1}
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT setval(pg_get_serial_sequence(:name, 'id')::regclass, :last)"), row)
        return
    if connection.execute(text("UPDATE sqlite_sequence SET seq = :last WHERE name = :name"), row).rowcount == 0:
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), row)


@contextmanager
def _references_checked_at_the_end(connection: Connection, found: MetaData) -> Iterator[None]:
    """Rows may refer to rows that come later; what refers to nothing in the end is refused."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        yield
        return
    keys = [(table.name, key.name) for table in found.sorted_tables for key in table.foreign_key_constraints]
    for table, key in keys:
        connection.execute(text(f'ALTER TABLE "{table}" ALTER CONSTRAINT "{key}" DEFERRABLE INITIALLY DEFERRED'))
    yield
    connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for table, key in keys:
        connection.execute(text(f'ALTER TABLE "{table}" ALTER CONSTRAINT "{key}" NOT DEFERRABLE'))
