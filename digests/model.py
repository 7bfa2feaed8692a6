"""The nouns of the news: frozen values that every layer passes on and none owns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from digests.timetable import EVERY_DAY, Quiet, Timetable, Weekly

_LINE_END = re.compile(r"\s*\n\s*")


class Kind(StrEnum):
    """What an article is on the page: a story, a photograph's caption, or one of several short items."""

    STORY = "story"
    CAPTION = "caption"
    BRIEF = "brief"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawArticle:
    """An article as a door delivers it: read, not yet understood."""

    title: str
    paragraphs: tuple[str, ...]
    kicker: str = ""
    subtitle: str = ""
    reporters: tuple[str, ...] = ()
    correspondents: tuple[str, ...] = ()
    photographers: tuple[str, ...] = ()
    kind: Kind = Kind.STORY
    truncated: bool = False
    external_id: str | None = None
    source: str = ""
    page: str = ""
    section: str = ""
    url: str = ""
    published_on: date | None = None

    @property
    def headline(self) -> str:
        """Kicker, title and subtitle in printed order, with a space between them."""
        return " ".join(part for part in (self.kicker, self.title, self.subtitle) if part)

    @property
    def body(self) -> str:
        """The paragraphs, one a line; every offset into an article counts characters of this text."""
        return "\n".join(self.paragraphs)

    @property
    def byline(self) -> tuple[str, ...]:
        """Every person credited, once, in the order reporters, correspondents, photographers."""
        return tuple(dict.fromkeys(self.reporters + self.correspondents + self.photographers))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that stands word for word at `body[start:start + len(text)]`."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind the last character."""
        return self.start + len(self.text)

    @property
    def line(self) -> str:
        """The text in one line, as it is shown: without the line ends that a column's edge left in it."""
        return _LINE_END.sub("", self.text) if "\n" in self.text else self.text


@dataclass(frozen=True, slots=True)
class Summary:
    """The sentences chosen for an article, in reading order, none overlapping."""

    sentences: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of seeds/topics.toml: `words` maps a word to its weight; `names` holds every name it answers to."""

    slug: str
    zh: str
    en: str
    words: Mapping[str, float]

    @property
    def names(self) -> tuple[str, ...]:
        """Slug, Chinese name, its parts (社会·法治 answers to 社会 and 法治) and the English name."""
        return tuple(dict.fromkeys((self.slug, self.zh, *self.zh.split("·"), self.en)))


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the gazetteer; `level` is province, city, county, town, village, road, water or area."""

    code: str
    name: str
    level: str
    parent: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was understood of an article: ranked topics and places, distinct terms, fingerprint and its bands.

    `mentions` says how often it speaks of each term and name by which it may be told from others.
    """

    topics: tuple[str, ...]
    places: tuple[str, ...]
    terms: frozenset[str]
    fingerprint: bytes
    bands: tuple[int, ...] = ()
    mentions: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(RawArticle):
    """An article understood and stored. Topics (slugs) and places (codes) are ranked, best first.

    `duplicate_of` is the first article that it nearly repeats, `follows` an earlier one whose story it goes on with,
    `revision` how often its text was replaced, the last time at `revised_at`. In a digest `also_in` names the other
    papers that have it, `continues` is the headline of the article that it follows. `points` say by reason how
    important it was to everybody when its edition closed (see composition.py).
    """

    id: int
    topics: tuple[str, ...]
    places: tuple[str, ...]
    ingested_at: datetime
    edition_id: int | None = None
    duplicate_of: int | None = None
    follows: int | None = None
    revision: int = 0
    revised_at: datetime | None = None
    also_in: tuple[str, ...] = ()
    continues: str = ""
    summary: Summary = field(default_factory=Summary)
    points: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Links:
    """What an article has to do with others: the first one that it nearly repeats, one whose story it follows."""

    duplicate_of: int | None = None
    follows: int | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """The topics that an administrator gave an article, those it had `before`, and what that teaches.

    `lesson` says of each topic how many points each word is to give it more.
    """

    article_id: int
    topics: tuple[str, ...]
    before: tuple[str, ...]
    lesson: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Background:
    """Document frequencies: in how many of `documents` articles each term stands."""

    documents: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Edition:
    """A closed batch of articles, named by the instant (aware) at which it closed."""

    id: int
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Digest:
    """An edition's articles for one query, best first; unique per edition and query."""

    edition: Edition
    query: str
    articles: tuple[Article, ...]


class ChatState(StrEnum):
    """Whether a chat can be written to: blocked chats keep everything and are left in peace."""

    ACTIVE = "active"
    BLOCKED = "blocked"


class Style(StrEnum):
    """How much of each article a digest shows: headline and summary, or the headline alone."""

    FULL = "full"
    COMPACT = "compact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A chat and its timetable; `address` names it for its transport, e.g. `telegram:12345`.

    Without `times` a digest goes out with each edition, without `days` (ISO weekdays) none does; `weekly` is when the
    week's best comes. A pause ends by itself at `paused_until`, if that is set. With `says_nothing` a chat is told, in
    a line, of a day without news. `covered` is the newest edition it has been told of.
    `converted` says that articles come in the simplified or traditional characters of its language, not the paper's.
    `tastes` are canonical queries that it wants more (above 0) or less of, each with how many steps, in their order.
    """

    id: int
    address: str
    language: str
    zone: str
    times: tuple[time, ...] = ()
    days: tuple[int, ...] = EVERY_DAY
    quiet: Quiet | None = None
    weekly: Weekly | None = None
    says_nothing: bool = False
    paused: bool = False
    paused_until: datetime | None = None
    state: ChatState = ChatState.ACTIVE
    covered: int = 0
    converted: bool = False
    style: Style = Style.FULL
    tastes: tuple[tuple[str, int], ...] = ()

    @property
    def timetable(self) -> Timetable:
        """When digests come."""
        return Timetable(ZoneInfo(self.zone), self.times, self.days, self.quiet)


class Trouble(StrEnum):
    """Why a group gets no digests: we may not write there, its topic is closed for now, or is no more."""

    SILENCED = "silenced"
    CLOSED = "closed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Something a chat follows; `query` is canonical, so equal wishes are equal texts.

    `since` is the newest edition when it was chosen. With `alerts_since` what came from then on is told at once.
    """

    id: int
    chat_id: int
    query: str
    since: int = 0
    paused: bool = False
    alerts_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """An article that a chat put aside, and when."""

    article: Article
    saved_at: datetime


class DeliveryState(StrEnum):
    """A delivery's life: pending → claimed → sending → sent, or gone, failed, unknown (it may have arrived)."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    GONE = "gone"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A digest owed to a chat: every edition after the chat's last one up to `edition_id`, due at `due_at`.

    Or an alert: the article `article_id`, told at once, and no edition.
    `attempts` counts tries that failed, `parts_sent` the messages of it that went out, of the `parts` it takes,
    `unknowns` the tries of which nobody knows whether they arrived; `doubtful` says that the last one was such.
    `contents` are its messages, fixed once the first of several went out. `claim` tells this claim of it from others,
    and `go_at` is when this claim's message may go. A `weekly` one owes the best of the week up to `edition_id`.
    """

    id: int
    chat: Chat
    edition_id: int
    due_at: datetime
    state: DeliveryState
    go_at: datetime
    attempts: int = 0
    parts: int = 0
    parts_sent: int = 0
    unknowns: int = 0
    doubtful: bool = False
    contents: Any = None
    claim: int = 0
    article_id: int | None = None
    weekly: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast messages may go: `rate` a second over all, and for each room the gap between two of them.

    A group besides takes no more than `group_budget` in any minute, up to `group_burst` of them on end.
    """

    rate: float = 27.4
    burst: float = 1.0
    gap: timedelta = timedelta(seconds=1)
    group_budget: int = 20
    group_burst: int = 5


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
