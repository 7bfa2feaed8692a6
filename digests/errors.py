"""Every error the news engine raises; errors carry data, `str()` gives the operator's one line.

DigestsError
├── InputError            what was read is not what it should be
│   ├── NotText           bytes that are no text
│   ├── EmptyPage         nothing but white space
│   ├── NothingFound      a page without a single article
│   ├── BadLine           a line of JSON lines that cannot be taken
│   ├── BadDocument       a feed, web page or PDF that cannot be taken, and why
│   ├── NotFetched        an address that gave nothing, and why
│   │   └── NoEdition     a newspaper site that has no edition of the day
│   ├── TakenId           an article whose id belongs to another one
│   └── NotUnderstood     an article or document on which this program fails
├── SeedsError            one or more bad lines under seeds/, all of them
├── QueryError            a query that cannot be read: where and why
├── UnknownTopic          a topic nobody declared
├── UnknownPlace          a place outside the gazetteer
├── TooManyWishes         a chat follows as much as it may
└── StorageError
    ├── DatabaseUnreachable   it cannot be opened or written
    ├── SchemaMismatch        the tables are older or newer than this program
    ├── NotEmpty              a backup is to be restored where there is something already
    └── BadBackup             a file that is no backup, or a damaged one
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar


class DigestsError(Exception):
    """Base of all; `usage` tells bad use (exit status 2) from a failure (exit status 1)."""

    usage = False


class InputError(DigestsError):
    """Something that was read is not what it should be; `name` says which file or stream."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class NotText(InputError):
    """Bytes that are neither UTF-8, UTF-16 with a mark, nor GB18030 text."""

    def __str__(self) -> str:
        return f"{self.name}: not a text file (UTF-8, UTF-16 with a byte-order mark, or GB18030 is wanted)"


class EmptyPage(InputError):
    """A page with nothing but white space."""

    def __str__(self) -> str:
        return f"{self.name}: the page is empty"


class NothingFound(InputError):
    """A page on which no article was found, only adverts and page furniture."""

    def __str__(self) -> str:
        return f"{self.name}: no article found, only adverts or page furniture"


class BadLine(InputError):
    """A line (1-based) of JSON lines that cannot be taken, and why."""

    def __init__(self, name: str, line: int, reason: str) -> None:
        super().__init__(name)
        self.line = line
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.name}, line {self.line}: {self.reason}"


class BadDocument(InputError):
    """A feed, web page, newspaper site or PDF that cannot be taken, and why, for people to read."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name)
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"


class NotFetched(InputError):
    """An address (`name`) that gave nothing, and why.

    `wait` is how many seconds its server asked us to stay away, `missing` says that there is no such page.
    """

    def __init__(self, name: str, reason: str, wait: float | None = None, *, missing: bool = False) -> None:
        super().__init__(name)
        self.reason = reason
        self.wait = wait
        self.missing = missing

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"


class NoEdition(NotFetched):
    """A newspaper site (`name`) that has no edition of a day, or not yet, and how that shows."""

    def __init__(self, name: str, day: date, how: str) -> None:
        super().__init__(name, f"no edition of {day} there: {how}", missing=True)


class TakenId(InputError):
    """An article whose external id another article of the same source bears, which says something else."""

    def __init__(self, external_id: str, source: str, title: str, bearer: str) -> None:
        super().__init__(external_id)
        self.source = source
        self.title = title
        self.bearer = bearer

    def __str__(self) -> str:
        source = f" of {self.source!r}" if self.source else ""
        return f"id {self.name!r}{source} belongs to {self.bearer!r}, so {self.title!r} is left out: give it another id"


class NotUnderstood(InputError):
    """An article (`name` is its title) or a document on which a fault of ours came up; the log has more."""

    def __init__(self, name: str, fault: str) -> None:
        super().__init__(name)
        self.fault = fault

    def __str__(self) -> str:
        return f"{self.name}: a fault of ours ({self.fault}), the log has more"


class SeedsError(DigestsError):
    """Everything wrong under seeds/, reported at once: `problems` holds one line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(*problems)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "; ".join(self.problems)


class QueryError(DigestsError):
    """A query that cannot be read.

    `reason` is a word for the messages: empty, only_excluded, quote, field, value, date, topic, place, too_long;
    `position` is the 0-based character where it went wrong, `near` the piece of text there.
    """

    usage = True

    def __init__(self, reason: str, position: int, near: str = "") -> None:
        super().__init__(reason, position, near)
        self.reason = reason
        self.position = position
        self.near = near

    _MENDS: ClassVar = {
        "empty": "give a word to look for",
        "only_excluded": "add a word to find, not only what to leave out",
        "quote": "close the quotation mark, or leave it out",
        "field": "there are topic: place: by: source: since: before:, or put it in quotation marks",
        "value": "a word must follow -, a value the colon",
        "date": "write a day that there is, as 2024-11-13",
        "topic": "use a topic of seeds/topics.toml",
        "place": "use a full name or a code of seeds/places",
        "too_long": "shorten it",
    }

    def __str__(self) -> str:
        what = self.reason.replace("_", " ")
        return f"query, character {self.position + 1}: {what} {self.near!r}: {self._MENDS[self.reason]}"


class UnknownTopic(DigestsError):
    """A topic that seeds/topics.toml does not declare; `known`: Chinese and English names of the others, by slug."""

    usage = True

    def __init__(self, name: str, known: Mapping[str, tuple[str, str]]) -> None:
        super().__init__(name)
        self.name = name
        self.known = dict(known)

    def __str__(self) -> str:
        return f"unknown topic {self.name!r}; known: {', '.join(self.known)}"


class UnknownPlace(DigestsError):
    """A place that the gazetteer does not hold."""

    usage = True

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"unknown place {self.name!r}: give a full name or a code from seeds/places"


class TooManyWishes(DigestsError):
    """A chat is to follow one more than the `most` that it may."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most

    def __str__(self) -> str:
        return f"a chat follows {self.most} queries at most"


class StorageError(DigestsError):
    """Something is wrong with the database."""


class DatabaseUnreachable(StorageError):
    """The database cannot be opened or written; `where` holds no password."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where, reason)
        self.where = where
        self.reason = reason

    def __str__(self) -> str:
        return f"database {self.where}: {self.reason}"


class SchemaMismatch(StorageError):
    """The tables are at revision `found` (none: empty), this program needs `wanted`."""

    def __init__(self, found: str | None, wanted: str) -> None:
        super().__init__(found, wanted)
        self.found = found
        self.wanted = wanted

    def __str__(self) -> str:
        if self.found is None or self.found < self.wanted:
            return f"the database is at schema {self.found or 'none'}, this program needs {self.wanted}: liwen migrate"
        return f"the database is at schema {self.found}, newer than this program ({self.wanted}): upgrade Liwen"


class NotEmpty(StorageError):
    """A backup is restored into an empty place only; `where` holds no password."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where

    def __str__(self) -> str:
        return (
            f"database {self.where}: there are tables in it, and a backup is restored into an empty place only:"
            " move the file away, or set DATABASE_URL to a new database"
        )


class BadBackup(StorageError):
    """A file (`name`) that is no backup or a damaged one, and why; `line` is where, 0 if that is no matter."""

    def __init__(self, name: str, line: int, reason: str) -> None:
        super().__init__(name, line, reason)
        self.name = name
        self.line = line
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.name}, line {self.line}: {self.reason}" if self.line else f"{self.name}: {self.reason}"
