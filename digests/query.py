"""The query language: one parser for search, following and alerts, and what a query means for one article.

    公交 贷款            all words                      公交 OR 地铁      either (also | and 或)
    "数据资产"           exactly this (also “” 「」)     -广告            without
    topic: place: by: source: since: before:            主题: 地点: 记者: 来源: 从: 到:

OR joins the two wishes beside it, before the others are taken together: `a b OR c` is a and (b or c).
A word is found wherever it stands in headline, body or byline, however its width, case and 简繁 are written.
`place:` includes all places within; `since:` includes its day, `before:` does not.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from digests.errors import QueryError, UnknownPlace, UnknownTopic
from digests.folding import fold
from digests.model.news import Article, RawArticle
from digests.seeds import Lexicon

LONGEST = 500
"""Characters of the longest query that is read."""

FIELDS = {
    "topic": "topic", "主题": "topic",
    "place": "place", "地点": "place",
    "by": "by", "记者": "by",
    "source": "source", "来源": "source",
    "since": "since", "从": "since",
    "before": "before", "到": "before",
}  # fmt: skip
"""Each name of a field, and the name it is known by."""

_QUOTES = {'"': '"', "“": "”", "”": "”", "「": "」", "『": "』"}
_OR = ("OR", "|", "或")
# Half a surrogate pair is no character either: neither OpenCC nor a database takes one.
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_PIECE = re.compile(r'[^\s"“”「『|]+')
_NAME = re.compile(r'[^\s"“”「」『』:|]+:')
_PLAIN = re.compile(r'[^\s"“”「」『』|:-][^\s"“”「」『』|:]*')


@dataclass(frozen=True, slots=True)
class Subject:
    """What of an article a query is held against; texts are folded."""

    text: str
    byline: str
    source: str
    topics: tuple[str, ...]
    places: tuple[str, ...]
    published_on: date | None


def subject_of(article: RawArticle) -> Subject:
    """The subject of an article; one that is not yet understood has no topics and places."""
    byline = "\n".join(article.byline)
    return Subject(
        text=fold(f"{article.headline}\n{article.body}\n{byline}"),
        byline=fold(byline),
        source=fold(article.source),
        topics=article.topics if isinstance(article, Article) else (),
        places=article.places if isinstance(article, Article) else (),
        published_on=article.published_on,
    )


@dataclass(frozen=True, slots=True)
class Word:
    """Folded text that must stand in the article."""

    text: str

    @property
    def canonical(self) -> str:
        """As it is written in a canonical query."""
        return _quoted(self.text)

    def accepts(self, subject: Subject) -> bool:
        """Whether it is true of an article."""
        return self.text in subject.text


@dataclass(frozen=True, slots=True)
class Field:
    """Something about the article: `name` is one of the values of FIELDS, `value` a slug, code, folded text or day."""

    name: str
    value: str

    @property
    def canonical(self) -> str:
        """As it is written in a canonical query."""
        return f"{self.name}:{_quoted(self.value) if self.name in ('by', 'source') else self.value}"

    def accepts(self, subject: Subject) -> bool:
        """Whether it is true of an article; an article without a day is in no span of time."""
        match self.name:
            case "topic":
                return self.value in subject.topics
            case "place":
                return any(code.startswith(self.value) for code in subject.places)
            case "by":
                return self.value in subject.byline
            case "source":
                return self.value in subject.source
        day = subject.published_on.isoformat() if subject.published_on else ""
        return bool(day) and (day >= self.value if self.name == "since" else day < self.value)


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be true."""

    wish: "Word | Field"

    @property
    def canonical(self) -> str:
        """As it is written in a canonical query."""
        return f"-{self.wish.canonical}"

    def accepts(self, subject: Subject) -> bool:
        """Whether it is true of an article."""
        return not self.wish.accepts(subject)


@dataclass(frozen=True, slots=True)
class Either:
    """Wishes of which one must be true."""

    wishes: tuple[Word | Field | Not, ...]

    @property
    def canonical(self) -> str:
        """As it is written in a canonical query."""
        return " OR ".join(sorted({wish.canonical for wish in self.wishes}))

    def accepts(self, subject: Subject) -> bool:
        """Whether it is true of an article."""
        return any(wish.accepts(subject) for wish in self.wishes)


Wish = Word | Field | Not | Either


@dataclass(frozen=True)
class Query:
    """A query that was read: every one of `wishes` must be true."""

    wishes: tuple[Wish, ...]

    @cached_property
    def canonical(self) -> str:
        """The query's identity: equal wishes give equal texts, and reading it again gives the same query."""
        return " ".join(sorted({wish.canonical for wish in self.wishes}))

    @property
    def words(self) -> tuple[str, ...]:
        """The folded words that are wished for, to mark where they stand."""
        return tuple(dict.fromkeys(_words(self.wishes)))

    def matches(self, article: RawArticle) -> bool:
        """Whether it is true of an article."""
        return self.accepts(subject_of(article))

    def accepts(self, subject: Subject) -> bool:
        """Whether it is true of an article's subject; quicker than `matches` when many queries are tried."""
        return all(wish.accepts(subject) for wish in self.wishes)


def _words(wishes: tuple[Wish, ...]) -> Iterator[str]:
    for wish in wishes:
        match wish:
            case Word():
                yield wish.text
            case Either():
                yield from _words(wish.wishes)


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.upper() not in _OR:
        return text
    # The pair that it was read from always does: its closing mark cannot stand within.
    opening, closing = next(pair for pair in _QUOTES.items() if pair[1] not in text)
    return f"{opening}{text}{closing}"


def parse(text: str, lexicon: Lexicon) -> Query:
    """The query that a text stands for; raises QueryError with the place where it cannot be read."""
    if len(text) > LONGEST:
        raise QueryError("too_long", LONGEST)
    wishes = _Reader(_INVISIBLE.sub("", text), lexicon).wishes()
    if not wishes:
        raise QueryError("empty", 0)
    if not any(_positive(wish) for wish in wishes):
        raise QueryError("only_excluded", 0, text.strip()[:20])
    return Query(wishes)


def _positive(wish: Wish) -> bool:
    if isinstance(wish, Either):
        return all(_positive(inner) for inner in wish.wishes)
    return not isinstance(wish, Not)


class _Reader:
    """Reads a query from left to right."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self._text = text
        self._folded = fold(text)
        self._lexicon = lexicon
        self._at = 0

    def wishes(self) -> tuple[Wish, ...]:
        """Every wish; neighbours joined by OR are one."""
        groups: list[list[Word | Field | Not]] = []
        joining = False
        while self._skip_space():
            if self._or():
                joining = bool(groups)
            elif (wish := self._wish()) is not None:
                if joining:
                    groups[-1].append(wish)
                else:
                    groups.append([wish])
                joining = False
        return tuple(group[0] if len(group) == 1 else Either(tuple(group)) for group in groups)

    def _skip_space(self) -> bool:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1
        return self._at < len(self._text)

    def _or(self) -> bool:
        for sign in _OR:
            end = self._at + len(sign)
            alone = sign == "|" or end >= len(self._text) or self._text[end].isspace()
            if self._folded.startswith(fold(sign), self._at) and alone and self._upper(sign, end):
                self._at = end
                return True
        return False

    def _upper(self, sign: str, end: int) -> bool:
        return sign != "OR" or self._text[self._at : end].isupper()

    def _wish(self) -> Word | Field | Not | None:
        start = self._at
        excluded = self._folded[self._at] == "-" and not self._text[self._at + 1 : self._at + 2].isspace()
        if excluded:
            self._at += 1
        wish = self._field() or self._word()
        if wish is None and excluded and self._at >= len(self._text):
            raise QueryError("value", start, "-")
        return Not(wish) if wish is not None and excluded else wish

    def _word(self) -> Word | None:
        value = self._value()
        return Word(value) if value else None

    def _value(self) -> str:
        """A quoted or plain piece of text, folded; its white space counts as single spaces."""
        if self._at < len(self._text) and self._folded[self._at] in _QUOTES:
            raw = self._quoted_piece()
        elif found := _PIECE.match(self._folded, self._at):
            raw, self._at = found.group(), found.end()
        else:
            raw = ""
        return " ".join(raw.split())

    def _quoted_piece(self) -> str:
        # Looked for in the folded text, like all else that ends a word: ＂ and ｢ are quotes too.
        end = self._folded.find(_QUOTES[self._folded[self._at]], self._at + 1)
        if end < 0:
            raise QueryError("quote", self._at, self._text[self._at : self._at + 10])
        raw, self._at = self._folded[self._at + 1 : end], end + 1
        return raw

    def _field(self) -> Field | None:
        colon = _NAME.match(self._folded, self._at)
        if colon is None:
            return None
        start, name = self._at, colon.group()[:-1]
        if name not in FIELDS:
            # 12:30 and https://… are words; author:… is a slip that must not be searched for in silence.
            if re.fullmatch(r"[a-z]+", name) and not self._folded.startswith("//", colon.end()):
                raise QueryError("field", start, self._text[start : colon.end()])
            return None
        self._at = colon.end()
        value = self._value()
        if not value:
            raise QueryError("value", start, self._text[start : colon.end()])
        return Field(FIELDS[name], _RESOLVE[FIELDS[name]](self._lexicon, value, start))


def _topic(lexicon: Lexicon, value: str, at: int) -> str:
    try:
        return lexicon.topic(value).slug
    except UnknownTopic:
        raise QueryError("topic", at, value) from None


def _place(lexicon: Lexicon, value: str, at: int) -> str:
    try:
        return lexicon.place(value).code
    except UnknownPlace:
        raise QueryError("place", at, value) from None


def _day(_lexicon: Lexicon, value: str, at: int) -> str:
    found = _DATE.fullmatch(value)
    try:
        return date(*map(int, found.groups())).isoformat() if found else _refuse(value, at)
    except ValueError:
        return _refuse(value, at)


def _refuse(value: str, at: int) -> str:
    raise QueryError("date", at, value)


def _text(_lexicon: Lexicon, value: str, _at: int) -> str:
    return value


_RESOLVE: dict[str, Callable[[Lexicon, str, int], str]] = {
    "topic": _topic, "place": _place, "since": _day, "before": _day, "by": _text, "source": _text,
}  # fmt: skip
