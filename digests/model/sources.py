"""Where news comes from by itself, documents that wait to be read, and what administrators are told of it."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum


class SourceKind(StrEnum):
    """How a source is asked: a feed by one address, an e-paper by the edition of the day."""

    FEED = "feed"
    EPAPER = "epaper"


class Health(StrEnum):
    """How a source does: not asked yet, answering, failing, or past its usual hour without anything new."""

    NEW = "new"
    OK = "ok"
    FAILING = "failing"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where news comes from by itself; `name` is the paper's, `every` is in minutes.

    `expected_by` is the local hour by which something new comes; none: learnt from when it came so far.
    `failures` counts those in a row, `arrived_at` is when it last had something new.
    """

    id: int
    url: str
    name: str
    kind: SourceKind
    every: int
    added_at: datetime
    next_at: datetime
    expected_by: time | None = None
    checked_at: datetime | None = None
    arrived_at: datetime | None = None
    etag: str = ""
    last_modified: str = ""
    failures: int = 0
    last_error: str = ""


@dataclass(frozen=True, slots=True)
class Visits:
    """When a host was, or will next be, asked, and until when it asked to be left alone."""

    asked_at: datetime | None = None
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something an administrator is told of once when it begins, and once when it is over (`over_at`)."""

    id: int
    kind: str
    subject: str
    detail: str
    raised_at: datetime
    over_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A document that an administrator sent and has not yet accepted; what is known of it besides."""

    id: int
    chat_id: int
    name: str
    content: bytes
    source: str
    published_on: date | None


@dataclass(frozen=True, slots=True)
class Document:
    """A document that waits to be read: how it is called, what it holds, and what is known of its articles."""

    id: int
    name: str
    content: bytes
    source: str
    published_on: date | None
    tries: int
