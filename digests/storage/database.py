"""A SQLite or PostgreSQL database: its transactions, its schema, all of it as a backup and back."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, InterfaceError, OperationalError

from digests.errors import DatabaseUnreachable, NotEmpty, SchemaMismatch
from digests.storage import backups
from digests.storage.backups import Progress
from digests.storage.migrations import HEAD
from digests.storage.search.indexing import Indexing
from digests.storage.store import Store

BUSY_SECONDS = 10
"""How long a writer waits for another one in SQLite."""
_MIGRATING = 5_411_301
"""The advisory lock that PostgreSQL's migrations hold."""
_PRAGMAS = (
    f"busy_timeout={BUSY_SECONDS * 1000}",
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "cache_size=-3000",  # KiB, of each connection: the 2 MB of old are less than one search may look at
)


class Database:
    """A SQLite or PostgreSQL database; safe to use from many threads."""

    def __init__(self, url: str) -> None:
        """`url`: sqlite:///path or postgresql://user:password@host/name. Opens nothing yet; makes SQLite's folder."""
        try:
            self._url = _with_driver(make_url(url))
            self.where = _where(self._url)
            self._reading, self._writing = self._make_engines()
        except (ArgumentError, ValueError):
            raise DatabaseUnreachable(url.partition("@")[2] or url, "not a database URL") from None

    def _make_engines(self) -> tuple[Engine, Engine]:
        """For transactions that only read, and for those that write."""
        if self._url.get_backend_name() != "sqlite":
            connecting = _connecting(self._url)
            engine = create_engine(
                self._url, pool_pre_ping=True, connect_args=connecting, json_serializer=_json, hide_parameters=True
            )
            return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True), engine
        if self._url.database:
            try:
                Path(self._url.database).parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise DatabaseUnreachable(self.where, error.strerror or str(error)) from None
        # Connections of their own: with each PRAGMA that switches, SQLite would forget every statement it prepared.
        reading = _sqlite_engine(self._url, "BEGIN", *_PRAGMAS, "query_only=ON")
        # A writer takes the lock at once: to upgrade a read lock later fails without waiting.
        return reading, _sqlite_engine(self._url, "BEGIN IMMEDIATE", *_PRAGMAS)

    @contextmanager
    def begin(self) -> Iterator[Store]:
        """A transaction that writes: committed at the end, rolled back on an exception. Raises DatabaseUnreachable."""
        with self._transaction(writes=True) as connection:
            yield Store(connection)

    @contextmanager
    def read(self) -> Iterator[Store]:
        """A transaction that only reads: it sees one state and keeps no writer waiting. Raises DatabaseUnreachable."""
        with self._transaction(writes=False) as connection:
            yield Store(connection)

    def committed(self, number: int) -> bool:
        """Whether a transaction (Store.number) was committed though we did not hear of it.

        Raises DatabaseUnreachable, also while it is not decided yet.
        """
        with self._transaction(writes=False) as connection:
            status = connection.execute(select(func.txid_status(number))).scalar_one()
        if status == "in progress":
            raise DatabaseUnreachable(self.where, "the connection broke, and what was written last is still under way")
        return bool(status == "committed")

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Connection]:
        try:
            with (self._writing if writes else self._reading).begin() as connection:
                yield connection
        except DBAPIError as error:
            if type(error) not in (OperationalError, InterfaceError, DatabaseError):
                raise  # a fault of ours, not of the database
            raise DatabaseUnreachable(self.where, _first_line(error.orig or error)) from error

    def revision(self) -> str | None:
        """The schema the tables are at, or nothing for an empty database. Raises DatabaseUnreachable."""
        with self._transaction(writes=False) as connection:
            return _revision(connection)

    def check(self) -> None:
        """Raises SchemaMismatch unless the tables are those this program works with."""
        found = self.revision()
        if found != HEAD:
            raise SchemaMismatch(found, HEAD)

    def backup(self, now: datetime, progress: Progress) -> Iterator[str]:
        """The lines of a backup of one state of the database, of any schema; writers go on meanwhile.

        Raises SchemaMismatch for an empty database, DatabaseUnreachable.
        """
        with self._transaction(writes=False) as connection:
            schema = _revision(connection)
            if schema is None:
                raise SchemaMismatch(None, HEAD)
            yield from backups.dump(connection, schema, now, progress)

    def restore(self, backup: backups.Reader, progress: Progress) -> None:
        """Makes the tables of a backup's schema, fills them, and brings them up to date, in one transaction.

        The search's index is made by reindexing then. Raises NotEmpty, SchemaMismatch for a backup of a newer
        program, BadBackup, DatabaseUnreachable.
        """
        if backup.schema > HEAD:
            raise SchemaMismatch(backup.schema, HEAD)
        from alembic.util import CommandError

        with self._migrating() as connection:
            if inspect(connection).get_table_names():
                raise NotEmpty(self.where)
            try:
                _upgrade(connection, backup.schema)
            except CommandError:
                raise backup.fault(f"there is no such schema {backup.schema}") from None
            backups.load(connection, backup, progress)
            _upgrade(connection, "head")
            Indexing(connection).outdate()

    def migrate(self) -> tuple[str | None, str]:
        """Brings the tables up to date, in one transaction, and returns the revisions before and after.

        Any number of processes may do so at once: one works, the others find it done.
        Raises SchemaMismatch when the tables are newer than this program.
        """
        with self._migrating() as connection:
            before = _revision(connection)
            if before is not None and before > HEAD:
                raise SchemaMismatch(before, HEAD)
            _upgrade(connection, "head")
        return before, HEAD

    @contextmanager
    def _migrating(self) -> Iterator[Connection]:
        """A transaction that changes the tables; others that want to wait for it."""
        with self._transaction(writes=True) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(select(text(f"pg_advisory_xact_lock({_MIGRATING})")))
            yield connection

    def close(self) -> None:
        """Closes every connection that is not in use."""
        self._writing.dispose()
        self._reading.dispose()


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _upgrade(connection: Connection, revision: str) -> None:
    # Imported here: whoever finds the tables up to date does without its 10 MB.
    import alembic.command
    import alembic.config

    config = alembic.config.Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    alembic.command.upgrade(config, revision)


def _with_driver(url: URL) -> URL:
    """Hosts hand out postgres:// URLs, which SQLAlchemy does not know."""
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    return url


def _connecting(url: URL) -> dict[str, Any]:
    """How PostgreSQL is asked, unless the URL says otherwise.

    psycopg waits 130 seconds for a server that does not answer; a query of milliseconds is not worth compiling.
    """
    usual = {"connect_timeout": BUSY_SECONDS, "options": "-c jit=off"}
    return {name: value for name, value in usual.items() if name not in url.query}


def _json(value: Any) -> str:
    """Chinese as it is written: escaped, it would take twice the space."""
    return json.dumps(value, ensure_ascii=False)


def _from_json(text: str) -> Any:
    """Most lists of an article are empty."""
    return [] if text == "[]" else json.loads(text)


def _where(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return url.database or "in memory"
    return url.render_as_string(hide_password=True).replace("+psycopg", "")


def _sqlite_engine(url: URL, begin: str, *pragmas: str) -> Engine:
    # Values are readers' words, and errors are written to the log.
    engine = create_engine(url, json_serializer=_json, json_deserializer=_from_json, hide_parameters=True)

    def prepare(connection: Any, _record: object) -> None:
        # Python's own transactions begin late and silently; ours begin where SQLAlchemy says so.
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


_SQLITE_SAYS = {
    "database or disk is full": "the disk is full: make room and try again",
    "disk I/O error": "the disk cannot be written (disk I/O error): it is full or fails; `liwen doctor` says how full",
    "database is locked": f"another program has been writing for {BUSY_SECONDS} s: wait for it, or end it (fuser FILE)",
    "attempt to write a readonly database": "it may only be read: see who owns the file and its folder",
    "unable to open database file": "it cannot be opened: see that its folder is there and may be written",
}
"""What to do about the faults that an operator can mend, by SQLite's words for them."""


def _first_line(error: BaseException) -> str:
    first = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return _SQLITE_SAYS.get(first, first)
