"""Databases for tests in a PostgreSQL server, each for one test at a time: emptied for the next, not made anew."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import psycopg
from sqlalchemy import make_url

from digests.storage import Database

MIGRATED = "migrated"
"""The database that others are copied from."""
PATIENCE = 0.5
"""Seconds that connections of a test get to end."""

_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_SCHEMA = """
SELECT (SELECT version_num FROM alembic_version),
  (SELECT md5(string_agg(relation::text, ' ' ORDER BY oid))
    FROM pg_class AS relation WHERE relnamespace = 'public'::regnamespace),
  (SELECT md5(string_agg(concat(attrelid, attname, atttypid, attnotnull, atthasdef), ' ' ORDER BY attrelid, attnum))
    FROM pg_attribute WHERE attrelid >= 16384 AND attnum > 0),
  (SELECT count(*) FROM pg_constraint), (SELECT count(*) FROM pg_trigger),
  (SELECT count(*) FROM pg_statistic WHERE starelid >= 16384)
"""
"""What tells whether the tables and their statistics are those that were made; 16384 is the first number of ours."""
_STATISTICS = """
SELECT array_agg(oid), array_agg(relpages), array_agg(reltuples) FROM pg_class
WHERE relnamespace = 'public'::regnamespace
"""
# ANALYZE, which the program asks for, has no opposite.
_UNANALYZE = """
WITH gone AS (DELETE FROM pg_statistic WHERE starelid >= 16384)
UPDATE pg_class SET relpages = made.relpages, reltuples = made.reltuples
FROM unnest(%s::oid[], %s::integer[], %s::real[]) AS made(oid, relpages, reltuples) WHERE pg_class.oid = made.oid
"""
# As a replica, so that no reference is looked at: in the end all are gone.
_CLEAR = """
DO $$
DECLARE relation regclass;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR relation IN SELECT oid FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version' LOOP
    EXECUTE format('DELETE FROM %s', relation);
  END LOOP;
  PERFORM setval(oid, 1, false) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S';
END $$
"""


class Databases:
    """The databases of a server. To make one takes two hundred times as long as to empty one."""

    def __init__(self, server: str) -> None:
        """`server`: the URL of its database `postgres`."""
        self._server = server
        self._numbers = count(1)
        self._ready: list[str] = []
        self._connections: dict[str, psycopg.Connection] = {}
        self._run(f"CREATE DATABASE {MIGRATED}")
        database = Database(self.url(MIGRATED))
        database.migrate()
        database.close()
        self._schema, self._statistics = self._one(MIGRATED, _SCHEMA), self._one(MIGRATED, _STATISTICS)
        self._connections.pop(MIGRATED).close()  # what is to be copied must be left alone

    def url(self, name: str) -> str:
        """Where a database is."""
        return make_url(self._server).set(database=name).render_as_string(hide_password=False)

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The URL of a database without tables."""
        name = self._make("template1")
        yield self.url(name)
        self._drop(name)

    @contextmanager
    def migrated(self) -> Iterator[str]:
        """The URL of a database with empty tables."""
        name = self._ready.pop() if self._ready else self._make(MIGRATED)
        yield self.url(name)
        if self._left_alone(name) and self._cleared(name):
            self._ready.append(name)
        else:
            self._drop(name)

    def close(self) -> None:
        """Closes every connection."""
        for connection in self._connections.values():
            connection.close()

    def _make(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def _drop(self, name: str) -> None:
        if name in self._connections:
            self._connections.pop(name).close()
        self._run(f"DROP DATABASE {name} WITH (FORCE)")  # who was killed may hold it

    def _left_alone(self, name: str) -> bool:
        """Whether nobody is connected any more: whoever still is might write into the next test."""
        deadline = time.monotonic() + PATIENCE
        while self._one(name, _OTHERS) != (0,):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.002)
        return True

    def _cleared(self, name: str) -> bool:
        """Whether a database is as it was made, now that its rows are gone; its tables may have been changed."""
        self._connection(name).execute(_CLEAR)
        if self._one(name, _SCHEMA) != self._schema:
            self._connection(name).execute(_UNANALYZE, self._statistics)
        return self._one(name, _SCHEMA) == self._schema

    def _one(self, name: str, query: str) -> tuple[object, ...]:
        row = self._connection(name).execute(query).fetchone()
        assert row is not None
        return row

    def _run(self, statement: str) -> None:
        self._connection("postgres").execute(statement)

    def _connection(self, name: str) -> psycopg.Connection:
        if name not in self._connections:
            self._connections[name] = psycopg.connect(self.url(name), autocommit=True)
        return self._connections[name]
