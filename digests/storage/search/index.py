"""The index itself: an FTS5 table in SQLite, a GIN index in PostgreSQL, one interface.

Both keep articles by month, so that the newest hits are found without looking at the older ones: FTS5 by row ids
that begin with the month, PostgreSQL by a token for each month.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any as AnyValue
from typing import NamedTuple
from zlib import crc32

from sqlalchemy import Connection

from digests.storage.search.proposals import All, Any, Proposal, Span, Without
from digests.storage.search.tokens import Label

Place = tuple[int, int]
"""Where an article stands in the order of time: its day (`date.toordinal`) and its id."""

TABLE = "article_tokens"
"""The table that search reads; the one that is being built is called otherwise."""

LATE = "\x06"
"""The token of articles that stand behind newer ones."""

_PER_MONTH = 22
"""Bits of a position that count the articles of a month: four million."""
_FOREVER = 120_000
_LATE_AT_MOST = 50
"""One article in so many may be late before months are looked through one by one."""
_PAGES_MERGED = 2000
"""Pages that are written in one step of tidying up."""
_GATHERED = 8 << 20
"""Bytes of tokens that FTS5 gathers before it writes a piece (its `hashsize`, 1 MB by default, see fts5_config.c): a
batch of thousands of articles is one piece, not five that must be joined."""
_OTHERS = "\ua000"
"""The first character that is no number of its own in PostgreSQL: those before it are nearly all of Chinese."""
_PAIRS, _HEADLINES = 1 << 13, 1 << 12
"""Numbers that pairs share in PostgreSQL, and pairs of headlines: an article of 300 characters has a thirtieth of them.
Asked for with its two characters, a pair proposes few other articles."""
_FIRST_PAIR = ord(_OTHERS)
_FIRST_HEADLINE = _FIRST_PAIR + _PAIRS
_FIRST_REST = _FIRST_HEADLINE + _HEADLINES
_ENOUGH_PAIRS = 3
"""Pairs by whose shared numbers alone few other articles are proposed: one in 27,000."""
_MONTHS_LISTED = 24
"""Months that are asked for one by one; of a longer span the days decide alone."""


class Statement(NamedTuple):
    """SQL, and the values of its placeholders in order."""

    sql: str
    values: tuple[AnyValue, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """An article for the index, its tokens as that index spells them."""

    article_id: int
    published_on: date
    tokens: str


def month_of(day: date) -> int:
    """A month's number: the one after it has the next."""
    return day.year * 12 + day.month - 1


class Fts5:
    """An FTS5 table without contents and positions (`detail=none`), which takes articles in the order they come.

    `<table>_positions` says which article stands where. A row id is a month and a number within it, so the newest
    come last; those that came after a newer one of their month bear the token LATE and are sorted in.
    """

    # Every token stays as it is: white space alone parts them. (`unicode61` drops characters newer than Unicode 6.1.)
    _MARKS = "".join(chr(code) for code in range(1, 128) if not chr(code).isalnum() and code != ord(" "))

    def __init__(self, connection: Connection, table: str = TABLE) -> None:
        self._connection = connection
        self._table = table
        self._positions = f"{table}_positions"
        self._months = f"{table}_months"

    def create(self) -> None:
        """Makes the empty tables."""
        marks = self._MARKS.replace("'", "''''").replace('"', '""')
        options = f"content='', columnsize=0, detail=none, tokenize=\"ascii tokenchars '{marks}'\""
        for statement in (
            f"CREATE VIRTUAL TABLE {self._table} USING fts5(tokens, {options})",
            f"CREATE TABLE {self._positions} (position INTEGER PRIMARY KEY, article_id INTEGER NOT NULL UNIQUE,"
            " day INTEGER NOT NULL, late INTEGER NOT NULL)",
            f"CREATE TABLE {self._months} (month INTEGER PRIMARY KEY, articles INTEGER NOT NULL,"
            " late INTEGER NOT NULL, day INTEGER NOT NULL, article_id INTEGER NOT NULL)",
            f"INSERT INTO {self._table} ({self._table}, rank) VALUES ('hashsize', {_GATHERED})",
        ):
            self._run(statement)

    def drop(self) -> None:
        """Removes the tables."""
        for table in (self._table, self._positions, self._months):
            self._run(f"DROP TABLE IF EXISTS {table}")

    def replace(self, other: "Fts5") -> None:
        """Takes the place of another index."""
        other.drop()
        self._run(f"ALTER TABLE {self._table} RENAME TO {other._table}")
        self._run(f"ALTER TABLE {self._positions} RENAME TO {other._positions}")
        self._run(f"ALTER TABLE {self._months} RENAME TO {other._months}")

    @staticmethod
    def spelled(tokens: Iterable[str], published_on: date) -> str:  # noqa: ARG004 (as Gin)
        """An article's tokens as this index takes them."""
        return " ".join(tokens)

    def add(self, entries: Sequence[Entry]) -> None:
        """Makes articles findable; quick when they come in the order of their months."""
        months: dict[int, tuple[int, int, Place]] = {}
        positions, tokens = [], []
        for entry in entries:
            month = month_of(entry.published_on)
            count, late, newest = months[month] if month in months else self._month(month)
            place = (entry.published_on.toordinal(), entry.article_id)
            is_late = place < newest
            months[month] = (count + 1, late + is_late, max(newest, place))
            position = (month << _PER_MONTH) + count
            positions.append((position, entry.article_id, place[0], int(is_late)))
            tokens.append((position, f"{entry.tokens} {LATE}" if is_late else entry.tokens))
        if not positions:
            return
        counted = [(month, count, late, *newest) for month, (count, late, newest) in months.items()]
        self._run(f"INSERT OR REPLACE INTO {self._months} VALUES (?, ?, ?, ?, ?)", counted)
        self._run(f"INSERT INTO {self._positions} VALUES (?, ?, ?, ?)", positions)
        # FTS5 writes a piece of its own for each step back in row ids.
        self._run(f"INSERT INTO {self._table} (rowid, tokens) VALUES (?, ?)", sorted(tokens))

    def _month(self, month: int) -> tuple[int, int, Place]:
        """How many articles of a month ever came, how many of them late, and the newest."""
        wanted = f"SELECT articles, late, day, article_id FROM {self._months} WHERE month = ?"
        row = self._run(wanted, (month,)).one_or_none()
        return (row[0], row[1], (row[2], row[3])) if row else (0, 0, (0, 0))

    def count(self) -> int:
        """How many articles it holds."""
        return int(self._run(f"SELECT count(*) FROM {self._positions}").scalar())

    def months_at_once(self) -> int:
        """Months that are best looked through at first: all, unless many articles came late and must be sorted in."""
        late, every = self._amounts
        return _FOREVER if late * _LATE_AT_MOST <= every else 1

    def tidy(self) -> bool:
        """Joins some of the pieces that the index was written in; False when it is one."""
        changes = "SELECT total_changes()"
        before = self._run(changes).scalar()
        self._run(f"INSERT INTO {self._table} ({self._table}, rank) VALUES ('merge', ?)", (-_PAGES_MERGED,))
        return bool(self._run(changes).scalar() - before >= 2)

    def remove(self, article_id: int, tokens: str) -> None:
        """Forgets an article that was added with these tokens; without contents it must be told what to forget."""
        where = f"SELECT position, late FROM {self._positions} WHERE article_id = ?"
        row = self._run(where, (article_id,)).one_or_none()
        if row is None:
            return
        forgotten = f"{tokens} {LATE}" if row[1] else tokens
        columns = f"({self._table}, rowid, tokens)"
        self._run(f"INSERT INTO {self._table} {columns} VALUES ('delete', ?, ?)", (row[0], forgotten))
        self._run(f"DELETE FROM {self._positions} WHERE position = ?", (row[0],))

    def proposing(self, proposal: Proposal, span: Span, below: Place, limit: int) -> Statement:
        """The newest proposed articles of a span of whole months that come before a place in time, newest first."""
        first, last = month_of(span.first), month_of(span.last)
        bounds = (first << _PER_MONTH, (last + 1) << _PER_MONTH, *below)
        if not self._late(first, last):
            return self._proposing(proposal, bounds, limit, late=False)
        both = [self._proposing(All((proposal, LATE)), bounds, limit, late=True)]
        both.append(self._proposing(proposal, bounds, limit, late=False))
        joined = " UNION ALL ".join(f"SELECT * FROM ({each.sql})" for each in both)
        values = tuple(value for each in both for value in each.values)
        return Statement(f"{joined} ORDER BY 1 DESC, 2 DESC LIMIT ?", (*values, limit))

    def _late(self, first: int, last: int) -> bool:
        """Whether articles of these months came late."""
        wanted = f"SELECT sum(late) FROM {self._months} WHERE month BETWEEN ? AND ?"
        return bool(self._amounts[0] and self._run(wanted, (first, last)).scalar())

    @cached_property
    def _amounts(self) -> tuple[int, int]:
        """How many articles came late, and how many at all."""
        row = self._run(f"SELECT sum(late), sum(articles) FROM {self._months}").one()
        return row[0] or 0, row[1] or 0

    def _proposing(self, proposal: Proposal, bounds: tuple[int, ...], limit: int, *, late: bool) -> Statement:
        """Those in order, of which FTS5 reads no more than are asked for, or the late ones, which must be sorted."""
        table, order = self._table, "p.day DESC, p.article_id DESC" if late else f"{self._table}.rowid DESC"
        wanted = (
            f"SELECT p.day, p.article_id FROM {table} CROSS JOIN {self._positions} p ON p.position = {table}.rowid"
            f" WHERE {table} MATCH ? AND {table}.rowid >= ? AND {table}.rowid < ?"
            f" AND (p.day, p.article_id) < (?, ?) AND p.late = ? ORDER BY {order} LIMIT ?"
        )
        return Statement(wanted, (_fts5(proposal), *bounds, int(late), limit))

    def _run(self, statement: str, values: AnyValue = ()) -> AnyValue:
        return self._connection.exec_driver_sql(statement, values)


def _fts5(proposal: Proposal) -> str:
    match proposal:
        case str():
            return '"' + proposal.replace('"', '""') + '"'
        case All(parts):
            return "(" + " AND ".join(map(_fts5, parts)) + ")"
        case Any(parts):
            return "(" + " OR ".join(map(_fts5, parts)) + ")"
        case Without(part, excluded):
            return "(" + " NOT ".join(map(_fts5, (part, *excluded))) + ")"


class Gin:
    """A table of token numbers under GIN."""

    def __init__(self, connection: Connection, table: str = TABLE) -> None:
        self._connection = connection
        self._table = table

    def create(self) -> None:
        """Makes the empty table."""
        self._run(
            f"CREATE TABLE {self._table} (article_id bigint PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,"
            " day int NOT NULL, tokens int2[] NOT NULL)"
        )
        self._run(f"CREATE INDEX ix_{self._table} ON {self._table} USING gin (tokens)")

    def drop(self) -> None:
        """Removes the table."""
        self._run(f"DROP TABLE IF EXISTS {self._table}")

    def replace(self, other: "Gin") -> None:
        """Takes the place of another index."""
        other.drop()
        self._run(f"ALTER TABLE {self._table} RENAME TO {other._table}")
        self._run(f"ALTER INDEX ix_{self._table} RENAME TO ix_{other._table}")

    @staticmethod
    def spelled(tokens: Iterable[str], published_on: date) -> str:
        """An article's tokens as this index takes them; one says its month."""
        numbers = {*map(_number, tokens), _month(month_of(published_on))}
        return f"{{{','.join(map(str, sorted(numbers)))}}}"

    def add(self, entries: Sequence[Entry]) -> None:
        """Makes articles findable."""
        if not entries:
            return
        # One statement, and arrays as texts: psycopg would put each together number by number.
        columns = [(entry.article_id, entry.published_on.toordinal(), entry.tokens) for entry in entries]
        rows = "SELECT id, day, tokens::int2[] FROM unnest(%s::bigint[], %s::int[], %s::text[]) AS e(id, day, tokens)"
        self._run(f"INSERT INTO {self._table} {rows}", tuple(map(list, zip(*columns, strict=True))))

    def count(self) -> int:
        """How many articles it holds."""
        return int(self._run(f"SELECT count(*) FROM {self._table}").scalar())

    def months_at_once(self) -> int:
        """Months that are best looked through at first: what is found in them must be sorted."""
        return 1

    def tidy(self) -> bool:
        """Takes in what waits to be; nothing is left then."""
        self._run("SELECT gin_clean_pending_list(%s::regclass)", (f"ix_{self._table}",))
        return False

    def remove(self, article_id: int, tokens: str) -> None:  # noqa: ARG002 (as Fts5)
        """Forgets an article."""
        self._run(f"DELETE FROM {self._table} WHERE article_id = %s", (article_id,))

    def proposing(self, proposal: Proposal, span: Span, below: Place, limit: int) -> Statement:
        """The newest proposed articles of a span of whole months that come before a place in time, newest first."""
        months = range(month_of(span.first), month_of(span.last) + 1)
        within = f" AND tokens && {_array(map(_month, months))}" if len(months) <= _MONTHS_LISTED else ""
        wanted = (
            f"SELECT day, article_id FROM {self._table} WHERE {_gin(proposal)}{within}"
            " AND day BETWEEN %s AND %s AND (day, article_id) < (%s, %s) ORDER BY day DESC, article_id DESC LIMIT %s"
        )
        return Statement(wanted, (span.first.toordinal(), span.last.toordinal(), *below, limit))

    def _run(self, statement: str, values: AnyValue = ()) -> AnyValue:
        return self._connection.exec_driver_sql(statement, values)


def _gin(proposal: Proposal) -> str:
    match proposal:
        case str():
            return f"tokens @> {_array(_asked(proposal))}"
        case All(parts):
            words = [part for part in parts if isinstance(part, str)]
            # With several pairs their characters tell nothing more, and each list that is asked for is read.
            alone = sum(len(word) == 2 for word in words) >= _ENOUGH_PAIRS
            tokens = [number for word in words for number in ([_number(word)] if alone else _asked(word))]
            joined = [_gin(part) for part in parts if not isinstance(part, str)]
            return "(" + " AND ".join([*([f"tokens @> {_array(tokens)}"] if tokens else []), *joined]) + ")"
        case Any(parts):
            return "(" + " OR ".join(map(_gin, parts)) + ")"
        case Without(part, excluded):
            certain = [token for token in excluded if _is_itself(token)]
            without = f" AND NOT tokens && {_array(map(_number, certain))}" if certain else ""
            return f"({_gin(part)}{without})"


def _array(numbers: Iterable[int]) -> str:
    return f"'{{{','.join(map(str, dict.fromkeys(numbers)))}}}'::int2[]"


def _asked(token: str) -> list[int]:
    """The numbers that an article with this token has: a pair shares its own, so those of its characters, too."""
    if token[0] == Label.HEADLINE:
        return [_number(token), *_asked(token[1:])]
    return [_number(token), *(map(_number, token) if len(token) == 2 and token[0] >= " " else ())]


def _number(token: str) -> int:
    """A token as one of PostgreSQL's 65,536 smallints; two tokens of one number only propose too much.

    A character is itself, pairs share what is left by their hashes. So few different numbers are under GIN that each
    has a long list, which takes half the time and half the room of many lists of an article or two.
    """
    if _is_itself(token):
        number = ord(token)
    elif len(token) == 2 and token[0] >= " ":
        number = _FIRST_PAIR + crc32(token.encode()) % _PAIRS
    elif token[0] == Label.HEADLINE:
        number = _FIRST_HEADLINE + crc32(token.encode()) % _HEADLINES
    else:
        number = _FIRST_REST + crc32(token.encode()) % (0x10000 - _FIRST_REST)
    return number - 0x10000 if number >= 0x8000 else number


def _is_itself(token: str) -> bool:
    return len(token) == 1 and token < _OTHERS


def _month(month: int) -> int:
    return _number(f"\x05{month}")


Index = Fts5 | Gin


def index_of(connection: Connection, table: str = TABLE) -> Index:
    """The index in the database's own way."""
    return Gin(connection, table) if connection.dialect.name == "postgresql" else Fts5(connection, table)
