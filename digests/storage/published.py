"""What is published, that is in a closed edition and not taken back: what pages show, whatever else there is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true

from digests.model.news import Article, Edition
from digests.storage.noun import Noun
from digests.storage.rows import TOLD, to_article
from digests.storage.tables.news import articles, editions

CHAIN = 10
"""Articles of one story that are shown before an article, and behind it, at most."""

_first = articles.alias("first")
_PUBLISHED = and_(articles.c.edition_id.is_not(None), TOLD)
# A story is counted by its first article, and where that was taken back by the others.
_FIRST = or_(
    articles.c.duplicate_of.is_(None),
    articles.c.duplicate_of.in_(select(_first.c.id).where(_first.c.retracted_at.is_not(None))),
)


@dataclass(frozen=True, slots=True)
class Kin:
    """What an article has to do with others: other papers' copies, and what its story was before and became."""

    copies: tuple[Article, ...] = ()
    earlier: tuple[Article, ...] = ()
    later: tuple[Article, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many stories some days had: over all, and by topic (slug) and place (code), commonest first."""

    stories: int
    topics: dict[str, int]
    places: dict[str, int]


class Published(Noun):
    """Articles of closed editions, and those editions that have any."""

    def article(self, article_id: int) -> Article | None:
        """The article with this id; nothing while it waits for its edition."""
        found = self._articles(articles.c.id == article_id)
        return found[0] if found else None

    def is_retracted(self, article_id: int) -> bool:
        """Whether an editor took an article back."""
        taken_back = (articles.c.id == article_id, articles.c.retracted_at.is_not(None))
        return self._connection.execute(select(articles.c.id).where(*taken_back)).first() is not None

    def newest(self, limit: int) -> list[Article]:
        """The articles that came last, without their near-duplicates, newest first."""
        wanted = select(articles).where(_PUBLISHED, _FIRST)
        rows = self._connection.execute(wanted.order_by(articles.c.id.desc()).limit(limit))
        return [to_article(row) for row in rows]

    def kin(self, article: Article) -> Kin:
        """Its copies in other papers, oldest first, and the articles of its story before and after it."""
        root = article.duplicate_of or article.id
        same = or_(articles.c.id == root, articles.c.duplicate_of == root)
        return Kin(
            copies=tuple(self._articles(same, articles.c.id != article.id)),
            earlier=tuple(self._earlier(article)),
            later=tuple(self._articles(articles.c.follows == article.id, limit=CHAIN)),
        )

    def _earlier(self, article: Article) -> list[Article]:
        """What it follows, and what that follows, oldest first."""
        chain: list[Article] = []
        while article.follows is not None and len(chain) < CHAIN:
            found = self._articles(articles.c.id == article.follows)
            if not found or found[0] in chain:
                break
            article = found[0]
            chain.insert(0, article)
        return chain

    def _articles(self, *conditions: ColumnElement[bool], limit: int = 100) -> list[Article]:
        wanted = select(articles).where(_PUBLISHED, *conditions).order_by(articles.c.id).limit(limit)
        return [to_article(row) for row in self._connection.execute(wanted)]

    def stories(self, first: date, last: date, limit: int) -> list[Article]:
        """The newest articles printed from one day to another, without their near-duplicates."""
        wanted = self._printed(select(articles), first, last)
        newest = wanted.order_by(articles.c.published_on.desc(), articles.c.id.desc()).limit(limit)
        return [to_article(row) for row in self._connection.execute(newest)]

    def tally(self, first: date, last: date) -> Tally:
        """How many stories were printed from one day to another, and what they are about."""
        stories = self._connection.execute(self._printed(select(func.count()), first, last)).scalar_one()
        return Tally(
            stories, self._counts(articles.c.topics, first, last), self._counts(articles.c.places, first, last)
        )

    def _counts(self, column: ColumnElement[Any], first: date, last: date) -> dict[str, int]:
        listing = func.json_array_elements_text if self._postgresql else func.json_each
        element = listing(column).table_valued("value", name="element")
        value = element.c.value
        counted = self._printed(select(value, func.count()).select_from(articles.join(element, true())), first, last)
        rows = self._connection.execute(counted.group_by(value).order_by(func.count().desc(), value))
        return dict(map(tuple, rows))

    def _printed(self, wanted: Select[Any], first: date, last: date) -> Select[Any]:
        within = articles.c.published_on.between(first, last)
        return wanted.where(_PUBLISHED, _FIRST, within)

    def newest_day(self) -> date | None:
        """The last day of which an article is published."""
        newest = select(articles.c.published_on).where(_PUBLISHED).order_by(articles.c.published_on.desc()).limit(1)
        day: date | None = self._connection.execute(newest).scalar()
        return day

    def editions(self, start: datetime, end: datetime) -> list[tuple[Edition, int]]:
        """The editions that closed from `start` until before `end`, oldest first, with their numbers of articles."""
        counted = (
            select(editions.c.id, editions.c.closes_at, func.count())
            .join(articles, articles.c.edition_id == editions.c.id)
            .where(_PUBLISHED, editions.c.closes_at >= start, editions.c.closes_at < end)
            .group_by(editions.c.id, editions.c.closes_at)
            .order_by(editions.c.closes_at)
        )
        return [(Edition(key, closes_at), number) for key, closes_at, number in self._connection.execute(counted)]

    def beside(self, edition: Edition) -> tuple[Edition | None, Edition | None]:
        """The editions with articles that closed next before and next after one."""
        before = self._edition(editions.c.closes_at < edition.closes_at, editions.c.closes_at.desc())
        return before, self._edition(editions.c.closes_at > edition.closes_at, editions.c.closes_at)

    def ends(self) -> tuple[Edition, Edition] | None:
        """The first and the last edition with articles."""
        everything = editions.c.id.is_not(None)
        first = self._edition(everything, editions.c.closes_at)
        last = self._edition(everything, editions.c.closes_at.desc())
        return (first, last) if first and last else None

    def _edition(self, condition: ColumnElement[bool], order: ColumnElement[Any]) -> Edition | None:
        filled = select(articles.c.id).where(articles.c.edition_id == editions.c.id, _PUBLISHED).exists()
        row = self._connection.execute(select(editions).where(condition, filled).order_by(order).limit(1)).first()
        return Edition(row.id, row.closes_at) if row else None
