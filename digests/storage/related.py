"""What the archive has to do with an article: the same one, those alike, earlier ones of its story."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from digests.model import Article, RawArticle
from digests.storage.noun import Noun, chunks
from digests.storage.tables import article_terms, articles, fingerprint_bands, revisions


def text_hash(raw: RawArticle) -> str:
    """What an article's text is: the SHA-256 of headline and body without white space, in hex."""
    return hashlib.sha256("".join(f"{raw.headline}{raw.body}".split()).encode()).hexdigest()


def content_hash(raw: RawArticle) -> str:
    """What tells an article from all others: the SHA-256 of its source, its external id and its text, in hex."""
    return hashlib.sha256("\0".join((raw.source, raw.external_id or "", text_hash(raw))).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Stored:
    """An article of the archive, as far as others are compared with it; `root` is the one it repeats, or itself."""

    id: int
    root: int
    source: str
    page: str
    external_id: str | None
    headline: str
    published_on: date
    ingested_at: datetime
    text_hash: str
    fingerprint: bytes


_COLUMNS = (
    articles.c.id,
    articles.c.duplicate_of,
    articles.c.source,
    articles.c.page,
    articles.c.external_id,
    articles.c.kicker,
    articles.c.title,
    articles.c.subtitle,
    articles.c.published_on,
    articles.c.ingested_at,
    articles.c.text_hash,
    articles.c.fingerprint,
)


class Related(Noun):
    """Finds related articles, by indexes only."""

    def known(self, raw: RawArticle) -> int | None:
        """The article of which the archive holds this very text, or held it before it was revised.

        An article is the same if its source and its external id are; where one of the two does not say, it may be.
        """
        mark = text_hash(raw)
        same: list[ColumnElement[bool]] = []
        if raw.source:
            same.append(articles.c.source.in_((raw.source, "")))
        if raw.external_id is not None:
            same.append(or_(articles.c.external_id == raw.external_id, articles.c.external_id.is_(None)))
        stands = select(articles.c.id).where(articles.c.text_hash == mark, *same)
        stood = select(articles.c.id).join(revisions).where(revisions.c.text_hash == mark, *same)
        for wanted in (stands, stood):
            found: int | None = self._connection.execute(wanted.order_by(articles.c.id).limit(1)).scalar()
            if found is not None:
                return found
        return None

    def _exists(self, wanted: Select[Any]) -> bool:
        return self._connection.execute(wanted.limit(1)).first() is not None

    def bearer(self, raw: RawArticle) -> Stored | None:
        """The article that has the same external id from the same source."""
        if raw.external_id is None:
            return None
        same = and_(articles.c.source == raw.source, articles.c.external_id == raw.external_id)
        found = self._stored(same)
        return found[0] if found else None

    def has_id(self, source: str, external_id: str) -> bool:
        """Whether an article of this source bears this external id."""
        same = (articles.c.source == source, articles.c.external_id == external_id)
        return self._exists(select(articles.c.id).where(*same))

    def twins(self, raw: RawArticle, since: date, until: date) -> list[Stored]:
        """Articles printed from `since` to `until` with this very text, oldest first."""
        return _printed(self._stored(articles.c.text_hash == text_hash(raw)), since, until)

    def alike(self, bands: Iterable[int], since: date, until: date) -> list[Stored]:
        """Articles printed from `since` to `until` that share a band, oldest first: the only ones worth comparing."""
        # In two steps, the day last: asked in one, PostgreSQL reads all that the days hold.
        sharing = select(fingerprint_bands.c.article_id).where(fingerprint_bands.c.band.in_(list(bands))).distinct()
        ids = sorted(self._connection.execute(sharing).scalars())
        found = [stored for some in chunks(ids) for stored in self._stored(articles.c.id.in_(some))]
        return _printed(found, since, until)

    def _stored(self, condition: ColumnElement[bool]) -> list[Stored]:
        wanted = select(*_COLUMNS).where(condition).order_by(articles.c.id)
        return [
            Stored(
                id=row.id,
                root=row.duplicate_of or row.id,
                source=row.source,
                page=row.page,
                external_id=row.external_id,
                headline=_headline(row),
                published_on=row.published_on,
                ingested_at=row.ingested_at,
                text_hash=row.text_hash,
                fingerprint=row.fingerprint,
            )
            for row in self._connection.execute(wanted)
        ]

    def introduced(self, found: Sequence[Article]) -> list[Article]:
        """The articles, each with the names of the other papers that have it and the headline that it follows."""
        papers = self._papers({article.duplicate_of or article.id for article in found})
        headlines = self._headlines({article.follows for article in found if article.follows is not None})
        return [
            replace(
                article,
                also_in=tuple(
                    name for name in papers[article.duplicate_of or article.id] if name not in ("", article.source)
                ),
                continues=headlines.get(article.follows or 0, ""),
            )
            for article in found
        ]

    def versions(self, article: Article) -> list[tuple[int, str]]:
        """The versions of an article that other papers have: their ids and the papers' names, one of each paper."""
        root = article.duplicate_of or article.id
        same = (articles.c.id == root) | (articles.c.duplicate_of == root)
        wanted = select(articles.c.id, articles.c.source).where(same).order_by(articles.c.id)
        found = {row.source: row.id for row in reversed(self._connection.execute(wanted).all())}
        return [(number, source) for source, number in sorted(found.items(), key=lambda item: item[1])
                if source not in ("", article.source)]  # fmt: skip

    def _papers(self, roots: Collection[int]) -> dict[int, dict[str, None]]:
        """For each first article the papers that have it, in the order they brought it."""
        names: dict[int, dict[str, None]] = defaultdict(dict)
        for some in chunks(sorted(roots)):
            same = articles.c.id.in_(some) | articles.c.duplicate_of.in_(some)
            wanted = select(articles.c.id, articles.c.duplicate_of, articles.c.source).where(same)
            for row in self._connection.execute(wanted.order_by(articles.c.id)):
                names[row.duplicate_of if row.duplicate_of in roots else row.id][row.source] = None
        return names

    def _headlines(self, ids: Collection[int]) -> dict[int, str]:
        found: dict[int, str] = {}
        for some in chunks(sorted(ids)):
            columns = (articles.c.id, articles.c.kicker, articles.c.title, articles.c.subtitle)
            for row in self._connection.execute(select(*columns).where(articles.c.id.in_(some))):
                found[row.id] = _headline(row)
        return found

    def sharing(self, terms: Iterable[str], since: date, until: date) -> Mapping[int, Mapping[str, float]]:
        """Articles printed from `since` to `until` that share story terms: id → term → weight there."""
        within = and_(article_terms.c.term.in_(list(terms)), article_terms.c.published_on.between(since, until))
        found: dict[int, dict[str, float]] = defaultdict(dict)
        for row in self._connection.execute(select(article_terms).where(within)):
            found[row.article_id][row.term] = row.weight
        return found


def _printed(found: list[Stored], since: date, until: date) -> list[Stored]:
    return [stored for stored in found if since <= stored.published_on <= until]


def _headline(row: Any) -> str:
    return " ".join(part for part in (row.kicker, row.title, row.subtitle) if part)
