"""What is read, understood and told: articles, what they are about, editions and digests."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

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


class Act(StrEnum):
    """What an editor does to an article beside its topics."""

    RETRACTED = "retracted"
    DROPPED = "dropped"
    PINNED = "pinned"
    NOTED = "noted"
    SHORTENED = "shortened"
    REVISED = "revised"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Amendment:
    """An editor's word on an article: what was done, and in which `words` (a note, a reason, the act taken back).

    `announced`: readers had seen the article, so they are told. `before` is what it takes to take it back.
    """

    act: Act
    words: str
    made_at: datetime
    announced: bool
    before: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(RawArticle):
    """An article understood and stored. Topics (slugs) and places (codes) are ranked, best first.

    `duplicate_of` is the first article that it nearly repeats, `follows` an earlier one whose story it goes on with,
    `revision` how often its text was replaced, the last time at `revised_at`. In a digest `also_in` names the other
    papers that have it, `continues` is the headline of the article that it follows. `points` say by reason how
    important it was to everybody when its edition closed (see composition.py). `amendments` are what readers are told
    that an editor changed, oldest first; `retracted_at` and `dropped_at` say since when it is shown no more, at all
    or in its edition.
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
    amendments: tuple[Amendment, ...] = ()
    retracted_at: datetime | None = None
    dropped_at: datetime | None = None

    @property
    def withdrawn(self) -> bool:
        """Whether an editor took it back, or out of its edition."""
        return self.retracted_at is not None or self.dropped_at is not None


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
